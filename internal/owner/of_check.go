package owner

import (
	"context"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
)

// OfCheck returns the id of the owner whom the check is about.
func OfCheck(ctx context.Context, tx bun.IDB, partner, check int64) (id int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT owner_id FROM owner_check WHERE partner_id = ? AND id = ?`, partner, check).Scan(&id)
	return id, db.Missing(err)
}
