package staff

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
)

// JournalFilter narrows the journal; zero fields do not.
type JournalFilter struct {
	Employee int64
	Area     string // first word of an action: "owner"
	Org      int64
	From, To time.Time // To is the moment after the last
	Before   int64     // number of the first record on the page before
	Limit    int       // 0 = 50
}

// JournalScope says whose acts the employee may read: "all", "centre" or "own".
func JournalScope(by *Employee) (string, error) {
	if err := by.Must(JournalAll, JournalCentre, JournalOwn); err != nil {
		return "", err
	}
	switch {
	case by.Can(JournalAll):
		return "all", nil
	case by.Can(JournalCentre):
		return "centre", nil
	}
	return "own", nil
}

// Journal returns the acts the employee may read, the newest first, and how
// many there are under the filter.
func Journal(ctx context.Context, d *db.DB, by *Employee, f JournalFilter) (records []audit.Record, total int, err error) {
	actors, err := actorsFor(ctx, d, by)
	if err != nil {
		return nil, 0, err
	}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		records, total, err = audit.List(ctx, tx, by.PartnerID, audit.Filter{Actors: actors, ActorID: f.Employee, Area: f.Area, Org: f.Org,
			From: f.From, To: f.To, Before: f.Before, Limit: f.Limit})
		return err
	})
	return records, total, err
}

// Looks returns who looked at personal data, the newest first, and how many looks there are.
func Looks(ctx context.Context, d *db.DB, by *Employee, f JournalFilter) (looks []audit.Look, total int, err error) {
	actors, err := actorsFor(ctx, d, by)
	if err != nil {
		return nil, 0, err
	}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		looks, total, err = audit.Looks(ctx, tx, by.PartnerID, audit.Filter{Actors: actors, ActorID: f.Employee, From: f.From, To: f.To, Before: f.Before, Limit: f.Limit})
		return err
	})
	return looks, total, err
}

// actorsFor lists whose acts the employee may read; nil = everybody's.
func actorsFor(ctx context.Context, d *db.DB, by *Employee) ([]int64, error) {
	scope, err := JournalScope(by)
	if err != nil || scope == "all" {
		return nil, err
	}
	if scope == "own" {
		return []int64{by.ID}, nil
	}
	var ids []int64
	err = d.Plain().NewRaw(`SELECT id FROM employee WHERE partner_id = ? AND centre_id = ? ORDER BY id`, by.PartnerID, by.CentreID).Scan(ctx, &ids)
	return ids, err
}

// People lists whom the journal may be narrowed to, by name.
func People(ctx context.Context, d *db.DB, by *Employee) ([]Colleague, error) {
	scope, err := JournalScope(by)
	if err != nil {
		return nil, err
	}
	var list []Colleague
	q := d.Plain().NewSelect().Model(&list).Column("id", "name").Where("partner_id = ?", by.PartnerID).OrderExpr("name, id").Limit(1000)
	switch scope {
	case "centre":
		q.Where("centre_id = ?", by.CentreID)
	case "own":
		q.Where("id = ?", by.ID)
	}
	err = q.Scan(ctx)
	return list, err
}
