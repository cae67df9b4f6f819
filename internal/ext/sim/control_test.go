package sim_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Keys, secrets and knobs are made once.
func TestRestartKeepsEverything(t *testing.T) {
	p := newPlace(t, "")
	names := []string{"smev-client.key.pem", "smev-client.cert.pem", "smev-ca.pem", "ca-root.pem", "fns-ca.pem",
		"cmp-secret", "onec-token", "sms-token", "keys/ca-issuer.key.pem", "keys/fns.key.pem"}
	before := map[string][]byte{}
	for _, n := range names {
		before[n] = p.file(n)
	}
	p.turn(`{"ca":{"wait_seconds":60,"refuse":"нет"}}`)
	p.restart()
	for _, n := range names {
		if !bytes.Equal(before[n], p.file(n)) {
			t.Errorf("%s changed", n)
		}
	}
	if k := p.turn("{}").Systems["ca"].Knobs; k.WaitSeconds != 60 || k.Refuse != "нет" {
		t.Errorf("knobs: %+v", k)
	}
}

func TestControlRefuses(t *testing.T) {
	p := newPlace(t, "")
	ask := func(change func(*http.Request), body string) int {
		r := httptest.NewRequest("POST", "http://127.0.0.1/control", strings.NewReader(body))
		r.RemoteAddr = "127.0.0.1:5"
		change(r)
		w := httptest.NewRecorder()
		p.world.Handler().ServeHTTP(w, r)
		return w.Code
	}
	same := func(*http.Request) {}
	for _, row := range []struct {
		name   string
		change func(*http.Request)
		body   string
		want   int
	}{
		{"right", same, `{"smev":{"twice":true}}`, 200},
		{"another machine", func(r *http.Request) { r.RemoteAddr = "10.0.0.7:5" }, `{}`, 403},
		{"name that was bent to loopback", func(r *http.Request) { r.Host = "evil.example" }, `{}`, 403},
		{"form of another site", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, `{}`, 403},
		{"unknown system", same, `{"bank":{}}`, 400},
		{"unknown knob", same, `{"smev":{"magic":true}}`, 400},
		{"value no knob has", same, `{"smev":{"down":"asleep"}}`, 400},
		{"one bad knob changes none", same, `{"ca":{"refuse":"x"},"smev":{"slow_seconds":-1}}`, 400},
	} {
		if got := ask(row.change, row.body); got != row.want {
			t.Errorf("%s: %d, want %d", row.name, got, row.want)
		}
	}
	if k := p.world.CA.Knobs(); k.Refuse != "" {
		t.Error("half of a bad wish was fulfilled")
	}
}

// The pages show what was received and turn the knobs, under a strict policy.
func TestPages(t *testing.T) {
	p := newPlace(t, "")
	c := p.caller()
	c.send(newID(t), passportP001("4510", "123456"))
	index := p.get("/")
	for _, want := range []string{"СМЭВ 3 и ведомства", "Удостоверяющий центр", "POST /smev", "/message/smev/1", "Писем нет"} {
		if !strings.Contains(index, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if message := p.get("/message/smev/1"); !strings.Contains(message, "passportRFNumber") || strings.Contains(message, "<p:request") {
		t.Error("the message is not shown, or not escaped")
	}
	if raw := p.get("/message/smev/1/request"); !strings.HasPrefix(raw, "<S:Envelope") {
		t.Error("raw bytes differ")
	}
	if !strings.Contains(p.get("/onec/"), "Idempotency-Key") || !strings.Contains(p.get("/sim.css"), "--accent") {
		t.Error("page of 1C or style sheet")
	}
	resp, err := http.PostForm(p.server.URL+"/knobs/smev", url.Values{"down": {"503"}, "wait_seconds": {"2,5"}, "twice": {"1"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if k := p.world.SMEV.Knobs(); resp.StatusCode != http.StatusOK || k.Down != "503" || k.WaitSeconds != 2.5 || !k.Twice {
		t.Errorf("%d %+v", resp.StatusCode, k)
	}
	if !strings.Contains(p.get("/"), "отвечает 503") {
		t.Error("trouble is not shown")
	}
	resp, err = http.Get(p.server.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if policy := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("policy %q", policy)
	}
}
