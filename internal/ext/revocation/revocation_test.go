package revocation

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Only public addresses are dialled, however they are written.
func TestPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"77.88.55.60": true, "8.8.8.8": true, "2a02:6b8::2:242": true,
		"127.0.0.1": false, "::1": false, "10.0.0.1": false, "172.16.5.4": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false,
		"0.0.0.0": false, "224.0.0.1": false, "255.255.255.255": false, "198.18.0.1": false, "192.0.2.7": false, "240.0.0.1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::7f00:1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "fe80::1": false, "fc00::1": false, "ff02::1": false, "::": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func words(t *testing.T, err error) string {
	t.Helper()
	var trouble *Trouble
	if !errors.As(err, &trouble) {
		t.Fatalf("%v is no Trouble", err)
	}
	return trouble.Text
}

// An address of a stranger leads nowhere inside: no connection is made.
func TestInside(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(server.URL, "http://"))
	c := New(nil)
	for _, address := range []string{server.URL, "http://localhost:" + port, "http://127.0.0.1/crl", "http://localhost/crl", "http://[::1]/crl", "http://[::ffff:127.0.0.1]/crl",
		"http://0/crl", "http://169.254.169.254/latest/meta-data", "https://127.0.0.1/crl", "ldap://ca.example/cn=crl", "file:///etc/passwd", "http://user:pass@ca.example/crl",
		"http:///crl", "http:crl", "gopher://127.0.0.1", "http://ca.example:22/", "", "http://127.1/", "\x00"} {
		if _, err := c.List(t.Context(), address); err == nil {
			t.Errorf("%q answered", address)
		} else if text := words(t, err); !strings.Contains(text, "не подходит") && !strings.Contains(text, "внутреннюю сеть") && !strings.Contains(text, "не отвечает") {
			t.Errorf("%q: %s", address, text)
		}
	}
	if asked.Load() != 0 {
		t.Errorf("asked %d times", asked.Load())
	}
}

// What answers is held to type, size, time and its own address.
func TestAnswers(t *testing.T) {
	var elsewhere atomic.Int32
	mux := http.NewServeMux()
	give := func(path, kind string, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = io.WriteString(w, body)
		})
	}
	give("/list", "application/pkix-crl", "list")
	give("/octets", "application/octet-stream; charset=binary", "list")
	give("/html", "text/html", "<h1>Технические работы</h1>")
	give("/elsewhere", "application/pkix-crl", "list")
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		elsewhere.Add(1)
		http.Redirect(w, r, "/list", http.StatusFound)
	})
	mux.HandleFunc("/error", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusBadGateway) })
	mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/ocsp-response")
		for range 100 {
			_, _ = w.Write(make([]byte, 1<<10))
		}
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pkix-crl")
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "half")
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/ocsp", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/ocsp-request" {
			http.Error(w, "not OCSP", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/ocsp-response")
		_, _ = w.Write(append([]byte("answer to "), body...))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	c := New([]string{strings.TrimPrefix(server.URL, "http://")})
	for _, path := range []string{"/list", "/octets"} {
		if b, err := c.List(t.Context(), server.URL+path); err != nil || string(b) != "list" {
			t.Errorf("%s: %q %v", path, b, err)
		}
	}
	if b, err := c.Ask(t.Context(), server.URL+"/ocsp", []byte("question")); err != nil || string(b) != "answer to question" {
		t.Errorf("%q %v", b, err)
	}
	for path, want := range map[string]string{"/html": "не то, что спрашивали", "/moved": "перенаправляет", "/error": "ошибкой 502", "/cut": "оборвал", "/none": "ошибкой 404"} {
		if _, err := c.List(t.Context(), server.URL+path); err == nil || !strings.Contains(words(t, err), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := c.Ask(t.Context(), server.URL+"/endless", nil); err == nil || !strings.Contains(words(t, err), "велик") {
		t.Error(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.List(short, server.URL+"/slow"); err == nil || !strings.Contains(words(t, err), "не отвечает") {
		t.Error(err)
	}
	if elsewhere.Load() != 1 {
		t.Errorf("%d redirects", elsewhere.Load())
	}
}
