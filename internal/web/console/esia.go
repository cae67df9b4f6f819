package console

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/owner"
	"signdesk/internal/web"
)

// esiaCreate is «Отправить в ЕСИА»: what was corrected in the form is saved as
// the owner's paper, then the certificate is sent (F215).
func (c *Console) esiaCreate(ctx *fiber.Ctx) error {
	var typed *owner.Passport
	err := c.caseVerb(ctx, "esia", func(id int64) error {
		v, err := issuance.Show(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, "esia")
		if err != nil {
			return err
		}
		if v.Certificate == nil {
			return fault.New(fault.Conflict, "Сертификата ещё нет: УЦ не ответил.")
		}
		if web.Text(ctx, "doc_type") != "" {
			paper, wrong := passportTyped(ctx, v.OwnerID)
			kept := paper
			if typed, err = &kept, wrong.Err(); err == nil {
				err = owner.SavePassport(ctx.UserContext(), c.db, by(ctx), c.now(), paper)
			}
			if err != nil {
				return err
			}
			kept.Version = 0 // saved: what is wrong now stands in the saved data
		}
		return cert.Register(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.ESIA, v.Certificate.ID)
	})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return c.esiaAgain(ctx, typed, err)
	}
	return err
}

// esiaAgain shows the form with what was typed and what is wrong.
func (c *Console) esiaAgain(ctx *fiber.Ctx, typed *owner.Passport, wrong error) error {
	p, err := c.casePage(ctx, "esia")
	if err != nil {
		return err
	}
	if p.ESIA == nil {
		return wrong
	}
	p.ESIA.refused(typed, fault.As(wrong))
	return invalid(ctx, "console/application/show", p)
}

// esiaSendings reads how often the certificate was sent and what ESIA said.
func (c *Console) esiaSendings(ctx *fiber.Ctx, p *casePage) error {
	if p.Open.Key != "esia" || p.Case.Certificate == nil || !p.Rights.Files {
		return nil
	}
	e := by(ctx)
	return c.db.Read(ctx.UserContext(), e.PartnerID, func(q context.Context, tx db.Conn) (err error) {
		if p.Sendings, err = cert.Registrations(q, tx, e.PartnerID, p.Case.Certificate.ID); err != nil {
			return err
		}
		return p.readAccount(q, tx, e)
	})
}
