package cert

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// InForce counts the organisation's certificates that hold now; with issuedBefore
// set, those of them issued before that.
func InForce(ctx context.Context, tx bun.IDB, partner, org int64, now, issuedBefore time.Time) (n int, err error) {
	if issuedBefore.IsZero() {
		issuedBefore = now.AddDate(100, 0, 0)
	}
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM certificate WHERE partner_id = ? AND org_id = ? AND revoked_at IS NULL AND not_after > ? AND issued_at < ?`,
		partner, org, now, issuedBefore).Scan(&n)
	return n, err
}
