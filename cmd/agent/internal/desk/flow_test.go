package desk

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/cmd/agent/internal/refusal"
	"signdesk/cmd/agent/internal/softtoken"
	"signdesk/internal/gost"
)

// The main job of a token, with the agent restarted between the steps:
// request, certificate from a CA, installation, signature. OpenSSL with the
// gost engine is the judge of the bytes.
func TestRequestInstallSign(t *testing.T) {
	w := newWorkplace(t)
	ca := newCA(t)

	asked := w.request()
	o := w.perform(asked, w.token.Serial)
	if o.State != Done || o.Result.TokenSerial != w.token.Serial || o.Result.TokenKind != softtoken.Kind {
		t.Fatalf("request: %+v", o)
	}
	csr, err := gost.ParseRequest(o.Result.CSR)
	if err != nil {
		t.Fatal(err)
	}
	if err := csr.CheckSignature(); err != nil {
		t.Fatal(err)
	}
	for i, a := range asked.Request.Subject {
		if csr.Subject[i].Type.String() != a.OID || csr.Subject[i].Value != a.Value {
			t.Errorf("subject[%d] = %v, want %v", i, csr.Subject[i], a)
		}
	}
	opensslVerifiesRequest(t, o.Result.CSR)

	w.restart()
	if again := w.outcome(asked.ID); again.State != Done || !bytes.Equal(again.Result.CSR, o.Result.CSR) {
		t.Errorf("after the restart the outcome is %+v", again)
	}
	cert := ca.issue(t, csr.PublicKey, csr.Subject)
	o = w.perform(w.install(cert.Raw, o.Result.PublicKey), w.token.Serial)
	if o.State != Done || !o.Result.Installed {
		t.Fatalf("install: %+v %+v", o, o.Error)
	}

	w.restart()
	document := []byte("Расписка № 1: сертификат получен.\n")
	p := w.payload(envelope.KindSign)
	p.Sign = &envelope.Sign{Title: "Расписка № 1", Document: document, MIME: "text/plain; charset=utf-8"}
	a := w.ask(p)
	b := w.openWindow(a.WindowURL)
	status, page := b.do("GET", b.path, nil)
	for _, want := range []string{"Расписка № 1", "сертификат получен", cert.SerialHex(), "Подписать"} {
		if !strings.Contains(page, want) {
			t.Errorf("%d: the window does not show %q", status, want)
		}
	}
	if _, got := b.do("GET", b.path+"/document", nil); got != string(document) {
		t.Errorf("document: %q", got)
	}
	info, err := w.tokens.Token(w.token.Serial)
	if err != nil {
		t.Fatal(err)
	}
	b.decide("make", w.token.Serial+"/"+info.Containers[0].ID, softtoken.DefaultPIN)
	o = w.outcome(p.ID)
	if o.State != Done {
		t.Fatalf("sign: %+v %+v", o, o.Error)
	}
	opensslVerifiesCMS(t, o.Result.CMS, document, ca.cert.Raw)

	journal, err := os.ReadFile(filepath.Join(w.dir, "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(journal), "\n"); lines != 6 || !strings.Contains(string(journal), "subject_sha256") {
		t.Errorf("journal has %d lines:\n%s", lines, journal)
	}
	for _, secret := range []string{"Петров", "Иванова", "11223344595", "Расписка", softtoken.DefaultPIN, w.secret.Code()} {
		if strings.Contains(string(journal)+w.log.String(), secret) {
			t.Errorf("journal or log tells %q", secret)
		}
	}
}

func (w *workplace) install(cert, spki []byte) *envelope.Payload {
	p := w.payload(envelope.KindInstall)
	p.Install = &envelope.Install{Certificate: cert, PublicKey: spki}
	return p
}

func TestInstallRefuses(t *testing.T) {
	w := newWorkplace(t)
	ca := newCA(t)
	o := w.perform(w.request(), w.token.Serial)
	stranger, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	strangerSPKI, err := gost.MarshalPublicKey(&stranger.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	name := gost.Name{{Type: gost.OIDCommonName, Value: "Другой Владелец"}}
	foreign := ca.issue(t, &stranger.PublicKey, name)
	for _, row := range []struct {
		name       string
		cert, spki []byte
		want       refusal.Code
	}{
		{"certificate and request of another carrier", foreign.Raw, strangerSPKI, refusal.KeyMismatch},
		{"certificate of another request", foreign.Raw, o.Result.PublicKey, refusal.KeyMismatch},
		{"no certificate", []byte("мусор"), o.Result.PublicKey, refusal.Malformed},
	} {
		t.Run(row.name, func(t *testing.T) {
			// The wrong PIN shows that no attempt of it is spent on this.
			p := w.install(row.cert, row.spki)
			b := w.openWindow(w.ask(p).WindowURL)
			if status, page := b.decide("make", w.token.Serial, "wrong-pin"); status != http.StatusOK {
				t.Errorf("%d %s", status, page)
			}
			if o := w.outcome(p.ID); o.State != Failed || o.Error.Code != row.want {
				t.Errorf("outcome %+v %+v", o, o.Error)
			}
		})
	}
	info, err := w.tokens.Token(w.token.Serial)
	if err != nil {
		t.Fatal(err)
	}
	if info.AttemptsLeft != softtoken.MaxAttempts || info.Containers[0].Certificate() != nil {
		t.Errorf("token %+v", info)
	}
}

// The page that waits is told at once, not at the end of its poll.
func TestLongPoll(t *testing.T) {
	w := newWorkplace(t)
	a := w.ask(w.request())
	got := make(chan Outcome, 1)
	go func() {
		var o Outcome
		w.call("GET", "/v1/operations/"+a.ID+"?wait=15", nil, &o)
		got <- o
	}()
	time.Sleep(100 * time.Millisecond)
	start := time.Now()
	w.call("DELETE", "/v1/operations/"+a.ID, nil, nil)
	if o := <-got; o.State != Refused || time.Since(start) > 5*time.Second {
		t.Errorf("told %s after %s", o.State, time.Since(start))
	}
}
