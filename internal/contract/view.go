package contract

import (
	"context"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/staff"
)

// Choose returns the organisation's contracts and the current one: the wanted
// if it is among them, else the first in force; nil when there are none.
func Choose(ctx context.Context, d *db.DB, by *staff.Employee, org, wanted int64) (list []Contract, current *Contract, err error) {
	if err := by.Must(staff.OrgView, staff.OrgViewMasked); err != nil {
		return nil, nil, err
	}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		list, err = Contracts(ctx, tx, by.PartnerID, org)
		return err
	})
	if err != nil || len(list) == 0 {
		return nil, nil, err
	}
	current = &list[0]
	for i := range list {
		if list[i].ID == wanted {
			current = &list[i]
		}
	}
	return list, current, nil
}
