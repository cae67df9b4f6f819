package console

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// accountPanel is offered on the ESIA step when ESIA does not know the owner.
type accountPanel struct {
	Last  *cert.Account // nil = not asked for yet
	Form  []web.Field   // nil = nothing to send now
	Wrong string        // what is wrong beside the fields
}

// Waits reports whether ESIA is making the account.
func (a *accountPanel) Waits() bool {
	return a.Last != nil && (a.Last.Status == "waiting" || a.Last.Status == "validating")
}

// readAccount reads what the ESIA step shows of the owner's account.
func (p *casePage) readAccount(ctx context.Context, tx db.Conn, e *staff.Employee) error {
	r := p.Case.Registration
	if !r.NeedsAccount() {
		return nil
	}
	last, err := cert.AccountOf(ctx, tx, e.PartnerID, p.Case.OwnerID)
	if err != nil {
		return err
	}
	if last == nil && !e.Can(staff.ApplicationWork) {
		return nil
	}
	p.Account = &accountPanel{Last: last}
	if e.Can(staff.ApplicationWork) && (last == nil || last.Status == "failed") {
		p.Account.Form = []web.Field{
			{Name: "operator", Label: "СНИЛС сотрудника", Required: true, Mask: "snils", Hint: "Кто проверил документы владельца"},
			{Name: "mobile", Label: "Мобильный телефон владельца", Required: true, Mask: "phone", Value: p.Case.Owner.Phone, Hint: "На него придёт первый пароль"},
		}
	}
	return nil
}

// accountCreate is «Создать учётную запись в ЕСИА».
func (c *Console) accountCreate(ctx *fiber.Ctx) error {
	p, err := c.casePage(ctx, "esia")
	if err != nil {
		return err
	}
	if p.Case.Certificate == nil {
		return fault.New(fault.Conflict, "Сертификата ещё нет: УЦ не ответил.")
	}
	form := cert.AccountForm{Operator: web.Text(ctx, "operator"), Mobile: web.Text(ctx, "mobile")}
	err = cert.MakeAccount(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.ESIA, c.set.ESIACentre, p.Case.Certificate.ID, form)
	wrong := fault.As(err)
	if wrong == nil || wrong.Kind != fault.Invalid || p.Account == nil {
		if err != nil {
			return err
		}
		return c.done(ctx, caseURL(p.Case.ID, "esia"), "Запрос отправлен в ЕСИА. Страницу можно закрыть.")
	}
	for i := range p.Account.Form {
		f := &p.Account.Form[i]
		f.Value = web.Text(ctx, f.Name)
	}
	p.Account.Form = web.WithErrors(p.Account.Form, err)
	if len(wrong.Fields) == 0 {
		p.Account.Wrong = wrong.Text
	}
	return invalid(ctx, "console/application/show", p)
}
