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

// maxTicked bounds the services of one act: as many lines as one document of
// accounting is still readable with.
const maxTicked = 200

// lockServices returns the ticked services in order of id, all of the contract.
func lockServices(ctx context.Context, tx bun.IDB, partner int64, o Order) ([]Service, error) {
	if len(o.Services) == 0 {
		return nil, fault.New(fault.Invalid, "Отметьте хотя бы одну услугу.")
	}
	if len(o.Services) > maxTicked {
		return nil, fault.New(fault.Invalid, fmt.Sprintf("За один раз можно отметить не больше %d услуг.", maxTicked))
	}
	ids := slices.Compact(slices.Sorted(slices.Values(o.Services)))
	var list []Service
	err := tx.NewSelect().Model(&list).Where("partner_id = ? AND org_id = ? AND contract_id = ? AND id IN (?)", partner, o.Org, o.Contract, bun.List(ids)).
		OrderExpr("id").For("NO KEY UPDATE").Scan(ctx)
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
		ORDER BY sh.id DESC LIMIT 1), 0)`, partner, bun.List(ids), partner, ids[0]).Scan(&id)
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
