package contract

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// Order is what Ship takes: the ticked services of one contract.
type Order struct {
	Org, Contract int64
	Services      []int64
	Application   int64 // the case it closes; 0 = none
}

// Ship asks accounting to ship the services: «Направить запрос в бухгалтерию».
// The second click of a double click returns the shipment of the first.
func Ship(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, o Order) (int64, error) {
	if err := by.Must(staff.ServiceShip, staff.AccountingWork); err != nil {
		return 0, err
	}
	if len(o.Services) == 0 {
		return 0, fault.New(fault.Invalid, "Отметьте хотя бы одну услугу.")
	}
	if len(o.Services) > 200 {
		return 0, fault.New(fault.Invalid, "За один раз можно отгрузить не больше 200 услуг.")
	}
	var id int64
	err := d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		services, err := lockServices(ctx, tx, by.PartnerID, o)
		if err != nil {
			return err
		}
		if id, err = sameShipment(ctx, tx, by.PartnerID, services); err != nil || id != 0 {
			return err
		}
		if err := shippable(services); err != nil {
			return err
		}
		s := &Shipment{PartnerID: by.PartnerID, OrgID: o.Org, ContractID: o.Contract, ApplicationID: o.Application, IdempotencyKey: uuid.New(),
			ShipDate: by.Today(now), Status: Queued, StatusAt: now, CreatedAt: now, CreatedBy: by.ID}
		for _, l := range services {
			s.Amount += l.Cost
			s.VATAmount += VATOf(l.Cost, l.VAT)
		}
		if _, err := tx.NewInsert().Model(s).Exec(ctx); err != nil {
			return fmt.Errorf("insert shipment: %w", err)
		}
		id = s.ID
		for _, l := range services {
			if _, err := tx.ExecContext(ctx, `INSERT INTO shipment_line VALUES (?, ?, ?)`, by.PartnerID, id, l.ID); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE service SET state = 'shipping', ship_date = ?, updated_at = ?, updated_by = ?, version = version + 1
				WHERE partner_id = ? AND id = ?`, s.ShipDate, now, by.ID, by.PartnerID, l.ID); err != nil {
				return err
			}
		}
		if err := job.Enqueue(ctx, tx, job.Ship{Partner: by.PartnerID, Shipment: id}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "contract.ship",
			Object: fmt.Sprintf("shipment:%d", id), Org: o.Org, Details: map[string]any{"services": o.Services}})
	})
	return id, err
}

// lockServices returns the ticked services in order of id, all of the contract.
func lockServices(ctx context.Context, tx bun.IDB, partner int64, o Order) ([]Service, error) {
	ids := slices.Compact(slices.Sorted(slices.Values(o.Services)))
	var list []Service
	err := tx.NewSelect().Model(&list).Where("partner_id = ? AND org_id = ? AND contract_id = ? AND id IN (?)", partner, o.Org, o.Contract, bun.In(ids)).
		OrderExpr("id").For("UPDATE").Scan(ctx)
	if err != nil {
		return nil, err
	}
	if len(list) != len(ids) {
		return nil, fault.New(fault.NotFound, "Часть отмеченных услуг не найдена. Обновите страницу.")
	}
	return list, nil
}

// sameShipment finds the live shipment that holds exactly these services.
func sameShipment(ctx context.Context, tx bun.IDB, partner int64, services []Service) (int64, error) {
	for _, s := range services {
		if s.State != "shipping" && s.State != "shipped" {
			return 0, nil
		}
	}
	ids := make([]int64, len(services))
	for i, s := range services {
		ids[i] = s.ID
	}
	var id int64
	err := tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT sh.id FROM shipment AS sh WHERE sh.partner_id = ? AND sh.status NOT IN ('failed', 'cancelled')
		AND ARRAY(SELECT l.service_id FROM shipment_line AS l WHERE l.shipment_id = sh.id ORDER BY 1) = ARRAY(SELECT unnest(ARRAY[?]::bigint[]) ORDER BY 1)
		AND sh.id IN (SELECT shipment_id FROM shipment_line WHERE partner_id = ? AND service_id = ?)
		ORDER BY sh.id DESC LIMIT 1), 0)`, partner, bun.In(ids), partner, ids[0]).Scan(&id)
	return id, err
}

func shippable(services []Service) error {
	for _, s := range services {
		switch {
		case s.Deleted:
			return fault.New(fault.Conflict, "Услуга "+s.Number+" удалена. Снимите с неё отметку.")
		case s.PaidOn.IsZero():
			return fault.New(fault.Conflict, "Услуга "+s.Number+" не оплачена. Отгрузить её можно после оплаты счёта.")
		case s.State == "shipping":
			return fault.New(fault.Conflict, "По услуге "+s.Number+" запрос в бухгалтерию уже направлен.")
		case s.State == "shipped":
			return fault.New(fault.Conflict, "Услуга "+s.Number+" уже отгружена.")
		}
	}
	return nil
}

// Acknowledge is «Подтвердить»: somebody has read accounting's answer.
func Acknowledge(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, org, id int64) error {
	if err := by.Must(staff.ServiceShip, staff.AccountingWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		s, err := lockShipment(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		if s.OrgID != org {
			return fault.Missing()
		}
		if !s.AcknowledgedAt.IsZero() {
			return nil
		}
		to := s.Status
		switch s.Status {
		case DocumentsReady:
			to = Delivered
		case Failed:
		default:
			return fault.New(fault.Conflict, "Бухгалтерия ещё не ответила. Подождите сообщения.")
		}
		if _, err := tx.ExecContext(ctx, `UPDATE shipment SET status = ?, status_at = ?, acknowledged_at = ?, acknowledged_by = ?
			WHERE partner_id = ? AND id = ?`, to, now, now, by.ID, by.PartnerID, id); err != nil {
			return err
		}
		if err := wakeCase(ctx, tx, s); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "contract.acknowledge", Object: fmt.Sprintf("shipment:%d", id), Org: s.OrgID})
	})
}

func lockShipment(ctx context.Context, tx bun.IDB, partner, id int64) (*Shipment, error) {
	var s Shipment
	err := tx.NewSelect().Model(&s).Where("partner_id = ? AND id = ?", partner, id).For("UPDATE").Scan(ctx)
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
