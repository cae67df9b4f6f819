package desk

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/cmd/agent/internal/pairing"
	"signdesk/cmd/agent/internal/refusal"
)

// A name that resolves to the loopback address is not the agent's address.
func TestHost(t *testing.T) {
	w := newWorkplace(t)
	_, port, _ := strings.Cut(w.addr, ":")
	for _, host := range []string{"localhost:" + port, "evil.example:" + port, "127.0.0.1", "127.0.0.1:1", "127.1:" + port, ""} {
		for _, path := range []string{"/v1/status", "/", "/w/5c2f0f2e-3c0b-4a52-9c6e-0d6f3f6f7a11", "/window.js"} {
			r := httptest.NewRequest("GET", path, nil)
			r.Host = host
			r.Header.Set("Origin", consoleOrigin)
			rec := w.recorder(r)
			if rec.Code != http.StatusForbidden || !strings.Contains(rec.Body.String(), `"host"`) || rec.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("Host %q, %s: %d %s", host, path, rec.Code, rec.Body)
			}
		}
	}
}

func TestOrigin(t *testing.T) {
	w := newWorkplace(t)
	for _, origin := range []string{"", "null", "http://127.0.0.1", "http://127.0.0.1:8081", "https://127.0.0.1:8080", "http://127.0.0.1:8080.evil.example", "http://localhost:8080", "http://127.0.0.1:8080/"} {
		for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS"} {
			r := httptest.NewRequest(method, "/v1/status", nil)
			r.Host = w.addr
			if origin != "" {
				r.Header.Set("Origin", origin)
			}
			rec := w.recorder(r)
			if rec.Code != http.StatusForbidden || rec.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s from %q: %d %v", method, origin, rec.Code, rec.Header())
			}
		}
	}
}

func TestPreflight(t *testing.T) {
	w := newWorkplace(t)
	r := httptest.NewRequest("OPTIONS", "/v1/operations", nil)
	r.Host = w.addr
	r.Header.Set("Origin", consoleOrigin)
	r.Header.Set("Access-Control-Request-Method", "POST")
	r.Header.Set("Access-Control-Request-Private-Network", "true")
	rec := w.recorder(r)
	h := rec.Header()
	if rec.Code != http.StatusNoContent || h.Get("Access-Control-Allow-Origin") != consoleOrigin || h.Get("Vary") != "Origin" ||
		h.Get("Access-Control-Allow-Private-Network") != "true" || h.Get("Access-Control-Allow-Headers") != "Content-Type" ||
		h.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("preflight: %d %v", rec.Code, h)
	}
}

func TestOperationsRefused(t *testing.T) {
	w := newWorkplace(t)
	post := func(want refusal.Code, body []byte, edit ...func(*http.Request)) {
		t.Helper()
		w.refused(want, "POST", "/v1/operations", body, edit...)
	}
	good := w.request()

	stranger := *w.secret
	w.secret = &pairing.Secret{7}
	forged := w.seal(good)
	w.secret = &stranger
	post(refusal.MAC, forged)

	other := *good
	other.Origin = "http://127.0.0.1:9999"
	post(refusal.Origin, w.seal(&other))

	late := *good
	late.IssuedAt, late.ExpiresAt = w.now().Add(-5*time.Minute), w.now().Add(-time.Second)
	post(refusal.Expired, w.seal(&late))

	digest := *good
	digest.Kind = "digest"
	post(refusal.Kind, w.seal(&digest))

	post(refusal.Malformed, []byte("{}{}"))
	post(refusal.TooLarge, make([]byte, envelope.MaxBody+1))
	w.refused(refusal.Method, "PUT", "/v1/operations", nil)
	w.refused(refusal.Method, "GET", "/v1/digest", nil)
	w.refused(refusal.Unknown, "GET", "/v1/operations/..%2f..%2fpairing", nil)
	w.refused(refusal.Unknown, "GET", "/v1/operations/"+good.ID, nil)

	// None of the refusals above used the nonce up; now it is used for ever,
	// by id and by nonce, over a restart too.
	w.ask(good)
	post(refusal.Replay, w.seal(good))
	sameNonce := w.request()
	sameNonce.Nonce = good.Nonce
	post(refusal.Replay, w.seal(sameNonce))
	sameID := w.request()
	sameID.ID = good.ID
	post(refusal.Replay, w.seal(sameID))
	w.restart()
	post(refusal.Replay, w.seal(good))
	post(refusal.Replay, w.seal(sameNonce))
	w.refused(refusal.Unknown, "GET", "/v1/operations/"+good.ID, nil) // it waited when the agent was killed
}

func TestRateLimits(t *testing.T) {
	w := newWorkplace(t)
	for range maxWaiting {
		w.ask(w.request())
	}
	w.refused(refusal.Rate, "POST", "/v1/operations", w.seal(w.request()))

	w.later(time.Minute)
	for range 30 {
		w.refused(refusal.Malformed, "POST", "/v1/operations", []byte("{"))
	}
	w.refused(refusal.Rate, "POST", "/v1/operations", []byte("{"))
	w.later(time.Minute)
	w.refused(refusal.Malformed, "POST", "/v1/operations", []byte("{"))
}

// An operation belongs to the origin that asked it.
func TestForeignConsole(t *testing.T) {
	w := newWorkplace(t)
	w.desk.Origins = append(w.desk.Origins, "https://other.example")
	a := w.ask(w.request())
	foreign := func(r *http.Request) { r.Header.Set("Origin", "https://other.example") }
	w.refused(refusal.Unknown, "GET", "/v1/operations/"+a.ID, nil, foreign)
	w.refused(refusal.Unknown, "DELETE", "/v1/operations/"+a.ID, nil, foreign)
	if o := w.outcome(a.ID); o.State != Waiting {
		t.Errorf("after a foreign DELETE: %s", o.State)
	}
	w.call("DELETE", "/v1/operations/"+a.ID, nil, nil)
	w.refused(refusal.Unknown, "GET", "/v1/operations/"+a.ID, nil, foreign)
	if o := w.outcome(a.ID); o.State != Refused || o.Error.Code != refusal.Cancelled {
		t.Errorf("after DELETE: %+v", o)
	}
}
