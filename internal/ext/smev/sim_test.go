package smev_test

import (
	"encoding/pem"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
)

// newSimulator starts the simulated SMEV, whose structures are its own, and a
// client as the console would set it up from the simulator's folder.
func newSimulator(t testing.TB, version string) (*sim.World, *smev.Client) {
	t.Helper()
	return simulatorIn(t, t.TempDir(), version)
}

// simulatorIn is the same over a folder of the test's own.
func simulatorIn(t testing.TB, dir, version string) (*sim.World, *smev.Client) {
	t.Helper()
	return simulatorOf(t, sim.Options{Dir: dir}, version)
}

// simulatorOf is one as the options say, and a client of it.
func simulatorOf(t testing.TB, o sim.Options, version string) (*sim.World, *smev.Client) {
	t.Helper()
	o.Visibility = time.Nanosecond
	w, err := sim.NewWorld(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.Handler())
	t.Cleanup(func() {
		server.Close()
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(o.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	cert := func(name string) *gost.Certificate {
		c, err := gost.ParseCertificate(read(name))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	block, _ := pem.Decode(read("smev-client.key.pem"))
	if block == nil {
		t.Fatal("the client's key is not PEM")
	}
	key, err := gost.ParsePrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return w, &smev.Client{
		BaseURL: server.URL + "/smev", Version: version, Signer: key, Certificate: cert("smev-client.cert.pem"),
		Trusted: []*gost.Certificate{cert("smev-ca.pem")}, SignerName: "СМЭВ (учебная)",
	}
}

func turn(t testing.TB, w *sim.World, k state.Knobs) {
	t.Helper()
	if err := w.SMEV.SetKnobs(k); err != nil {
		t.Fatal(err)
	}
}

// ask sends the content and takes the answers until the final one, which it
// acknowledges like the others.
func ask(t *testing.T, c *smev.Client, content []byte) *smev.Response {
	t.Helper()
	id := smev.NewMessageID(time.Now())
	receipt, err := c.SendRequest(t.Context(), smev.Request{MessageID: id, Content: content})
	if err != nil {
		t.Fatal(err)
	}
	if receipt.MessageID != id || receipt.Repeated {
		t.Errorf("%+v", receipt)
	}
	again, err := c.SendRequest(t.Context(), smev.Request{MessageID: id, Content: content})
	if err != nil || !again.Repeated {
		t.Errorf("sent twice: %+v, %v", again, err)
	}
	for {
		r, err := c.GetResponse(t.Context(), smev.Selector{})
		if err != nil {
			t.Fatal(err)
		}
		if r.OriginalID != id {
			t.Errorf("answer to %s, want %s", r.OriginalID, id)
		}
		redelivered, err := c.GetResponse(t.Context(), smev.Selector{})
		if err != nil || redelivered.MessageID != r.MessageID {
			t.Errorf("before Ack: %+v, %v", redelivered, err)
		}
		for range 2 { // the second finds nothing, which is fine
			if err := c.Ack(t.Context(), r.MessageID, true); err != nil {
				t.Fatal(err)
			}
		}
		if a, err := smev.DecodeCertificate(r.Content); err == nil && !a.Final() {
			continue
		}
		return r
	}
}

func TestAgainstSimulator(t *testing.T) {
	born := time.Date(1990, 9, 18, 0, 0, 0, 0, time.UTC)
	who := smev.Person{Family: "Щукина", First: "Анна", Patronymic: "Игоревна"}
	for _, version := range []string{"1.1", "1.2", "1.3"} {
		w, c := newSimulator(t, version)
		turn(t, w, state.Knobs{Multipart: version == "1.2"})
		do := func(r interface{ XML() ([]byte, error) }) *smev.Response {
			t.Helper()
			content, err := r.XML()
			if err != nil {
				t.Fatal(err)
			}
			return ask(t, c, content)
		}
		for number, want := range map[string]smev.Verdict{"123456": smev.Valid, "123666": smev.Invalid, "123404": smev.NotFound} {
			p := smev.PassportRequest{Series: "4504", Number: number}
			if a, err := smev.DecodePassport(do(p).Content); err != nil || a.Verdict != want || (want == smev.Invalid) != (a.Reason != "") {
				t.Errorf("%s passport %s: %+v, %v", version, number, a, err)
			}
			if a, err := smev.DecodePassport(do(smev.PassportOfPersonRequest{PassportRequest: p, Person: who, BirthDate: born}).Content); err != nil || a.Verdict != want {
				t.Errorf("%s passport of a person %s: %+v, %v", version, number, a, err)
			}
		}
		if v, err := smev.DecodeSNILS(do(smev.SNILSRequest{Person: who, SNILS: "112-233-445 95", BirthDate: born}).Content); err != nil || v != smev.Valid {
			t.Errorf("%s SNILS: %v, %v", version, v, err)
		}
		inn := smev.INNRequest{RequestID: "7", Person: who, BirthDate: born}
		inn.Organisation.Name, inn.Organisation.INN, inn.Organisation.OGRN = "ООО «Ромашка»", "7707083893", "1027700132195"
		inn.Document.Series, inn.Document.Number, inn.Document.IssuedAt = "4504", "123456", born
		if a, err := smev.DecodeINN(do(inn).Content); err != nil || a.Verdict != smev.Valid || a.RequestID != "7" {
			t.Errorf("%s INN: %+v, %v", version, a, err)
		}
		esia := smev.CertificateRequest{
			Environment: smev.ESIATest, Serial: "0A", Issuer: "УЦ", NotBefore: born, NotAfter: born, OwnerType: smev.OwnerPerson,
			SNILS: "11223344595", INN: "500100732259", Person: who, BirthDate: born, BirthPlace: "г. Рязань", Citizenship: "RUS",
			Document: smev.Document{Kind: "RF_PASSPORT", Series: "4504", Number: "123456", IssuedAt: born},
		}
		if a, err := smev.DecodeCertificate(do(esia).Content); err != nil || a.Status != smev.StatusValidationFailed || len(a.Errors) == 0 {
			t.Errorf("%s ESIA: %+v, %v", version, a, err)
		}
		r := ask(t, c, []byte(`<request xmlns="urn://ru/mvd/sovm/p001/1.0.0"><requestInfo/></request>`))
		if r.Async == nil || r.Async.Fault != "InvalidContent" || len(r.Async.Errors) == 0 || !r.Final() {
			t.Errorf("%s invalid content: %+v %+v", version, r, r.Async)
		}
		if _, err := c.GetResponse(t.Context(), smev.Selector{}); !errors.Is(err, smev.ErrEmpty) {
			t.Errorf("%s in the end: %v", version, err)
		}
	}
}

// TestSimulatorsTemper turns the simulator's knobs.
func TestSimulatorsTemper(t *testing.T) {
	w, c := newSimulator(t, "")
	content, err := smev.PassportRequest{Series: "4504", Number: "123456"}.XML()
	if err != nil {
		t.Fatal(err)
	}
	send := func(id string) error {
		_, err := c.SendRequest(t.Context(), smev.Request{MessageID: id, Content: content})
		return err
	}
	id := smev.NewMessageID(time.Now())
	for name, k := range map[string]state.Knobs{
		"down": {Down: state.Busy}, "dropped": {Down: state.Drop}, "failing": {Fault: "SMEVFailure"}, "full": {Fault: "DestinationOverflow"},
	} {
		turn(t, w, k)
		var e *smev.Error
		if err := send(id); !errors.As(err, &e) || !e.Temporary() || e.Untrusted() {
			t.Errorf("%s: %v", name, err)
		}
	}
	turn(t, w, state.Knobs{WrongSignature: true})
	var e *smev.Error
	if err := send(id); !errors.As(err, &e) || !e.Untrusted() {
		t.Errorf("wrong signature: %v", err)
	}
	turn(t, w, state.Knobs{})
	if err := send(id); err != nil {
		t.Errorf("repaired: %v", err)
	}
	if _, err := c.GetResponse(t.Context(), smev.Selector{}); err != nil {
		t.Errorf("one answer to many attempts: %v", err)
	}
	if w.SMEV.Waiting() != 1 {
		t.Errorf("%d answers wait, want 1", w.SMEV.Waiting())
	}
	if err := send(smev.NewMessageID(time.Now().Add(-72 * time.Hour))); !errors.As(err, &e) || !e.Stale() {
		t.Errorf("an id of three days ago: %v", err)
	}
	c.SignerName = "Консоль сервисного центра (учебная)"
	if err := send(smev.NewMessageID(time.Now())); !errors.As(err, &e) || !e.Untrusted() {
		t.Errorf("signed by another participant: %v", err)
	}
}
