package contract_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"signdesk/internal/contract"
	"signdesk/internal/ext/onec"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/job"
	"signdesk/internal/org"
)

// F311, F312, F318–F323: ticked services go to accounting and come back as
// documents, which are acknowledged, given as licences and put into the cabinet.
func TestShipmentWalk(t *testing.T) {
	k := newDesk(t)
	id := k.ship()
	if s := k.service(0); s.State != "shipping" || s.ShipDate != day("2026-11-20") {
		t.Errorf("%+v", s)
	}
	if s := k.shipment(id); s.Status != contract.Queued || s.Amount != 313500+540000+690099 || s.VATAmount != contract.VATOf(313500, "22")+contract.VATOf(690099, "22") {
		t.Errorf("%+v", s)
	}
	if err := contract.Acknowledge(t.Context(), k.db, k.by, k.now(), k.org, id); kindOf(err) != fault.Conflict {
		t.Errorf("acknowledged before an answer: %v", err)
	}
	if wait := k.follow(id); wait <= 0 || k.shipment(id).Status != contract.Accepted {
		t.Errorf("wait %s, %s", wait, k.shipment(id).Status)
	}
	if wait := k.follow(id); wait <= 0 || k.shipment(id).Status != contract.Accepted {
		t.Errorf("accounting thinks: wait %s, %s", wait, k.shipment(id).Status)
	}
	k.forward(time.Minute)
	if wait := k.follow(id); wait != 0 {
		t.Errorf("wait %s after the end", wait)
	}
	s := k.shipment(id)
	if s.Status != contract.DocumentsReady || s.Error != "" || k.service(2).State != "shipped" {
		t.Errorf("%+v", s)
	}
	if jobs := k.world.OneC.Jobs(5); len(jobs) != 1 || !jobs[0].Confirmed {
		t.Errorf("%+v", jobs)
	}
	list, err := contract.OpenDocuments(t.Context(), k.db, k.by, k.org)
	if err != nil || len(list) != 2 || list[1].KindRU() != "Акт" || list[1].Amount != s.Amount || list[1].VATAmount != s.VATAmount || len(list[1].Files) != 2 || !list[1].Files[0].PDF {
		t.Fatalf("%+v, %v", list, err)
	}
	f, pdf, err := org.OpenFile(t.Context(), k.db, k.files, k.by, k.now(), list[1].Files[0].FileID)
	if err != nil || f.Folder != file.OneC || !strings.HasPrefix(string(pdf), "%PDF-") {
		t.Errorf("%+v, %v", f, err)
	}
	if _, _, err := org.OpenFile(t.Context(), k.db, k.files, k.people["reviewer"], k.now(), list[1].Files[0].FileID); kindOf(err) != fault.Forbidden {
		t.Errorf("accounting's file shown to who sees no services: %v", err)
	}
	for i, want := range []int{2, 0} { // the licence and the token, once
		if n, err := contract.FormLicences(t.Context(), k.db, k.by, k.now(), k.order()); err != nil || n != want {
			t.Errorf("call %d formed %d, %v", i, n, err)
		}
	}
	page, err := contract.OpenService(t.Context(), k.db, k.by, k.org, k.services[1])
	if err != nil || len(page.Licences) != 1 || page.Licences[0].Info != "Выдан: Иванова Мария Сергеевна :: 20.11.2026" || len(page.Documents) != 2 {
		t.Errorf("%+v, %v", page, err)
	}
	for i, want := range []int{3, 0} {
		if n, err := contract.SendActs(t.Context(), k.db, k.by, k.now(), k.order()); err != nil || n != want {
			t.Errorf("call %d sent %d, %v", i, n, err)
		}
	}
	cabinet, err := org.Folder(t.Context(), k.db, k.by, k.org, file.Cabinet)
	if err != nil || len(cabinet) != 4 || k.service(0).ActsToCabinetAt.IsZero() {
		t.Errorf("%d files in the cabinet, %v", len(cabinet), err)
	}
	for range 2 {
		if err := contract.Acknowledge(t.Context(), k.db, k.by, k.now(), k.org, id); err != nil {
			t.Fatal(err)
		}
	}
	if s := k.shipment(id); s.Status != contract.Delivered || s.AcknowledgedName != k.by.Name {
		t.Errorf("%+v", s)
	}
	if sheet, err := contract.OpenSheet(t.Context(), k.db, k.by, k.org, k.contract); err != nil || len(sheet.Shipments) != 0 {
		t.Errorf("still waited for: %+v, %v", sheet, err)
	}
	if got, err := contract.Period(t.Context(), k.db, k.people["accountant"], "act", day("2026-11-20"), day("2026-11-20")); err != nil || len(got) != 1 || got[0].OrgName != "ООО «Ромашка»" {
		t.Errorf("%+v, %v", got, err)
	}
}

// The second click of a double click is the first one; two at once are one.
func TestShipTwice(t *testing.T) {
	k := newDesk(t)
	var all sync.WaitGroup
	ids := make([]int64, 6)
	for i := range ids {
		all.Go(func() {
			var err error
			if ids[i], err = contract.Ship(context.Background(), k.db, k.by, k.now(), k.order()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(slices.Compact(ids)) != 1 || k.count(`SELECT count(*) FROM shipment`) != 1 || k.count(`SELECT count(*) FROM river_job WHERE kind = 'contract.ship'`) != 1 {
		t.Errorf("%v, %d shipments", ids, k.count(`SELECT count(*) FROM shipment`))
	}
}

func TestNotShippable(t *testing.T) {
	k := newDesk(t)
	unpaid, err := contract.OrderService(t.Context(), k.db, k.by, k.now(), contract.Sale{Org: k.org, Contract: k.contract, Product: 1, Quantity: 1})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		order contract.Order
		want  fault.Kind
	}{
		"nothing ticked":   {contract.Order{Org: k.org, Contract: k.contract}, fault.Invalid},
		"too many":         {k.order(make([]int64, 201)...), fault.Invalid},
		"unpaid":           {k.order(k.services[0], unpaid), fault.Conflict},
		"unknown":          {k.order(k.services[0], 777), fault.NotFound},
		"another contract": {contract.Order{Org: k.org, Contract: 777, Services: k.services}, fault.NotFound},
	} {
		if _, err := contract.Ship(t.Context(), k.db, k.by, k.now(), c.order); kindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	many := k.order(make([]int64, 1_000_000)...)
	for name, err := range map[string]error{
		"paid":     second(contract.MarkPaid(t.Context(), k.db, k.by, k.now(), many, day("2026-11-20"))),
		"licences": second(contract.FormLicences(t.Context(), k.db, k.by, k.now(), many)),
		"acts":     second(contract.SendActs(t.Context(), k.db, k.by, k.now(), many)),
	} {
		if kindOf(err) != fault.Invalid {
			t.Errorf("%s, a million ticks: %v", name, err)
		}
	}
	k.ship(k.services[0])
	if _, err := contract.Ship(t.Context(), k.db, k.by, k.now(), k.order()); kindOf(err) != fault.Conflict {
		t.Errorf("one of them is under way: %v", err)
	}
	for name, err := range map[string]error{
		"licences": second(contract.FormLicences(t.Context(), k.db, k.by, k.now(), k.order())),
		"acts":     second(contract.SendActs(t.Context(), k.db, k.by, k.now(), k.order())),
	} {
		if kindOf(err) != fault.Conflict {
			t.Errorf("%s before accounting has answered: %v", name, err)
		}
	}
}

func second(_ int, err error) error { return err }

// F313: a refusal is shown with what to tell support, and may be tried again.
func TestRefusal(t *testing.T) {
	k := newDesk(t)
	k.knobs(func(n *state.Knobs) { n.Refuse = "Период закрыт главным бухгалтером" })
	id := k.ship()
	k.follow(id)
	k.forward(time.Minute)
	if wait := k.follow(id); wait != 0 {
		t.Errorf("wait %s", wait)
	}
	if s := k.shipment(id); s.Status != contract.Failed || !strings.Contains(s.Error, "Период закрыт") || k.service(0).State != "failed" || !k.service(0).ShipDate.IsZero() {
		t.Errorf("%+v", s)
	}
	if err := contract.Acknowledge(t.Context(), k.db, k.by, k.now(), k.org, id); err != nil {
		t.Fatal(err)
	}
	k.knobs(func(n *state.Knobs) { n.Refuse = "" })
	next := k.ship()
	if next == id {
		t.Fatal("the failed shipment came back")
	}
	k.follow(next)
	k.forward(time.Minute)
	k.follow(next)
	if s := k.shipment(next); s.Status != contract.DocumentsReady {
		t.Errorf("%+v", s)
	}
}

// 1C that is down, or drops the connection, is tried again without limit.
func TestDown(t *testing.T) {
	for _, how := range []string{"503", "drop"} {
		k := newDesk(t)
		id := k.ship()
		k.knobs(func(n *state.Knobs) { n.Down = how })
		var waits []time.Duration
		for range 7 {
			waits = append(waits, k.follow(id))
		}
		want := []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, time.Minute, time.Minute}
		if diff := cmp.Diff(want, waits); diff != "" {
			t.Error(diff)
		}
		if s := k.shipment(id); s.Status != contract.Queued || !strings.Contains(s.Error, "не отвечает") {
			t.Errorf("%+v", s)
		}
		k.knobs(func(n *state.Knobs) { n.Down = "" })
		k.follow(id)
		if s := k.shipment(id); s.Status != contract.Accepted || s.Error != "" {
			t.Errorf("after it came back: %+v", s)
		}
		k.knobs(func(n *state.Knobs) { n.Down = how })
		k.follow(id)
		k.knobs(func(n *state.Knobs) { n.Down = "" })
		k.follow(id)
		if s := k.shipment(id); s.Status != contract.Accepted || s.Error != "" || s.Attempts != 0 {
			t.Errorf("the old trouble is still shown: %+v", s)
		}
	}
}

// Slow, and answering twice: one shipment, documents once.
func TestSlowAndTwice(t *testing.T) {
	k := newDesk(t)
	k.knobs(func(n *state.Knobs) { n.SlowSeconds, n.Twice = 0.05, true })
	id := k.ship()
	var all sync.WaitGroup
	for range 3 { // the job was rescued while it was running
		all.Go(func() {
			_, err := contract.Follow(context.Background(), k.db, k.files, k.onec, k.now, job.Ship{Partner: k.by.PartnerID, Shipment: id})
			if err != nil && kindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	k.forward(time.Minute)
	for range 3 {
		all.Go(func() {
			_, err := contract.Follow(context.Background(), k.db, k.files, k.onec, k.now, job.Ship{Partner: k.by.PartnerID, Shipment: id})
			if err != nil && kindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	k.follow(id)
	if n := k.world.OneC.Counters()["shipments"]; n != 1 || len(k.world.OneC.Jobs(5)) != 1 {
		t.Errorf("1C saw %d shipments", n)
	}
	if n := k.count(`SELECT count(*) FROM accounting_document`); n != 2 {
		t.Errorf("%d documents", n)
	}
	if n := k.count(`SELECT count(*) FROM stored_file WHERE folder = 'onec'`); n != 4 {
		t.Errorf("%d files", n)
	}
}

// Killed between any two steps, it goes on where it stood.
func TestKilled(t *testing.T) {
	is := func(method, begin, end string) func(string, string) bool {
		return func(m, path string) bool {
			return m == method && strings.HasPrefix(path, begin) && strings.HasSuffix(path, end)
		}
	}
	for name, c := range map[string]struct {
		cut   func(method, path string) bool
		after contract.Status // while the cut lasts
	}{
		"before the post":         {is("POST", "/shipments", ""), contract.Queued},
		"before the status":       {is("GET", "/jobs", ""), contract.Accepted},
		"before a file":           {is("GET", "/files", ""), contract.Accepted},
		"before the confirmation": {is("POST", "/jobs", "/confirm"), contract.DocumentsReady},
	} {
		k := newDesk(t)
		id := k.ship()
		k.cut = c.cut
		for range 3 {
			k.follow(id)
			k.forward(time.Minute)
		}
		if s := k.shipment(id); s.Status != c.after {
			t.Errorf("%s: %s", name, s.Status)
		}
		k.mu.Lock()
		k.cut = nil
		k.mu.Unlock()
		for range 3 {
			k.follow(id)
			k.forward(time.Minute)
		}
		if s := k.shipment(id); s.Status != contract.DocumentsReady || s.Error != "" {
			t.Errorf("%s: %+v", name, s)
		}
		if jobs := k.world.OneC.Jobs(5); len(jobs) != 1 || !jobs[0].Confirmed || k.count(`SELECT count(*) FROM accounting_document`) != 2 {
			t.Errorf("%s: %+v", name, jobs)
		}
	}
}

// Posted, and killed before the answer was written down: the same key, the same job.
func TestAnswerLost(t *testing.T) {
	k := newDesk(t)
	id := k.ship()
	k.follow(id)
	err := k.db.Tx(t.Context(), k.by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE shipment SET status = 'queued', job_ref = '' WHERE id = ?`, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	k.follow(id)
	if s := k.shipment(id); s.Status != contract.Accepted || s.JobRef == "" || len(k.world.OneC.Jobs(5)) != 1 {
		t.Errorf("%+v", s)
	}
}

// 409: the key is known with another body, or the shipment under another key.
func TestKeyReused(t *testing.T) {
	k := newDesk(t)
	id := k.ship()
	key := k.shipment(id).IdempotencyKey.String()
	if _, err := k.onec.Submit(t.Context(), key, onec.Shipment{ShipmentID: "other-1", Date: "2026-11-20", Organisation: onec.Organisation{INN: "7701234560", KPP: "770101001", Name: "Другая"},
		Contract: onec.Contract{Number: "1", Date: "2026-01-01"}, Lines: []onec.Line{{ServiceID: "1", Name: "Услуга", Quantity: "1", Unit: "шт.", Price: "1.00", VATRate: "none", Sum: "1.00", VAT: "0.00"}},
		Total: "1.00", TotalVAT: "0.00"}); err != nil {
		t.Fatal(err)
	}
	if wait := k.follow(id); wait != 0 {
		t.Errorf("wait %s", wait)
	}
	if s := k.shipment(id); s.Status != contract.Failed || !strings.Contains(s.Error, "ключ уже использован") {
		t.Errorf("%+v", s)
	}
}

// A file that came damaged is not stored; the next try takes it.
func TestDamagedFile(t *testing.T) {
	k := newDesk(t)
	id := k.ship()
	k.follow(id)
	k.forward(time.Minute)
	k.knobs(func(n *state.Knobs) { n.WrongSignature = true })
	if wait := k.follow(id); wait <= 0 {
		t.Errorf("wait %s", wait)
	}
	if s := k.shipment(id); s.Status != contract.Accepted || !strings.Contains(s.Error, "файл не передан") || k.count(`SELECT count(*) FROM stored_file`) != 0 {
		t.Errorf("%+v", s)
	}
	k.knobs(func(n *state.Knobs) { n.WrongSignature = false })
	k.follow(id)
	if s := k.shipment(id); s.Status != contract.DocumentsReady || s.Error != "" {
		t.Errorf("%+v", s)
	}
}

// Without a 1C connected, or with a wrong key, the shipment waits and says so.
func TestNotConnected(t *testing.T) {
	k := newDesk(t)
	id := k.ship()
	wait, err := contract.Follow(t.Context(), k.db, k.files, nil, k.now, job.Ship{Partner: k.by.PartnerID, Shipment: id})
	if err != nil || wait <= 0 || !strings.Contains(k.shipment(id).Error, "не подключена") {
		t.Errorf("%s, %v, %+v", wait, err, k.shipment(id))
	}
	k.world.OneC.Token = "changed"
	if wait := k.follow(id); wait <= 0 || k.shipment(id).Status != contract.Queued {
		t.Errorf("%s, %+v", wait, k.shipment(id))
	}
	if _, err := contract.Follow(t.Context(), k.db, k.files, k.onec, k.now, job.Ship{Partner: k.people["foreign operator"].PartnerID, Shipment: id}); kindOf(err) != fault.NotFound {
		t.Errorf("another partner's job: %v", err)
	}
	if len(k.calls) != 1 || k.calls[0] != http.MethodPost+" /shipments" {
		t.Errorf("%v", k.calls)
	}
}
