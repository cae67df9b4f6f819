package revoke

import (
	"context"

	"github.com/uptrace/bun"

	"signdesk/internal/fault"
)

func query(tx bun.IDB, list *[]Revocation) *bun.SelectQuery {
	return tx.NewSelect().Model(list).ColumnExpr("v.*").ColumnExpr("c.serial").
		ColumnExpr("concat_ws(' ', w.surname, w.name, NULLIF(w.patronymic, '')) AS owner_name").
		ColumnExpr("o.short_name AS org_name").
		ColumnExpr("(SELECT e.name FROM employee AS e WHERE e.id = v.asked_by) AS asked_name").
		ColumnExpr("(SELECT e.name FROM employee AS e WHERE e.id = v.decided_by) AS decided_name").
		ColumnExpr("(SELECT f.name FROM stored_file AS f WHERE f.id = v.base_file_id) AS base_name").
		Join("JOIN certificate AS c ON c.partner_id = v.partner_id AND c.id = v.certificate_id").
		Join("JOIN owner AS w ON w.partner_id = v.partner_id AND w.id = v.owner_id").
		Join("JOIN organisation AS o ON o.partner_id = v.partner_id AND o.id = v.org_id")
}

// Find returns the partner's revocation.
func Find(ctx context.Context, tx bun.IDB, partner, id int64) (*Revocation, error) {
	var list []Revocation
	if err := query(tx, &list).Where("v.partner_id = ? AND v.id = ?", partner, id).Scan(ctx); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.Missing()
	}
	return &list[0], nil
}

// OfCertificate lists the applications about one certificate, the newest first (F253).
func OfCertificate(ctx context.Context, tx bun.IDB, partner, certificate int64) (list []Revocation, err error) {
	err = query(tx, &list).Where("v.partner_id = ? AND v.certificate_id = ?", partner, certificate).OrderExpr("v.id DESC").Limit(50).Scan(ctx)
	return list, err
}

// PageSize of the archive.
const PageSize = 50

// Archive lists the partner's applications (F254), the newest first: those that
// are still to be decided or carried out, or all; before is the last id of the
// page above, 0 for the first.
func Archive(ctx context.Context, tx bun.IDB, partner int64, live bool, before int64) (list []Revocation, err error) {
	q := query(tx, &list).Where("v.partner_id = ?", partner).OrderExpr("v.id DESC").Limit(PageSize)
	if live {
		q = q.Where("v.status IN (?)", bun.List([]Status{Asked, Approved, Revoked}))
	}
	if before > 0 {
		q = q.Where("v.id < ?", before)
	}
	return list, q.Scan(ctx)
}

// Waiting counts those that a second person is to look at.
func Waiting(ctx context.Context, tx bun.IDB, partner int64) (n int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM revocation WHERE partner_id = ? AND status = 'asked'`, partner).Scan(&n)
	return n, err
}

// History lists its events, the oldest first.
func History(ctx context.Context, tx bun.IDB, partner, id int64) (list []Event, err error) {
	err = tx.NewSelect().Model(&list).ColumnExpr("e.*").ColumnExpr("COALESCE((SELECT p.name FROM employee AS p WHERE p.id = e.by_id), '') AS by_name").
		Where("e.partner_id = ? AND e.revocation_id = ?", partner, id).OrderExpr("e.id").Limit(500).Scan(ctx)
	return list, err
}
