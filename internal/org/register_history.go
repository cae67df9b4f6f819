package org

import (
	"context"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// RegisterHistory is what has changed in the register about the client from one
// dump to another, the newest first.
func RegisterHistory(ctx context.Context, d *db.DB, by *staff.Employee, id int64) (list []registry.Change, err error) {
	err = read(ctx, d, by, func(ctx context.Context, tx bun.IDB) error {
		o, err := Get(ctx, tx, by.PartnerID, id)
		if err == nil {
			list, err = registry.Changes(ctx, tx, o.OGRN)
		}
		return err
	})
	if onlyMasked(by) {
		for i := range list {
			list[i].OGRN = ""
			for j := range list[i].What {
				w := &list[i].What[j]
				w.Before, w.After = masked(w.Before), masked(w.After)
			}
		}
	}
	return list, err
}

// RecordHistory is the same of anyone in the register, which is open data.
func RecordHistory(ctx context.Context, d *db.DB, by *staff.Employee, ogrn string) (list []registry.Change, err error) {
	err = read(ctx, d, by, func(ctx context.Context, tx bun.IDB) error {
		list, err = registry.Changes(ctx, tx, ogrn)
		return err
	})
	return list, err
}
