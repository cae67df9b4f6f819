package cert

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// Installed notes that the agent put the certificate beside its key. The public
// key that the agent read back from the carrier is compared with the
// certificate's. The same answer again changes nothing.
func Installed(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, certificate int64, operation uuid.UUID, publicKey []byte) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockCertificate(ctx, tx, by.PartnerID, certificate)
		if err != nil {
			return err
		}
		repeated, err := use(ctx, tx, by, now, operation, "install", c.RequestID, publicKey)
		if err != nil || repeated {
			return err
		}
		parsed, err := gost.ParseCertificate(c.DER)
		if err != nil {
			return fmt.Errorf("stored certificate: %w", err)
		}
		if !bytes.Equal(parsed.RawSPKI, publicKey) {
			return fault.New(fault.Conflict, "На носителе другой ключ: сертификат не установлен. Вставьте носитель, на котором создан запрос.")
		}
		if _, err := tx.ExecContext(ctx, `UPDATE certificate SET installed_at = ?, installed_by = ? WHERE partner_id = ? AND id = ?`, now, by.ID, by.PartnerID, c.ID); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, job.CaseMoved{Partner: by.PartnerID, Application: c.ApplicationID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "cert.installed", Object: fmt.Sprintf("certificate:%d", c.ID), Org: c.OrgID})
	})
}

// PrintedReceipt notes that the receipt was printed.
func PrintedReceipt(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, certificate int64) error {
	return stamp(ctx, d, by, now, certificate, "receipt_printed", "cert.receipt_printed", func(*Certificate) error { return nil })
}

// ConfirmReceipt notes that the owner has signed the receipt: he has read the
// certificate's printed form and has the security guide (F231).
func ConfirmReceipt(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, certificate int64) error {
	return stamp(ctx, d, by, now, certificate, "receipt_confirmed", "cert.receipt_confirmed", func(c *Certificate) error {
		switch {
		case c.InstalledAt.IsZero():
			return fault.New(fault.Conflict, "Сначала установите сертификат на носитель.")
		case c.ReceiptPrintedAt.IsZero():
			return fault.New(fault.Conflict, "Сначала распечатайте расписку: владелец подписывает её.")
		}
		return nil
	})
}

func stamp(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, certificate int64, column, action string, may func(*Certificate) error) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockCertificate(ctx, tx, by.PartnerID, certificate)
		if err != nil {
			return err
		}
		if err := may(c); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE certificate SET ?_at = ?, ?_by = ? WHERE partner_id = ? AND id = ? AND ?_at IS NULL`,
			bun.Safe(column), now, bun.Safe(column), by.ID, by.PartnerID, c.ID, bun.Safe(column))
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil // done before
		}
		if err := job.Enqueue(ctx, tx, job.CaseMoved{Partner: by.PartnerID, Application: c.ApplicationID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: action, Object: fmt.Sprintf("certificate:%d", c.ID), Org: c.OrgID})
	})
}

func lockCertificate(ctx context.Context, tx bun.IDB, partner, id int64) (*Certificate, error) {
	var c Certificate
	err := tx.NewSelect().Model(&c).Where("partner_id = ? AND id = ?", partner, id).For("UPDATE").Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &c, nil
}
