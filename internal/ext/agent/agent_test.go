package agent

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

var code = strings.Repeat("A", 52)

func TestNewRefuses(t *testing.T) {
	for _, tt := range []struct{ address, code string }{
		{"unix:/run/key.sock", "AAAA"}, {"unix:/run/key.sock", "not a code"}, {"", code}, {"127.0.0.1:8096", code},
		{"http://192.0.2.7:8096", code}, {"http://localhost:8096", code}, {"https://127.0.0.1:8096", code}, {"http://127.0.0.1", code},
	} {
		if _, err := New(tt.address, tt.code, nil); err == nil {
			t.Errorf("%q with code %q was taken", tt.address, tt.code)
		}
	}
	for _, address := range []string{"unix:/run/key.sock", "http://127.0.0.1:8096", "http://127.0.0.1:8096/", "http://[::1]:8096"} {
		if _, err := New(address, strings.ToLower(code[:26])+" "+code[26:]+"\n", nil); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// Whatever answers in the agent's place, there is an *Error and no signature.
func TestStrangeAnswers(t *testing.T) {
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		status    int
		body      string
		code      string
		temporary bool
	}{
		"a page":          {200, "<html>", Down, true},
		"nothing":         {200, "{}", OtherKey, true},
		"no signature":    {200, `{"signature":"AAAA","key":"AAAA"}`, OtherKey, true},
		"a proxy's 502":   {502, "<html>", Down, true},
		"a redirect":      {302, "", Down, true},
		"its refusal":     {403, `{"code":"kind","text":"Не подписывает."}`, Foreign, false},
		"another pairing": {403, `{"code":"mac"}`, WrongCode, true},
		"its clock":       {422, `{"code":"clock"}`, "clock", true},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(tt.status)
			_, _ = w.Write([]byte(tt.body))
		}))
		c, err := New(server.URL, code, &key.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		_, signed := c.SignMessage(rand.Reader, []byte("x"), nil)
		for what, err := range map[string]error{"sign": signed, "check": c.Check(t.Context())} {
			var e *Error
			if !errors.As(err, &e) || e.Code != tt.code || e.Temporary() != tt.temporary || e.Cure() == "" {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
		server.Close()
	}
}

// An agent that does not answer does not hold the console for ever.
func TestSilentAgent(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer func() { close(release); server.Close() }()
	c, err := New(server.URL, code, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var e *Error
	if err := c.Check(ctx); !errors.As(err, &e) || e.Code != Down || !e.Temporary() {
		t.Errorf("%v", err)
	}
}
