package cert_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/exchange"
	simsmev "signdesk/internal/ext/sim/smev"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/job"
)

// account is the last account asked for the case's owner.
func account(c *casetest.Case) (a *cert.Account) {
	c.Tx(func(ctx context.Context, tx bun.IDB) (err error) {
		a, err = cert.AccountOf(ctx, tx, c.By().PartnerID, c.Load().Owner.ID)
		return err
	})
	return a
}

// carried sends the account's question and reads what has come back.
func carried(t *testing.T, c *casetest.Case, client *smev.Client) *cert.Account {
	t.Helper()
	a := account(c)
	p := &exchange.Post{DB: c.DB, SMEV: client, Now: c.Now}
	if _, err := p.Send(t.Context(), job.SendMessage{Message: a.MessageID}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Poll(t.Context(), job.PollSMEV{}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the job may run twice
		if err := cert.AccountAnswered(t.Context(), c.DB, c.Now(), job.AccountAnswered{Partner: c.By().PartnerID, Message: a.MessageID}); err != nil {
			t.Fatal(err)
		}
	}
	return account(c)
}

// TestAccount registers the certificate of an owner whom ESIA does not know yet:
// the refusal offers an account, its making lets the certificate through (F221).
func TestAccount(t *testing.T) {
	c, w, client, now := installed(t)
	x := c.Load()
	w.SMEV.People = simsmev.NewPeople([]simsmev.Person{{SNILS: x.Owner.SNILS, INN: x.Owner.INN, Surname: x.Owner.Surname, Name: x.Owner.Name, Patronymic: x.Owner.Patronymic,
		BirthDate: x.Passport.BirthDate.Format(time.DateOnly), PassportSeries: x.Passport.Series, PassportNumber: x.Passport.Number, NoESIA: true}})
	press := func(f cert.AccountForm) error {
		return cert.MakeAccount(t.Context(), c.DB, c.By(), c.Now(), smev.ESIATest, 1000, x.Certificate.ID, f)
	}
	form := cert.AccountForm{Operator: "112-233-445 95", Mobile: "8 (912) 345-67-89"}
	refused(t, press(form), fault.Conflict, "Сначала отправьте сертификат")
	send(t, c)
	for range 3 {
		post(t, c, client)
		now.forward(time.Minute)
	}
	if r := c.Load().Registration; !r.NeedsAccount() || r.Status != "failed" {
		t.Fatalf("%+v", r)
	}
	for field, f := range map[string]cert.AccountForm{"operator": {Mobile: form.Mobile}, "mobile": {Operator: form.Operator, Mobile: "12"}} {
		if e := fault.As(press(f)); e == nil || e.Fields[field] == "" {
			t.Errorf("%s: %+v", field, e)
		}
	}
	for role, kind := range map[string]fault.Kind{"accountant": fault.Forbidden, "foreign operator": fault.NotFound} {
		refused(t, cert.MakeAccount(t.Context(), c.DB, c.People[role], c.Now(), smev.ESIATest, 1000, x.Certificate.ID, form), kind, "")
	}
	temper := func(k state.Knobs) {
		t.Helper()
		if err := w.SMEV.SetKnobs(k); err != nil {
			t.Fatal(err)
		}
	}
	temper(state.Knobs{Refuse: "ESIA01 FAILURE: занято"})
	if err := press(form); err != nil {
		t.Fatal(err)
	}
	settled := func() (a *cert.Account) {
		for range 4 {
			now.forward(time.Minute)
			if a = carried(t, c, client); a.Status == "succeeded" || a.Status == "failed" {
				break
			}
		}
		return a
	}
	if a := settled(); a.Status != "failed" || !strings.Contains(a.Text, "занято") || !strings.Contains(a.Text, "5–10 минут") {
		t.Errorf("refused: %+v", a)
	}
	temper(state.Knobs{})
	for range 2 { // the second press sends nothing
		if err := press(form); err != nil {
			t.Fatal(err)
		}
	}
	a := settled()
	if a.Status != "succeeded" || a.OID == "" || a.SentName == "" || !strings.Contains(a.Text, "отправьте сертификат ещё раз") {
		t.Fatalf("%+v", a)
	}
	send(t, c)
	for range 3 {
		post(t, c, client)
		now.forward(time.Minute)
	}
	if r := c.Load().Registration; r.Status != "succeeded" {
		t.Errorf("after the account: %+v", r)
	}
}
