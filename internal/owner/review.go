package owner

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// Review is a check that waits for the second pair of eyes.
type Review struct {
	Check
	Owner    Owner
	OrgName  string
	ScanName string
	Mine     bool // the employee prepared the data: another one decides
}

// Reviews lists the checks with a scan that nobody has decided, about data as
// they are now, the oldest first.
func Reviews(ctx context.Context, tx bun.IDB, by *staff.Employee) ([]Review, error) {
	if err := by.Must(staff.ApplicationReview); err != nil {
		return nil, err
	}
	var checks []Check
	err := tx.NewSelect().Model(&checks).ColumnExpr("k.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = k.requested_by) AS requested_name").
		Where("k.partner_id = ? AND k.scan_file_id IS NOT NULL AND k.status IN ('waiting', 'negative', 'not_found', 'refused')", by.PartnerID).
		Where("NOT EXISTS (SELECT FROM owner_check AS n WHERE n.partner_id = k.partner_id AND n.owner_id = k.owner_id AND n.kind = k.kind AND n.id > k.id)").
		OrderExpr("k.id").Limit(200).Scan(ctx)
	if err != nil {
		return nil, err
	}
	var list []Review
	for _, c := range checks {
		o, err := Find(ctx, tx, by.PartnerID, c.OwnerID)
		if err != nil {
			return nil, err
		}
		p, err := PassportOf(ctx, tx, by.PartnerID, c.OwnerID)
		if err != nil {
			return nil, err
		}
		if o.Deleted || string(c.Fingerprint) != string(fingerprint(c.Kind, o, p)) {
			continue
		}
		f, err := file.Get(ctx, tx, by.PartnerID, c.ScanFileID)
		if err != nil {
			return nil, err
		}
		r := Review{Check: c, Owner: *o, ScanName: f.Name, Mine: prepared(by, &c, o, p, f)}
		if err := tx.QueryRowContext(ctx, `SELECT COALESCE(NULLIF(short_name, ''), full_name) FROM organisation WHERE partner_id = ? AND id = ?`,
			by.PartnerID, o.OrgID).Scan(&r.OrgName); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// ReviewsWaiting is how many checks wait for the second pair of eyes, and since when the oldest.
func ReviewsWaiting(ctx context.Context, d *db.DB, by *staff.Employee) (n int, since time.Time, err error) {
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		list, err := Reviews(ctx, tx, by)
		if n = len(list); n > 0 {
			since = list[0].RequestedAt
		}
		return err
	})
	return n, since, err
}

// prepared reports whether the employee typed, asked or scanned any of it.
func prepared(by *staff.Employee, c *Check, o *Owner, p *Passport, f *file.File) bool {
	return c.RequestedBy == by.ID || o.UpdatedBy == by.ID || p.UpdatedBy == by.ID || f.CreatedBy == by.ID
}

// Override accepts a check by the scan put before the second pair of eyes, when
// the register does not answer or answers wrongly. Whoever prepared the data
// may not decide.
func Override(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, owner, check int64, reason string) error {
	if err := by.Must(staff.ApplicationReview); err != nil {
		return err
	}
	if err := grounds(reason); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lock(ctx, tx, by.PartnerID, owner)
		if err != nil {
			return err
		}
		p, err := PassportOf(ctx, tx, by.PartnerID, owner)
		if err != nil {
			return err
		}
		c, err := lockCheck(ctx, tx, by.PartnerID, check)
		if err != nil {
			return err
		}
		if c.OwnerID != owner {
			return fault.Missing()
		}
		f, err := file.Get(ctx, tx, by.PartnerID, c.ScanFileID)
		switch {
		case err != nil:
			return fault.New(fault.Invalid, "Приложите скан документа: без него решение не принимается.")
		case prepared(by, c, o, p, f):
			return fault.New(fault.Forbidden, "Решение принимает другой сотрудник: вы готовили эти данные.")
		case c.Positive():
			return nil
		case string(c.Fingerprint) != string(fingerprint(c.Kind, o, p)):
			return fault.New(fault.Conflict, "Данные владельца изменены после проверки: решать нужно по новым.")
		}
		if err := db.Swapped(tx.ExecContext(ctx, `UPDATE owner_check SET status = 'overridden', status_at = ?, text = ?, decided_by = ?
			WHERE partner_id = ? AND id = ? AND status = ?`, now, "Принято по скану: "+reason, by.ID, by.PartnerID, c.ID, c.Status)); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, job.OwnerMoved{Partner: by.PartnerID, Owner: owner}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "owner.override_check",
			Object: fmt.Sprintf("owner:%d", owner), Org: o.OrgID, Details: map[string]any{"check": check, "kind": c.Kind}})
	})
}

// Decline sends the scan back: the check is as it was before, with the reason.
func Decline(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, owner, check int64, reason string) error {
	if err := by.Must(staff.ApplicationReview); err != nil {
		return err
	}
	if err := grounds(reason); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lock(ctx, tx, by.PartnerID, owner)
		if err != nil {
			return err
		}
		if err := db.Swapped(tx.ExecContext(ctx, `UPDATE owner_check SET scan_file_id = NULL, text = ?, decided_by = ?
			WHERE partner_id = ? AND id = ? AND owner_id = ? AND scan_file_id IS NOT NULL AND status IN ('waiting', 'negative', 'not_found', 'refused')`,
			"Скан не принят: "+reason, by.ID, by.PartnerID, check, owner)); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "owner.decline_scan",
			Object: fmt.Sprintf("owner:%d", owner), Org: o.OrgID, Details: map[string]any{"check": check}})
	})
}

func grounds(reason string) error {
	if n := len([]rune(reason)); n < 5 || n > 500 {
		text := "Укажите основание, от 5 до 500 знаков."
		return &fault.Error{Kind: fault.Invalid, Text: text, Fields: map[string]string{"reason": text}}
	}
	return nil
}

func lockCheck(ctx context.Context, tx bun.IDB, partner, id int64) (*Check, error) {
	var c Check
	if err := tx.NewSelect().Model(&c).Where("partner_id = ? AND id = ?", partner, id).For("NO KEY UPDATE").Scan(ctx); err != nil {
		return nil, db.Missing(err)
	}
	return &c, nil
}
