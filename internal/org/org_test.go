package org_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/ident"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/staff"
)

// now is noon in Moscow.
var now = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// desk is a database with two partners, our client Ромашка and a tax service.
type desk struct {
	*testing.T
	db     *db.DB
	files  *file.Store
	people map[string]*staff.Employee
	by     *staff.Employee // our operator
	tax    *orgtest.Tax
	rules  org.Rules
	id     int64 // Ромашка
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	k := &desk{T: t, db: dbtest.New(t), tax: orgtest.NewTax(t, now)}
	k.people = orgtest.Staff(t, k.db)
	k.by = k.people["operator"]
	k.rules = org.Rules{Roots: k.tax.Roots(), MaxAge: 30 * 24 * time.Hour}
	var err error
	if k.files, err = file.NewStore(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	orgtest.Register(t, k.db, orgtest.Romashka, orgtest.Vasilek, orgtest.Kim)
	k.id = k.add(orgtest.Romashka)
	return k
}

func (k *desk) add(f orgtest.Firm) int64 {
	k.Helper()
	id, err := org.Add(k.Context(), k.db, k.by, now, f.OGRN)
	if err != nil {
		k.Fatal(err)
	}
	return id
}

func (k *desk) card() *org.Card {
	k.Helper()
	c, err := org.OpenCard(k.Context(), k.db, k.by, k.id)
	if err != nil {
		k.Fatal(err)
	}
	return c
}

// count runs a query of one number as our partner.
func (k *desk) count(query string, args ...any) (n int) {
	k.Helper()
	err := k.db.Read(k.Context(), k.by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, query, args...).Scan(&n)
	})
	if err != nil {
		k.Fatal(err)
	}
	return n
}

func kindOf(err error) fault.Kind {
	if f := fault.As(err); f != nil {
		return f.Kind
	}
	return 0
}

// F019, F020: a client is the register's record on a card.
func TestAdd(t *testing.T) {
	k := newDesk(t)
	c := k.card()
	if c.FullName != orgtest.Romashka.Full || c.INN != orgtest.Romashka.INN || c.KPP != "770101001" || c.Status != "active" || *c.Capital != 1000000 ||
		c.Head().FullName() != "Петров Иван Иванович" || !strings.Contains(c.Address("legal").FullText, "Лесная") || c.CreatedName != "Иванова Мария Сергеевна" {
		t.Errorf("%+v", c)
	}
	if again := k.add(orgtest.Romashka); again != k.id {
		t.Errorf("a second Add made client %d", again)
	}
	for _, what := range []string{"organisation", "org_head", "org_address", "audit_record WHERE action = 'org.add'"} {
		if n := k.count("SELECT count(*) FROM " + what); n != 1 {
			t.Errorf("%d rows of %s after two Adds", n, what)
		}
	}
	kim, err := org.OpenCard(t.Context(), k.db, k.by, k.add(orgtest.Kim))
	if err != nil || !kim.Sole() || kim.KPP != "" || kim.Head().FullName() != "Ким Анна Сергеевна" {
		t.Errorf("entrepreneur: %+v, %v", kim, err)
	}
	if _, err := org.Add(t.Context(), k.db, k.by, now, "1000000000000"); kindOf(err) != fault.NotFound {
		t.Errorf("an unknown number: %v", err)
	}
	branches, err := org.Branches(t.Context(), k.db, k.by, k.id)
	if err != nil || len(branches) != 1 || branches[0].Name != "Тверской филиал" {
		t.Errorf("branches: %+v, %v", branches, err)
	}
}

// Every verb, every role; another partner's client is not found.
func TestRights(t *testing.T) {
	k := newDesk(t)
	xml := orgtest.Romashka.XML()
	got, err := org.Receive(t.Context(), k.db, k.files, k.by, now, k.rules, k.id, []org.Upload{{Name: "a.xml", Content: xml}, {Name: "a.xml.p7s", Content: k.tax.Sign(xml)}})
	if err != nil {
		t.Fatal(err)
	}
	stored := got.Files[0].ID
	edit, view, masked := []string{"operator", "admin"}, []string{"operator", "accountant", "supervisor", "admin", "reviewer"}, orgtest.Roles
	for _, c := range []struct {
		verb string
		may  []string
		call func(by *staff.Employee) error
	}{
		{"Add", edit, func(by *staff.Employee) error {
			_, err := org.Add(t.Context(), k.db, by, now, orgtest.Vasilek.OGRN)
			return err
		}},
		{"Delete", edit, func(by *staff.Employee) error { return org.Delete(t.Context(), k.db, by, now, k.id) }},
		{"Restore", edit, func(by *staff.Employee) error { return org.Restore(t.Context(), k.db, by, now, k.id) }},
		{"SaveRequisites", append([]string{"accountant"}, edit...), func(by *staff.Employee) error {
			return org.SaveRequisites(t.Context(), k.db, by, now, k.id, k.card().Requisites())
		}},
		{"Receive", edit, func(by *staff.Employee) error {
			_, err := org.Receive(t.Context(), k.db, k.files, by, now, k.rules, k.id, []org.Upload{{Name: "a.pdf", Content: []byte(orgtest.OnePage)}})
			return err
		}},
		{"ShareFiles", edit, func(by *staff.Employee) error {
			return org.ShareFiles(t.Context(), k.db, k.files, by, now, k.id, []org.Upload{{Name: "a.pdf", Content: []byte(orgtest.OnePage)}})
		}},
		{"Take", edit, func(by *staff.Employee) error {
			err := org.Take(t.Context(), k.db, by, now, k.id, got.Extract, k.card().Version, "kpp")
			if f := fault.As(err); f != nil && f.Kind == fault.NotFound && by.PartnerID == k.by.PartnerID {
				return nil // nothing to take: the right was there
			}
			return err
		}},
		{"Open", masked, func(by *staff.Employee) error { _, err := org.Open(t.Context(), k.db, by, k.id); return err }},
		{"OpenCard", masked, func(by *staff.Employee) error { _, err := org.OpenCard(t.Context(), k.db, by, k.id); return err }},
		{"History", masked, func(by *staff.Employee) error {
			_, _, err := org.History(t.Context(), k.db, by, k.id, 0, 10)
			return err
		}},
		{"Branches", masked, func(by *staff.Employee) error { _, err := org.Branches(t.Context(), k.db, by, k.id); return err }},
		{"OpenExtract", view, func(by *staff.Employee) error {
			_, err := org.OpenExtract(t.Context(), k.db, by, k.id, got.Extract)
			return err
		}},
		{"OpenFile", view, func(by *staff.Employee) error {
			_, _, err := org.OpenFile(t.Context(), k.db, k.files, by, now, stored)
			return err
		}},
	} {
		for _, role := range orgtest.Roles {
			want := fault.Forbidden
			for _, r := range c.may {
				if r == role {
					want = 0
				}
			}
			if err := c.call(k.people[role]); kindOf(err) != want || want == 0 && err != nil {
				t.Errorf("%s by %s: %v", c.verb, role, err)
			}
		}
		if c.verb != "Add" { // the register is everybody's
			if err := c.call(k.people["foreign operator"]); kindOf(err) != fault.NotFound {
				t.Errorf("%s by another partner: %v", c.verb, err)
			}
		}
	}
}

// What everybody with a view of clients may ask, and nobody without.
func TestSearchRights(t *testing.T) {
	k := newDesk(t)
	for verb, call := range map[string]func(by *staff.Employee) (int, error){
		"Search": func(by *staff.Employee) (int, error) {
			found, err := org.Search(t.Context(), k.db, by, org.Query{Text: "ромашка", Limit: 5})
			if err != nil {
				return 0, err
			}
			return len(found.Own), nil
		},
		"Recent": func(by *staff.Employee) (int, error) {
			list, err := org.Recent(t.Context(), k.db, by, 5)
			return len(list), err
		},
		"OpenRecord": func(by *staff.Employee) (int, error) {
			_, client, err := org.OpenRecord(t.Context(), k.db, by, orgtest.Romashka.OGRN)
			return int(min(client, 1)), err
		},
	} {
		for _, role := range orgtest.Roles {
			if n, err := call(k.people[role]); err != nil || n != 1 {
				t.Errorf("%s by %s: %d, %v", verb, role, n, err)
			}
		}
		if n, err := call(k.people["foreign operator"]); err != nil || n != 0 {
			t.Errorf("%s by another partner: %d, %v", verb, n, err)
		}
		if _, err := call(&staff.Employee{PartnerID: k.by.PartnerID}); kindOf(err) != fault.Forbidden {
			t.Errorf("%s without any right: %v", verb, err)
		}
	}
}

// The auditor sees that there is something, not whom it concerns.
func TestMasked(t *testing.T) {
	k := newDesk(t)
	c, err := org.OpenCard(t.Context(), k.db, k.people["auditor"], k.id)
	if err != nil {
		t.Fatal(err)
	}
	if c.Name() != "О*** «Р***" || c.INN != "***60" || c.Head().FullName() != "П*** И*** И***" {
		t.Errorf("%s %s %s", c.Name(), c.INN, c.Head().FullName())
	}
	found, err := org.Search(t.Context(), k.db, k.people["auditor"], org.Query{Text: "ромашка", Limit: 10})
	if err != nil || len(found.Own) != 1 || found.Own[0].ShortName != "О*** «Р***" || found.Own[0].Head != "П*** И*** И***" {
		t.Errorf("%+v, %v", found, err)
	}
}

// F340: taken off and put back, twice is once; nothing is changed meanwhile.
func TestDeleteAndRestore(t *testing.T) {
	k := newDesk(t)
	for range 2 {
		if err := org.Delete(t.Context(), k.db, k.by, now, k.id); err != nil {
			t.Fatal(err)
		}
	}
	if c := k.card(); !c.Deleted || c.DeletedName != k.by.Name {
		t.Errorf("%+v", c.Organisation)
	}
	if found, err := org.Search(t.Context(), k.db, k.by, org.Query{Text: "ромашка", Limit: 10}); err != nil || len(found.Own) != 0 || len(found.Register) != 1 {
		t.Errorf("a deleted client is found: %+v, %v", found, err)
	}
	if err := org.SaveRequisites(t.Context(), k.db, k.by, now, k.id, k.card().Requisites()); kindOf(err) != fault.Conflict {
		t.Errorf("changed while deleted: %v", err)
	}
	for range 2 {
		if err := org.Restore(t.Context(), k.db, k.by, now, k.id); err != nil {
			t.Fatal(err)
		}
	}
	if n := k.count(`SELECT count(*) FROM audit_record WHERE action IN ('org.delete', 'org.restore')`); n != 2 {
		t.Errorf("%d records of two acts", n)
	}
	if n := k.count(`SELECT count(*) FROM org_change WHERE field = 'deleted'`); n != 2 {
		t.Errorf("%d changes of two acts", n)
	}
}

// F005, F015, F016, F039–F041, F341, F385, F386, F389.
func TestSaveRequisites(t *testing.T) {
	k := newDesk(t)
	bik := "044525225"
	account := ident.AccountWithKey("40702810000000000001", bik[6:])
	good := org.Requisites{Version: 1, ShortName: "ООО «Ромашка»", Phone: "8 (495) 123-45-67", Email: "info@romashka.ru",
		ActualAddress: "г. Москва, ул. Лесная, д. 3", BIK: bik, BankName: "Банк", Account: account}
	for name, c := range map[string]struct {
		change func(*org.Requisites)
		field  string
	}{
		"long name":      {func(r *org.Requisites) { r.ShortName = strings.Repeat("я", 65) }, "short_name"},
		"semicolon":      {func(r *org.Requisites) { r.ShortName = "ООО «Ромашка; и К»" }, "short_name"},
		"less-than":      {func(r *org.Requisites) { r.ShortName = "ООО <Ромашка>" }, "short_name"},
		"phone":          {func(r *org.Requisites) { r.Phone = "123" }, "phone"},
		"email":          {func(r *org.Requisites) { r.Email = "info romashka" }, "email"},
		"email, named":   {func(r *org.Requisites) { r.Email = "Ромашка <info@romashka.ru>" }, "email"},
		"bik":            {func(r *org.Requisites) { r.BIK = "1" }, "bik"},
		"account key":    {func(r *org.Requisites) { r.Account = account[:8] + string('0'+(account[8]-'0'+1)%10) + account[9:] }, "account"},
		"dollars":        {func(r *org.Requisites) { r.Account = ident.AccountWithKey("40702840000000000001", bik[6:]) }, "account"},
		"account absent": {func(r *org.Requisites) { r.Account = "" }, "account"},
		"long address":   {func(r *org.Requisites) { r.ActualAddress = strings.Repeat("я", 501) }, "actual_address"},
	} {
		r := good
		c.change(&r)
		err := org.SaveRequisites(t.Context(), k.db, k.by, now, k.id, r)
		if f := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Fields[c.field] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := org.SaveRequisites(t.Context(), k.db, k.by, now, k.id, good); err != nil {
		t.Fatal(err)
	}
	c := k.card()
	if c.Phone != "+74951234567" || len(c.Accounts) != 1 || !c.Accounts[0].Main || c.Address("actual").FullText != good.ActualAddress || c.Version != 2 {
		t.Errorf("%+v", c)
	}
	list, total, err := org.History(t.Context(), k.db, k.by, k.id, 0, 2)
	if err != nil || total != 4 || len(list) != 2 {
		t.Fatalf("%d of %d changes, %v", len(list), total, err)
	}
	rest, _, err := org.History(t.Context(), k.db, k.by, k.id, list[1].ID, 10)
	if err != nil || len(rest) != 2 {
		t.Errorf("the second page: %+v, %v", rest, err)
	}
	var fields []string
	for _, ch := range append(list, rest...) {
		fields = append(fields, ch.Field+" "+ch.SourceRU()+" "+ch.ByName)
	}
	who := " оператор " + k.by.Name
	if diff := cmp.Diff([]string{"account" + who, "actual_address" + who, "email" + who, "phone" + who}, fields); diff != "" {
		t.Error(diff)
	}
	again := c.Requisites()
	again.BIK, again.Account, again.BankName = "", "", ""
	if err := org.SaveRequisites(t.Context(), k.db, k.by, now, k.id, again); err != nil || len(k.card().Accounts) != 0 {
		t.Errorf("the account was not taken off: %v", err)
	}
}

// Two people on one card: the second is shown the first one's values and loses nothing.
func TestSaveRequisitesConflict(t *testing.T) {
	k := newDesk(t)
	mine, theirs := k.card().Requisites(), k.card().Requisites()
	theirs.Email = "buh@romashka.ru"
	if err := org.SaveRequisites(t.Context(), k.db, k.people["accountant"], now, k.id, theirs); err != nil {
		t.Fatal(err)
	}
	mine.Phone = "+7 495 123-45-67"
	f := fault.As(org.SaveRequisites(t.Context(), k.db, k.by, now, k.id, mine))
	if f == nil || f.Kind != fault.Conflict || !strings.Contains(f.Text, "Сидорова") {
		t.Fatalf("%v", f)
	}
	want := map[string]string{"email": "Сейчас в карточке: «buh@romashka.ru».", "phone": "Сейчас в карточке пусто."}
	if diff := cmp.Diff(want, f.Fields); diff != "" {
		t.Error(diff)
	}
	if c := k.card(); c.Email != "buh@romashka.ru" || c.Phone != "" {
		t.Errorf("%+v", c.Organisation)
	}
}
