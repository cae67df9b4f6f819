package cert

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/cert/active"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/staff"
)

// Installed notes that the agent put the certificate beside its key. The public
// key that the agent read back from the carrier is compared with the
// certificate's. The owner signs with it from now on, unless a person chooses
// another. The same answer again changes nothing.
func Installed(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, certificate int64, operation uuid.UUID, publicKey []byte) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockWithOwner(ctx, tx, by.PartnerID, certificate)
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
		read, err := gost.ParsePublicKey(publicKey)
		if err != nil || !parsed.PublicKey.Equal(read) {
			return fault.New(fault.Conflict, "На носителе другой ключ: сертификат не установлен. Вставьте носитель, на котором создан запрос.")
		}
		if _, err := tx.ExecContext(ctx, `UPDATE certificate SET installed_at = ?, installed_by = ? WHERE partner_id = ? AND id = ?`, now, by.ID, by.PartnerID, c.ID); err != nil {
			return err
		}
		first := c.InstalledAt.IsZero()
		if c.InstalledAt = now; first && c.Usable(now) {
			if _, err := active.ByDefault(ctx, tx, now, c.holder(), active.Ref{Issued: c.ID}, now); err != nil {
				return err
			}
		}
		return stamped(ctx, tx, by, now, c, "cert.installed")
	})
}

func lockCertificate(ctx context.Context, tx bun.IDB, partner, id int64) (*Certificate, error) {
	var c Certificate
	err := tx.NewSelect().Model(&c).Where("partner_id = ? AND id = ?", partner, id).For("NO KEY UPDATE").Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &c, nil
}
