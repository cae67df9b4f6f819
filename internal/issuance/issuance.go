// Package issuance is the case: the way of one owner to one certificate.
//
// An application has a status, moved by one map of allowed moves, and a
// timeline of steps that are not stored but read from what the other domains
// know: contract, extract, checks, request, certificate, registration, receipt,
// shipment. Look compares the steps with what the timeline said last, writes
// down what has changed and moves the status; it runs after every act and every
// answer from outside, so a case goes on wherever it was left.
package issuance

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/cert"
	"signdesk/internal/contract"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// Application is a case's row.
type Application struct {
	bun.BaseModel `bun:"table:application,alias:a"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	Number        string // З-000431
	OrgID         int64
	ContractID    int64
	OwnerID       int64
	CentreID      int64
	Reason        string // first, expiring, expired, name_changed, …
	Status        Status
	StatusAt      time.Time
	StatusReason  string
	Seen          json.RawMessage `bun:",type:jsonb"`
	HeadSignedAt  time.Time       `bun:",nullzero"`
	HeadSignedBy  int64           `bun:",nullzero"`
	HeadSigned    []byte          `bun:"head_signed_data"` // SHA-256 of the data the head signed for
	HeadName      string          // who signed as the head; "" = signed before this was kept
	ApprovedAt    time.Time       `bun:",nullzero"`
	ApprovedBy    int64           `bun:",nullzero"`
	ApprovedData  []byte          // SHA-256 of the data that were approved
	TakenBy       int64           `bun:",nullzero"`
	ChangedBy     int64           `bun:",nullzero"`
	Version       int
	CreatedAt     time.Time
	CreatedBy     int64
	TakenName     string `bun:",scanonly"`
	OwnerName     string `bun:",scanonly"`
	OrgName       string `bun:",scanonly"`
}

// Event is one line of the timeline.
type Event struct {
	bun.BaseModel `bun:"table:application_event,alias:e"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	ApplicationID int64
	At            time.Time
	ByID          int64 `bun:",nullzero"`
	Step          string
	Kind          string // done, wait, stop, note
	Text          string
	ByName        string `bun:",scanonly"`
}

// renewal is how long before its end a certificate may be replaced (F134, F202).
const renewal = 30 * 24 * time.Hour

// Open opens a case for the owner, or returns the live one: a double click
// opens it once.
func Open(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, ownerID int64) (int64, error) {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return 0, err
	}
	var id int64
	err := d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		w, err := owner.Find(ctx, tx, by.PartnerID, ownerID)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('application', ?))`, ownerID); err != nil {
			return err
		}
		if id, err = liveOf(ctx, tx, by.PartnerID, ownerID); err != nil || id != 0 {
			return err
		}
		if w.Deleted {
			return fault.New(fault.Conflict, "Владелец удалён. Восстановите его, затем откройте заявку.")
		}
		c, err := currentContract(ctx, tx, by.Today(now), by.PartnerID, w.OrgID)
		if err != nil {
			return err
		}
		reason, err := reasonFor(ctx, tx, by, now, w)
		if err != nil {
			return err
		}
		var n int64
		if err := tx.QueryRowContext(ctx, `SELECT nextval('application_number')`).Scan(&n); err != nil {
			return err
		}
		a := &Application{PartnerID: by.PartnerID, Number: fmt.Sprintf("З-%06d", n), OrgID: w.OrgID, ContractID: c.ID, OwnerID: w.ID, CentreID: by.CentreID,
			Reason: reason, Status: RegistryCheck, StatusAt: now, Seen: json.RawMessage("{}"), TakenBy: by.ID, ChangedBy: by.ID, Version: 1, CreatedAt: now, CreatedBy: by.ID}
		if _, err := tx.NewInsert().Model(a).Exec(ctx); err != nil {
			return fmt.Errorf("insert application: %w", err)
		}
		id = a.ID
		if err := event(ctx, tx, now, a, by.ID, "case", "note", "Заявка открыта: "+reasonNames[reason]+"."); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, job.CaseMoved{Partner: by.PartnerID, Application: id}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "application.open", Object: fmt.Sprintf("application:%d", id), Org: a.OrgID})
	})
	return id, err
}

var reasonNames = map[string]string{"first": "сертификата ещё нет", "expiring": "сертификат скоро истекает", "expired": "сертификат истёк",
	"name_changed": "изменились ФИО", "login_changed": "изменился логин", "crypto_changed": "изменён тип криптографии"}

// ReasonRU is why the certificate is made.
func (a *Application) ReasonRU() string { return reasonNames[a.Reason] }

func liveOf(ctx context.Context, tx bun.IDB, partner, ownerID int64) (int64, error) {
	var id int64
	err := tx.QueryRowContext(ctx, `SELECT COALESCE(min(id), 0) FROM application
		WHERE partner_id = ? AND owner_id = ? AND status NOT IN ('done', 'rejected', 'withdrawn')`, partner, ownerID).Scan(&id)
	return id, err
}

// currentContract is the newest contract in force (F029).
func currentContract(ctx context.Context, tx bun.IDB, today time.Time, partner, org int64) (*contract.Contract, error) {
	list, err := contract.Contracts(ctx, tx, partner, org)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].ActiveOn(today) {
			return &list[i], nil
		}
	}
	return nil, fault.New(fault.Conflict, "У организации нет действующего договора. Заключите договор, затем откройте заявку.")
}

// reasonFor names why a certificate may be made, or says why not (F134).
func reasonFor(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, w *owner.Owner) (string, error) {
	list, err := cert.Certificates(ctx, tx, by.PartnerID, w.ID)
	if err != nil {
		return "", err
	}
	var last *cert.Certificate
	for i := range list {
		if list[i].RevokedAt.IsZero() {
			last = &list[i]
			break
		}
	}
	switch {
	case last == nil:
		return "first", nil
	case now.After(last.NotAfter):
		return "expired", nil
	case last.NotAfter.Sub(now) < renewal:
		return "expiring", nil
	case !last.Names(w):
		return "name_changed", nil
	}
	return "", fault.New(fault.Conflict, "У владельца есть действующий сертификат до "+last.NotAfter.In(by.Location()).Format("02.01.2006")+". Новый выпускают, когда остаётся меньше 30 дней или изменились ФИО.")
}

func event(ctx context.Context, tx bun.IDB, now time.Time, a *Application, by int64, step, kind, text string) error {
	_, err := tx.NewInsert().Model(&Event{PartnerID: a.PartnerID, ApplicationID: a.ID, At: now, ByID: by, Step: step, Kind: kind, Text: text}).Exec(ctx)
	return err
}

// Events is the timeline, oldest first; step "" is all of it.
func Events(ctx context.Context, tx bun.IDB, partner, id int64, step string) ([]Event, error) {
	var list []Event
	q := tx.NewSelect().Model(&list).ColumnExpr("e.*").ColumnExpr("(SELECT name FROM employee WHERE id = e.by_id) AS by_name").
		Where("e.partner_id = ? AND e.application_id = ?", partner, id).OrderExpr("e.id").Limit(1000)
	if step != "" {
		q.Where("e.step = ?", step)
	}
	err := q.Scan(ctx)
	return list, err
}

// Find returns the partner's application.
func Find(ctx context.Context, tx bun.IDB, partner, id int64) (*Application, error) {
	var a Application
	err := tx.NewSelect().Model(&a).ColumnExpr("a.*").ColumnExpr("(SELECT name FROM employee WHERE id = a.taken_by) AS taken_name").
		Where("a.partner_id = ? AND a.id = ?", partner, id).Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &a, nil
}

// lock holds the application until the end of the transaction. NO KEY, here and
// wherever a row with children is locked: a job that writes a child holds KEY
// SHARE of its parent and must not meet a verb that waits for that child.
func lock(ctx context.Context, tx bun.IDB, partner, id int64) (*Application, error) {
	var a Application
	err := tx.NewSelect().Model(&a).Where("partner_id = ? AND id = ?", partner, id).For("NO KEY UPDATE").Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &a, nil
}

// set moves the status as a compare-and-swap.
func set(ctx context.Context, tx bun.IDB, now time.Time, a *Application, to Status, reason string) error {
	if !a.Status.Can(to) {
		return fault.New(fault.Conflict, "Заявка сейчас в состоянии «"+a.Status.RU()+"»: действие невозможно. Обновите страницу.")
	}
	if err := db.Swapped(tx.ExecContext(ctx, `UPDATE application SET status = ?, status_at = ?, status_reason = ?, version = version + 1
		WHERE partner_id = ? AND id = ? AND status = ?`, to, now, reason, a.PartnerID, a.ID, a.Status)); err != nil {
		return err
	}
	a.Status, a.StatusAt, a.StatusReason = to, now, reason
	return nil
}
