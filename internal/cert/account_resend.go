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

// ResendAccount sends the refused message of an account in ESIA once more, as a
// new message with the same data, after people have removed the cause; the
// account waits again. One that another has followed, or that the certificate
// has gone without, is history; one that ESIA itself has refused is asked for
// anew by MakeAccount.
func ResendAccount(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, message int64) error {
	if err := by.Must(staff.ApplicationWork, staff.ApplicationReview); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		m, err := exchange.FindOf(ctx, tx, by.PartnerID, message)
		if err != nil {
			return err
		}
		c, err := OfAccount(ctx, tx, by.PartnerID, m.SubjectID)
		if err != nil {
			return err
		}
		if c, err = lockCertificate(ctx, tx, by.PartnerID, c.ID); err != nil { // as MakeAccount locks
			return err
		}
		last, err := AccountOf(ctx, tx, by.PartnerID, c.OwnerID)
		if err != nil {
			return err
		}
		r, err := RegistrationOf(ctx, tx, by.PartnerID, c.ID)
		if err != nil {
			return err
		}
		if last == nil || last.MessageID != message || last.Status != "failed" || !r.NeedsAccount() {
			return fault.New(fault.Conflict, "С тех пор учётную запись запросили заново или она не нужна: повторять этот запрос незачем.")
		}
		anew, err := exchange.Resend(ctx, tx, by, now, message)
		if err != nil {
			return err
		}
		if err := db.Swapped(tx.ExecContext(ctx, `UPDATE esia_account SET status = 'waiting', status_at = ?, text = '', message_id = ?
			WHERE partner_id = ? AND id = ? AND status = 'failed'`, now, anew, by.PartnerID, last.ID)); err != nil {
			return err
		}
		return stamped(ctx, tx, by, now, c, "cert.resend_account")
	})
}

// OfAccount returns the certificate for which the account in ESIA was asked: the
// owner's last one that had been sent to ESIA by then.
func OfAccount(ctx context.Context, tx bun.IDB, partner, account int64) (*Certificate, error) {
	var id int64
	if err := tx.QueryRowContext(ctx, `SELECT r.certificate_id FROM esia_account e
		JOIN certificate c ON c.partner_id = e.partner_id AND c.owner_id = e.owner_id
		JOIN esia_registration r ON r.partner_id = c.partner_id AND r.certificate_id = c.id AND r.sent_at <= e.sent_at
		WHERE e.partner_id = ? AND e.id = ? ORDER BY r.id DESC LIMIT 1`, partner, account).Scan(&id); err != nil {
		return nil, db.Missing(err)
	}
	return Find(ctx, tx, partner, id)
}
