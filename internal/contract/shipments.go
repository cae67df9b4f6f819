package contract

import (
	"context"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/job"
)

func lockShipment(ctx context.Context, tx bun.IDB, partner, id int64) (*Shipment, error) {
	var s Shipment
	err := tx.NewSelect().Model(&s).Where("partner_id = ? AND id = ?", partner, id).For("NO KEY UPDATE").Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &s, nil
}

// wakeCase tells the case a shipment belongs to that it has moved.
func wakeCase(ctx context.Context, tx bun.IDB, s *Shipment) error {
	if s.ApplicationID == 0 {
		return nil
	}
	return job.Enqueue(ctx, tx, job.CaseMoved{Partner: s.PartnerID, Application: s.ApplicationID})
}

// Shipments lists the organisation's shipments, the newest first.
func Shipments(ctx context.Context, tx bun.IDB, partner, org int64, limit int) ([]Shipment, error) {
	var list []Shipment
	err := withNames(tx.NewSelect().Model(&list)).
		Where("sh.partner_id = ? AND sh.org_id = ?", partner, org).OrderExpr("sh.id DESC").Limit(limit).Scan(ctx)
	return list, err
}

// withNames adds who shipped and acknowledged, and the services' numbers.
func withNames(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("sh.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = sh.created_by) AS created_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = sh.acknowledged_by) AS acknowledged_name").
		ColumnExpr(`(SELECT string_agg(s.number, ', ' ORDER BY s.id) FROM shipment_line AS l JOIN service AS s ON s.id = l.service_id WHERE l.shipment_id = sh.id) AS numbers`)
}

// ShipmentOf returns the latest shipment of a case, or nil.
func ShipmentOf(ctx context.Context, tx bun.IDB, partner, application int64) (*Shipment, error) {
	var list []Shipment
	err := tx.NewSelect().Model(&list).Where("partner_id = ? AND application_id = ?", partner, application).OrderExpr("id DESC").Limit(1).Scan(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}
