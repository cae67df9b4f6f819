package contract

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/staff"
)

// Choose returns the organisation's contracts and the current one: the wanted
// if it is among them, else the first in force; nil when there are none.
func Choose(ctx context.Context, d *db.DB, by *staff.Employee, org, wanted int64) (list []Contract, current *Contract, err error) {
	if err := by.Must(staff.OrgView, staff.OrgViewMasked); err != nil {
		return nil, nil, err
	}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		list, err = Contracts(ctx, tx, by.PartnerID, org)
		return err
	})
	if err != nil || len(list) == 0 {
		return nil, nil, err
	}
	current = &list[0]
	for i := range list {
		if list[i].ID == wanted {
			current = &list[i]
		}
	}
	return list, current, nil
}

// Sheet is what the services page of a contract shows.
type Sheet struct {
	Services  []Service
	Shipments []Shipment // under way, or answered and not yet acknowledged
}

// OpenSheet returns the services of the contract and the organisation's
// shipments that somebody waits for.
func OpenSheet(ctx context.Context, d *db.DB, by *staff.Employee, org, contract int64) (*Sheet, error) {
	s := &Sheet{}
	err := read(ctx, d, by, func(ctx context.Context, tx bun.IDB) (err error) {
		if s.Services, err = Services(ctx, tx, by.PartnerID, org, contract); err != nil {
			return err
		}
		return openShipments(tx, &s.Shipments, by.PartnerID).Where("sh.org_id = ?", org).OrderExpr("sh.id DESC").Limit(50).Scan(ctx)
	})
	return s, err
}

// Page is what «Подробная информация об услуге или товаре» shows.
type Page struct {
	Service   *Service
	Licences  []Licence
	Documents []Document
}

// OpenService returns a service with its licences and accounting's documents.
func OpenService(ctx context.Context, d *db.DB, by *staff.Employee, org, id int64) (*Page, error) {
	p := &Page{}
	err := read(ctx, d, by, func(ctx context.Context, tx bun.IDB) (err error) {
		if p.Service, err = FindService(ctx, tx, by.PartnerID, org, id); err != nil {
			return err
		}
		if p.Licences, err = Licences(ctx, tx, by.PartnerID, id); err != nil {
			return err
		}
		err = tx.NewSelect().Model(&p.Documents).Where("d.partner_id = ? AND d.shipment_id IN (SELECT shipment_id FROM shipment_line WHERE partner_id = ? AND service_id = ?)",
			by.PartnerID, by.PartnerID, id).OrderExpr("d.id").Scan(ctx)
		if err != nil {
			return err
		}
		return withFiles(ctx, tx, by.PartnerID, p.Documents)
	})
	return p, err
}

// OpenDocuments is Documents for a screen («Файлы 1С»).
func OpenDocuments(ctx context.Context, d *db.DB, by *staff.Employee, org int64) (list []Document, err error) {
	err = read(ctx, d, by, func(ctx context.Context, tx bun.IDB) error {
		list, err = Documents(ctx, tx, by.PartnerID, org)
		return err
	})
	return list, err
}

// Work is what waits for staff in the services of all clients.
type Work struct {
	Unshipped int       // services paid and not shipped
	Since     time.Time // the day the oldest of them was paid; zero = none
	UnderWay  int       // shipments that accounting works on
	Answers   int       // accounting's answers that nobody has acknowledged
}

// Waiting counts the partner's work.
func Waiting(ctx context.Context, d *db.DB, by *staff.Employee) (w Work, err error) {
	err = read(ctx, d, by, func(ctx context.Context, tx bun.IDB) error {
		var since bun.NullTime // the driver gives a bare date as text
		if err := tx.QueryRowContext(ctx, `SELECT count(*), min(paid_on) FROM service 
			WHERE partner_id = ? AND ship_date IS NULL AND paid_on IS NOT NULL AND NOT deleted`, by.PartnerID).Scan(&w.Unshipped, &since); err != nil {
			return err
		}
		w.Since = since.Time
		return tx.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE status IN ('queued', 'sent', 'accepted')), count(*) FILTER (WHERE status IN ('documents_ready', 'failed'))
			FROM shipment WHERE partner_id = ? AND acknowledged_at IS NULL`, by.PartnerID).Scan(&w.UnderWay, &w.Answers)
	})
	return w, err
}

// Due is one paid service that waits to be shipped, with its client.
type Due struct {
	Service
	OrgName string
}

// Unshipped lists the partner's services that are paid and not shipped, the
// longest waiting first.
func Unshipped(ctx context.Context, d *db.DB, by *staff.Employee, limit int) (list []Due, err error) {
	err = read(ctx, d, by, func(ctx context.Context, tx bun.IDB) error {
		return tx.NewSelect().Model((*Service)(nil)).ColumnExpr("s.*").ColumnExpr("COALESCE(NULLIF(o.short_name, ''), o.full_name) AS org_name").
			Join("JOIN organisation AS o ON o.id = s.org_id").
			Where("s.partner_id = ? AND s.ship_date IS NULL AND s.paid_on IS NOT NULL AND NOT s.deleted", by.PartnerID).
			OrderExpr("s.paid_on, s.id").Limit(limit).Scan(ctx, &list)
	})
	return list, err
}

// WaitingShipments lists the partner's shipments that accounting works on or
// whose answers nobody has acknowledged, those to be acknowledged first.
func WaitingShipments(ctx context.Context, d *db.DB, by *staff.Employee, limit int) (list []Shipment, err error) {
	err = read(ctx, d, by, func(ctx context.Context, tx bun.IDB) error {
		return openShipments(tx, &list, by.PartnerID).ColumnExpr("COALESCE(NULLIF(o.short_name, ''), o.full_name) AS org_name").
			Join("JOIN organisation AS o ON o.id = sh.org_id").
			OrderExpr("sh.status IN ('documents_ready', 'failed') DESC, sh.id").Limit(limit).Scan(ctx)
	})
	return list, err
}

func openShipments(tx bun.IDB, list *[]Shipment, partner int64) *bun.SelectQuery {
	return withNames(tx.NewSelect().Model(list)).Where("sh.partner_id = ? AND sh.acknowledged_at IS NULL AND sh.status <> 'cancelled'", partner)
}

func read(ctx context.Context, d *db.DB, by *staff.Employee, fn func(context.Context, bun.IDB) error) error {
	if err := by.Must(staff.ServicesView); err != nil {
		return err
	}
	return d.Read(ctx, by.PartnerID, fn)
}
