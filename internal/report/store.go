package report

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/driver/pgdriver"

	"signdesk/internal/db"
	"signdesk/internal/fault"
)

// maxRows of one report; beyond it the period must be narrowed.
const maxRows = 50_000

// timeout of one query: a person is waiting. A test shortens it.
var timeout = 20 * time.Second

// fetch runs the query for the partner and reads at most maxRows rows.
func (r *Report) fetch(ctx context.Context, d *db.DB, partner int64, values map[string]any, zone *time.Location) (rows [][]any, cut bool, err error) {
	err = d.Read(ctx, partner, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", timeout.Milliseconds())); err != nil {
			return err
		}
		found, err := tx.QueryContext(ctx, r.query.sql+fmt.Sprintf("\nLIMIT %d", maxRows+1), r.query.bind(values)...)
		if err != nil {
			return err
		}
		defer found.Close()
		names, err := found.Columns()
		if err != nil {
			return err
		}
		if len(names) != len(r.Columns) {
			return fmt.Errorf("%d columns, the header has %d", len(names), len(r.Columns))
		}
		raw, refs := make([]any, len(names)), make([]any, len(names))
		for i, name := range names {
			if name != r.Columns[i].Name {
				return fmt.Errorf("column %s, the header has %s", name, r.Columns[i].Name)
			}
			refs[i] = &raw[i]
		}
		for found.Next() {
			if len(rows) == maxRows {
				cut = true
				break
			}
			if err := found.Scan(refs...); err != nil {
				return err
			}
			row := make([]any, len(raw))
			for i, v := range raw {
				if row[i], err = r.Columns[i].Kind.read(v, zone); err != nil {
					return fmt.Errorf("column %s: %w", names[i], err)
				}
			}
			rows = append(rows, row)
		}
		return found.Err()
	})
	var e pgdriver.Error
	if errors.As(err, &e) && e.StatementTimeout() {
		return nil, false, fault.Wrap(fault.Unavailable, "Отчёт считается дольше 20 секунд. Возьмите период короче или сузьте отбор.", err)
	}
	if err != nil {
		return nil, false, fmt.Errorf("report %s: %w", r.Name, err)
	}
	return rows, cut, nil
}

// centres and operators of the partner, former ones too: their figures remain.
func centres(ctx context.Context, d *db.DB, partner int64) ([]Choice, error) {
	return choose(ctx, d, `SELECT id::text AS value, name AS label FROM centre WHERE partner_id = ? ORDER BY name, id`, partner)
}

func operators(ctx context.Context, d *db.DB, partner int64) ([]Choice, error) {
	return choose(ctx, d, `SELECT id::text AS value, name AS label FROM employee WHERE partner_id = ? ORDER BY name, id`, partner)
}

func choose(ctx context.Context, d *db.DB, query string, partner int64) ([]Choice, error) {
	var list []Choice
	err := d.Plain().NewRaw(query, partner).Scan(ctx, &list)
	return list, err
}
