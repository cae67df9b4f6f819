package org_test

import (
	"archive/zip"
	"bytes"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"signdesk/internal/exchange"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/job"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// bodies are the simulated SMEV and tax service whose register has the firms.
type bodies struct {
	*desk
	world  *sim.World
	client *smev.Client
	store  *smev.Files // nil = not connected
}

func (k *desk) bodies(firms ...orgtest.Firm) *bodies {
	k.Helper()
	dir := k.TempDir()
	register := filepath.Join(dir, "register.zip")
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, f := range firms {
		text, err := charmap.Windows1251.NewEncoder().String(strings.Replace(string(f.XML()), "UTF-8", "windows-1251", 1))
		if err != nil {
			k.Fatal(err)
		}
		w, err := z.Create(f.OGRN + ".xml")
		if err != nil {
			k.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			k.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		k.Fatal(err)
	}
	if err := os.WriteFile(register, packed.Bytes(), 0o600); err != nil {
		k.Fatal(err)
	}
	b := &bodies{desk: k}
	var err error
	if b.world, err = sim.NewWorld(sim.Options{Dir: dir, Register: register, Visibility: time.Nanosecond}); err != nil {
		k.Fatal(err)
	}
	server := httptest.NewServer(b.world.Handler())
	k.Cleanup(func() {
		server.Close()
		if err := b.world.Close(); err != nil {
			k.Error(err)
		}
	})
	b.turn(state.Knobs{})
	read := func(name string) []byte {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			k.Fatal(err)
		}
		return content
	}
	cert := func(name string) *gost.Certificate {
		c, err := gost.ParseCertificate(read(name))
		if err != nil {
			k.Fatal(err)
		}
		return c
	}
	block, _ := pem.Decode(read("smev-client.key.pem"))
	key, err := gost.ParsePrivateKey(block.Bytes)
	if err != nil {
		k.Fatal(err)
	}
	b.client = &smev.Client{BaseURL: server.URL + "/smev", Signer: key, Certificate: cert("smev-client.cert.pem"),
		Trusted: []*gost.Certificate{cert("smev-ca.pem")}, SignerName: "СМЭВ (учебная)"}
	return b
}

func (b *bodies) turn(knobs state.Knobs) {
	b.Helper()
	if err := b.world.SMEV.SetKnobs(knobs); err != nil {
		b.Fatal(err)
	}
}

// ask asks for the organisation's extract, carries question and answer, and
// returns what has come of it.
func (b *bodies) ask(id int64) *org.Awaited {
	b.Helper()
	at := time.Now()
	q, err := org.AskExtract(b.Context(), b.db, b.by, at, id)
	if err != nil {
		b.Fatal(err)
	}
	if again, err := org.AskExtract(b.Context(), b.db, b.by, at, id); err != nil || again.ID != q.ID {
		b.Errorf("asked twice: %+v, %v", again, err)
	}
	waits, err := org.OpenRequest(b.Context(), b.db, b.by, at.Add(time.Hour), id)
	if err != nil || waits.Status != "waiting" || waits.Where == "" || !strings.Contains(waits.Slow, "Запрос не потерян") {
		b.Errorf("waiting: %+v, %v", waits, err)
	}
	post := &exchange.Post{DB: b.db, SMEV: b.client, Files: b.store, Now: time.Now}
	if _, err := post.Send(b.Context(), job.SendMessage{Message: q.MessageID}); err != nil {
		b.Fatal(err)
	}
	if _, err := post.Poll(b.Context(), job.PollSMEV{}); err != nil {
		b.Fatal(err)
	}
	if _, err := post.Fetch(b.Context()); err != nil {
		b.Fatal(err)
	}
	for range 2 { // the job may run twice
		if err := org.ExtractAnswered(b.Context(), b.db, b.files, at, b.rules, job.ExtractAnswered{Partner: b.by.PartnerID, Message: q.MessageID}); err != nil {
			b.Fatal(err)
		}
	}
	a, err := org.OpenRequest(b.Context(), b.db, b.by, at, id)
	if err != nil {
		b.Fatal(err)
	}
	return a
}

// TestExtractBySMEV asks the tax service for the extracts of an organisation and
// of a sole trader: each lies in the folder as it came, compared with the card.
func TestExtractBySMEV(t *testing.T) {
	changed := orgtest.Romashka
	changed.Full = "Общество с ограниченной ответственностью «Роза»"
	b := newDesk(t).bodies(changed, orgtest.Kim)
	a := b.ask(b.id)
	if a.Status != "received" || a.ExtractID == 0 || a.RequestedName == "" {
		t.Fatalf("%+v", a)
	}
	x, rows := b.extract(a.ExtractID)
	if x.Signature != "good" || !strings.Contains(x.SignatureText, "СМЭВ") || x.Verdict != "warn" || !x.Blocks || x.Fresh(time.Now(), b.rules.MaxAge) {
		t.Errorf("%+v", x)
	}
	if r := rows["full_name"]; r.ExtractValue != changed.Full || !r.Takeable || rows["inn"].Verdict != "same" || rows["head"].Verdict != "same" || rows["kpp"].Verdict != "same" {
		t.Errorf("%+v", rows)
	}
	if err := org.Take(t.Context(), b.db, b.by, time.Now(), b.id, x.ID, b.card().Version, "full_name"); err != nil {
		t.Fatal(err)
	}
	if got := b.card().FullName; got != changed.Full {
		t.Errorf("taken from the extract: %s", got)
	}
	kim := b.add(orgtest.Kim)
	if a := b.ask(kim); a.Status != "received" || a.Kind != exchange.EGRIP {
		t.Errorf("trader: %+v", a)
	}
	if n := b.count(`SELECT count(*) FROM stored_file WHERE org_id = ? AND name LIKE 'Выписка ЕГРЮЛ %'`, b.id); n != 1 {
		t.Errorf("%d files of one answer", n)
	}
}

// TestExtractIsNotGiven goes through everything else that may come.
func TestExtractIsNotGiven(t *testing.T) {
	b := newDesk(t).bodies(orgtest.Kim)
	for _, c := range []struct{ name, refuse, status, text string }{
		{"unknown number", "", "not_found", "нет такой записи"},
		{"no data", "NO_DATA: нет", "not_found", "сведений нет"},
		{"no access", "ACCESS_DENIED: нет прав", "refused", "нет прав"},
		{"failure", "FAILURE: сбой", "refused", "на сайте ФНС"},
	} {
		b.turn(state.Knobs{Refuse: c.refuse})
		if a := b.ask(b.id); a.Status != c.status || !strings.Contains(a.Text, c.text) || a.ExtractID != 0 {
			t.Errorf("%s: %+v", c.name, a)
		}
	}
	if n := b.count(`SELECT count(*) FROM extract WHERE org_id = ?`, b.id); n != 0 {
		t.Errorf("%d extracts out of refusals", n)
	}
	for role, want := range map[string]fault.Kind{"accountant": fault.Forbidden, "auditor": fault.Forbidden, "supervisor": fault.Forbidden, "foreign operator": fault.NotFound} {
		_, err := org.AskExtract(t.Context(), b.db, b.people[role], now, b.id)
		if !fault.Is(err, want) {
			t.Errorf("%s asks: %v", role, err)
		}
	}
	if _, err := org.OpenRequest(t.Context(), b.db, b.people["foreign operator"], now, b.id); !fault.Is(err, fault.NotFound) {
		t.Errorf("another partner looks: %v", err)
	}
}
