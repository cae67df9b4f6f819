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

// Reject ends a case that has not gone to the CA; a reason is obligatory (F129).
func Reject(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64, reason string) error {
	right := staff.ApplicationReview
	if by.Can(staff.ApplicationWork) {
		right = staff.ApplicationWork
	}
	return end(ctx, d, by, now, rules, id, Rejected, right, "reject", reason)
}

// Withdraw ends a case at the client's wish, only while it waits for the head
// or for review (F139); a reason is obligatory (F130).
func Withdraw(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64, reason string) error {
	return end(ctx, d, by, now, rules, id, Withdrawn, staff.ApplicationWork, "withdraw", reason)
}

func end(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64, to Status, right staff.Permission, action, reason string) error {
	if err := by.Must(right); err != nil {
		return err
	}
	if n := len([]rune(reason)); n < 3 || n > 500 {
		return &fault.Error{Kind: fault.Invalid, Text: "Укажите причину, от 3 до 500 знаков.", Fields: map[string]string{"reason": "Укажите причину, от 3 до 500 знаков."}}
	}
	return act(ctx, d, by, now, rules, id, action, right, func(ctx context.Context, tx bun.IDB, c *Case) error {
		if c.Status == to {
			return nil
		}
		if err := set(ctx, tx, now, &c.Application, to, reason); err != nil {
			return err
		}
		return event(ctx, tx, now, &c.Application, by.ID, "case", "stop", to.RU()+": "+reason)
	})
}

// Expire rejects applications that waited for the head's signature too long.
func Expire(ctx context.Context, d *db.DB, now time.Time, partner int64) error {
	return d.Tx(ctx, partner, func(ctx context.Context, tx bun.IDB) error {
		var list []Application
		if err := tx.NewSelect().Model(&list).Where("partner_id = ? AND status = ? AND created_at < ?", partner, HeadSignature, now.AddDate(0, 0, -headDays)).For("NO KEY UPDATE").Scan(ctx); err != nil {
			return err
		}
		for i := range list {
			a := &list[i]
			const reason = "Руководитель не подписал заявление за 28 дней."
			if err := set(ctx, tx, now, a, Rejected, reason); err != nil {
				return err
			}
			if err := event(ctx, tx, now, a, 0, "case", "stop", reason); err != nil {
				return err
			}
			if err := audit.Write(ctx, tx, now, audit.Act{Partner: partner, Actor: audit.Program, Action: "application.expire", Object: fmt.Sprintf("application:%d", a.ID), Org: a.OrgID}); err != nil {
				return err
			}
		}
		return nil
	})
}
