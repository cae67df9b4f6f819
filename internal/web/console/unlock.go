package console

import (
	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// unlockPage is views/console/login/unlock.html: the screen was idle.
type unlockPage struct {
	Frame    web.Frame
	Name     string
	Password web.Field
	Next     string
	OIDC     bool
}

func (c *Console) unlockPage(ctx *fiber.Ctx, err error) unlockPage {
	p := unlockPage{Frame: c.kit.BareFrame(ctx), Name: by(ctx).Name, Next: safeNext(ctx.Query("next", ctx.FormValue("next"))), OIDC: c.oidc != nil,
		Password: web.Field{Name: "password", Label: "Пароль", Type: "password", Required: true, Autofocus: true, MaxLength: 200}}
	p.Frame.Title = "Экран заблокирован"
	if e := fault.As(err); e != nil {
		p.Password.Error = e.Text
	}
	return p
}

func (c *Console) unlockShow(ctx *fiber.Ctx) error {
	if !web.SessionOf(ctx).Locked {
		return web.SeeOther(ctx, "/")
	}
	return ctx.Render("console/login/unlock", c.unlockPage(ctx, nil))
}

func (c *Console) unlockCreate(ctx *fiber.Ctx) error {
	err := staff.CheckPassword(ctx.UserContext(), c.db, c.now(), by(ctx), ctx.FormValue("password"), ctx.IP())
	if fault.As(err) != nil {
		return invalid(ctx, "console/login/unlock", c.unlockPage(ctx, err))
	}
	if err != nil {
		return err
	}
	if err := c.kit.Sessions.Unlock(ctx.UserContext(), web.SessionOf(ctx)); err != nil {
		return err
	}
	next := safeNext(ctx.FormValue("next"))
	if next == "" {
		next = "/"
	}
	return web.SeeOther(ctx, next)
}

// lock is the person's own "lock the screen".
func (c *Console) lock(ctx *fiber.Ctx) error {
	if err := c.kit.Sessions.Lock(ctx.UserContext(), web.SessionOf(ctx)); err != nil {
		return err
	}
	return web.SeeOther(ctx, "/unlock")
}
