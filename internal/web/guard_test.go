package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What changes something comes from our own page and carries its token.
func TestForgedRequestsAreRefused(t *testing.T) {
	h := newHouse(t)
	b, other := &browser{h: h}, &browser{h: h}
	csrf, foreign := b.get("/in").body, other.get("/in").body
	token := func(s string) url.Values { return url.Values{"csrf": {s}} }
	for name, c := range map[string]struct {
		form    url.Values
		headers []string
		status  int
	}{
		"our own form":        {token(csrf), []string{"Origin", origin, "Sec-Fetch-Site", "same-origin"}, 200},
		"in a header":         {url.Values{}, []string{"X-CSRF-Token", csrf}, 200},
		"an old browser":      {token(csrf), nil, 200},
		"no token":            {url.Values{}, nil, 403},
		"an empty token":      {token(""), nil, 403},
		"another's token":     {token(foreign), nil, 403},
		"a token in the URL":  {url.Values{}, []string{"X-Path", "?csrf=" + csrf}, 403},
		"a stranger's page":   {token(csrf), []string{"Origin", "https://evil.example"}, 403},
		"a sandboxed page":    {token(csrf), []string{"Origin", "null"}, 403},
		"by plain http":       {token(csrf), []string{"Origin", "http://console.example"}, 403},
		"another port":        {token(csrf), []string{"Origin", origin + ":8443"}, 403},
		"a stranger's site":   {token(csrf), []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"a neighbour's site":  {token(csrf), []string{"Sec-Fetch-Site", "same-site"}, 403},
		"typed by the person": {token(csrf), []string{"Sec-Fetch-Site", "none"}, 200},
	} {
		path := "/do"
		headers := c.headers
		if len(headers) == 2 && headers[0] == "X-Path" {
			path, headers = path+headers[1], nil
		}
		if got := b.do(http.MethodPost, path, c.form, headers...); got.status != c.status {
			t.Errorf("%s: %d, want %d", name, got.status, c.status)
		}
	}
	for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if got := b.do(method, "/do", url.Values{}); got.status != 403 {
			t.Errorf("%s without a token: %d", method, got.status)
		}
	}
	if got := (&browser{h: h}).do(http.MethodPost, "/do", token(csrf)); got.status != 401 {
		t.Errorf("without a session: %d", got.status)
	}
	if got := b.get("/do"); got.status != 404 && got.status != 405 {
		t.Errorf("an act by GET: %d", got.status)
	}
}

func TestHeaders(t *testing.T) {
	h := newHouse(t)
	b := &browser{h: h}
	for _, path := range []string{"/in", "/nowhere", "/broken", "/static/css/base.css"} {
		got := b.get(path).header
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
			"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			"Strict-Transport-Security": "max-age=31536000",
		} {
			if got.Get(name) != want {
				t.Errorf("%s %s: %q", path, name, got.Get(name))
			}
		}
		if len(got.Get("X-Request-Id")) != 16 {
			t.Errorf("%s has no request id", path)
		}
		if cache := got.Get("Cache-Control"); path != "/static/css/base.css" && cache != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, cache)
		}
		if got.Get("Server") != "" {
			t.Errorf("%s names its server", path)
		}
	}
	if got := b.get("/static/css/base.css?v=1").header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("a hashed file: %q", got)
	}
	if got := b.get("/static/css/../../go.mod"); got.status == 200 {
		t.Error("a file outside static")
	}
	if got := b.get("/static/nowhere.css"); got.status != 404 {
		t.Error(got.status)
	}
}

// The agent's address opens the policy for its own origin and nothing else.
func TestAllowAgent(t *testing.T) {
	b := &browser{h: newHouse(t)}
	csp := func(at string) string {
		return b.get("/agent?at=" + url.QueryEscape(at)).header.Get("Content-Security-Policy")
	}
	if got := csp("http://127.0.0.1:8095"); !strings.Contains(got, "connect-src 'self' http://127.0.0.1:8095;") {
		t.Error(got)
	}
	for _, bad := range []string{"http://127.0.0.1:1; script-src *", "* 'unsafe-inline'", "http://a\r\nX: y"} {
		if got := csp(bad); strings.Contains(got, bad[:1]+"script-src *") || !strings.Contains(got, "connect-src 'self';") {
			t.Errorf("%q: %s", bad, got)
		}
	}
}
