package console

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/contract"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/web"
)

// esiaCreate is «Отправить в ЕСИА».
func (c *Console) esiaCreate(ctx *fiber.Ctx) error {
	return c.caseVerb(ctx, "esia", func(id int64) error {
		v, err := issuance.Show(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, "esia")
		if err != nil {
			return err
		}
		if v.Certificate == nil {
			return fault.New(fault.Conflict, "Сертификата ещё нет: УЦ не ответил.")
		}
		return cert.Register(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.ESIA, v.Certificate.ID)
	})
}

// shipChoice is a service of the contract that may be shipped with the case.
type shipChoice struct {
	contract.Service
	Ticked bool
}

// shipChoices are the paid services that nobody has shipped; the issue is ticked.
func (c *Console) shipChoices(ctx *fiber.Ctx, v *issuance.View) ([]shipChoice, error) {
	var list []shipChoice
	err := c.db.Read(ctx.UserContext(), by(ctx).PartnerID, func(q context.Context, tx db.Conn) error {
		services, err := contract.Services(q, tx, by(ctx).PartnerID, v.OrgID, v.ContractID)
		for _, s := range services {
			if !s.Deleted && !s.PaidOn.IsZero() && (s.State == "open" || s.State == "failed") {
				list = append(list, shipChoice{s, true})
			}
		}
		return err
	})
	return list, err
}

// web.Chip of the certificate, for the panel.
func (p *casePage) CertificateState() web.Chip {
	kind, text := p.Case.Certificate.Chip(p.now)
	return web.Chip{Kind: kind, Text: text}
}
