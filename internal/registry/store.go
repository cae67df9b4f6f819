package registry

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
)

// Get returns the record with that OGRN or OGRNIP; fault.NotFound when the
// register has none.
func Get(ctx context.Context, tx bun.IDB, ogrn string) (*Record, error) {
	var card []byte
	err := tx.QueryRowContext(ctx, `SELECT card FROM registry_org WHERE ogrn = ?`, ogrn).Scan(&card)
	if err != nil {
		return nil, db.Missing(err)
	}
	r := &Record{}
	if err := json.Unmarshal(card, r); err != nil {
		return nil, fmt.Errorf("read record %s: %w", ogrn, err)
	}
	return r, nil
}
