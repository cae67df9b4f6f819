package org

import (
	"context"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
)

// LatestExtract returns the organisation's last extract of the tax service, or
// nil. What a reference service says is no extract.
func LatestExtract(ctx context.Context, tx bun.IDB, partner, id int64) (*Extract, error) {
	return latest(ctx, tx, partner, id, "x.source <> 'dadata'")
}

// latest returns the organisation's last extract that the condition fits, or nil.
func latest(ctx context.Context, tx bun.IDB, partner, id int64, where string) (*Extract, error) {
	var list []Extract
	err := tx.NewSelect().Model(&list).Where("x.partner_id = ? AND x.org_id = ?", partner, id).Where(where).OrderExpr("x.id DESC").Limit(1).Scan(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// LatestHead returns the organisation's last extract and its row on the head; nil
// when there is none.
func LatestHead(ctx context.Context, tx bun.IDB, partner, id int64) (x *Extract, head *Row, err error) {
	if x, err = LatestExtract(ctx, tx, partner, id); err != nil || x == nil {
		return nil, nil, err
	}
	rows, err := Rows(ctx, tx, partner, x.ID)
	for i := range rows {
		if rows[i].Field == "head" {
			head = &rows[i]
		}
	}
	return x, head, err
}

// Extracts lists the organisation's extracts, the newest first.
func Extracts(ctx context.Context, tx bun.IDB, partner, id int64, limit int) ([]Extract, error) {
	var list []Extract
	err := tx.NewSelect().Model(&list).ExcludeColumn("record").
		ColumnExpr("COALESCE((SELECT name FROM stored_file WHERE id = x.file_id), '') AS file_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = x.created_by) AS created_name").
		Where("x.partner_id = ? AND x.org_id = ?", partner, id).OrderExpr("x.id DESC").Limit(limit).Scan(ctx)
	return list, err
}

// GetExtract returns one extract of the organisation.
func GetExtract(ctx context.Context, tx bun.IDB, partner, org, id int64) (*Extract, error) {
	var x Extract
	err := tx.NewSelect().Model(&x).ColumnExpr("x.*").
		ColumnExpr("COALESCE((SELECT name FROM stored_file WHERE id = x.file_id), '') AS file_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = x.created_by) AS created_name").
		Where("x.partner_id = ? AND x.org_id = ? AND x.id = ?", partner, org, id).Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &x, nil
}

// Rows returns an extract's comparison.
func Rows(ctx context.Context, tx bun.IDB, partner, extract int64) ([]Row, error) {
	var list []Row
	err := tx.NewSelect().Model(&list).ColumnExpr("r.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = r.taken_by) AS taken_name").
		Where("r.partner_id = ? AND r.extract_id = ?", partner, extract).OrderExpr("r.position").Scan(ctx)
	return list, err
}
