package issuance

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// Prepare approves the data of the request: «Перейти к генерации запроса». The
// consent goes into the journal word for word (F181).
func Prepare(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, rules Rules, id int64, order cert.Order) error {
	return act(ctx, d, by, now, rules, id, "prepare", staff.ApplicationWork, func(ctx context.Context, tx bun.IDB, c *Case) error {
		if c.Status != Approved {
			return fault.New(fault.Conflict, "Запрос создают, когда сведения подтверждены. Сейчас: «"+c.Status.RU()+"».")
		}
		order.Application, order.Centre = id, c.CentreID
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
