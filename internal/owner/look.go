package owner

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

// Seen returns the owner as the employee may see him: whole, or with names and
// numbers partly hidden for who checks the work and not the people.
func Seen(ctx context.Context, tx bun.IDB, by *staff.Employee, id int64) (*Owner, error) {
	if err := by.Must(staff.OrgView, staff.OrgViewMasked); err != nil {
		return nil, err
	}
	o, err := Find(ctx, tx, by.PartnerID, id)
	if err == nil && !by.Can(staff.OrgView) {
		o.mask()
	}
	return o, err
}

// SeenList is Seen for the owners of an organisation.
func SeenList(ctx context.Context, tx bun.IDB, by *staff.Employee, org int64) ([]Owner, error) {
	if err := by.Must(staff.OrgView, staff.OrgViewMasked); err != nil {
		return nil, err
	}
	list, err := List(ctx, tx, by.PartnerID, org)
	if !by.Can(staff.OrgView) {
		for i := range list {
			list[i].mask()
		}
	}
	return list, err
}

// mask leaves initials and the last digits: enough to tell two people apart.
func (o *Owner) mask() {
	for _, v := range []*string{&o.Surname, &o.Name, &o.Patronymic} {
		if r := []rune(*v); len(r) > 0 {
			*v = string(r[:1]) + "***"
		}
	}
	for _, v := range []*string{&o.SNILS, &o.INN, &o.Phone} {
		if n := len(*v); n > 2 {
			*v = strings.Repeat("*", n-2) + (*v)[n-2:]
		}
	}
	for _, v := range []*string{&o.Email, &o.Address} {
		if *v != "" {
			*v = "***"
		}
	}
}

// NeedsReason reports whether the employee sees passports only with a reason.
func NeedsReason(by *staff.Employee) bool {
	return !by.Can(staff.PassportView) && by.Can(staff.PassportReason)
}

// mayLook refuses who has no right to papers, and who needs a reason and gave none.
func mayLook(by *staff.Employee, reason string) error {
	if err := by.Must(staff.PassportView, staff.PassportReason); err != nil {
		return err
	}
	if n := len([]rune(reason)); NeedsReason(by) && (n < 5 || n > 200) {
		text := "Укажите основание, от 5 до 200 знаков: оно попадёт в журнал."
		return &fault.Error{Kind: fault.Invalid, Text: text, Fields: map[string]string{"reason": text}}
	}
	return nil
}

// Look opens the owner's identity paper to the employee and logs that he
// looked, and why. Who needs a reason gets nothing without one.
func Look(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, reason string) (*Owner, *Passport, error) {
	if err := mayLook(by, reason); err != nil {
		return nil, nil, err
	}
	var o *Owner
	var p *Passport
	err := d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) (err error) {
		if o, err = Find(ctx, tx, by.PartnerID, id); err != nil {
			return err
		}
		if p, err = PassportOf(ctx, tx, by.PartnerID, id); err != nil {
			return err
		}
		return audit.Looked(ctx, tx, now, by.PartnerID, by.Actor(), fmt.Sprintf("passport:%d", id), reason)
	})
	return o, p, err
}
