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

// Services lists a contract's services, the oldest invoice first.
func Services(ctx context.Context, tx bun.IDB, partner, org, contract int64) ([]Service, error) {
	var list []Service
	err := tx.NewSelect().Model(&list).Where("partner_id = ? AND org_id = ? AND contract_id = ?", partner, org, contract).
		OrderExpr("deleted, invoice_on DESC, id DESC").Limit(1000).Scan(ctx)
	return list, err
}

// FindService returns the organisation's service with the names of its stamps.
func FindService(ctx context.Context, tx bun.IDB, partner, org, id int64) (*Service, error) {
	var s Service
	err := tx.NewSelect().Model(&s).ColumnExpr("s.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = s.created_by) AS created_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = s.updated_by) AS updated_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = s.deleted_by) AS deleted_name").
		Where("s.partner_id = ? AND s.org_id = ? AND s.id = ?", partner, org, id).Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &s, nil
}

// Licences lists what was handed out for a service.
func Licences(ctx context.Context, tx bun.IDB, partner, service int64) ([]Licence, error) {
	var list []Licence
	err := tx.NewSelect().Model(&list).Where("partner_id = ? AND service_id = ?", partner, service).OrderExpr("id").Scan(ctx)
	return list, err
}

// PaidIssue reports whether the contract has a paid issue service: without one
// no certificate is made («только после оплаты счетов», F140).
// What another case has shipped is used up: a re-issue is paid anew (F364).
func PaidIssue(ctx context.Context, tx bun.IDB, partner, contract, application int64) (paid, unpaid int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE paid_on IS NOT NULL), count(*) FILTER (WHERE paid_on IS NULL)
		FROM service AS s WHERE partner_id = ? AND contract_id = ? AND kind = 'issue' AND NOT deleted
			AND NOT EXISTS (SELECT FROM shipment_line AS l JOIN shipment AS h ON h.id = l.shipment_id
				WHERE l.partner_id = s.partner_id AND l.service_id = s.id AND h.application_id <> ? AND h.status NOT IN ('failed', 'cancelled'))`,
		partner, contract, application).Scan(&paid, &unpaid)
	return paid, unpaid, err
}

// NewContract is what Add takes.
type NewContract struct {
	Org              int64
	Name, Number     string
	SignedOn, EndsOn time.Time
}

// Add makes a contract of the organisation.
func Add(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, n NewContract) (int64, error) {
	if err := by.Must(staff.OrgEdit); err != nil {
		return 0, err
	}
	wrong := fault.Fields{}
	if l := len([]rune(n.Number)); l == 0 || l > 60 {
		wrong.Add("number", "Укажите номер договора, до 60 знаков.")
	}
	if l := len([]rune(n.Name)); l == 0 || l > 120 {
		wrong.Add("name", "Укажите вид договора, например «Оферта КВС52», до 120 знаков.")
	}
	if n.SignedOn.IsZero() || n.SignedOn.After(by.Today(now)) {
		wrong.Add("signed_on", "Дата договора — сегодня или раньше, ДД.ММ.ГГГГ.")
	}
	if !n.EndsOn.IsZero() && !n.EndsOn.After(n.SignedOn) {
		wrong.Add("ends_on", "Срок действия кончается после даты договора.")
	}
	if err := wrong.Err(); err != nil {
		return 0, err
	}
	c := &Contract{PartnerID: by.PartnerID, OrgID: n.Org, Name: n.Name, Number: n.Number, SignedOn: n.SignedOn, EndsOn: n.EndsOn, Active: true,
		Version: 1, CreatedAt: now, CreatedBy: by.ID, UpdatedAt: now, UpdatedBy: by.ID}
	err := d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if err := ownOrganisation(ctx, tx, by.PartnerID, n.Org); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(c).Exec(ctx); err != nil {
			if db.UniqueViolation(err) != "" {
				return &fault.Error{Kind: fault.Invalid, Text: "Договор с этим номером уже есть.", Fields: map[string]string{"number": "Договор с этим номером уже есть."}}
			}
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "contract.add", Object: fmt.Sprintf("contract:%d", c.ID), Org: n.Org})
	})
	return c.ID, err
}

// ownOrganisation is "not found" for another partner's organisation; to a
// deleted one nothing is sold.
func ownOrganisation(ctx context.Context, tx bun.IDB, partner, org int64) error {
	var deleted bool
	err := db.Missing(tx.QueryRowContext(ctx, `SELECT deleted FROM organisation WHERE partner_id = ? AND id = ?`, partner, org).Scan(&deleted))
	if err == nil && deleted {
		return fault.New(fault.Conflict, "Организация удалена. Восстановите её и повторите действие.")
	}
	return err
}

// RemoveService takes a service off the contract, RestoreService puts it back.
// What accounting knows about stays.
func RemoveService(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, org, id int64) error {
	return setDeleted(ctx, d, by, now, org, id, true)
}

// RestoreService undoes RemoveService.
func RestoreService(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, org, id int64) error {
	return setDeleted(ctx, d, by, now, org, id, false)
}

func setDeleted(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, org, id int64, deleted bool) error {
	if err := by.Must(staff.ServiceShip, staff.AccountingWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		var s Service
		err := tx.NewSelect().Model(&s).Where("partner_id = ? AND org_id = ? AND id = ?", by.PartnerID, org, id).For("NO KEY UPDATE").Scan(ctx)
		if err != nil || s.Deleted == deleted {
			return db.Missing(err) // a second click is no second act
		}
		if deleted && (s.State == "shipping" || s.State == "shipped") {
			return fault.New(fault.Conflict, "Услуга "+s.Number+" уже передана в бухгалтерию, удалить её нельзя.")
		}
		if _, err := tx.ExecContext(ctx, `UPDATE service SET deleted = ?, deleted_at = ?, deleted_by = ?, version = version + 1 WHERE partner_id = ? AND id = ?`,
			deleted, now, by.ID, by.PartnerID, id); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, job.OrgMoved{Partner: by.PartnerID, Org: org}); err != nil {
			return err
		}
		action := "contract.remove_service"
		if !deleted {
			action = "contract.restore_service"
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: action, Object: fmt.Sprintf("service:%d", id), Org: org})
	})
}
