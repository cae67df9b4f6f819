package ready_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/cert/active"
	"signdesk/internal/cert/ready"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

func (w *world) choice() (c active.Choice) {
	w.Helper()
	w.Tx(func(ctx context.Context, tx bun.IDB) (err error) {
		c, err = active.Of(ctx, tx, w.By().PartnerID, w.Owner)
		return err
	})
	return c
}

func (w *world) wantChoice(want active.Ref) {
	w.Helper()
	if c := w.choice(); c.Ref != want {
		w.Errorf("active is %q, want %q", c.Ref, want)
	}
}

// One choice over all certificates of an owner: the one installed last, then the
// one loaded last, then what a person picks; an issued one leaves when it is
// revoked or its time is over. F377.
func TestOneChoiceOfAll(t *testing.T) {
	w := newWorld(t)
	k := w.Open().Approved().Prepare().Request().Issue()
	issued := active.Ref{Issued: k.Load().Certificate.ID}
	choose := func(by *staff.Employee, seen active.Ref) error {
		return cert.Choose(t.Context(), w.DB, by, w.at, issued.Issued, seen)
	}
	refused(t, choose(w.By(), active.Ref{}), fault.Conflict, "Не установлен")
	err := w.DB.Tx(t.Context(), w.By().PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO active_certificate (owner_id, partner_id, certificate_id, chosen_at) VALUES (?, ?, ?, ?)`, w.Owner, w.By().PartnerID, issued.Issued, w.at)
		return err
	})
	if err == nil {
		t.Error("the database takes one that is not installed")
	}
	k.Install()
	w.wantChoice(issued)
	w.Exec(`UPDATE application SET status = 'done'`)
	w.at = w.at.Add(time.Hour)
	loaded := active.Ref{Ready: w.loaded("valid")}
	w.wantChoice(issued) // nobody has vouched for the loaded one yet
	w.follow(loaded.Ready)
	w.wantChoice(loaded)
	refused(t, choose(w.By(), issued), fault.Conflict, "новый сертификат")
	for range 2 { // pressed twice
		if err := choose(w.By(), loaded); err != nil {
			t.Fatal(err)
		}
	}
	w.wantChoice(issued)
	refused(t, ready.Choose(t.Context(), w.DB, w.By(), w.at, loaded.Ready, loaded), fault.Conflict, w.By().Name)
	for role, kind := range map[string]fault.Kind{"accountant": fault.Forbidden, "auditor": fault.Forbidden, "reviewer": fault.Forbidden, "foreign operator": fault.NotFound} {
		refused(t, choose(w.People[role], issued), kind, "")
	}
	w.Exec(`UPDATE certificate SET revoked_at = ?`, w.at)
	w.wantChoice(active.Ref{})
	refused(t, choose(w.By(), active.Ref{}), fault.Conflict, "Аннулирован")
	w.Exec(`UPDATE certificate SET revoked_at = NULL`)
	if err := choose(w.By(), active.Ref{}); err != nil {
		t.Fatal(err)
	}
	w.at = k.Load().Certificate.NotAfter
	for _, still := range []active.Ref{issued, {}, {}} { // its last moment, the end, the sweep again
		if err := active.Expire(t.Context(), w.DB, w.at, w.By().PartnerID); err != nil {
			t.Fatal(err)
		}
		w.wantChoice(still)
		w.at = w.at.Add(time.Second)
	}
	if n := w.number(`SELECT count(*) FROM audit_record WHERE action IN ('cert.choose_active', 'cert.active_ended')`); n != 3 {
		t.Errorf("%d records", n)
	}
	var said []string
	w.Tx(func(ctx context.Context, tx bun.IDB) error {
		all, err := active.History(ctx, tx, w.By().PartnerID, w.Owner)
		for _, e := range all {
			said = append(said, e.Text+e.ByName)
		}
		return err
	})
	want := "Больше не активный: закончился срок действия.|Выбран активным." + w.By().Name + "|Больше не активный: аннулирован.|Выбран активным." + w.By().Name + "|Стал активным: загружен последним.|Стал активным: установлен последним."
	if got := strings.Join(said, "|"); got != want {
		t.Errorf("history %s", got)
	}
}

// What somebody has to see to, until the owner signs with another one.
func TestTroubles(t *testing.T) {
	w := newWorld(t)
	want := func(mine, all int, status ready.Status) {
		t.Helper()
		m, a, err := ready.TroubleCount(t.Context(), w.DB, w.By(), w.at)
		if err != nil || m != mine || a != all {
			t.Errorf("%d mine, %d in all, %v; want %d and %d", m, a, err, mine, all)
		}
		list, err := ready.Troubles(t.Context(), w.DB, w.By(), w.at, false)
		if err != nil || len(list) != all || all > 0 && (list[0].Status != status || list[0].OwnerName == "" || list[0].OrgName == "" || list[0].LoadedName == "") {
			t.Errorf("%+v %v", list, err)
		}
	}
	id := w.loaded("valid")
	want(0, 0, "")
	w.follow(id)
	want(0, 0, "")
	start := w.at
	w.at = w.find(id).NotAfter.AddDate(0, 0, -30)
	want(0, 0, "")
	w.at = w.at.Add(time.Second)
	want(1, 1, ready.Valid)
	w.Exec(`UPDATE ready_certificate SET loaded_by = ?`, w.People["admin"].ID)
	want(0, 1, ready.Valid)
	w.Exec(`UPDATE ready_certificate SET loaded_by = ?`, w.By().ID)
	w.at = start
	revoked := w.loaded("revoked")
	w.follow(revoked)
	want(0, 0, "") // the owner has another one to sign with
	if err := w.sim.CA.Revoke(w.find(id).Serial, 1); err != nil {
		t.Fatal(err)
	}
	w.at = w.at.Add(25 * time.Hour)
	w.follow(id)
	w.want(id, ready.Revoked, false)
	want(1, 1, ready.Revoked)
	w.at = w.at.AddDate(0, 4, 0)
	want(0, 0, "")
	for _, role := range []string{"accountant", "auditor", "reviewer"} {
		_, _, err := ready.TroubleCount(t.Context(), w.DB, w.People[role], w.at)
		refused(t, err, fault.Forbidden, "")
	}
	if _, n, err := ready.TroubleCount(t.Context(), w.DB, w.People["foreign operator"], start); n != 0 || err != nil {
		t.Errorf("another partner sees %d, %v", n, err)
	}
}
