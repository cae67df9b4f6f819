package issuance_test

import (
	"testing"
	"time"

	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/owner"
)

// Approval falls when what was approved changes, and comes back by itself.
func TestApprovalFalls(t *testing.T) {
	c, now := romashka(t)
	k := c.Open().Approved()
	want := func(s issuance.Status, reason string) {
		t.Helper()
		k.Look()
		if a := k.Load(); a.Status != s || a.StatusReason != reason {
			t.Errorf("%s %q, want %s %q", a.Status, a.StatusReason, s, reason)
		}
	}
	want(issuance.Approved, "")
	k.Prepare()
	says(t, k, "request", issuance.StepNow, "оператор", issuance.Operate, "Вставьте носитель № "+casetest.Carrier)
	env := k.Envelope()

	p := *k.Load().Passport
	p.Number = "654321"
	if err := owner.SavePassport(t.Context(), c.DB, c.By(), now.at, p); err != nil {
		t.Fatal(err)
	}
	want(issuance.RegistryCheck, "Данные изменились: проверки идут заново.")
	op, csr, _ := casetest.Sign(t, env) // the agent was faster than the fall
	refused(t, issuance.AcceptRequest(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID, op, csr), fault.Conflict, "Ожидание проверки")
	k.Answer("positive")
	want(issuance.Approved, "")
	says(t, k, "request", issuance.StepNow, "оператор", issuance.Operate, "") // the passport is not in the subject

	o := k.Load().Owner
	o.Email = "new@romashka.test" // no register knows it, the subject does
	if _, err := owner.Save(t.Context(), c.DB, c.By(), now.at, *o); err != nil {
		t.Fatal(err)
	}
	want(issuance.Approved, "")
	says(t, k, "request", issuance.StepNow, "оператор", issuance.PrepareForm, "изменены после заполнения")
	op, csr, _ = casetest.Sign(t, env)
	refused(t, issuance.AcceptRequest(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID, op, csr), fault.Conflict, "пока создавался запрос")

	now.at = time.Date(2026, 12, 11, 0, 0, 0, 0, time.UTC)
	want(issuance.RegistryCheck, "Нужна новая выписка.")
	c.Exec(`UPDATE contract SET active = false`)
	want(issuance.RegistryCheck, "Нужна новая выписка.")
}

// Review: the second pair of eyes, once, for the data as they were. F125.
func TestReview(t *testing.T) {
	c, now := romashka(t)
	k := c.Open()
	c.Drop(c.Firm, true)
	k.Answer("positive", owner.CheckSNILS, owner.CheckINN)
	k.Answer("overridden", owner.CheckPassport)
	k.Exec(`UPDATE owner_check SET decided_by = ? WHERE kind = 'passport'`, c.People["supervisor"].ID)
	if a := k.Load(); a.Status != issuance.Review || a.StatusReason != "Проверка принята по скану." {
		t.Fatalf("%s %q", a.Status, a.StatusReason)
	}
	says(t, k, "review", issuance.StepWait, "проверяющий", issuance.Decide, "второй сотрудник")
	approve := func(role string) error {
		return issuance.Approve(t.Context(), c.DB, c.People[role], now.at, c.Rules, k.ID)
	}
	refused(t, approve("supervisor"), fault.Forbidden, "Вы уже приняли проверку по скану")
	for column, table := range map[string]string{"created_by": "application", "taken_by": "application", "updated_by": "owner", "requested_by": "owner_check"} {
		old := c.By().ID
		c.Exec(`UPDATE ` + table + ` SET ` + column + ` = ` + itoa(c.People["reviewer"].ID))
		refused(t, approve("reviewer"), fault.Forbidden, "вы готовили эту заявку")
		c.Exec(`UPDATE ` + table + ` SET ` + column + ` = ` + itoa(old))
	}
	for range 2 {
		if err := approve("reviewer"); err != nil {
			t.Fatal(err)
		}
	}
	if a := k.Load(); a.Status != issuance.Approved || a.ApprovedBy != c.People["reviewer"].ID {
		t.Fatalf("%s by %d", a.Status, a.ApprovedBy)
	}
	says(t, k, "review", issuance.StepDone, "проверяющий", "", "подтверждена")
	o := k.Load().Owner
	o.Email = "other@romashka.test"
	if _, err := owner.Save(t.Context(), c.DB, c.By(), now.at, *o); err != nil {
		t.Fatal(err)
	}
	k.Look()
	if a := k.Load(); a.Status != issuance.Review {
		t.Errorf("other data after the approval: %s", a.Status)
	}
	k.Exec(`UPDATE owner_check SET status = 'positive' WHERE kind = 'passport'`) // the register has answered after all
	k.Look()
	if a := k.Load(); a.Status != issuance.Approved {
		t.Errorf("nothing to review any more: %s", a.Status)
	}
}
