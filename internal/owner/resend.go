package owner

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// Resend sends the refused message of a check once more, as a new message with
// the same question, after people have removed the cause; the check waits again.
// A check that is not the owner's last of its kind is history: ask anew.
func Resend(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, message int64) error {
	if err := by.Must(staff.ApplicationWork, staff.ApplicationReview); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		m, err := exchange.FindOf(ctx, tx, by.PartnerID, message)
		if err != nil {
			return err
		}
		var id int64
		if err := tx.QueryRowContext(ctx, `SELECT owner_id FROM owner_check WHERE partner_id = ? AND id = ?`, by.PartnerID, m.SubjectID).Scan(&id); err != nil {
			return db.Missing(err)
		}
		o, err := lock(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		c, err := lockCheck(ctx, tx, by.PartnerID, m.SubjectID)
		if err != nil {
			return err
		}
		last, err := lastCheck(ctx, tx, by.PartnerID, id, c.Kind)
		if err != nil {
			return err
		}
		if last == nil || last.ID != c.ID || c.MessageID != message || c.Status != "refused" {
			return fault.New(fault.Conflict, "С тех пор спросили заново: повторять этот запрос незачем.")
		}
		anew, err := exchange.Resend(ctx, tx, by, now, message)
		if err != nil {
			return err
		}
		if err := db.Swapped(tx.ExecContext(ctx, `UPDATE owner_check SET status = 'waiting', status_at = ?, text = '', value = '', message_id = ?
			WHERE partner_id = ? AND id = ? AND status = 'refused'`, now, anew, by.PartnerID, c.ID)); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, job.OwnerMoved{Partner: by.PartnerID, Owner: id}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "owner.resend_" + string(c.Kind),
			Object: fmt.Sprintf("owner:%d", id), Org: o.OrgID, Details: map[string]int64{"check": c.ID, "message": anew}})
	})
}
