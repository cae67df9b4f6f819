package console

import (
	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
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
