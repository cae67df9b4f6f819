package ready

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/staff"
)

// What somebody has to see to (worklist): an owner's loaded certificate that is
// good for nothing any more, that nobody has vouched for, or that soon ends.
const (
	soon      = 30 * 24 * time.Hour // before its end a certificate becomes work
	forgotten = 90 * 24 * time.Hour // after its end it is nobody's work
)

// Trouble is a certificate that needs somebody, with whose it is.
type Trouble struct {
	Certificate
	OwnerName string
	OrgName   string
}

// troubles selects them, one for an owner: the newest of those in trouble. An
// owner who signs with another certificate has none.
func troubles(tx bun.IDB, e *staff.Employee, now time.Time, mine bool) *bun.SelectQuery {
	q := tx.NewSelect().TableExpr("ready_certificate AS r").DistinctOn("r.owner_id").
		Join("JOIN owner AS w ON w.partner_id = r.partner_id AND w.id = r.owner_id AND NOT w.deleted").
		Join("JOIN organisation AS o ON o.partner_id = r.partner_id AND o.id = r.org_id AND NOT o.deleted").
		Where("r.partner_id = ?", e.PartnerID).
		Where("r.status IN ('unchecked', 'held', 'untrusted') OR r.status IN ('revoked', 'expired') AND r.status_at > ? OR r.status = 'valid' AND r.not_after < ?", now.Add(-forgotten), now.Add(soon)).
		Where("NOT EXISTS (SELECT FROM active_certificate AS a WHERE a.partner_id = r.partner_id AND a.owner_id = r.owner_id AND a.ready_id IS DISTINCT FROM r.id)").
		OrderExpr("r.owner_id, r.id DESC")
	if mine {
		q = q.Where("r.loaded_by = ?", e.ID)
	}
	return q
}

// TroubleCount counts them, those that the person loaded and all of the
// partner's; only who works at the desk has them.
func TroubleCount(ctx context.Context, d *db.DB, e *staff.Employee, now time.Time) (mine, all int, err error) {
	if err := e.Must(staff.ApplicationWork); err != nil {
		return 0, 0, err
	}
	err = d.Read(ctx, e.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return tx.NewSelect().TableExpr("(?) AS t", troubles(tx, e, now, false).ColumnExpr("r.loaded_by")).
			ColumnExpr("count(*) FILTER (WHERE t.loaded_by = ?), count(*)", e.ID).Scan(ctx, &mine, &all)
	})
	return mine, all, err
}

// Troubles lists them, what ends first on top, at most 500.
func Troubles(ctx context.Context, d *db.DB, e *staff.Employee, now time.Time, mine bool) ([]Trouble, error) {
	if err := e.Must(staff.ApplicationWork); err != nil {
		return nil, err
	}
	var list []Trouble
	err := d.Read(ctx, e.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		found := troubles(tx, e, now, mine).ColumnExpr("r.id, r.owner_id, r.org_id, r.serial, r.status, r.status_at, r.status_text, r.not_after, r.loaded_by").
			ColumnExpr("concat_ws(' ', w.surname, w.name, NULLIF(w.patronymic, '')) AS owner_name, COALESCE(NULLIF(o.short_name, ''), o.full_name) AS org_name")
		return tx.NewSelect().TableExpr("(?) AS t", found).ColumnExpr("t.*").ColumnExpr("(SELECT name FROM employee WHERE id = t.loaded_by) AS loaded_name").
			OrderExpr("t.not_after, t.id").Limit(500).Scan(ctx, &list)
	})
	return list, err
}
