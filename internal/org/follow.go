package org

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/registry"
)

// followed is how many of the register's changes one transaction looks through.
const followed = 5000

// Follow puts what has changed in the register about the partner's clients onto
// the list, from where it stopped the last time. The place reached is committed
// with the lines: killed anywhere, it goes on with none lost and none doubled,
// and two that run at once go one after the other.
func Follow(ctx context.Context, d *db.DB, now time.Time, partner int64) error {
	for {
		more := false
		err := d.Tx(ctx, partner, func(ctx context.Context, tx bun.IDB) (err error) {
			more, err = FollowStep(ctx, tx, now, partner, followed)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
}

// FollowStep is one transaction of Follow, over at most limit changes.
func FollowStep(ctx context.Context, tx bun.IDB, now time.Time, partner int64, limit int) (more bool, err error) {
	if _, err := tx.ExecContext(ctx, `INSERT INTO register_follow (partner_id, seen) VALUES (?, 0) ON CONFLICT DO NOTHING`, partner); err != nil {
		return false, err
	}
	var seen int64
	if err := tx.QueryRowContext(ctx, `SELECT seen FROM register_follow WHERE partner_id = ? FOR UPDATE`, partner).Scan(&seen); err != nil {
		return false, err
	}
	changes, err := registry.ChangedSince(ctx, tx, seen, limit)
	if err != nil || len(changes) == 0 {
		return false, err
	}
	clients, err := clientsOf(ctx, tx, partner, changes)
	if err != nil {
		return false, err
	}
	var tasks []Task
	for _, c := range changes {
		o, ok := clients[c.OGRN]
		if !ok || c.At.Before(o.CreatedAt) && !day(c.Made).After(o.RegisterDate) { // it became a client with the newer record
			continue
		}
		tasks = append(tasks, tasksOf(o, c, now)...)
	}
	if len(tasks) > 0 {
		if _, err := tx.NewInsert().Model(&tasks).On("CONFLICT (partner_id, org_id, kind, made, after) DO NOTHING").Exec(ctx); err != nil {
			return false, err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE register_follow SET seen = ? WHERE partner_id = ?`, changes[len(changes)-1].ID, partner)
	return len(changes) == limit, err
}

// clientsOf returns the partner's clients among the changed, by number.
func clientsOf(ctx context.Context, tx bun.IDB, partner int64, changes []registry.Change) (map[string]Organisation, error) {
	numbers := make([]string, len(changes))
	for i, c := range changes {
		numbers[i] = c.OGRN
	}
	var list []Organisation
	err := tx.NewSelect().Model(&list).Column("id", "partner_id", "ogrn", "created_at", "register_date").
		Where("o.partner_id = ? AND o.ogrn IN (?)", partner, bun.List(numbers)).Scan(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	clients := make(map[string]Organisation, len(list))
	for _, o := range list {
		clients[o.OGRN] = o
	}
	return clients, nil
}

// tasksOf is what of a change is worth a look: another head, the end coming near,
// another name, data called unreliable. The rest is history only.
func tasksOf(o Organisation, c registry.Change, now time.Time) (list []Task) {
	add := func(kind TaskKind, d registry.Difference) {
		for i := range list {
			if list[i].Kind == kind { // short and full name are one renaming
				return
			}
		}
		list = append(list, Task{PartnerID: o.PartnerID, OrgID: o.ID, Kind: kind, Made: day(c.Made), Before: d.Before, After: d.After, At: now, Status: "new"})
	}
	for _, d := range c.What {
		switch d.Field {
		case registry.FieldHead:
			add(TaskHead, d)
		case registry.FieldStatus:
			if d.After != registry.Active.RU() {
				add(TaskLiquidation, d)
			}
		case registry.FieldName, registry.FieldFullName:
			add(TaskRenamed, d)
		case registry.FieldDoubt:
			if newlyDoubted(d.Before, d.After) {
				add(TaskUnreliable, d)
			}
		}
	}
	return list
}

// newlyDoubted reports whether the register doubts something that it did not.
func newlyDoubted(before, after string) bool {
	for _, doubt := range strings.Split(after, "; ") {
		if doubt != "" && !strings.Contains(before, doubt) {
			return true
		}
	}
	return false
}
