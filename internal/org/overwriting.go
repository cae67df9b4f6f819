package org

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// LastOverwriting returns what the last overwriting from the register changed
// and when; nil when there was none.
func LastOverwriting(ctx context.Context, tx bun.IDB, partner, id int64) (*Overwriting, error) {
	var list []Change
	err := tx.NewSelect().Model(&list).Where("c.partner_id = ? AND c.org_id = ? AND c.source = 'register'", partner, id).
		Where("c.at = (SELECT max(at) FROM org_change WHERE partner_id = ? AND org_id = ? AND source = 'register')", partner, id).OrderExpr("c.id").Scan(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &Overwriting{At: list[0].At, Renewal: Renewal{Changes: list}}, nil
}

// Overwriting is a Renewal of the past.
type Overwriting struct {
	Renewal
	At time.Time
}
