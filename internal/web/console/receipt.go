package console

import (
	"fmt"
	"mime"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/web"
)

// receiptCreate prints the receipt of the case: the paper opens in its own tab.
func (c *Console) receiptCreate(ctx *fiber.Ctx) error {
	v, err := c.certified(ctx)
	if err != nil {
		return err
	}
	if err := cert.PrintReceipt(ctx.UserContext(), c.db, c.files, by(ctx), c.now(), v.Number, v.Certificate.ID); err != nil {
		return err
	}
	return web.SeeOther(ctx, fmt.Sprintf("/certificates/%d/receipt", v.Certificate.ID))
}

// receiptConfirm is «Владелец подписал расписку».
func (c *Console) receiptConfirm(ctx *fiber.Ctx) error {
	v, err := c.certified(ctx)
	if err != nil {
		return err
	}
	if err := cert.ConfirmReceipt(ctx.UserContext(), c.db, by(ctx), c.now(), v.Certificate.ID); err != nil {
		return err
	}
	if err := c.lookAgain(ctx, v.ID); err != nil {
		return err
	}
	return web.SeeOther(ctx, caseURL(v.ID, "shipment"))
}

// certified is the route's case when it has a certificate.
func (c *Console) certified(ctx *fiber.Ctx) (*issuance.View, error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return nil, err
	}
	v, err := issuance.Show(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, "receipt")
	if err == nil && v.Certificate == nil {
		err = fault.New(fault.Conflict, "Сертификата ещё нет: УЦ не ответил.")
	}
	return v, err
}

// receiptShow sends the receipt as it was printed.
func (c *Console) receiptShow(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	pdf, err := cert.OpenReceipt(ctx.UserContext(), c.db, c.files, by(ctx), c.now(), id)
	if err != nil {
		return err
	}
	ctx.Set(fiber.HeaderContentType, "application/pdf")
	ctx.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("inline", map[string]string{"filename": "Расписка.pdf"}))
	ctx.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; object-src 'self'; plugin-types application/pdf; style-src 'unsafe-inline'; frame-ancestors 'none'")
	return ctx.Send(pdf)
}
