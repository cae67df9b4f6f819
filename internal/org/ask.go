package org

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

// ExtractRequest is one extract asked of the tax service through SMEV.
type ExtractRequest struct {
	bun.BaseModel `bun:"table:extract_request,alias:q"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OrgID         int64
	Kind          string // exchange.EGRUL or exchange.EGRIP
	Status        string // waiting, received, not_found, refused
	StatusAt      time.Time
	Text          string // of the outcome, for people
	MessageID     int64  `bun:",nullzero"`
	ExtractID     int64  `bun:",nullzero"`
	RequestedAt   time.Time
	RequestedBy   int64
	RequestedName string `bun:",scanonly"`
}

// AskExtract is «Запросить выписку по СМЭВ». While one is awaited nothing is
// asked again: that one is returned.
func AskExtract(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64) (q *ExtractRequest, err error) {
	if err := by.Must(staff.OrgEdit); err != nil {
		return nil, err
	}
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lockLive(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		if q, err = lastRequest(ctx, tx, by.PartnerID, id); err != nil || q != nil && q.Status == "waiting" {
			return err
		}
		q = &ExtractRequest{PartnerID: by.PartnerID, OrgID: id, Kind: exchange.EGRUL, Status: "waiting", StatusAt: now, RequestedAt: now, RequestedBy: by.ID}
		if o.Sole() {
			q.Kind = exchange.EGRIP
		}
		content, err := smev.Types.Ask(q.Kind, now, smev.ExtractRequest{ID: uuid.NewString(), OGRN: o.OGRN, INN: o.INN})
		if err != nil {
			return fault.Wrap(fault.Invalid, "Выписку по СМЭВ спрашивают по ОГРН. Проверьте его в реквизитах.", err)
		}
		if _, err := tx.NewInsert().Model(q).Exec(ctx); err != nil {
			return fmt.Errorf("insert extract request: %w", err)
		}
		if q.MessageID, err = exchange.Ask(ctx, tx, now, exchange.Question{Partner: by.PartnerID, Kind: q.Kind, Subject: q.ID, Content: content}); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE extract_request SET message_id = ? WHERE partner_id = ? AND id = ?`, q.MessageID, by.PartnerID, q.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.ask_extract",
			Object: fmt.Sprintf("organisation:%d", id), Org: id, Details: map[string]int64{"request": q.ID}})
	})
	return q, err
}

// lastRequest returns the organisation's last request, or nil.
func lastRequest(ctx context.Context, tx bun.IDB, partner, id int64) (*ExtractRequest, error) {
	var list []ExtractRequest
	err := tx.NewSelect().Model(&list).ColumnExpr("q.*").ColumnExpr("(SELECT name FROM employee WHERE id = q.requested_by) AS requested_name").
		Where("q.partner_id = ? AND q.org_id = ?", partner, id).OrderExpr("q.id DESC").Limit(1).Scan(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Awaited is the last request for a screen: what has come of it and, while it
// waits, where it is and when it is tried again.
type Awaited struct {
	ExtractRequest
	Where, Whose string
	Next         time.Time
	Slow         string // what to do meanwhile, when it waits for longer than usual
}

// slow is how long an extract usually takes at most.
const slow = 15 * time.Minute

// OpenRequest returns the organisation's last request for an extract, or nil.
func OpenRequest(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64) (a *Awaited, err error) {
	if err := by.Must(staff.OrgView); err != nil {
		return nil, err
	}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if _, err := Find(ctx, tx, by.PartnerID, id); err != nil {
			return err
		}
		q, err := lastRequest(ctx, tx, by.PartnerID, id)
		if err != nil || q == nil {
			return err
		}
		a = &Awaited{ExtractRequest: *q}
		if q.Status != "waiting" {
			return nil
		}
		m, err := exchange.Find(ctx, tx, q.MessageID)
		if err != nil {
			return err
		}
		a.Where, a.Whose, a.Next = m.Waiting()
		if now.Sub(q.RequestedAt) > slow {
			a.Slow = smev.WordsOf(q.Kind).Delayed
		}
		return nil
	})
	return a, err
}
