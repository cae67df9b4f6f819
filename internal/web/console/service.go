package console

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/contract"
	"signdesk/internal/web"
)

// servicePage is views/console/service/show.html: «Подробная информация об
// услуге или товаре».
type servicePage struct {
	Frame  web.Frame
	ID     int64
	Page   *contract.Page
	Chip   web.Chip
	VAT    string
	Stamps stamps

	MayWork, MayRemove bool
}

func (c *Console) serviceShow(ctx *fiber.Ctx) error {
	id, service, err := serviceID(ctx)
	if err != nil {
		return err
	}
	e := by(ctx)
	p := servicePage{ID: id, MayWork: mayShip(e)}
	if p.Frame, _, _, err = c.orgFrame(ctx, "Услуга", id, "services"); err != nil {
		return err
	}
	if p.Page, err = contract.OpenService(ctx.UserContext(), c.db, e, id, service); err != nil {
		return err
	}
	s, zone := p.Page.Service, e.Location()
	p.Chip.Kind, p.Chip.Text = s.StateChip()
	p.VAT = contract.VATRU(s.VAT)
	if tax := contract.VATOf(s.Cost, s.VAT); tax > 0 {
		p.VAT += ", в том числе " + web.Money(tax)
	}
	p.MayRemove = p.MayWork && s.State != "shipping" && s.State != "shipped"
	p.Stamps = stamps{CreatedAt: s.CreatedAt.In(zone), CreatedBy: s.CreatedName, EditedAt: s.UpdatedAt.In(zone), EditedBy: s.UpdatedName}
	switch {
	case s.Deleted:
		p.Stamps.DeletedAt, p.Stamps.DeletedBy = s.DeletedAt.In(zone), s.DeletedName
	case !s.DeletedAt.IsZero():
		p.Stamps.RestoredAt, p.Stamps.RestoredBy = s.DeletedAt.In(zone), s.DeletedName
	}
	return ctx.Render("console/service/show", p)
}

func serviceID(ctx *fiber.Ctx) (org, service int64, err error) {
	if org, err = web.ID(ctx, "id"); err == nil {
		service, err = web.ID(ctx, "service")
	}
	return org, service, err
}

func serviceURL(org, service int64) string {
	return fmt.Sprintf("%s/services/%d", orgURL(org), service)
}

func (c *Console) serviceRemove(ctx *fiber.Ctx) error {
	id, service, err := serviceID(ctx)
	if err != nil {
		return err
	}
	if err := contract.RemoveService(ctx.UserContext(), c.db, by(ctx), c.now(), id, service); err != nil {
		return err
	}
	return c.done(ctx, serviceURL(id, service), "Услуга удалена. Её можно восстановить здесь же.")
}

func (c *Console) serviceRestore(ctx *fiber.Ctx) error {
	id, service, err := serviceID(ctx)
	if err != nil {
		return err
	}
	if err := contract.RestoreService(ctx.UserContext(), c.db, by(ctx), c.now(), id, service); err != nil {
		return err
	}
	return c.done(ctx, serviceURL(id, service), "Услуга восстановлена.")
}
