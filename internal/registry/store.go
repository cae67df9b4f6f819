package registry

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
)

// Get returns the record with that OGRN or OGRNIP; fault.NotFound when the
// register has none.
func Get(ctx context.Context, tx bun.IDB, ogrn string) (*Record, error) {
	var card []byte
	var day Date
	err := tx.QueryRowContext(ctx, `SELECT extracted, card FROM registry_org WHERE ogrn = ?`, ogrn).Scan(&day, &card)
	if err != nil {
		return nil, db.Missing(err)
	}
	r, err := unpackCard(card)
	if err != nil {
		return nil, fmt.Errorf("read record %s: %w", ogrn, err)
	}
	// A later dump may have said the same again.
	if day == neverMade {
		r.Doubts = append(r.Doubts, futureDoubt)
	} else {
		r.Extracted = day
	}
	return r, nil
}
