package org_test

import (
	"context"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/fault"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/staff"
)

// tx runs fn as our partner.
func (k *desk) tx(fn func(context.Context, bun.IDB) error) {
	k.Helper()
	if err := k.db.Tx(k.Context(), k.by.PartnerID, fn); err != nil {
		k.Fatal(err)
	}
}

func (k *desk) renew(id int64) (r *org.Renewal) {
	k.Helper()
	k.tx(func(ctx context.Context, tx bun.IDB) (err error) {
		r, err = org.Renew(ctx, tx, now, audit.Program, k.by.PartnerID, id)
		return err
	})
	return r
}

func (k *desk) stand() (s *org.Standing) {
	k.Helper()
	card := k.card()
	k.tx(func(ctx context.Context, tx bun.IDB) (err error) {
		s, err = org.Stand(ctx, tx, card)
		return err
	})
	return s
}

// later is the firm as a newer dump has it.
func later(change func(*orgtest.Firm)) orgtest.Firm {
	f := orgtest.Romashka
	f.Extracted = "2026-11-15"
	change(&f)
	return f
}

// F038: the register overwrites what differs, except short name, OGRN and KPP;
// each value is in the history with its source, and a second time changes nothing.
func TestRenewOverwrites(t *testing.T) {
	k := newDesk(t)
	if r := k.renew(k.id); !r.Reached || len(r.Changes) != 0 || k.card().Version != 1 {
		t.Errorf("nothing has changed: %+v, version %d", r, k.card().Version)
	}
	orgtest.Register(t, k.db, later(func(f *orgtest.Firm) {
		f.Full, f.Short, f.KPP = "Общество с ограниченной ответственностью «Роза»", "ООО «Роза»", "770201001"
		f.Surname, f.Title, f.House, f.Status = "Сидоров", "Директор", "5", "Находится в процессе реорганизации в форме присоединения"
	}))
	r := k.renew(k.id)
	if r.Fields() != "полное наименование, состояние в реестре, руководитель, юридический адрес" {
		t.Errorf("%q", r.Fields())
	}
	c := k.card()
	if c.FullName != "Общество с ограниченной ответственностью «Роза»" || c.ShortName != "ООО «Ромашка»" || c.KPP != "770101001" || c.OGRN != orgtest.Romashka.OGRN ||
		c.Status != "reorganising" || c.Head().FullName() != "Сидоров Иван Иванович" || c.Head().Title != "Директор" || !strings.Contains(c.Address("legal").FullText, "5") ||
		c.RegisterDate.Format("2006-01-02") != "2026-11-15" || c.Version != 2 {
		t.Errorf("%+v", c)
	}
	list, _, err := org.History(t.Context(), k.db, k.by, k.id, 0, 10)
	if err != nil || len(list) != 4 || list[0].SourceRU() != "реестр" || list[3].OldValue != orgtest.Romashka.Full {
		t.Errorf("history: %+v, %v", list, err)
	}
	if r := k.renew(k.id); len(r.Changes) != 0 {
		t.Errorf("a second time: %+v", r.Changes)
	}
	if n := k.count(`SELECT count(*) FROM audit_record WHERE action = 'org.renew'`); n != 1 {
		t.Errorf("%d records in the journal", n)
	}
}

// What is on the card from a later extract is not overwritten by an older
// record; a record dated to come keeps no later one off.
func TestRenewOnlyByLater(t *testing.T) {
	k := newDesk(t)
	f := later(func(f *orgtest.Firm) { f.Surname, f.Extracted = "Сидоров", "2026-11-18" })
	x, _ := k.drop(f, now)
	if err := k.take(x.ID, "head"); err != nil {
		t.Fatal(err)
	}
	orgtest.Register(t, k.db, later(func(f *orgtest.Firm) { f.Surname = "Орлов" })) // of the 15th
	if r := k.renew(k.id); !r.Reached || len(r.Changes) != 0 || k.card().Head().Surname != "Сидоров" || !k.stand().Older {
		t.Errorf("%+v, %s", r, k.card().Head().Surname)
	}
}

// F050, F055, F056, F060, F061: why no certificate may be issued.
func TestStandingBlocks(t *testing.T) {
	k := newDesk(t)
	if s := k.stand(); len(s.Blocks) != 0 {
		t.Fatalf("%+v", s.Blocks)
	}
	set := func(column, value string) func() {
		return func() {
			k.tx(func(ctx context.Context, tx bun.IDB) error {
				_, err := tx.ExecContext(ctx, `UPDATE organisation SET ? = ?`, bun.Ident(column), value)
				return err
			})
		}
	}
	dump := func(change func(*orgtest.Firm)) func() {
		return func() { orgtest.Register(t, k.db, later(change)) }
	}
	long := "ООО «" + strings.Repeat("Ромашка ", 9) + "»"
	for _, c := range []struct {
		name           string
		do             func()
		field, words   string
		support        bool
		blocked, known bool
	}{
		{"F055 another short name", set("short_name", "ООО «Роза»"), "short_name", "в реестре — ООО «Ромашка»", true, true, true},
		{"F056 less-than in the short name", set("short_name", "ООО <Ромашка>"), "short_name", "знак «<»", true, true, true},
		{"F039 a long short name", set("short_name", long), "short_name", "введите его вручную", false, true, true},
		{"F040 a semicolon", set("short_name", "ООО «Ромашка; и К»"), "short_name", "введите его вручную", false, true, true},
		{"good again", set("short_name", "ООО \"Ромашка\""), "", "", false, false, true},
		{"F055 another full name is overwritten, no block", set("full_name", "Общество «Роза»"), "", "", false, false, true},
		{"F060 another INN", set("inn", orgtest.Vasilek.INN), "inn", "в реестре — " + orgtest.Romashka.INN, true, true, true},
		{"F055 the OGRN of nobody", set("ogrn", "1027700132186"), "ogrn", "у этого ИНН в реестре — " + orgtest.Vasilek.OGRN, true, true, false},
		{"F050 neither number is known", set("inn", "7700000016"), "", "", false, false, false},
		{"restored", func() { set("inn", orgtest.Romashka.INN)(); set("ogrn", orgtest.Romashka.OGRN)() }, "", "", false, false, true},
		{"F039 the register's is long, ours is typed", dump(func(f *orgtest.Firm) { f.Short = long }), "", "", false, false, true},
		{"F061 liquidation", dump(func(f *orgtest.Firm) {
			f.Extracted, f.Status = "2026-11-16", "Находится в стадии ликвидации"
		}), "status", "ликвидируется", false, true, true},
		{"F061 bankruptcy", dump(func(f *orgtest.Firm) {
			f.Extracted, f.Status = "2026-11-17", "Конкурсное производство"
		}), "status", "банкротства", false, true, true},
		{"F061 suspension", dump(func(f *orgtest.Firm) {
			f.Extracted, f.Status = "2026-11-18", "Деятельность приостановлена по решению суда"
		}), "status", "приостановлена", false, true, true},
		{"reorganisation only warns", dump(func(f *orgtest.Firm) {
			f.Extracted, f.Status = "2026-11-19", "Реорганизация в форме слияния"
		}), "", "", false, false, true},
		{"closed", dump(func(f *orgtest.Firm) { f.Extracted, f.Closed = "2026-11-20", "2026-11-19" }), "status", "прекратила", false, true, true},
	} {
		c.do()
		s := k.stand()
		if (s.Record != nil) != c.known || (len(s.Blocks) > 0) != c.blocked {
			t.Errorf("%s: record %v, %+v", c.name, s.Record != nil, s.Blocks)
			continue
		}
		if c.blocked && (s.Blocks[0].Field != c.field || !strings.Contains(s.Blocks[0].Text, c.words) || s.Blocks[0].Support != c.support) {
			t.Errorf("%s: %+v", c.name, s.Blocks)
		}
	}
}

// F039–F041: the short name is typed only where the register's does not fit.
func TestShortNameOpens(t *testing.T) {
	k := newDesk(t)
	save := func(name string) error {
		r := k.card().Requisites()
		r.ShortName = name
		return org.SaveRequisites(t.Context(), k.db, k.by, now, k.id, r)
	}
	if err := save("ООО «Роза»"); kindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "В реестре — «ООО «Ромашка»»") {
		t.Errorf("the register's fits: %v", err)
	}
	for i, short := range []string{"ООО «" + strings.Repeat("Ромашка ", 9) + "»", "ООО «Ромашка; и К»", ""} {
		orgtest.Register(t, k.db, later(func(f *orgtest.Firm) {
			f.Short, f.Extracted = short, []string{"2026-11-15", "2026-11-16", "2026-11-17"}[i]
		}))
		open, err := org.WhatOpens(t.Context(), k.db, k.by, k.id)
		if err != nil || !open.ShortName || open.Register != short {
			t.Errorf("%q: %+v, %v", short, open, err)
		}
		if err := save(strings.Repeat("я", 65)); kindOf(err) != fault.Invalid {
			t.Errorf("F041, 65 signs typed: %v", err)
		}
		if err := save("ООО «Ромашка " + strings.Repeat("и", i+1) + "»"); err != nil {
			t.Errorf("%q: %v", short, err)
		}
	}
	orgtest.Register(t, k.db, later(func(f *orgtest.Firm) { f.Extracted = "2026-11-18" }))
	if err := save("ООО \"Ромашка\""); err != nil {
		t.Errorf("as the register says: %v", err)
	}
}

// F062: the declared activity is one of the register's codes, its group or its part.
func TestDeclaredActivity(t *testing.T) {
	k := newDesk(t)
	for code, ok := range map[string]bool{"": true, "62.01": true, "62": true, "62.0": true, "62.01.1": true, "62.02": false, "47.91": false, "6": false, "шесть": false} {
		r := k.card().Requisites()
		r.Activity = code
		err := org.SaveRequisites(t.Context(), k.db, k.by, now, k.id, r)
		if (err == nil) != ok || err != nil && kindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", code, err)
		}
	}
	k.tx(func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE organisation SET activity = '47.91'`)
		return err
	})
	if b := k.stand().Blocks; len(b) != 1 || b[0].Field != "activity" {
		t.Errorf("declared before, the register has changed: %+v", b)
	}
}

// F042: a title that a certificate cannot hold is picked or typed; the register
// does not take it away while its own does not fit.
func TestHeadTitleOpens(t *testing.T) {
	k := newDesk(t)
	long := "Генеральный директор управляющей организации, действующей на основании договора № 7"
	head := k.card().Head()
	save := func(f org.HeadForm) error { return org.SaveHead(t.Context(), k.db, k.by, now, k.id, f) }
	if _, err := k.card().HeadForm(head.ID); kindOf(err) != fault.NotFound {
		t.Errorf("the register's title fits: %v", err)
	}
	orgtest.Register(t, k.db, later(func(f *orgtest.Firm) { f.Title = long }))
	k.renew(k.id)
	f, err := k.card().HeadForm(k.card().Head().ID)
	if err != nil || f.Title != long {
		t.Fatalf("%+v, %v", f, err)
	}
	for _, title := range []string{"", strings.Repeat("я", 65)} {
		bad := f
		bad.Title = title
		if err := save(bad); kindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", title, err)
		}
	}
	f.Title, f.Surname = org.Titles(false)[0], "Самозванцев" // who he is stays the register's
	if err := save(f); err != nil {
		t.Fatal(err)
	}
	if err := save(f); kindOf(err) != fault.NotFound && kindOf(err) != fault.Conflict {
		t.Errorf("the same form again: %v", err)
	}
	if r := k.renew(k.id); len(r.Changes) != 0 || k.card().Head().Title != "Генеральный директор" || k.card().Head().Surname != "Петров" {
		t.Errorf("%+v, %+v", r.Changes, k.card().Head())
	}
	orgtest.Register(t, k.db, later(func(f *orgtest.Firm) { f.Extracted, f.Title = "2026-11-16", "Президент" }))
	if k.renew(k.id); k.card().Head().Title != "Президент" {
		t.Errorf("the register's fits again: %s", k.card().Head().Title)
	}
	for _, role := range orgtest.Roles {
		err := org.SaveHead(t.Context(), k.db, k.people[role], now, k.id, org.HeadForm{})
		if may := k.people[role].Can(staff.OrgEdit); may == (kindOf(err) == fault.Forbidden) {
			t.Errorf("%s: %v", role, err)
		}
	}
	if err := org.SaveHead(t.Context(), k.db, k.people["foreign operator"], now, k.id, org.HeadForm{}); kindOf(err) != fault.NotFound {
		t.Errorf("another partner's: %v", err)
	}
}

// F043, F044: the legal address is filled when empty, may be changed by hand, and
// is never filled again after that. F047: a branch's is not filled.
func TestLegalAddressByHand(t *testing.T) {
	k := newDesk(t)
	address := func(query string) {
		k.tx(func(ctx context.Context, tx bun.IDB) error { _, err := tx.ExecContext(ctx, query); return err })
	}
	address(`DELETE FROM org_address`)
	address(`UPDATE organisation SET kpp = '690143001'`)
	f := later(func(f *orgtest.Firm) { f.House = "5" })
	f.BranchKPP = "690143001"
	orgtest.Register(t, k.db, f)
	if k.renew(k.id); k.card().Address("legal").FullText != "" || !k.stand().Branch(k.card()) {
		t.Errorf("a branch's was filled: %+v", k.card().Address("legal"))
	}
	address(`UPDATE organisation SET kpp = '770101001'`)
	if r := k.renew(k.id); r.Fields() != "юридический адрес" || !strings.Contains(k.card().Address("legal").FullText, "5") {
		t.Fatalf("%s: %+v", r.Fields(), k.card().Address("legal"))
	}
	orgtest.Register(t, k.db, later(func(f *orgtest.Firm) { f.House, f.Extracted = "7", "2026-11-16" }))
	if k.renew(k.id); !strings.Contains(k.card().Address("legal").FullText, "7") {
		t.Errorf("the register's own is renewed: %+v", k.card().Address("legal"))
	}
	address(`UPDATE org_address SET full_text = 'г. Москва, ул. Ручная, д. 1', typed = true`)
	orgtest.Register(t, k.db, later(func(f *orgtest.Firm) { f.House, f.Extracted = "9", "2026-11-17" }))
	if r := k.renew(k.id); len(r.Changes) != 0 || k.card().Address("legal").FullText != "г. Москва, ул. Ручная, д. 1" {
		t.Errorf("typed by hand: %+v, %+v", r.Changes, k.card().Address("legal"))
	}
}

// F048, F049: where EGRUL and FIAS agree, the address is EGRUL's, whatever was
// typed, and closed for editing; where they do not, it may be typed.
func TestLegalAddressAgreed(t *testing.T) {
	k := newDesk(t)
	form := org.AddressForm{Kind: "legal", Version: 1}
	save := func() error {
		form.Version = k.card().Version
		return org.SaveAddress(t.Context(), k.db, k.by, now, k.id, form)
	}
	if err := save(); kindOf(err) != fault.Invalid {
		t.Errorf("open, but nothing typed: %v", err)
	}
	orgtest.GAR(t, k.db)
	k.tx(func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE org_address SET full_text = 'г. Москва, ул. Ручная, д. 1', typed = true`)
		return err
	})
	r := k.renew(k.id)
	if a := k.card().Address("legal"); !r.AddressAgreed || !a.Agreed || a.Typed || !strings.Contains(a.FullText, "ЛЕСНАЯ") && !strings.Contains(a.FullText, "Лесная") {
		t.Fatalf("%+v, %+v", r, a)
	}
	if err := save(); kindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "Юридический адрес вашей компании автоматически заполнен на основании данных ЕГРЮЛ") {
		t.Errorf("closed for editing: %v", err)
	}
	if again := k.renew(k.id); again.AddressAgreed || len(again.Changes) != 0 {
		t.Errorf("said twice: %+v", again)
	}
	orgtest.Register(t, k.db, later(func(f *orgtest.Firm) { f.House = "5" })) // FIAS knows another house under that number
	if r := k.renew(k.id); r.AddressAgreed || k.card().Address("legal").Agreed || !strings.Contains(k.card().Address("legal").FullText, "5") {
		t.Errorf("%+v, %+v", r, k.card().Address("legal"))
	}
	if err := save(); kindOf(err) != fault.Invalid {
		t.Errorf("open again: %v", err)
	}
}

// F050: what the register cannot tell is typed by hand; what it can is not (F060).
func TestAddByHand(t *testing.T) {
	k := newDesk(t)
	rose := org.ByHand{OGRN: "1027739000002", INN: "7736050003", KPP: "773601001", FullName: "Общество с ограниченной ответственностью «Роза»", ShortName: "ООО «Роза»"}
	rose.OGRN = orgtest.OGRN("102773900000")
	add := func(change func(*org.ByHand)) (int64, error) {
		f := rose
		change(&f)
		return org.AddByHand(t.Context(), k.db, k.by, now, f)
	}
	for name, c := range map[string]struct {
		change func(*org.ByHand)
		words  string
	}{
		"a wrong OGRN":           {func(f *org.ByHand) { f.OGRN = "1027739000000" }, "ogrn"},
		"a wrong INN":            {func(f *org.ByHand) { f.INN = "7736050000" }, "inn"},
		"no KPP":                 {func(f *org.ByHand) { f.KPP = "" }, "kpp"},
		"no name":                {func(f *org.ByHand) { f.FullName = "" }, "full_name"},
		"a long short name":      {func(f *org.ByHand) { f.ShortName = strings.Repeat("я", 65) }, "short_name"},
		"F060 another's OGRN":    {func(f *org.ByHand) { f.OGRN = orgtest.Vasilek.OGRN }, "другой ИНН"},
		"F060 another's INN":     {func(f *org.ByHand) { f.INN = orgtest.Vasilek.INN }, "другой ОГРН"},
		"the register knows him": {func(f *org.ByHand) { f.OGRN, f.INN = orgtest.Vasilek.OGRN, orgtest.Vasilek.INN }, "Реестр знает"},
	} {
		if _, err := add(c.change); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
	id, err := add(func(*org.ByHand) {})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := add(func(*org.ByHand) {}); err != nil || again != id {
		t.Errorf("a second click: %d, %v", again, err)
	}
	k.id = id
	if r := k.renew(id); r.Reached || len(r.Changes) != 0 || len(k.stand().Blocks) != 0 {
		t.Errorf("%+v, %+v", r, k.stand().Blocks)
	}
	if err := org.SaveHead(t.Context(), k.db, k.by, now, id, org.HeadForm{Version: 1, Surname: "Розова", Name: "Роза", Title: "Директор"}); err != nil || k.card().Head().FullName() != "Розова Роза" {
		t.Errorf("a head by hand: %+v, %v", k.card().Heads, err)
	}
	for _, role := range orgtest.Roles {
		_, err := org.AddByHand(t.Context(), k.db, k.people[role], now, rose)
		if may := k.people[role].Can(staff.OrgEdit); may == (kindOf(err) == fault.Forbidden) {
			t.Errorf("%s: %v", role, err)
		}
	}
}
