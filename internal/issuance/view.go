package issuance

import (
	"context"
	"regexp"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// View is the case page: the case, its steps, the open one and the history.
type View struct {
	*Case
	Steps  []Step
	Open   Step
	Events []Event // the whole timeline
	Names  map[int64]string
}

// Show reads the case as the employee may see it; step "" opens the first that
// is not done. Who sees clients masked sees the case so too.
func Show(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64, step string) (*View, error) {
	if err := by.Must(staff.OrgView, staff.OrgViewMasked); err != nil {
		return nil, err
	}
	var v *View
	err := d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := Load(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		v = &View{Case: c, Steps: c.Steps(now, rules)}
		v.Open = v.Steps[0]
		if step == "" {
			v.Open = Current(v.Steps)
		}
		for _, s := range v.Steps {
			if s.Key == step {
				v.Open = s
			}
		}
		if v.Events, err = Events(ctx, tx, by.PartnerID, id, ""); err != nil {
			return err
		}
		if v.Names, err = names(ctx, tx, c, v.Steps); err != nil {
			return err
		}
		if by.Can(staff.OrgView) {
			return nil
		}
		return v.mask(ctx, tx, by)
	})
	return v, err
}

// names are those of the employees whom steps mention.
func names(ctx context.Context, tx bun.IDB, c *Case, steps []Step) (map[int64]string, error) {
	ids := []int64{c.CreatedBy, c.TakenBy}
	for _, s := range steps {
		ids = append(ids, s.By)
	}
	var rows []struct {
		ID   int64
		Name string
	}
	if err := tx.NewSelect().TableExpr("employee").Column("id", "name").Where("partner_id = ? AND id IN (?)", c.PartnerID, bun.List(ids)).Scan(ctx, &rows); err != nil {
		return nil, err
	}
	list := map[int64]string{}
	for _, r := range rows {
		list[r.ID] = r.Name
	}
	return list, nil
}

// numbers are those of people: INN, SNILS, passports.
var numbers = regexp.MustCompile(`\d[\d -]{4,}(\d\d)`)

// mask hides the owner and the numbers in texts.
func (v *View) mask(ctx context.Context, tx bun.IDB, by *staff.Employee) (err error) {
	if v.Owner, err = owner.Seen(ctx, tx, by, v.OwnerID); err != nil {
		return err
	}
	v.Passport = &owner.Passport{OwnerID: v.OwnerID, PartnerID: v.PartnerID}
	v.Org = &org.Card{Organisation: org.Organisation{ID: v.OrgID, PartnerID: v.PartnerID}}
	hide := func(s *string) { *s = numbers.ReplaceAllString(*s, "***$1") }
	for i := range v.Steps {
		hide(&v.Steps[i].Text)
	}
	for i := range v.Events {
		hide(&v.Events[i].Text)
	}
	hide(&v.Open.Text)
	return nil
}
