package org_test

import (
	"archive/zip"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"signdesk/internal/ext/dadata"
	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/fault"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// library is a reference service that knows the firms.
func (k *desk) library(firms ...orgtest.Firm) (*sim.World, *dadata.Client) {
	k.Helper()
	dir := k.TempDir()
	path := filepath.Join(dir, "dump.zip")
	f, err := os.Create(path)
	if err != nil {
		k.Fatal(err)
	}
	z := zip.NewWriter(f)
	for _, firm := range firms {
		w, err := z.Create("VO_" + firm.OGRN + ".xml")
		if err != nil {
			k.Fatal(err)
		}
		b, err := charmap.Windows1251.NewEncoder().Bytes([]byte(strings.Replace(string(firm.XML()), `encoding="UTF-8"`, `encoding="windows-1251"`, 1)))
		if err != nil {
			k.Fatal(err)
		}
		if _, err := w.Write(b); err != nil {
			k.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		k.Fatal(err)
	}
	f.Close()
	world, err := sim.NewWorld(sim.Options{Dir: dir, Register: path, Now: func() time.Time { return now }})
	if err != nil {
		k.Fatal(err)
	}
	k.Cleanup(func() { world.Close() })
	server := httptest.NewServer(world.Handler())
	k.Cleanup(server.Close)
	token, err := os.ReadFile(filepath.Join(dir, "dadata-token"))
	if err != nil {
		k.Fatal(err)
	}
	return world, dadata.New(server.URL+"/dadata", strings.TrimSpace(string(token)))
}

// What a reference service says is compared as an extract is, may be taken, and
// carries no issue.
func TestReference(t *testing.T) {
	k := newDesk(t)
	if _, err := org.AskReference(t.Context(), k.db, k.by, now, k.rules, k.id); kindOf(err) != fault.Conflict {
		t.Errorf("not connected: %v", err)
	}
	f := orgtest.Romashka
	f.KPP, f.Surname = "770201001", "Сидоров"
	world, client := k.library(f, orgtest.Vasilek, orgtest.Kim)
	k.rules.Reference = client
	id, err := org.AskReference(t.Context(), k.db, k.by, now, k.rules, k.id)
	if err != nil {
		t.Fatal(err)
	}
	x, rows := k.extract(id)
	if x.Source != "dadata" || x.Signature != "missing" || x.Verdict != "warn" || x.Fresh(now, k.rules.MaxAge) || !x.MayTake() {
		t.Errorf("%+v", x)
	}
	for field, want := range map[string]string{"kpp": "warn", "head": "warn", "full_name": "same", "short_name": "same", "inn": "same", "legal_address": "same", "status": "same", "okved": "same", "registered_on": "same"} {
		if rows[field].Verdict != want {
			t.Errorf("%s: %+v", field, rows[field])
		}
	}
	if err := k.take(id, "kpp"); err != nil || k.card().KPP != "770201001" {
		t.Errorf("%v", err)
	}
	if list, _, err := org.History(t.Context(), k.db, k.by, k.id, 0, 5); err != nil || len(list) == 0 || list[0].SourceRU() != "справочный сервис" {
		t.Errorf("%+v, %v", list, err)
	}
	kim := k.add(orgtest.Kim)
	if id, err := org.AskReference(t.Context(), k.db, k.by, now, k.rules, kim); err != nil || id == 0 {
		t.Errorf("an entrepreneur: %v", err)
	}
	for _, who := range []string{"accountant", "auditor", "supervisor"} {
		if _, err := org.AskReference(t.Context(), k.db, k.people[who], now, k.rules, k.id); kindOf(err) != fault.Forbidden {
			t.Errorf("%s: %v", who, err)
		}
	}
	if _, err := org.AskReference(t.Context(), k.db, k.people["foreign operator"], now, k.rules, k.id); kindOf(err) != fault.NotFound {
		t.Errorf("another partner: %v", err)
	}
	for name, c := range map[string]struct {
		knobs state.Knobs
		text  string
	}{
		"429": {state.Knobs{Refuse: "limit"}, "ограничил"}, "503": {state.Knobs{Down: state.Busy}, "не отвечает"}, "cut off": {state.Knobs{Down: state.Drop}, "не отвечает"}, "a page": {state.Knobs{WrongSignature: true}, "не отвечает"},
	} {
		if err := world.DaData.SetKnobs(c.knobs); err != nil {
			t.Fatal(err)
		}
		if _, err := org.AskReference(t.Context(), k.db, k.by, now, k.rules, k.id); kindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := world.DaData.SetKnobs(state.Knobs{}); err != nil {
		t.Fatal(err)
	}
	if list, err := client.SuggestParty(t.Context(), "василёк", 5); err != nil || len(list) != 1 || list[0].OGRN != orgtest.Vasilek.OGRN {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := client.SuggestAddress(t.Context(), "лесная", 5); err != nil || len(list) != 1 || list[0].Data.PostCode != "127029" {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := client.FindParty(t.Context(), "1000000000000"); err == nil {
		t.Error("nobody was found")
	}
}

// The simulator holds to the protocol.
func TestReferenceProtocol(t *testing.T) {
	k := newDesk(t)
	world, _ := k.library(orgtest.Romashka)
	h := world.Handler()
	for _, c := range []struct {
		method, token, kind, body string
		want                      int
	}{
		{"GET", world.DaData.Token, "application/json", "", 405}, {"POST", "", "application/json", `{}`, 401}, {"POST", "x", "application/json", `{}`, 403},
		{"POST", world.DaData.Token, "text/plain", `{}`, 415}, {"POST", world.DaData.Token, "application/json", `{`, 400}, {"POST", world.DaData.Token, "application/json", `{"query":"1"}`, 200},
	} {
		r := httptest.NewRequest(c.method, "/dadata/rs/findById/party", strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		if c.token != "" {
			r.Header.Set("Authorization", "Token "+c.token)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want || w.Code == http.StatusOK && strings.TrimSpace(w.Body.String()) != `{"suggestions":[]}` {
			t.Errorf("%+v: %d %s", c, w.Code, w.Body)
		}
	}
}
