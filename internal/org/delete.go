package org

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

// Delete takes the organisation off the lists; Restore puts it back. Nothing is lost.
func Delete(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64) error {
	return setDeleted(ctx, d, by, now, id, true)
}

// Restore undoes Delete.
func Restore(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64) error {
	return setDeleted(ctx, d, by, now, id, false)
}

func setDeleted(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, deleted bool) error {
	if err := by.Must(staff.OrgEdit); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lock(ctx, tx, by.PartnerID, id)
		if err != nil || o.Deleted == deleted {
			return err // a second click is no second act
		}
		var live bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM application WHERE partner_id = ? AND org_id = ? AND status NOT IN ('done', 'rejected', 'withdrawn'))`,
			by.PartnerID, id).Scan(&live); err != nil {
			return err
		}
		if deleted && live {
			return fault.New(fault.Conflict, "У организации есть заявка в работе. Завершите или отклоните её, затем удалите организацию.")
		}
		if _, err := tx.ExecContext(ctx, `UPDATE organisation SET deleted = ?, deleted_at = ?, deleted_by = ?, version = version + 1
			WHERE partner_id = ? AND id = ?`, deleted, now, by.ID, by.PartnerID, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE org_search SET active = ? WHERE partner_id = ? AND org_id = ?`, !deleted && o.Status != "closed", by.PartnerID, id); err != nil {
			return err
		}
		action, before, after := "org.delete", "", "удалена"
		if !deleted {
			action, before, after = "org.restore", "удалена", ""
		}
		if err := note(ctx, tx, now, o, by.ID, "operator", "deleted", before, after); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: action, Object: fmt.Sprintf("organisation:%d", id), Org: id})
	})
}
