package issuance

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/job"
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

// Prepare approves the data of the request: «Перейти к генерации запроса». The
// consent goes into the journal word for word (F181).
func Prepare(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64, order cert.Order) error {
	return act(ctx, d, by, now, rules, id, "prepare", staff.ApplicationWork, func(ctx context.Context, tx bun.IDB, c *Case) error {
		if c.Status != Approved {
			return fault.New(fault.Conflict, "Запрос создают, когда сведения подтверждены. Сейчас: «"+c.Status.RU()+"».")
		}
		order.Application = id
		r, err := cert.Prepare(ctx, tx, by, now, c.Org, c.Owner, order)
		if err != nil {
			return err
		}
		c.details = map[string]any{"request": r.ID, "profile": r.Profile, "consent": cert.Consent}
		return nil
	})
}

// RequestOperation gives the agent of the desk one permission to make the key and the request.
func RequestOperation(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64, desk cert.Desk) (env *cert.Envelope, err error) {
	err = act(ctx, d, by, now, rules, id, "request_operation", staff.ApplicationWork, func(ctx context.Context, tx bun.IDB, c *Case) error {
		if c.Status != Approved || c.Request == nil || c.Request.Status != cert.Prepared {
			return fault.New(fault.Conflict, "Сначала заполните форму запроса.")
		}
		if !c.Request.Fits(c.Org, c.Owner) {
			return fault.New(fault.Conflict, "Данные изменены после заполнения формы запроса. Обновите страницу и проверьте форму.")
		}
		_, env, err = cert.RequestOperation(ctx, tx, by, now, desk, c.Request)
		return err
	})
	return env, err
}

// AcceptRequest takes the request that the agent made and sends it to the CA.
// The same request again changes nothing.
func AcceptRequest(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64, operation uuid.UUID, csr []byte) error {
	return act(ctx, d, by, now, rules, id, "accept_request", staff.ApplicationWork, func(ctx context.Context, tx bun.IDB, c *Case) error {
		if c.Request == nil {
			return fault.New(fault.Conflict, "Сначала заполните форму запроса.")
		}
		if c.Request.Status == cert.Prepared && !c.Request.Fits(c.Org, c.Owner) {
			return fault.New(fault.Conflict, "Данные изменены, пока создавался запрос: он не отправлен. Проверьте форму и создайте новый.")
		}
		_, fresh, err := cert.Accept(ctx, tx, by, now, c.Request.ID, operation, csr)
		if err != nil || !fresh {
			return err
		}
		return set(ctx, tx, now, &c.Application, Requested, "")
	})
}

// Hurry asks the CA now and not at the time of the next try.
func Hurry(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64) error {
	return act(ctx, d, by, now, rules, id, "hurry", staff.ApplicationWork, func(ctx context.Context, tx bun.IDB, c *Case) error {
		if c.Request == nil || !c.Request.Status.AtCA() {
			return nil // the answer was faster
		}
		return job.Hasten(ctx, tx, job.AskCA{Partner: by.PartnerID, Request: c.Request.ID})
	})
}

// InstallOperation gives the agent one permission to install the certificate.
func InstallOperation(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64, desk cert.Desk) (env *cert.Envelope, err error) {
	err = act(ctx, d, by, now, rules, id, "install_operation", staff.ApplicationWork, func(ctx context.Context, tx bun.IDB, c *Case) error {
		if c.Certificate == nil {
			return fault.New(fault.Conflict, "Сертификата ещё нет: УЦ не ответил.")
		}
		_, env, err = cert.InstallOperation(ctx, tx, by, now, desk, c.Request, c.Certificate)
		return err
	})
	return env, err
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
		_, err := tx.ExecContext(ctx, `UPDATE application SET head_signed_at = ?, head_signed_by = ?, head_signed_data = ? WHERE partner_id = ? AND id = ?`,
			now, by.ID, c.data(), by.PartnerID, id)
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

// Expire rejects applications that waited for the head's signature too long.
func Expire(ctx context.Context, d *db.DB, now time.Time, partner int64) error {
	return d.Tx(ctx, partner, func(ctx context.Context, tx bun.IDB) error {
		var list []Application
		if err := tx.NewSelect().Model(&list).Where("partner_id = ? AND status = ? AND created_at < ?", partner, HeadSignature, now.AddDate(0, 0, -headDays)).For("UPDATE").Scan(ctx); err != nil {
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
