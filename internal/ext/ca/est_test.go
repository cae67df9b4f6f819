package ca_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"signdesk/internal/ext/ca"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
)

// est is a client of the simulated authority over plain HTTP of this machine.
func (a *authority) est(t *testing.T, password string) *ca.EST {
	t.Helper()
	root, err := gost.ParseCertificate(a.read("ca-root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := ca.NewEST(a.server.URL+"/ca/est", "console", password, nil, []*gost.Certificate{root}, a.now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (a *authority) secret() string { return strings.TrimSpace(string(a.read("cmp-secret"))) }

// Waiting, certificate, the same again: one certificate comes of it.
func TestESTCertificate(t *testing.T) {
	a := newAuthority(t)
	c := a.est(t, a.secret())
	csr := newCSR(t, newKey(t))
	if err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		got, err := c.Submit(t.Context(), id(1), csr)
		if err != nil || got.Certificate != nil || got.CheckAfter < 3*time.Second || got.CheckAfter > 4*time.Second || !bytes.Equal(got.Transaction, id(1)) {
			t.Fatalf("submitted: %+v, %v", got, err)
		}
		a.restart()
		c = a.est(t, a.secret())
	}
	a.forward(5 * time.Second)
	var first []byte
	for range 2 {
		got, err := c.Poll(t.Context(), id(1), csr)
		if err != nil || got.Certificate == nil || len(got.Chain) != 2 {
			t.Fatalf("polled: %+v, %v", got, err)
		}
		if first != nil && !bytes.Equal(first, got.Certificate) {
			t.Error("another certificate for the same request")
		}
		first = got.Certificate
	}
	if err := c.Confirm(t.Context(), id(1), first); err != nil || a.issued() != 1 {
		t.Errorf("%v, %d issued", err, a.issued())
	}
	issued, err := gost.ParseCertificate(first)
	if err != nil {
		t.Fatal(err)
	}
	var refusal *ca.Refusal
	if err := c.Revoke(t.Context(), id(2), issued, 1); !errors.As(err, &refusal) || !strings.Contains(refusal.Text, "EST") {
		t.Errorf("revoked: %v", err)
	}
}

func TestESTRefusalsAndTroubles(t *testing.T) {
	a := newAuthority(t)
	csr := newCSR(t, newKey(t))
	ask := func(c *ca.EST, csr []byte) error {
		_, err := c.Submit(t.Context(), id(1), csr)
		return err
	}
	refused := func(name string, err error, words string) {
		t.Helper()
		var r *ca.Refusal
		if !errors.As(err, &r) || !strings.Contains(r.Text, words) {
			t.Errorf("%s: %v", name, err)
		}
	}
	trouble := func(name string, err error, untrusted bool) {
		t.Helper()
		var r *ca.Trouble
		if !errors.As(err, &r) || r.Untrusted != untrusted {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := a.est(t, a.secret())
	trouble("wrong password", ask(a.est(t, "guess"), csr), true)
	refused("no request", ask(c, []byte("-----BEGIN")), "не читается")
	broken := newCSR(t, newKey(t))
	broken[len(broken)-3] ^= 1
	refused("broken signature", ask(c, broken), "signature of the PKCS#10")
	for _, down := range []string{"503", "drop"} {
		a.turn(func(k *state.Knobs) { k.Down = down })
		trouble(down, ask(c, csr), false)
		trouble(down+" on ping", c.Ping(t.Context()), false)
	}
	a.turn(func(k *state.Knobs) { k.Down = ""; k.Refuse = "СНИЛС не подтверждён." })
	if err := ask(c, csr); err != nil {
		t.Fatal(err)
	}
	a.forward(5 * time.Second)
	refused("refused", ask(c, csr), "Удостоверяющий центр отказал: СНИЛС не подтверждён.")
	a.turn(func(k *state.Knobs) { k.Refuse = ""; k.WrongSignature = true })
	other := newCSR(t, newKey(t))
	if err := ask(c, other); err != nil {
		t.Fatal(err)
	}
	a.forward(5 * time.Second)
	trouble("badly signed certificate", ask(c, other), true)
	a.turn(func(k *state.Knobs) { k.WrongSignature = false })
	if err := ask(c, other); err != nil {
		t.Errorf("repaired: %v", err)
	}
}

// Answers no authority should give.
func TestESTForeignAnswers(t *testing.T) {
	a := newAuthority(t)
	csr := newCSR(t, newKey(t))
	var answer http.HandlerFunc
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r) }))
	defer server.Close()
	root, err := gost.ParseCertificate(a.read("ca-root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := ca.NewEST(server.URL, "", "", nil, []*gost.Certificate{root}, a.now)
	if err != nil {
		t.Fatal(err)
	}
	give := func(status int, kind, body string, headers ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(headers); i += 2 {
				w.Header().Set(headers[i], headers[i+1])
			}
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	const certs = "application/pkcs7-mime; smime-type=certs-only"
	for name, row := range map[string]struct {
		answer    http.HandlerFunc
		untrusted bool
	}{
		"a page":           {give(200, "text/html", "<html>"), true},
		"no base64":        {give(200, certs, "%%%"), true},
		"no ASN.1":         {give(200, certs, base64.StdEncoding.EncodeToString([]byte("hello"))), true},
		"a full response":  {give(200, "application/pkcs7-mime; smime-type=CMC-response", ""), true},
		"elsewhere":        {give(302, "text/plain", "", "Location", "https://example.org/"), false},
		"too large":        {give(200, certs, strings.Repeat("A", 1<<20+1)), false},
		"not found":        {give(404, "text/plain", "no such page"), false},
		"too many":         {give(429, "text/plain", "slow down"), false},
		"its own trouble":  {give(500, "text/plain", "\x00\x07 disk \xff full"), false},
		"not the password": {give(403, "text/plain", "no"), true},
	} {
		answer = row.answer
		_, err := c.Submit(t.Context(), id(1), csr)
		var trouble *ca.Trouble
		if !errors.As(err, &trouble) || trouble.Untrusted != row.untrusted || strings.ContainsAny(trouble.Text, "\x00\x07") || !utf8.ValidString(trouble.Text) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for value, after := range map[string]time.Duration{"": 30 * time.Second, "7": 7 * time.Second, "0": time.Second, "-5": time.Second, "99999999": 24 * time.Hour,
		"soon": 30 * time.Second, a.now().Add(time.Hour).UTC().Format(http.TimeFormat): time.Hour} {
		answer = give(202, "text/plain", "wait", "Retry-After", value)
		got, err := c.Submit(t.Context(), id(1), csr)
		if err != nil || (got.CheckAfter-after).Abs() > 2*time.Second {
			t.Errorf("Retry-After %q: %+v, %v", value, got, err)
		}
	}
	for _, address := range []string{"", "http://ca.example/est", "ftp://ca.example", "https://user:pw@ca.example", "https://ca.example/est?x=1", "https://"} {
		if _, err := ca.NewEST(address, "", "", nil, nil, a.now); err == nil {
			t.Errorf("%q is taken", address)
		}
	}
}

// Over TLS the authority is known by its certificate, and we may be known by ours.
func TestESTOverTLS(t *testing.T) {
	a := newAuthority(t)
	server := httptest.NewUnstartedServer(a.world.Handler())
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.Config.ErrorLog = nil
	server.StartTLS()
	defer server.Close()
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	ours := server.TLS.Certificates[0] // any key pair will do
	for name, row := range map[string]struct {
		trust *x509.CertPool
		ours  []tls.Certificate
		good  bool
	}{"trusted": {pool, []tls.Certificate{ours}, true}, "unknown server": {x509.NewCertPool(), []tls.Certificate{ours}, false}, "without ours": {pool, nil, false}} {
		c, err := ca.NewEST(server.URL+"/ca/est", "console", a.secret(),
			&http.Transport{TLSClientConfig: &tls.Config{RootCAs: row.trust, Certificates: row.ours}}, nil, a.now)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Ping(t.Context()); (err == nil) != row.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// OpenSSL issues and packs the certificates our client reads, another web
// server hands them out; curl and OpenSSL enrol at our simulator.
func TestESTForeignPrograms(t *testing.T) {
	p := newPeer(t)
	p.run("crl2pkcs7", "-nocrl", "-certfile", "leaf.pem", "-outform", "DER", "-out", "leaf.p7")
	p.run("crl2pkcs7", "-nocrl", "-certfile", "root.pem", "-outform", "DER", "-out", "root.p7")
	pack := func(name string) string { return base64.StdEncoding.EncodeToString(p.read(name)) }
	var took []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/pkcs7-mime")
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, pack("root.p7"))
			return
		}
		took, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, pack("leaf.p7"))
	}))
	defer server.Close()
	c, err := ca.NewEST(server.URL, "", "", nil, []*gost.Certificate{p.root}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	var kept []ca.Wire
	c.Keep = func(_ context.Context, w ca.Wire) error { kept = append(kept, w); return nil }
	got, err := c.Submit(t.Context(), id(1), p.csr)
	if err != nil || !bytes.Equal(got.Certificate, p.cert) || len(got.Chain) != 1 || len(kept) != 4 || kept[0].Operation != "simpleenroll" || !kept[0].Sent {
		t.Fatalf("%+v, %v, %d kept", got, err, len(kept))
	}
	p.write("took.b64", took)
	p.run("base64", "-d", "-A", "-in", "took.b64", "-out", "took.csr")
	p.run("req", "-verify", "-inform", "DER", "-in", "took.csr", "-noout")
	var refusal *ca.Refusal
	if _, err := c.Submit(t.Context(), id(1), newCSR(t, newKey(t))); !errors.As(err, &refusal) || !strings.Contains(refusal.Text, "другой ключ") {
		t.Errorf("another key: %v", err)
	}

	a := newAuthority(t)
	a.turn(func(k *state.Knobs) { k.WaitSeconds = 0 })
	p.write("ask.b64", []byte(base64.StdEncoding.EncodeToString(p.csr)))
	p.write("curl.cnf", []byte(`user = "console:`+a.secret()+`"`))
	curl := func(args ...string) []byte {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), "curl", append([]string{"-sS", "--fail-with-body", "--max-time", "20", "-K", filepath.Join(p.dir, "curl.cnf")}, args...)...).CombinedOutput()
		if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") != "true" {
			t.Skip("no curl")
		}
		if err != nil {
			t.Fatalf("curl: %v: %s", err, out)
		}
		return out
	}
	read := func(b64 []byte) string {
		t.Helper()
		der, err := base64.StdEncoding.DecodeString(string(b64))
		if err != nil {
			t.Fatal(err)
		}
		p.write("got.p7", der)
		return p.run("pkcs7", "-inform", "DER", "-in", "got.p7", "-print_certs")
	}
	chain := read(curl(a.server.URL + "/ca/est/cacerts"))
	issued := read(curl("-H", "Content-Type: application/pkcs10", "--data-binary", "@"+filepath.Join(p.dir, "ask.b64"), a.server.URL+"/ca/est/simpleenroll"))
	if !strings.Contains(issued, "CN = Shchukina") && !strings.Contains(issued, "CN=Shchukina") {
		t.Errorf("issued: %s", issued)
	}
	block, _ := pem.Decode([]byte(issued[strings.Index(issued, "-----BEGIN"):]))
	p.write("issued.pem", pem.EncodeToMemory(block))
	p.write("chain.pem", []byte(chain))
	p.write("ca.pem", a.read("ca-root.pem"))
	p.run("verify", "-CAfile", "ca.pem", "-untrusted", "chain.pem", "issued.pem")
}
