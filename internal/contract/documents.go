package contract

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

// Documents lists what 1C has made for the organisation («Файлы 1С»), the newest first.
func Documents(ctx context.Context, tx bun.IDB, partner, org int64) ([]Document, error) {
	var list []Document
	if err := tx.NewSelect().Model(&list).Where("partner_id = ? AND org_id = ?", partner, org).OrderExpr("issued_on DESC, id DESC").Limit(500).Scan(ctx); err != nil {
		return nil, err
	}
	return list, withFiles(ctx, tx, partner, list)
}

func withFiles(ctx context.Context, tx bun.IDB, partner int64, list []Document) error {
	if len(list) == 0 {
		return nil
	}
	at := map[int64]int{}
	ids := make([]int64, len(list))
	for i, d := range list {
		at[d.ID], ids[i] = i, d.ID
	}
	var files []DocumentFile
	if err := tx.NewSelect().TableExpr("accounting_file AS af").Join("JOIN stored_file AS f ON f.id = af.file_id").
		ColumnExpr("af.document_id, af.file_id, f.name, f.size, f.mime = 'application/pdf' AS pdf").
		Where("af.partner_id = ? AND af.document_id IN (?)", partner, bun.List(ids)).OrderExpr("f.name").Scan(ctx, &files); err != nil {
		return err
	}
	for _, f := range files {
		i := at[f.DocumentID]
		list[i].Files = append(list[i].Files, f)
	}
	return nil
}

// Period lists the partner's acts and invoices issued from one day to another, both included.
func Period(ctx context.Context, d *db.DB, by *staff.Employee, kind string, from, to time.Time) ([]Document, error) {
	if err := by.Must(staff.AccountingWork, staff.AccountingView); err != nil {
		return nil, err
	}
	var list []Document
	err := d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		q := tx.NewSelect().Model(&list).ColumnExpr("d.*").
			ColumnExpr("COALESCE(NULLIF(o.short_name, ''), o.full_name) AS org_name, o.inn AS org_inn").
			Join("JOIN organisation AS o ON o.id = d.org_id").
			Where("d.partner_id = ? AND d.issued_on BETWEEN ? AND ?", by.PartnerID, from, to).OrderExpr("d.issued_on, d.id").Limit(50000)
		if kind != "" {
			q.Where("d.kind = ?", kind)
		}
		return q.Scan(ctx)
	})
	return list, err
}

// FormLicences is «Сформировать акты и/или лицензии» for the ticked services:
// what was shipped of licences and goods is written to the service. A service
// that has its line already gets no second one.
func FormLicences(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, o Order) (formed int, err error) {
	if err := by.Must(staff.ServiceShip, staff.AccountingWork); err != nil {
		return 0, err
	}
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		services, err := lockServices(ctx, tx, by.PartnerID, o)
		if err != nil {
			return err
		}
		day := by.Today(now)
		for _, s := range services {
			if s.State != "shipped" {
				return fault.New(fault.Conflict, "Услуга "+s.Number+" ещё не отгружена: сначала направьте запрос в бухгалтерию.")
			}
			if s.Kind != "licence" && s.Kind != "goods" {
				continue
			}
			res, err := tx.ExecContext(ctx, `INSERT INTO licence (partner_id, service_id, kind, info, issued_on, valid_to)
				SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT FROM licence WHERE partner_id = ? AND service_id = ?)`,
				by.PartnerID, s.ID, s.Name, "Выдан: "+by.Name+" :: "+day.Format("02.01.2006"), day, nullTime(s.ValidTo), by.PartnerID, s.ID)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			formed += int(n)
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "contract.form_licences",
			Object: fmt.Sprintf("contract:%d", o.Contract), Org: o.Org, Details: map[string]any{"services": o.Services, "formed": formed}})
	})
	return formed, err
}

// SendActs is «Отправить акты в ЛК»: the files that 1C made of the ticked
// services' shipments appear in the client's cabinet folder, each once.
func SendActs(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, o Order) (sent int, err error) {
	if err := by.Must(staff.ServiceShip, staff.AccountingWork); err != nil {
		return 0, err
	}
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		services, err := lockServices(ctx, tx, by.PartnerID, o)
		if err != nil {
			return err
		}
		for _, s := range services {
			if s.State != "shipped" {
				return fault.New(fault.Conflict, "По услуге "+s.Number+" документов ещё нет: сначала направьте запрос в бухгалтерию.")
			}
			if !s.ActsToCabinetAt.IsZero() {
				continue
			}
			if err := copyToCabinet(ctx, tx, by, now, s); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE service SET acts_to_cabinet_at = ?, version = version + 1 WHERE partner_id = ? AND id = ?`, now, by.PartnerID, s.ID); err != nil {
				return err
			}
			sent++
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "contract.send_acts",
			Object: fmt.Sprintf("contract:%d", o.Contract), Org: o.Org, Details: map[string]any{"services": o.Services}})
	})
	return sent, err
}

// copyToCabinet adds a row of the cabinet folder for each file of the service's
// documents; the bytes are the same object.
func copyToCabinet(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, s Service) error {
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT f.name, f.mime, f.size, f.sha256 FROM shipment_line AS l
		JOIN accounting_document AS d ON d.shipment_id = l.shipment_id
		JOIN accounting_file AS af ON af.document_id = d.id JOIN stored_file AS f ON f.id = af.file_id
		WHERE l.partner_id = ? AND l.service_id = ? AND NOT EXISTS
			(SELECT FROM stored_file AS c WHERE c.partner_id = l.partner_id AND c.org_id = ? AND c.folder = 'cabinet' AND c.sha256 = f.sha256 AND c.deleted_at IS NULL)`,
		by.PartnerID, s.ID, s.OrgID)
	if err != nil {
		return err
	}
	type row struct {
		name, mime string
		size       int64
		sum        []byte
	}
	var found []row
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.name, &r.mime, &r.size, &r.sum); err != nil {
			rows.Close()
			return err
		}
		found = append(found, r)
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, r := range found {
		if _, err := tx.ExecContext(ctx, `INSERT INTO stored_file (id, partner_id, org_id, folder, name, mime, size, sha256, created_at, created_by)
			VALUES (?, ?, ?, 'cabinet', ?, ?, ?, ?, ?, ?)`, uuid.Must(uuid.NewV7()), by.PartnerID, s.OrgID, r.name, r.mime, r.size, r.sum, now, by.ID); err != nil {
			return err
		}
	}
	return nil
}

func nullTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
