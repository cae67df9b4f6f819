package exchange_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db/dbtest"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/agent"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// While the key of the organisation is out of reach, or another one answers in
// its place, a question waits; nothing is lost and nothing is sent twice.
func TestQuestionWaitsForTheKey(t *testing.T) {
	d, dir := dbtest.New(t), t.TempDir()
	w, err := sim.NewWorld(sim.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	outside := httptest.NewServer(w.Handler())
	t.Cleanup(func() { outside.Close(); _ = w.Close() })
	file := func(name string) []byte {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	own, _, err := gost.ReadPrivateKey(file("smev-client.key.pem"), nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(file("smev-client.cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := gost.ParseCertificate(file("smev-ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	var held atomic.Pointer[gost.PrivateKey] // nil: the agent is out of order
	standIn := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var call struct{ Message []byte }
		key := held.Load()
		if err := json.NewDecoder(r.Body).Decode(&call); err != nil || key == nil {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		sig, err := gost.SignMessage(rand.Reader, key, call.Message)
		if err != nil {
			t.Error(err)
		}
		_ = json.NewEncoder(rw).Encode(map[string][]byte{"signature": sig})
	}))
	defer standIn.Close()
	signer, err := agent.New(standIn.URL, strings.Repeat("A", 52), cert.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	client := &smev.Client{BaseURL: outside.URL + "/smev", Signer: signer, Certificate: cert, Trusted: []*gost.Certificate{root}, SignerName: "СМЭВ (учебная)"}

	content, err := smev.SNILSRequest{Person: smev.Person{Family: "Щукина", First: "Анна"}, SNILS: "112-233-445 95", BirthDate: time.Date(1990, 9, 18, 0, 0, 0, 0, time.UTC)}.XML()
	if err != nil {
		t.Fatal(err)
	}
	var id int64
	err = d.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		partner, _, err := staff.AddPartner(ctx, tx, "ООО «Проба»", "0000000000", "", "Центр")
		if err != nil {
			return err
		}
		id, err = exchange.Ask(ctx, tx, time.Now(), exchange.Question{Partner: partner, Kind: exchange.SNILS, Subject: 1, Content: content})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	send := func() (time.Duration, *exchange.Message) {
		t.Helper()
		wait, err := (&exchange.Post{DB: d, SMEV: client, Now: time.Now}).Send(t.Context(), job.SendMessage{Message: id})
		if err != nil {
			t.Fatal(err)
		}
		m, err := exchange.Find(t.Context(), d.Plain(), id)
		if err != nil {
			t.Fatal(err)
		}
		return wait, m
	}
	_, asked := send()
	for n, key := range []*gost.PrivateKey{nil, other, nil} {
		held.Store(key)
		wait, m := send()
		if wait <= 0 || m.Status != "queued" || m.Attempts != n+2 || m.MessageID != asked.MessageID || !strings.Contains(m.LastError, "Ключ подписи") {
			t.Errorf("try %d: again in %s, %+v", n, wait, m)
		}
	}
	if wait, err := (&exchange.Post{DB: d, SMEV: client, Now: time.Now}).Poll(t.Context(), job.PollSMEV{}); err != nil || wait <= 0 { // looks again later
		t.Errorf("poll: again in %s, %v", wait, err)
	}
	held.Store(own)
	if wait, m := send(); wait != 0 || m.Status != "sent" || m.LastError != "" || m.MessageID != asked.MessageID {
		t.Errorf("with the key: again in %s, %+v", wait, m)
	}
	if n := w.SMEV.Counters()["requests"]; n != 1 {
		t.Errorf("SMEV has %d requests", n)
	}
}
