package cert

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

// Resend sends the refused message of a registration in ESIA once more, as a
// new message with the same data, after people have removed the cause; the
// registration waits again. One that ESIA itself has refused, or that another
// has followed, is sent anew by Register.
func Resend(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, message int64) error {
	if err := by.Must(staff.ApplicationWork, staff.ApplicationReview); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		m, err := exchange.FindOf(ctx, tx, by.PartnerID, message)
		if err != nil {
			return err
		}
		var r Registration
		if err := tx.NewSelect().Model(&r).Where("partner_id = ? AND id = ?", by.PartnerID, m.SubjectID).Scan(ctx); err != nil {
			return db.Missing(err)
		}
		c, err := lockCertificate(ctx, tx, by.PartnerID, r.CertificateID)
		if err != nil {
			return err
		}
		last, err := RegistrationOf(ctx, tx, by.PartnerID, c.ID)
		if err != nil {
			return err
		}
		if last == nil || last.ID != r.ID || last.MessageID != message || last.Status != "failed" {
			return fault.New(fault.Conflict, "С тех пор отправили заново: повторять этот запрос незачем.")
		}
		anew, err := exchange.Resend(ctx, tx, by, now, message)
		if err != nil {
			return err
		}
		if err := db.Swapped(tx.ExecContext(ctx, `UPDATE esia_registration SET status = 'waiting', status_at = ?, text = '', answer = '', errors = '[]', message_id = ?
			WHERE partner_id = ? AND id = ? AND status = 'failed'`, now, anew, by.PartnerID, r.ID)); err != nil {
			return err
		}
		return stamped(ctx, tx, by, now, c, "cert.resend_esia")
	})
}
