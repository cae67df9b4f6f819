package issuance_test

import (
	"strings"
	"testing"
	"time"

	"signdesk/internal/issuance"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
)

// The auditor sees the case without people's names and numbers.
func TestMasked(t *testing.T) {
	c, now := romashka(t)
	k := c.Open()
	k.Answer("negative", owner.CheckINN)
	c.Exec(`UPDATE owner_check SET text = 'По данным ФНС у владельца другой ИНН: 770123456789.'`)
	k.Look()
	v, err := issuance.Show(t.Context(), c.DB, c.People["auditor"], now.at, c.Rules, k.ID, "inn")
	if err != nil {
		t.Fatal(err)
	}
	if v.Owner.Surname != "П***" || v.Passport.Number != "" || !strings.Contains(v.Open.Text, "другой ИНН: ***89") || strings.Contains(v.Events[len(v.Events)-1].Text, "770123") {
		t.Errorf("%+v %q %+v", v.Owner, v.Open.Text, v.Events)
	}
	list, _, err := issuance.Worklist(t.Context(), c.DB, c.People["auditor"], issuance.Filter{Whose: issuance.All, Limit: 10})
	if err != nil || len(list) != 1 || list[0].OwnerName != "П*** И*** И***" || list[0].OrgName != "О*** Р***" {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestWorklist(t *testing.T) {
	k, now := desk(t)
	a := k.Client(orgtest.Romashka).Open()
	b := k.Client(orgtest.Vasilek).Open().Approved()
	look := func(role string, f issuance.Filter) (ids []int64, counts map[issuance.Status]int) {
		t.Helper()
		f.Limit = 10
		list, counts, err := issuance.Worklist(t.Context(), k.DB, k.People[role], f)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			ids = append(ids, x.ID)
		}
		return ids, counts
	}
	ids, counts := look("operator", issuance.Filter{Whose: issuance.Mine})
	if len(ids) != 2 || ids[0] != b.ID || counts[issuance.RegistryCheck] != 1 || counts[issuance.Approved] != 1 {
		t.Errorf("%v %v", ids, counts)
	}
	if ids, _ = look("operator", issuance.Filter{Whose: issuance.Mine, Before: b.ID}); len(ids) != 1 || ids[0] != a.ID {
		t.Errorf("second page %v", ids)
	}
	if ids, _ = look("operator", issuance.Filter{Whose: issuance.Centre, Status: issuance.Approved}); len(ids) != 1 || ids[0] != b.ID {
		t.Errorf("approved %v", ids)
	}
	if ids, _ = look("reviewer", issuance.Filter{Whose: issuance.Mine}); len(ids) != 0 {
		t.Errorf("reviewer's own %v", ids)
	}
	if ids, counts = look("foreign operator", issuance.Filter{Whose: issuance.All}); len(ids) != 0 || len(counts) != 0 {
		t.Errorf("a foreign operator sees %v", ids)
	}
	if err := issuance.Reject(t.Context(), k.DB, k.By(), now.at, k.Rules, a.ID, "не пришёл"); err != nil {
		t.Fatal(err)
	}
	if ids, _ = look("operator", issuance.Filter{Whose: issuance.All}); len(ids) != 1 {
		t.Errorf("live %v", ids)
	}
	if name, state := b.Load().Standing(); name != "Запрос" || state != issuance.StepNow {
		t.Errorf("stands at %s, %s", name, state)
	}
	mine, review, err := issuance.Counts(t.Context(), k.DB, k.By())
	if mine != 1 || review != 0 || err != nil {
		t.Errorf("counts %d %d %v", mine, review, err)
	}
	k.Exec(`UPDATE application SET status = 'review', status_at = ? WHERE id = ?`, now.at, b.ID)
	if _, review, _ = issuance.Counts(t.Context(), k.DB, k.People["reviewer"]); review != 1 {
		t.Errorf("reviewer has %d to decide", review)
	}
	for day, want := range map[int]string{21: "", 24: "", 25: "срок рассмотрения прошёл"} { // the 20th is a Friday
		if _, text := b.Load().Late(time.Date(2026, 11, day, 8, 0, 0, 0, time.UTC), k.Rules); text != want {
			t.Errorf("on %d: %q, want %q", day, text, want)
		}
	}
}
