package cert_test

import (
	"context"
	"testing"
	"time"

	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/staff"
)

// denied checks that the verb asks for the right before it looks at the state.
func denied(t *testing.T, c *casetest.Case, resend func(context.Context, *db.DB, *staff.Employee, time.Time, int64) error, message int64) {
	t.Helper()
	for role, kind := range map[string]fault.Kind{"accountant": fault.Forbidden, "auditor": fault.Forbidden, "admin": fault.Forbidden, "foreign operator": fault.NotFound} {
		refused(t, resend(t.Context(), c.DB, c.People[role], c.Now(), message), kind, "")
	}
}

// A registration, and then the account it turns out to want, are sent anew after
// SMEV has refused their messages; each once.
func TestResend(t *testing.T) {
	c, w, client, now := installed(t)
	temper := func(k state.Knobs) {
		t.Helper()
		if err := w.SMEV.SetKnobs(k); err != nil {
			t.Fatal(err)
		}
	}
	temper(state.Knobs{Fault: "AccessDenied"})
	send(t, c)
	post(t, c, client)
	first := c.Load().Registration
	if first.Status != "failed" {
		t.Fatalf("%+v", first)
	}
	denied(t, c, cert.Resend, first.MessageID)
	if err := cert.Resend(t.Context(), c.DB, c.By(), c.Now(), first.MessageID); err != nil {
		t.Fatal(err)
	}
	refused(t, cert.Resend(t.Context(), c.DB, c.By(), c.Now(), first.MessageID), fault.Conflict, "отправили заново")
	denied(t, c, cert.Resend, first.MessageID)
	if r := c.Load().Registration; r.Status != "waiting" || r.ID != first.ID || r.MessageID == first.MessageID {
		t.Fatalf("%+v", r)
	}
	now.forward(time.Minute)
	c.Exec(`UPDATE esia_registration SET status = 'failed', errors = '[{"code": "ESIA-1", "message": "Учётная запись с таким СНИЛС в ЕСИА не найдена"}]'`)
	c.Look()
	form := cert.AccountForm{Operator: "112-233-445 95", Mobile: "8 (912) 345-67-89"}
	if err := cert.MakeAccount(t.Context(), c.DB, c.By(), c.Now(), smev.ESIATest, 1000, c.Load().Certificate.ID, form); err != nil {
		t.Fatal(err)
	}
	refused(t, cert.ResendAccount(t.Context(), c.DB, c.By(), c.Now(), account(c).MessageID), fault.Conflict, "незачем")
	asked := carried(t, c, client)
	if asked.Status != "failed" {
		t.Fatalf("%+v", asked)
	}
	denied(t, c, cert.ResendAccount, asked.MessageID)
	temper(state.Knobs{})
	if err := cert.ResendAccount(t.Context(), c.DB, c.People["supervisor"], c.Now(), asked.MessageID); err != nil {
		t.Fatal(err)
	}
	refused(t, cert.ResendAccount(t.Context(), c.DB, c.By(), c.Now(), asked.MessageID), fault.Conflict, "незачем")
	denied(t, c, cert.ResendAccount, asked.MessageID)
	a := carried(t, c, client)
	for range 3 {
		if a.Status == "succeeded" {
			break
		}
		now.forward(time.Minute)
		a = carried(t, c, client)
	}
	if a.Status != "succeeded" || a.ID != asked.ID || a.MessageID == asked.MessageID {
		t.Errorf("%+v", a)
	}
}
