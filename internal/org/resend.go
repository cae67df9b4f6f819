package org

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

// Resend sends the refused message of a request for an extract once more, as a
// new message with the same question, after people have removed the cause; the
// request waits again. One that is not the organisation's last is history, and
// one that the tax service itself has refused is asked anew by AskExtract.
func Resend(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, message int64) error {
	if err := by.Must(staff.ApplicationWork, staff.ApplicationReview); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		m, err := exchange.FindOf(ctx, tx, by.PartnerID, message)
		if err != nil {
			return err
		}
		id, err := OfRequest(ctx, tx, by.PartnerID, m.SubjectID)
		if err != nil {
			return err
		}
		if _, err := lockLive(ctx, tx, by.PartnerID, id); err != nil {
			return err
		}
		last, err := lastRequest(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		if last == nil || last.MessageID != message || last.Status != "refused" {
			return fault.New(fault.Conflict, "С тех пор выписку запросили заново: повторять этот запрос незачем.")
		}
		anew, err := exchange.Resend(ctx, tx, by, now, message)
		if err != nil {
			return err
		}
		if err := db.Swapped(tx.ExecContext(ctx, `UPDATE extract_request SET status = 'waiting', status_at = ?, text = '', message_id = ?
			WHERE partner_id = ? AND id = ? AND status = 'refused'`, now, anew, by.PartnerID, last.ID)); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.resend_extract",
			Object: fmt.Sprintf("organisation:%d", id), Org: id, Details: map[string]int64{"request": last.ID, "message": anew}})
	})
}

// OfRequest returns the id of the organisation whose extract was asked for.
func OfRequest(ctx context.Context, tx bun.IDB, partner, request int64) (id int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT org_id FROM extract_request WHERE partner_id = ? AND id = ?`, partner, request).Scan(&id)
	return id, db.Missing(err)
}
