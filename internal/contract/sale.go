package contract

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// Product is a line of the partner's price list.
type Product struct {
	bun.BaseModel `bun:"table:product,alias:p"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	Code          string
	Name          string
	Description   string
	Kind          string
	Unit          string
	Price         int64  // kopecks, VAT included
	VAT           string `bun:"vat"`
}

// VATText is the rate on screen.
func (p Product) VATText() string { return VATRU(p.VAT) }

// Products lists the partner's price list.
func Products(ctx context.Context, tx bun.IDB, partner int64) ([]Product, error) {
	var list []Product
	err := tx.NewSelect().Model(&list).Where("partner_id = ?", partner).OrderExpr("kind, name").Scan(ctx)
	return list, err
}

// PriceList is Products for a screen.
func PriceList(ctx context.Context, d *db.DB, by *staff.Employee) ([]Product, error) {
	if err := by.Must(staff.ServicesView, staff.ServiceShip, staff.AccountingWork); err != nil {
		return nil, err
	}
	return Products(ctx, d.Plain(), by.PartnerID)
}

// Sale is what OrderService takes.
type Sale struct {
	Org, Contract, Product int64
	Quantity               int
}

// OrderService is «Продать услугу»: a line of the price list becomes a service
// of the contract, invoiced today and not yet paid.
func OrderService(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, sale Sale) (int64, error) {
	if err := by.Must(staff.ServiceShip, staff.AccountingWork); err != nil {
		return 0, err
	}
	var id int64
	err := d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if err := ownOrganisation(ctx, tx, by.PartnerID, sale.Org); err != nil {
			return err
		}
		c, err := Find(ctx, tx, by.PartnerID, sale.Org, sale.Contract)
		if err != nil {
			return err
		}
		if !c.ActiveOn(by.Today(now)) {
			return fault.New(fault.Conflict, "Договор "+c.Number+" не действует. Заведите новый договор и продайте услугу по нему.")
		}
		var p Product
		err = tx.NewSelect().Model(&p).Where("partner_id = ? AND id = ?", by.PartnerID, sale.Product).Scan(ctx)
		if fault.Is(db.Missing(err), fault.NotFound) {
			return fault.Fields{"product": "Выберите услугу из прайс-листа."}.Err()
		}
		if err != nil {
			return err
		}
		s, err := Sell(ctx, tx, by, now, c, p, sale.Quantity, time.Time{})
		if err == nil {
			id = s.ID
		}
		return err
	})
	return id, err
}

// Sell adds a service of the price list to a contract, invoiced today; a zero
// paid means that the invoice is not paid yet.
func Sell(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, c *Contract, p Product, quantity int, paid time.Time) (*Service, error) {
	if quantity < 1 || quantity > 10000 {
		return nil, fault.Fields{"quantity": "Количество — целое число от 1 до 10 000."}.Err()
	}
	day := by.Today(now)
	s := &Service{PartnerID: by.PartnerID, OrgID: c.OrgID, ContractID: c.ID, ProductID: p.ID, Name: p.Name, Description: p.Description, Kind: p.Kind,
		Unit: p.Unit, Quantity: quantity, Price: p.Price, Cost: p.Price * int64(quantity), VAT: p.VAT, InvoiceOn: day, PaidOn: paid, State: "open",
		Version: 1, CreatedAt: now, CreatedBy: by.ID, UpdatedAt: now, UpdatedBy: by.ID}
	var n int64
	if err := tx.QueryRowContext(ctx, `SELECT nextval('service_number')`).Scan(&n); err != nil {
		return nil, err
	}
	s.Number = fmt.Sprintf("ОФ030-%06d", n)
	if _, err := tx.NewInsert().Model(s).Exec(ctx); err != nil {
		return nil, fmt.Errorf("sell service: %w", err)
	}
	return s, audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "contract.sell", Object: fmt.Sprintf("service:%d", s.ID), Org: c.OrgID})
}

// MarkPaid writes the day on which the invoices of the ticked services were
// paid and tells the organisation's cases, which wait for it. Services paid
// already keep their day; paid is how many were marked.
func MarkPaid(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, o Order, on time.Time) (paid int, err error) {
	if err := by.Must(staff.ServiceShip, staff.AccountingWork); err != nil {
		return 0, err
	}
	if on.IsZero() || on.After(by.Today(now)) {
		return 0, fault.Fields{"paid_on": "Дата оплаты — сегодня или раньше, ДД.ММ.ГГГГ."}.Err()
	}
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		services, err := lockServices(ctx, tx, by.PartnerID, o)
		if err != nil {
			return err
		}
		for _, s := range services {
			if s.Deleted {
				return fault.New(fault.Conflict, "Услуга "+s.Number+" удалена. Снимите с неё отметку.")
			}
			if !s.PaidOn.IsZero() {
				continue
			}
			if _, err := tx.ExecContext(ctx, `UPDATE service SET paid_on = ?, updated_at = ?, updated_by = ?, version = version + 1 WHERE partner_id = ? AND id = ?`,
				on, now, by.ID, by.PartnerID, s.ID); err != nil {
				return err
			}
			paid++
		}
		if paid == 0 {
			return nil
		}
		if err := job.Enqueue(ctx, tx, job.OrgMoved{Partner: by.PartnerID, Org: o.Org}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "contract.mark_paid",
			Object: fmt.Sprintf("contract:%d", o.Contract), Org: o.Org, Details: map[string]any{"services": o.Services, "on": on.Format(time.DateOnly)}})
	})
	return paid, err
}
