package cert

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/gost"
	"signdesk/internal/job"
)

// Revoked notes that the authority has taken the certificate out of force: it
// is nobody's active one any more, and its case is looked at again.
func Revoked(ctx context.Context, tx bun.IDB, now time.Time, c *Certificate) error {
	fresh, err := lockWithOwner(ctx, tx, c.PartnerID, c.ID)
	if err != nil || !fresh.RevokedAt.IsZero() {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE certificate SET revoked_at = ? WHERE partner_id = ? AND id = ?`, now, c.PartnerID, c.ID); err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, job.CaseMoved{Partner: c.PartnerID, Application: c.ApplicationID})
}

// Above are the certificates of the issuers, the nearest first; none for what
// was issued before they were kept.
func (c *Certificate) Above() ([]*gost.Certificate, error) {
	list, err := gost.ParseCertificateRun(c.Chain)
	if err != nil {
		return nil, fmt.Errorf("stored chain: %w", err)
	}
	return list, nil
}
