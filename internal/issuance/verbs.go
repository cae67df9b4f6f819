package issuance

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

// act runs one person's verb on a case: right, lock, the verb, the timeline,
// the journal, in one transaction.
func act(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64, action string, right staff.Permission, fn func(context.Context, bun.IDB, *Case) error) error {
	if err := by.Must(right); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if _, err := lock(ctx, tx, by.PartnerID, id); err != nil {
			return err
		}
		c, err := Load(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, c); err != nil {
			return err
		}
		details := c.details
		if c, err = Load(ctx, tx, by.PartnerID, id); err != nil {
			return err
		}
		if err := c.look(ctx, tx, now, rules); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "application." + action,
			Object: fmt.Sprintf("application:%d", id), Org: c.OrgID, Details: details})
	})
}

// HeadSigned notes that the head has signed the employee's application.
func HeadSigned(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64) error {
	return act(ctx, d, by, now, rules, id, "head_signed", staff.ApplicationWork, func(ctx context.Context, tx bun.IDB, c *Case) error {
		if c.signed() && !c.Owner.IsHead {
			return nil
		}
		if c.Owner.IsHead || c.Status != HeadSignature {
			return fault.New(fault.Conflict, "Подпись руководителя отмечают, когда проверки пройдены. Сейчас: «"+c.Status.RU()+"».")
		}
		_, err := tx.ExecContext(ctx, `UPDATE application SET head_signed_at = ?, head_signed_by = ?, head_signed_data = ?, head_name = ? WHERE partner_id = ? AND id = ?`,
			now, by.ID, c.data(), c.Org.Head().FullName(), by.PartnerID, id)
		return err
	})
}

// Approve is the second pair of eyes. Whoever changed the case may not approve
// it, and one approval is given once.
func Approve(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64) error {
	return act(ctx, d, by, now, rules, id, "approve", staff.ApplicationReview, func(ctx context.Context, tx bun.IDB, c *Case) error {
		if c.approved() {
			return nil
		}
		if c.Status != Review {
			return fault.New(fault.Conflict, "Заявка не на рассмотрении. Сейчас: «"+c.Status.RU()+"».")
		}
		prepared, err := c.preparedBy(ctx, tx, by)
		if err != nil {
			return err
		}
		if prepared {
			return fault.New(fault.Forbidden, "Подтверждает другой сотрудник: вы готовили эту заявку.")
		}
		for _, k := range c.Checks {
			if k.DecidedBy == by.ID {
				return fault.New(fault.Forbidden, "Вы уже приняли проверку по скану. Заявку подтверждает третий сотрудник.")
			}
		}
		_, err = tx.ExecContext(ctx, `UPDATE application SET approved_by = ?, approved_at = ?, approved_data = ? WHERE partner_id = ? AND id = ?`,
			by.ID, now, c.data(), by.PartnerID, id)
		return err
	})
}

// preparedBy reports whether the employee has had a hand in the case: opened or
// took it, typed the data, asked a register or moved a step.
func (c *Case) preparedBy(ctx context.Context, tx bun.IDB, by *staff.Employee) (bool, error) {
	if by.ID == c.CreatedBy || by.ID == c.ChangedBy || by.ID == c.TakenBy || by.ID == c.Owner.UpdatedBy || by.ID == c.Passport.UpdatedBy {
		return true, nil
	}
	for _, k := range c.Checks {
		if k.RequestedBy == by.ID {
			return true, nil
		}
	}
	var moved bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM application_event WHERE partner_id = ? AND application_id = ? AND by_id = ? AND step NOT IN ('passport', 'snils', 'inn', 'review'))`,
		c.PartnerID, c.ID, by.ID).Scan(&moved)
	return moved, err
}

// Take hands the case to the employee: it can be left and resumed at another desk.
func Take(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64) error {
	return act(ctx, d, by, now, rules, id, "take", staff.ApplicationWork, func(ctx context.Context, tx bun.IDB, c *Case) error {
		if c.TakenBy == by.ID {
			return nil
		}
		if _, err := tx.ExecContext(ctx, `UPDATE application SET taken_by = ? WHERE partner_id = ? AND id = ?`, by.ID, by.PartnerID, id); err != nil {
			return err
		}
		return event(ctx, tx, now, &c.Application, by.ID, "case", "note", "Заявку взял(а) "+by.Name+".")
	})
}
