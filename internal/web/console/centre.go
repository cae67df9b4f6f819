package console

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// centrePage is views/console/staff/centre.html.
type centrePage struct {
	Frame  web.Frame
	Centre staff.Centre
	Form   fields
}

func (c *Console) centreNew(ctx *fiber.Ctx) error {
	if err := by(ctx).Must(staff.StaffManage); err != nil {
		return err
	}
	return c.centreForm(ctx, staff.Centre{Timezone: by(ctx).Zone}, nil)
}

func (c *Console) centreEdit(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if err := by(ctx).Must(staff.StaffManage); err != nil {
		return err
	}
	list, err := staff.Centres(ctx.UserContext(), c.db, by(ctx))
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.ID == id {
			return c.centreForm(ctx, x, nil)
		}
	}
	return fault.Missing()
}

func (c *Console) centreForm(ctx *fiber.Ctx, x staff.Centre, wrong error) error {
	zones := make([]web.Option, len(staff.Zones))
	for i, z := range staff.Zones {
		zones[i] = web.Option{Value: z.Code, Label: z.Name, Selected: z.Code == x.Timezone}
	}
	p := centrePage{Frame: c.frame(ctx, or(x.Name, "Новый центр")), Centre: x, Form: web.WithErrors(fields{
		{Name: "name", Label: "Название", Value: x.Name, Required: true, MaxLength: 100, Autofocus: x.ID == 0},
		{Name: "address", Label: "Адрес", Value: x.Address, MaxLength: 255},
		{Name: "timezone", Label: "Часовой пояс", Value: x.Timezone, Required: true, Options: zones, Hint: "По нему показывается время"},
	}, wrong)}
	if wrong != nil {
		ctx.Status(fiber.StatusUnprocessableEntity)
	}
	return ctx.Render("console/staff/centre", p)
}

func (c *Console) centreSave(ctx *fiber.Ctx) error {
	x := staff.Centre{Name: web.Text(ctx, "name"), Address: web.Text(ctx, "address"), Timezone: web.Text(ctx, "timezone")}
	if ctx.Params("id") != "" {
		var err error
		if x.ID, err = web.ID(ctx, "id"); err != nil {
			return err
		}
	}
	err := staff.SaveCentre(ctx.UserContext(), c.db, by(ctx), c.now(), x)
	if fault.Is(err, fault.Invalid) {
		return c.centreForm(ctx, x, err)
	}
	if err != nil {
		return err
	}
	return c.done(ctx, "/staff#centre"+strconv.FormatInt(x.ID, 10), "Центр «"+x.Name+"» сохранён.")
}
