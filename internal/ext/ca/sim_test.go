package ca_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"signdesk/internal/ext/ca"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
)

// authority is the simulated CA behind a port, with a clock tests move.
type authority struct {
	t      *testing.T
	dir    string
	mu     sync.Mutex
	plus   time.Duration
	world  *sim.World
	server *httptest.Server
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	a.start()
	t.Cleanup(a.stop)
	return a
}

func (a *authority) now() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return time.Now().Add(a.plus)
}

func (a *authority) forward(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.plus += d
}

func (a *authority) start() {
	a.t.Helper()
	w, err := sim.NewWorld(sim.Options{Dir: a.dir, Now: a.now, BaseURL: "http://127.0.0.1"})
	if err != nil {
		a.t.Fatal(err)
	}
	a.world, a.server = w, httptest.NewServer(w.Handler())
}

func (a *authority) stop() {
	a.server.Close()
	if err := a.world.Close(); err != nil {
		a.t.Error(err)
	}
}

func (a *authority) restart() { a.stop(); a.start() }

func (a *authority) turn(change func(*state.Knobs)) {
	a.t.Helper()
	k := a.world.CA.Knobs()
	change(&k)
	if err := a.world.CA.SetKnobs(k); err != nil {
		a.t.Fatal(err)
	}
}

func (a *authority) issued() int { return a.world.CA.Counters()["issued"] }

func (a *authority) read(name string) []byte {
	a.t.Helper()
	b, err := os.ReadFile(filepath.Join(a.dir, name))
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

// client is a fresh process of the console: it knows nothing of earlier calls.
func (a *authority) client() *ca.Client {
	a.t.Helper()
	root, err := gost.ParseCertificate(a.read("ca-root.pem"))
	if err != nil {
		a.t.Fatal(err)
	}
	return ca.New(a.server.URL+"/ca/cmp", "console", strings.TrimSpace(string(a.read("cmp-secret"))), []*gost.Certificate{root}, a.now)
}

func newKey(t testing.TB) *gost.PrivateKey {
	t.Helper()
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newCSR(t testing.TB, key *gost.PrivateKey) []byte {
	t.Helper()
	der, err := gost.CreateRequest(rand.Reader, &gost.RequestTemplate{Subject: gost.Name{
		{Type: gost.OIDCommonName, Value: "Щукина Анна Игоревна"}, {Type: gost.OIDSNILS, Value: "11223344595"}, {Type: gost.OIDCountry, Value: "RU"}}}, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func id(n byte) []byte { return append([]byte("transaction-000"), n) }

// Waiting, certificate, confirmation; every step twice, by a new process each
// time, the authority restarted in between: one certificate comes of it.
func TestCertificateAcrossRestarts(t *testing.T) {
	a := newAuthority(t)
	key := newKey(t)
	csr := newCSR(t, key)
	for range 2 {
		got, err := a.client().Submit(t.Context(), id(1), csr)
		if err != nil || got.Certificate != nil || got.CheckAfter != time.Second {
			t.Fatalf("submitted: %+v, %v", got, err)
		}
		a.restart()
	}
	for range 2 {
		got, err := a.client().Poll(t.Context(), id(1), csr)
		if err != nil || got.Certificate != nil || got.CheckAfter < 3*time.Second || got.CheckAfter > 4*time.Second {
			t.Fatalf("polled early: %+v, %v", got, err)
		}
		a.restart()
	}
	a.forward(5 * time.Second)
	var certificate []byte
	for n := range 4 {
		var got *ca.Answer
		var err error
		if n%2 == 0 {
			got, err = a.client().Poll(t.Context(), id(1), csr)
		} else {
			got, err = a.client().Submit(t.Context(), id(1), csr)
		}
		if err != nil || got.Certificate == nil || len(got.Chain) != 2 {
			t.Fatalf("polled: %+v, %v", got, err)
		}
		if certificate != nil && !bytes.Equal(certificate, got.Certificate) {
			t.Error("another certificate in the same transaction")
		}
		certificate = got.Certificate
		a.restart()
	}
	cert, err := gost.ParseCertificate(certificate)
	if err != nil || !cert.PublicKey.Equal(key.Public()) {
		t.Fatalf("certificate is on another key, %v", err)
	}
	for range 2 {
		if err := a.client().Confirm(t.Context(), id(1), certificate); err != nil {
			t.Fatal(err)
		}
		a.restart()
	}
	if got, err := a.client().Poll(t.Context(), id(1), csr); err != nil || !bytes.Equal(got.Certificate, certificate) {
		t.Errorf("after the confirmation: %v", err)
	}
	if a.issued() != 1 {
		t.Errorf("%d certificates issued", a.issued())
	}
	for range 2 {
		if err := a.client().Revoke(t.Context(), id(2), cert, 1); err != nil {
			t.Fatal(err)
		}
		a.restart()
	}
	der, err := a.world.CA.CRL()
	if err != nil {
		t.Fatal(err)
	}
	crl, err := gost.ParseCRL(der)
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := crl.Find(cert.Serial); !ok || e.Reason != 1 {
		t.Errorf("list of revoked: %+v, %v", e, ok)
	}
}

// A refusal is for good, in the authority's words.
func TestRefusals(t *testing.T) {
	a := newAuthority(t)
	c := a.client()
	csr := newCSR(t, newKey(t))
	refused := func(name string, err error, words string) {
		t.Helper()
		var r *ca.Refusal
		if !errors.As(err, &r) || !strings.Contains(r.Text, words) {
			t.Errorf("%s: %v", name, err)
		}
	}
	a.turn(func(k *state.Knobs) { k.Refuse = "СНИЛС не подтверждён." })
	if _, err := c.Submit(t.Context(), id(1), csr); err != nil {
		t.Fatal(err)
	}
	a.forward(5 * time.Second)
	_, err := c.Poll(t.Context(), id(1), csr)
	refused("refused", err, "Удостоверяющий центр отказал: СНИЛС не подтверждён.")
	_, err = c.Submit(t.Context(), id(1), csr)
	refused("refused, asked again", err, "СНИЛС не подтверждён")
	a.turn(func(k *state.Knobs) { k.Refuse = "" })

	if _, err := c.Submit(t.Context(), id(2), csr); err != nil { // the key may be used after the refusal
		t.Fatal(err)
	}
	_, err = c.Submit(t.Context(), id(3), csr)
	refused("same key under another transaction", err, "already in request")
	_, err = c.Submit(t.Context(), id(4), []byte("-----BEGIN"))
	refused("no request", err, "не читается")
	broken := newCSR(t, newKey(t))
	broken[len(broken)-3] ^= 1
	_, err = c.Submit(t.Context(), id(5), broken)
	refused("broken signature", err, "signature of the PKCS#10")
	_, err = c.Poll(t.Context(), id(6), csr)
	var trouble *ca.Trouble
	if !errors.As(err, &trouble) || !strings.Contains(trouble.Text, "no such transaction") {
		t.Errorf("unknown transaction: %v", err)
	}

	a.forward(5 * time.Second)
	got, err := c.Poll(t.Context(), id(2), csr)
	if err != nil {
		t.Fatal(err)
	}
	// the transaction's name was given to another request: its certificate is not ours
	_, err = c.Submit(t.Context(), id(2), newCSR(t, newKey(t)))
	refused("transaction of another request", err, "другой ключ")
	cert, err := gost.ParseCertificate(got.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	refused("no such reason", c.Revoke(t.Context(), id(7), cert, 7), "причины")
	root, err := gost.ParseCertificate(a.read("ca-root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	refused("foreign certificate", c.Revoke(t.Context(), id(8), root, 1), "not ours")
	refused("confirming what was not issued", c.Confirm(t.Context(), id(2), root.Raw), "another certificate")
}

// Whatever happens on the way is temporary, and goes on where it stood.
func TestTrouble(t *testing.T) {
	a := newAuthority(t)
	csr := newCSR(t, newKey(t))
	try := func(name string, c *ca.Client, untrusted bool) {
		t.Helper()
		_, err := c.Submit(t.Context(), id(1), csr)
		var trouble *ca.Trouble
		if !errors.As(err, &trouble) || trouble.Untrusted != untrusted || trouble.Text == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*state.Knobs){
		"down":    func(k *state.Knobs) { k.Down = state.Busy },
		"dropped": func(k *state.Knobs) { k.Down = state.Drop },
	} {
		a.turn(change)
		try(name, a.client(), false)
		a.turn(func(k *state.Knobs) { k.Down = state.Up })
	}
	a.turn(func(k *state.Knobs) { k.SlowSeconds = 2 })
	slow := a.client()
	slow.HTTP = &http.Client{Timeout: 50 * time.Millisecond}
	try("slow", slow, false)
	a.turn(func(k *state.Knobs) { k.SlowSeconds, k.WrongSignature = 0, true })
	try("wrong MAC", a.client(), true)
	a.turn(func(k *state.Knobs) { k.WrongSignature = false })

	root, err := gost.ParseCertificate(a.read("ca-root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots, secret := []*gost.Certificate{root}, strings.TrimSpace(string(a.read("cmp-secret")))
	try("wrong secret", ca.New(a.server.URL+"/ca/cmp", "console", "guess", roots, a.now), true)
	try("wrong reference", ca.New(a.server.URL+"/ca/cmp", "somebody", secret, roots, a.now), true)
	try("wrong address", ca.New(a.server.URL+"/", "console", secret, roots, a.now), false)

	if _, err := a.client().Submit(t.Context(), id(1), csr); err != nil {
		t.Fatal(err)
	}
	a.forward(5 * time.Second)
	_, err = ca.New(a.server.URL+"/ca/cmp", "console", secret, nil, a.now).Poll(t.Context(), id(1), csr)
	var trouble *ca.Trouble
	if !errors.As(err, &trouble) || !trouble.Untrusted {
		t.Errorf("no roots: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.client().Poll(ctx, id(1), csr); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if got, err := a.client().Poll(t.Context(), id(1), csr); err != nil || got.Certificate == nil || a.issued() != 1 {
		t.Errorf("repaired: %+v, %v, %d issued", got, err, a.issued())
	}
	if _, err := a.client().Poll(t.Context(), []byte("short"), csr); err == nil {
		t.Error("a transaction of 5 bytes")
	}
}

// The journal sees every message; what it cannot record is not sent. Answers
// to another message, transaction or caller are not believed.
func TestKeepAndReplay(t *testing.T) {
	a := newAuthority(t)
	csr := newCSR(t, newKey(t))
	c := a.client()
	var kept []ca.Wire
	c.Keep = func(_ context.Context, w ca.Wire) error { kept = append(kept, w); return nil }
	if _, err := c.Submit(t.Context(), id(1), csr); err != nil {
		t.Fatal(err)
	}
	if len(kept) != 2 || !kept[0].Sent || kept[1].Sent || kept[1].Status != 200 || kept[0].Operation != "p10cr" ||
		kept[0].Transaction != "7472616e73616374696f6e2d30303001" || !bytes.Contains(kept[0].Body, csr) {
		t.Fatalf("%+v", kept)
	}
	var message struct {
		Header, Body, Protection asn1.RawValue
	}
	if rest, err := asn1.Unmarshal(kept[0].Body, &message); err != nil || len(rest) != 0 || message.Body.Tag != 4 {
		t.Errorf("our message: %v", err)
	}
	for name, old := range map[string][]byte{"an old answer": kept[1].Body, "our own message": kept[0].Body, "rubbish": []byte("hello")} {
		replay := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/pkixcmp")
			_, _ = w.Write(old)
		}))
		r := ca.New(replay.URL, "console", strings.TrimSpace(string(a.read("cmp-secret"))), nil, a.now)
		for _, n := range []byte{1, 2} {
			_, err := r.Poll(t.Context(), id(n), csr)
			var trouble *ca.Trouble
			if !errors.As(err, &trouble) || !trouble.Untrusted {
				t.Errorf("%s: %v", name, err)
			}
		}
		replay.Close()
	}
	full := errors.New("disk is full")
	c.Keep = func(_ context.Context, w ca.Wire) error { return full }
	if _, err := c.Poll(t.Context(), id(1), csr); !errors.Is(err, full) {
		t.Errorf("unrecorded: %v", err)
	}
}
