package issuance_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// Every role × every verb: who may not is told so, whatever the case; who may
// is told about the case. product.md, "People and rights".
func TestRights(t *testing.T) {
	c, _ := romashka(t)
	k := c.Open()
	ctx, env := t.Context(), cert.Desk{Origin: "http://example.com", Pairing: casetest.Pairing}
	verbs := map[string]struct {
		may string // roles that may
		do  func(by *staff.Employee, id int64) error
	}{
		"open": {"operator", func(by *staff.Employee, id int64) error {
			_, err := issuance.Open(ctx, c.DB, by, c.Now(), c.Owner)
			return err
		}},
		"prepare": {"operator", func(by *staff.Employee, id int64) error {
			return issuance.Prepare(ctx, c.DB, by, c.Now(), c.Rules, id, c.Open().Order("head-2022"))
		}},
		"request operation": {"operator", func(by *staff.Employee, id int64) error {
			_, err := issuance.RequestOperation(ctx, c.DB, by, c.Now(), c.Rules, id, env)
			return err
		}},
		"accept": {"operator", func(by *staff.Employee, id int64) error {
			return issuance.AcceptRequest(ctx, c.DB, by, c.Now(), c.Rules, id, uuid.New(), []byte("csr"))
		}},
		"hurry": {"operator", func(by *staff.Employee, id int64) error {
			return issuance.Hurry(ctx, c.DB, by, c.Now(), c.Rules, id)
		}},
		"install operation": {"operator", func(by *staff.Employee, id int64) error {
			_, err := issuance.InstallOperation(ctx, c.DB, by, c.Now(), c.Rules, id, env)
			return err
		}},
		"head signed": {"operator", func(by *staff.Employee, id int64) error {
			return issuance.HeadSigned(ctx, c.DB, by, c.Now(), c.Rules, id)
		}},
		"approve": {"supervisor reviewer", func(by *staff.Employee, id int64) error {
			return issuance.Approve(ctx, c.DB, by, c.Now(), c.Rules, id)
		}},
		"take": {"operator", func(by *staff.Employee, id int64) error {
			return issuance.Take(ctx, c.DB, by, c.Now(), c.Rules, id)
		}},
		"withdraw": {"operator", func(by *staff.Employee, id int64) error {
			return issuance.Withdraw(ctx, c.DB, by, c.Now(), c.Rules, id, "клиент передумал")
		}},
		"show": {"operator accountant supervisor admin reviewer auditor", func(by *staff.Employee, id int64) error {
			_, err := issuance.Show(ctx, c.DB, by, c.Now(), c.Rules, id, "")
			return err
		}},
		"reject": {"operator supervisor reviewer", func(by *staff.Employee, id int64) error { // last: it ends the case
			if by.Role == "operator" {
				return nil // would succeed; proved in TestReject
			}
			err := issuance.Reject(ctx, c.DB, by, c.Now(), c.Rules, id, "")
			if fault.Is(err, fault.Invalid) {
				return nil
			}
			return err
		}},
	}
	for name, verb := range verbs {
		for _, role := range orgtest.Roles {
			err := verb.do(c.People[role], k.ID)
			if may := strings.Contains(verb.may, role); may == fault.Is(err, fault.Forbidden) {
				t.Errorf("%s by %s: %v, may: %v", name, role, err, may)
			}
			foreign := c.People["foreign "+role]
			if err := verb.do(foreign, k.ID); !strings.Contains(verb.may, role) {
				continue
			} else if name != "reject" && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s by a foreign %s: %v, want not found", name, role, err)
			}
		}
		if err := verb.do(c.People[strings.Fields(verb.may)[0]], 99999); name != "open" && name != "reject" && !fault.Is(err, fault.NotFound) {
			t.Errorf("%s of no case: %v", name, err)
		}
	}
	if s := k.Load().Status; s != issuance.RegistryCheck {
		t.Errorf("refused verbs moved the case to %s", s)
	}
}

// A verb out of its turn says where the case is.
func TestVerbsOutOfTurn(t *testing.T) {
	c, now := romashka(t)
	k := c.Open()
	desk := cert.Desk{Pairing: casetest.Pairing}
	refused(t, issuance.Prepare(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID, k.Order("head-2022")), fault.Conflict, "Ожидание проверки")
	_, err := issuance.RequestOperation(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID, desk)
	refused(t, err, fault.Conflict, "Сначала заполните форму")
	refused(t, issuance.AcceptRequest(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID, uuid.New(), nil), fault.Conflict, "Сначала заполните форму")
	_, err = issuance.InstallOperation(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID, desk)
	refused(t, err, fault.Conflict, "Сертификата ещё нет")
	refused(t, issuance.HeadSigned(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID), fault.Conflict, "проверки пройдены")
	refused(t, issuance.Approve(t.Context(), c.DB, c.People["reviewer"], now.at, c.Rules, k.ID), fault.Conflict, "не на рассмотрении")
	refused(t, issuance.Withdraw(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID, "клиент передумал"), fault.Conflict, "Ожидание проверки") // F139
}

// A reason is obligatory: F129, F130; what has gone to the CA is not rejected.
func TestReject(t *testing.T) {
	c, now := romashka(t)
	k := c.Open()
	for _, reason := range []string{"", "аб", strings.Repeat("а", 501)} {
		refused(t, issuance.Reject(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID, reason), fault.Invalid, "причину")
		refused(t, issuance.Withdraw(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID, reason), fault.Invalid, "причину")
	}
	for range 2 { // a double click
		if err := issuance.Reject(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID, "Клиент не принёс паспорт"); err != nil {
			t.Fatal(err)
		}
	}
	a := k.Load()
	if a.Status != issuance.Rejected || a.StatusReason != "Клиент не принёс паспорт" {
		t.Errorf("%s, %q", a.Status, a.StatusReason)
	}
	if got := timeline(t, k, "case"); got[len(got)-1] != "stop Отклонена: Клиент не принёс паспорт" || len(got) != 2 {
		t.Errorf("timeline %q", got)
	}
	k = c.Open().Approved().Prepare().Request()
	refused(t, issuance.Reject(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID, "передумали"), fault.Conflict, "Запрос отправлен в УЦ")
}

// timeline is the step's events as "kind text".
func timeline(t *testing.T, k *casetest.Case, step string) (list []string) {
	t.Helper()
	k.Tx(func(ctx context.Context, tx bun.IDB) error {
		events, err := issuance.Events(ctx, tx, k.By().PartnerID, k.ID, step)
		for _, e := range events {
			list = append(list, e.Kind+" "+e.Text)
		}
		return err
	})
	return list
}

// A case left at one desk is taken at another: one line in the history.
func TestTake(t *testing.T) {
	c, now := romashka(t)
	k := c.Open()
	id, err := staff.AddEmployee(t.Context(), c.DB.Plain(), c.By().PartnerID, c.By().CentreID, "operator", "second", "Петрова Нина Юрьевна", "", "")
	if err != nil {
		t.Fatal(err)
	}
	second, err := staff.Load(t.Context(), c.DB, id)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := issuance.Take(t.Context(), c.DB, second, now.at, c.Rules, k.ID); err != nil {
			t.Fatal(err)
		}
	}
	if a := k.Load(); a.TakenBy != id || a.TakenName != "Петрова Нина Юрьевна" {
		t.Errorf("taken by %d %s", a.TakenBy, a.TakenName)
	}
	if got := timeline(t, k, "case"); len(got) != 2 || got[1] != "note Заявку взял(а) Петрова Нина Юрьевна." {
		t.Errorf("timeline %q", got)
	}
}

// Twenty-eight days without the head's signature: F131.
func TestExpire(t *testing.T) {
	c, now := romashka(t)
	c.Owner = c.Person("Смирнова", "Анна", "Олеговна", false)
	k := c.Open().Approved()
	if s := k.Load().Status; s != issuance.HeadSignature {
		t.Fatalf("status %s", s)
	}
	expire := func() issuance.Status {
		t.Helper()
		for _, p := range []string{"operator", "foreign operator"} {
			if err := issuance.Expire(t.Context(), c.DB, now.at, c.People[p].PartnerID); err != nil {
				t.Fatal(err)
			}
		}
		return k.Load().Status
	}
	now.at = k.Load().CreatedAt.AddDate(0, 0, 28)
	if s := expire(); s != issuance.HeadSignature {
		t.Errorf("on the 28th day: %s", s)
	}
	now.forward(time.Second)
	if s := expire(); s != issuance.Rejected || expire() != issuance.Rejected {
		t.Errorf("after 28 days: %s", s)
	}
	if got := timeline(t, k, "case"); got[len(got)-1] != "stop Руководитель не подписал заявление за 28 дней." {
		t.Errorf("timeline %q", got)
	}
}

// The head's signature opens the way for an employee, for the data it was given for: F123, F124.
func TestHeadSigns(t *testing.T) {
	c, now := romashka(t)
	c.Owner = c.Person("Смирнова", "Анна", "Олеговна", false)
	k := c.Open().Approved()
	sign := func() {
		t.Helper()
		for range 2 {
			if err := issuance.HeadSigned(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	sign()
	a := k.Load()
	if a.Status != issuance.Approved || a.HeadSignedBy != c.By().ID {
		t.Fatalf("status %s", a.Status)
	}
	if p := k.Profile(); p != "person-2023" { // since 01.09.2023 an employee gets a natural person's certificate
		t.Errorf("profile %s", p)
	}
	a.Owner.Title = "Главный бухгалтер"
	if _, err := owner.Save(t.Context(), c.DB, c.By(), now.at, *a.Owner); err != nil {
		t.Fatal(err)
	}
	k.Look()
	if a = k.Load(); a.Status != issuance.HeadSignature {
		t.Errorf("another title: %s", a.Status)
	}
	if err := issuance.Withdraw(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID, "клиент передумал"); err != nil { // F139
		t.Error(err)
	}
}
