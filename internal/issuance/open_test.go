package issuance_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"signdesk/internal/contract"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/owner"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// clock is what the desk's watch shows; tests move it.
type clock struct{ at time.Time }

func (c *clock) now() time.Time          { return c.at }
func (c *clock) forward(d time.Duration) { c.at = c.at.Add(d) }
func desk(t *testing.T) (*casetest.Desk, *clock) {
	t.Helper()
	c := &clock{time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	return casetest.New(t, dbtest.New(t), c.now), c
}

func romashka(t *testing.T) (*casetest.Client, *clock) {
	t.Helper()
	k, c := desk(t)
	return k.Client(orgtest.Romashka), c
}

// refused checks the kind and words of a refusal.
func refused(t *testing.T, err error, kind fault.Kind, words string) {
	t.Helper()
	if !fault.Is(err, kind) || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v, want kind %d with %q", err, kind, words)
	}
}

// One live case for an owner, however often and by how many it is opened.
func TestOpenOnce(t *testing.T) {
	c, _ := romashka(t)
	ids := make([]int64, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var err error
			if ids[i], err = issuance.Open(t.Context(), c.DB, c.By(), c.Now(), c.Owner); err != nil {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] || id == 0 {
			t.Fatalf("cases %v, want one", ids)
		}
	}
	k := (&casetest.Case{Client: c, ID: ids[0]}).Load()
	if !strings.HasPrefix(k.Number, "З-000") || k.Status != issuance.RegistryCheck || k.Reason != "first" || k.TakenBy != c.By().ID || k.ContractID != c.Contract {
		t.Errorf("%+v", k.Application)
	}
}

// Reasons that allow an issue or forbid it: F134, F202.
func TestReasons(t *testing.T) {
	c, now := romashka(t)
	k := c.Open().Approved().Prepare().Request().Issue().Install().Register("succeeded").Receipt()
	if k.Load().Status != issuance.Done {
		t.Fatal("the first case is not done")
	}
	open := func() (string, error) {
		id, err := issuance.Open(t.Context(), c.DB, c.By(), now.now(), c.Owner)
		if err != nil {
			return "", err
		}
		reason := (&casetest.Case{Client: c, ID: id}).Load().Reason
		if err := issuance.Reject(t.Context(), c.DB, c.By(), now.now(), c.Rules, id, "проверили причину"); err != nil {
			t.Fatal(err)
		}
		return reason, nil
	}
	_, err := open()
	refused(t, err, fault.Conflict, "действующий сертификат до")

	o := k.Load().Owner
	o.Surname = "Сидоров"
	c.Exec(`UPDATE org_head SET surname = 'Сидоров'`)
	if _, err := owner.Save(t.Context(), c.DB, c.By(), now.now(), *o); err != nil {
		t.Fatal(err)
	}
	expect := func(want string) {
		t.Helper()
		if got, err := open(); got != want || err != nil {
			t.Errorf("reason %q, want %q, %v", got, want, err)
		}
	}
	expect("name_changed")
	end := k.Load().Certificate.NotAfter
	now.at = end.AddDate(0, 0, -30)
	expect("name_changed")
	now.at = now.at.Add(time.Second) // less than 30 days left
	expect("expiring")
	now.at = end.Add(time.Second)
	expect("expired")
	c.Exec(`UPDATE certificate SET revoked_at = ?`, now.at)
	expect("first")
}

func TestOpenNeeds(t *testing.T) {
	c, now := romashka(t)
	_, err := issuance.Open(t.Context(), c.DB, c.People["foreign operator"], now.now(), c.Owner)
	refused(t, err, fault.NotFound, "")
	_, err = issuance.Open(t.Context(), c.DB, c.By(), now.now(), 99999)
	refused(t, err, fault.NotFound, "")
	c.Exec(`UPDATE contract SET active = false`)
	_, err = issuance.Open(t.Context(), c.DB, c.By(), now.now(), c.Owner)
	refused(t, err, fault.Conflict, "нет действующего договора")
	if _, err := contract.Add(t.Context(), c.DB, c.By(), now.now(), contract.NewContract{Org: c.Org, Name: "Оферта", Number: "3", SignedOn: now.now().AddDate(0, 0, -1)}); err != nil {
		t.Fatal(err)
	}
	c.Exec(`UPDATE owner SET deleted = true, deleted_at = now()`)
	_, err = issuance.Open(t.Context(), c.DB, c.By(), now.now(), c.Owner)
	refused(t, err, fault.Conflict, "Владелец удалён")
}
