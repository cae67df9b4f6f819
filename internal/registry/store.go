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

// Face is who heads an organisation and where it sits: what a list says of it
// beside its name.
type Face struct{ Head, Place string }

// Faces returns the faces of the records with these numbers, by number. An
// entrepreneur has no head but himself.
func Faces(ctx context.Context, tx bun.IDB, ogrns []string) (map[string]Face, error) {
	faces := map[string]Face{}
	if len(ogrns) == 0 {
		return faces, nil
	}
	rows, err := tx.QueryContext(ctx, `SELECT ogrn, head, place FROM registry_doc WHERE ogrn IN (?)`, bun.List(ogrns))
	if err != nil {
		return nil, fmt.Errorf("read faces of records: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var ogrn string
		var f Face
		if err := rows.Scan(&ogrn, &f.Head, &f.Place); err != nil {
			return nil, err
		}
		faces[ogrn] = f
	}
	return faces, rows.Err()
}
