package esia_test

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"signdesk/internal/ext/esia"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
)

// asked is what ESIA says to an authorisation request with the parameters: its
// code, "" when it shows the page of consent.
func (w *world) asked(q url.Values) string {
	w.Helper()
	c := &http.Client{Timeout: 5 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Get(w.client.BaseURL + "/aas/oauth2/v2/ac?" + q.Encode())
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	page, _ := io.ReadAll(res.Body)
	back, err := url.Parse(res.Header.Get("Location"))
	switch {
	case err != nil:
		w.Fatal(err)
	case res.StatusCode == http.StatusOK && strings.Contains(string(page), "Разрешить и войти"):
		return ""
	case res.StatusCode == http.StatusFound:
		return back.Query().Get("error_description")[:11]
	}
	return string(page[:11])
}

// The simulator takes our requests as they are and no change of them: what
// passes here is what the rules say.
func TestSimulatorIsStrict(t *testing.T) {
	w := newWorld(t)
	fresh := func() url.Values {
		t.Helper()
		address, _, err := w.client.SignInURL()
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query()
	}
	if code := w.asked(fresh()); code != "" {
		t.Fatalf("the request as it is: %s", code)
	}
	for name, tt := range map[string]struct {
		change func(q url.Values)
		code   string
	}{
		"no secret":       {func(q url.Values) { q.Del("client_secret") }, "ESIA-007014"},
		"no hash":         {func(q url.Values) { q.Del("client_certificate_hash") }, "ESIA-007014"},
		"no state":        {func(q url.Values) { q.Del("state") }, "ESIA-007014"},
		"no type":         {func(q url.Values) { q.Del("response_type") }, "ESIA-007014"},
		"twice the scope": {func(q url.Values) { q.Add("scope", "openid") }, "ESIA-007003"},
		"implicit flow":   {func(q url.Values) { q.Set("response_type", "token") }, "ESIA-007003"},
		"plain PKCE":      {func(q url.Values) { q.Set("code_challenge_method", "plain") }, "ESIA-007003"},
		"another client":  {func(q url.Values) { q.Set("client_id", "OTHER01") }, "ESIA-007002"},
		"another address": {func(q url.Values) { q.Set("redirect_uri", "http://evil.example.test/") }, "ESIA-007023"},
		"below address":   {func(q url.Values) { q.Set("redirect_uri", q.Get("redirect_uri")+"/x") }, "ESIA-007023"},
		"state not UUID":  {func(q url.Values) { q.Set("state", "1") }, "ESIA-007003"},
		"another state":   {func(q url.Values) { q.Set("state", "0f3a7a52-6d0b-4d0a-9c55-6c1f6c1d7f10") }, "ESIA-007053"},
		"another scope":   {func(q url.Values) { q.Set("scope", "openid snils") }, "ESIA-007053"},
		"another org":     {func(q url.Values) { q.Set("scope_org", "org_inn") }, "ESIA-007053"},
		"an hour ago":     {func(q url.Values) { q.Set("timestamp", time.Now().Add(-time.Hour).Format("2006.01.02 15:04:05 -0700")) }, "ESIA-007015"},
		"a second ago": {func(q url.Values) {
			q.Set("timestamp", time.Now().Add(-time.Second).Format("2006.01.02 15:04:05 -0700"))
		}, "ESIA-007053"},
		"another hash": {func(q url.Values) { q.Set("client_certificate_hash", strings.Repeat("0", 64)) }, "ESIA-007053"},
		"not base64":   {func(q url.Values) { q.Set("client_secret", "*") }, "ESIA-007053"},
		"reversed":     {func(q url.Values) { q.Set("client_secret", reversed(t, q.Get("client_secret"))) }, "ESIA-007053"}, // as CryptoPro CSP gives it
	} {
		q := fresh()
		tt.change(q)
		if code := w.asked(q); code != tt.code {
			t.Errorf("%s: %q, want %s", name, code, tt.code)
		}
	}
	padded := fresh()
	padded.Set("client_secret", padded.Get("client_secret")+"==")
	if code := w.asked(padded); code != "" {
		t.Errorf("base64 with padding: %s", code)
	}
}

func reversed(t *testing.T, secret string) string {
	b, err := base64.RawURLEncoding.DecodeString(secret)
	if err != nil || len(b) != 64 {
		t.Fatalf("client_secret of %d bytes: %v", len(b), err)
	}
	for i := range b[:32] {
		b[i], b[63-i] = b[63-i], b[i]
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// A code serves once, in time, and for the browser that began.
func TestCodeServesOnce(t *testing.T) {
	w := newWorld(t)
	code := func(a *esia.Attempt, address string) url.Values {
		t.Helper()
		b := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		res, err := b.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		answer := url.Values{"state": {a.State}, "answer": {"allow"}, "person": {strconv.FormatInt(w.sim.ESIA.People[0].OID, 10)}}
		if res, err = b.PostForm(address, answer); err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		u, err := url.Parse(res.Header.Get("Location"))
		if err != nil || u.Query().Get("code") == "" {
			t.Fatalf("no code in %s: %v", u, err)
		}
		if res, err = b.PostForm(address, answer); err != nil || res.StatusCode != http.StatusConflict { // the same answer again
			t.Errorf("answered twice: %v", err)
		} else {
			res.Body.Close()
		}
		return u.Query()
	}
	begin := func() (*esia.Attempt, url.Values) {
		t.Helper()
		address, a, err := w.client.SignInURL()
		if err != nil {
			t.Fatal(err)
		}
		return a, code(a, address)
	}
	refused := func(name string, a *esia.Attempt, q url.Values, code string) {
		t.Helper()
		var e *esia.Error
		if s, err := w.client.Finish(t.Context(), a, q); s != nil || !errors.As(err, &e) || e.Code != code || !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: %v", name, err)
		}
	}
	a, q := begin()
	if _, err := w.client.Finish(t.Context(), a, q); err != nil {
		t.Fatal(err)
	}
	refused("the same code again", a, q, "ESIA-007011")
	stolen, q := begin() // a code slipped into another browser's attempt
	mine, _ := begin()
	mine.State = stolen.State
	refused("another's code", mine, q, "ESIA-007040")
	refused("which is used up now", stolen, q, "ESIA-007011")
	a, q = begin()
	now := time.Now().Add(2 * time.Minute)
	w.now = func() time.Time { return now }
	refused("two minutes later", a, q, "ESIA-007011")
	now = now.Add(20 * time.Minute)
	refused("twenty minutes later", a, q, "")
	w.now = time.Now
	a, q = begin()
	q.Set("code", q.Get("code")+"x")
	refused("a changed code", a, q, "ESIA-007011")
}

// When ESIA does not answer, the person is asked to come again, and what broke
// names neither person nor token.
func TestNoAnswer(t *testing.T) {
	w := newWorld(t)
	s, err := w.signIn(0, "allow")
	if err != nil {
		t.Fatal(err)
	}
	w.client.HTTP.Timeout = 300 * time.Millisecond
	for name, k := range map[string]state.Knobs{"503": {Down: state.Busy}, "drop": {Down: state.Drop}, "slow": {SlowSeconds: 0.6}} {
		w.turn(k)
		_, attempt, err := w.client.SignInURL()
		if err != nil {
			t.Fatal(err)
		}
		_, atExchange := w.client.Finish(t.Context(), attempt, url.Values{"state": {attempt.State}, "code": {"c"}})
		_, atPerson := w.client.Person(t.Context(), s)
		for _, err := range []error{atExchange, atPerson} {
			var e *esia.Error
			if !errors.As(err, &e) || !e.Temporary() || e.Administrator() || !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), s.OID) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// Whatever answers in ESIA's place, it is no sign-in.
func TestStrangeAnswers(t *testing.T) {
	w := newWorld(t)
	s, err := w.signIn(0, "allow")
	if err != nil {
		t.Fatal(err)
	}
	var status int
	var body string
	strange := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.WriteHeader(status)
		state := r.FormValue("state")
		_, _ = io.WriteString(rw, strings.ReplaceAll(body, "@STATE@", state))
	}))
	defer strange.Close()
	w.client.BaseURL = strange.URL
	for _, tt := range []struct {
		name   string
		status int
		body   string
		kind   fault.Kind
	}{
		{"a page", 200, "<html>", fault.Unavailable},
		{"nothing", 200, "{}", fault.Unavailable},
		{"another's answer", 200, `{"state":"x","access_token":"a","id_token":"b","token_type":"Bearer"}`, fault.Unavailable},
		{"no token", 200, `{"state":"@STATE@","token_type":"Bearer"}`, fault.Unavailable},
		{"a token of another type", 200, `{"state":"@STATE@","access_token":"a","id_token":"b","token_type":"MAC"}`, fault.Unavailable},
		{"no JWT", 200, `{"state":"@STATE@","access_token":"a","id_token":"b","token_type":"Bearer"}`, fault.Unavailable},
		{"an unsigned JWT", 200, `{"state":"@STATE@","access_token":"a","token_type":"Bearer","id_token":"` + plainToken(t, `{"alg":"none"}`) + `"}`, fault.Unavailable},
		{"a JWT of HMAC", 200, `{"state":"@STATE@","access_token":"a","token_type":"Bearer","id_token":"` + plainToken(t, `{"alg":"HS256"}`) + `"}`, fault.Unavailable},
		{"a JWT of another size", 200, `{"state":"@STATE@","access_token":"a","token_type":"Bearer","id_token":"` + plainToken(t, `{"alg":"GOST3410_2012_512"}`) + `"}`, fault.Unavailable},
		{"a huge answer", 200, strings.Repeat("x", 2<<20), fault.Unavailable},
		{"an unknown error", 400, `{"error":"invalid_request","error_description":"ESIA-999999: x"}`, fault.Unavailable},
		{"a bad grant without a code", 400, `{"error":"invalid_grant"}`, fault.Unauthenticated},
		{"overloaded", 400, `{"error":"temporarily_unavailable","error_description":"ESIA-007008: x"}`, fault.Unavailable},
		{"a proxy", 502, "<html>", fault.Unavailable},
		{"a redirect", 302, "", fault.Unavailable},
	} {
		status, body = tt.status, tt.body
		_, attempt, err := w.client.SignInURL()
		if err != nil {
			t.Fatal(err)
		}
		if s, err := w.client.Finish(t.Context(), attempt, url.Values{"state": {attempt.State}, "code": {"c"}}); s != nil || !fault.Is(err, tt.kind) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.status == 200 && strings.HasPrefix(tt.body, "{") {
			continue // is an answer of the REST interface: an empty person
		}
		if p, err := w.client.Person(t.Context(), s); p != nil || fault.As(err) == nil {
			t.Errorf("%s, person: %v", tt.name, err)
		}
	}
}

func plainToken(t *testing.T, header string) string {
	t.Helper()
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	claims, err := json.Marshal(map[string]any{"sub": 1})
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(header)) + "." + encode(claims)
	sig, err := gost.SignMessage(rand.Reader, key, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(sig)
}
