package issuance

import (
	"context"

	"github.com/uptrace/bun"
)

// OfOwner lists the owner's cases, the newest first.
func OfOwner(ctx context.Context, tx bun.IDB, partner, owner int64) ([]Application, error) {
	var list []Application
	err := tx.NewSelect().Model(&list).Where("a.partner_id = ? AND a.owner_id = ?", partner, owner).OrderExpr("a.id DESC").Limit(100).Scan(ctx)
	return list, err
}
