package org

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// Add makes the organisation with the OGRN a client: its register record is
// copied onto a new card. A second Add returns the client that is there.
func Add(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, ogrn string) (int64, error) {
	if err := by.Must(staff.OrgEdit); err != nil {
		return 0, err
	}
	record, err := registry.Get(ctx, d.Plain(), ogrn)
	if err != nil {
		return 0, err
	}
	var id int64
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		id, err = AddRecord(ctx, tx, by, now, record)
		return err
	})
	return id, err
}

// AddRecord is Add inside a transaction, from a record at hand.
func AddRecord(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, r *registry.Record) (int64, error) {
	o := fromRecord(r)
	card, err := json.Marshal(r)
	if err != nil {
		return 0, err
	}
	o.PartnerID, o.RegisterCard, o.Version = by.PartnerID, card, 1
	o.CreatedAt, o.CreatedBy, o.UpdatedAt, o.UpdatedBy = now, by.ID, now, by.ID
	res, err := tx.NewInsert().Model(&o).
		On("CONFLICT (partner_id, ogrn) DO NOTHING").Returning("id").Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("add organisation: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		err := tx.QueryRowContext(ctx, `SELECT id FROM organisation WHERE partner_id = ? AND ogrn = ?`, by.PartnerID, r.OGRN).Scan(&o.ID)
		return o.ID, err
	}
	if err := insertParts(ctx, tx, &o, r); err != nil {
		return 0, err
	}
	return o.ID, audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.add",
		Object: fmt.Sprintf("organisation:%d", o.ID), Org: o.ID, Details: map[string]string{"ogrn": o.OGRN}})
}

func insertParts(ctx context.Context, tx bun.IDB, o *Organisation, r *registry.Record) error {
	if err := replaceHeads(ctx, tx, o, headsOf(r)); err != nil {
		return err
	}
	if a, ok := addressOf(r); ok {
		var err error
		if a.Agreed, err = agreed(ctx, tx, o.Sole(), a); err != nil {
			return err
		}
		a.PartnerID, a.OrgID = o.PartnerID, o.ID
		if _, err := tx.NewInsert().Model(&a).Exec(ctx); err != nil {
			return fmt.Errorf("add address: %w", err)
		}
	}
	return index(ctx, tx, o, headsOf(r))
}

// index rewrites the organisation's row in the search table.
func index(ctx context.Context, tx bun.IDB, o *Organisation, heads []Head) error {
	words := o.FullName + " " + o.ShortName
	for _, h := range heads {
		words += " " + h.Surname
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO org_search (org_id, partner_id, inn, ogrn, kpp, words, active)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (org_id) DO UPDATE SET inn = EXCLUDED.inn, ogrn = EXCLUDED.ogrn, kpp = EXCLUDED.kpp, words = EXCLUDED.words, active = EXCLUDED.active`,
		o.ID, o.PartnerID, o.INN, o.OGRN, o.KPP, " "+registry.Normalize(words)+" ", o.Status != "closed" && !o.Deleted)
	return err
}
