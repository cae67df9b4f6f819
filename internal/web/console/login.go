package console

import (
	"context"
	"encoding/json"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// loginPage is views/console/login/show.html.
type loginPage struct {
	Frame    web.Frame
	Login    web.Field
	Password web.Field
	Next     string
	Error    string
	OIDC     bool
	Demo     []staff.DemoSignIn
}

func (c *Console) loginPage(ctx *fiber.Ctx, login string, err error) loginPage {
	p := loginPage{
		Frame: c.kit.BareFrame(ctx), Next: safeNext(ctx.Query("next", ctx.FormValue("next"))), OIDC: c.oidc != nil,
		Login:    web.Field{Name: "login", Label: "Логин", Value: login, Required: true, Autofocus: login == "", MaxLength: 100},
		Password: web.Field{Name: "password", Label: "Пароль", Type: "password", Required: true, Autofocus: login != "", MaxLength: 200},
	}
	p.Frame.Title = "Вход"
	p.Frame.Demo = c.set.Demo
	if c.set.Demo {
		p.Demo = staff.DemoSignIns
	}
	if e := fault.As(err); e != nil {
		p.Password.Error = e.Fields["password"]
		if p.Password.Error == "" {
			p.Error = e.Text
		}
	}
	return p
}

// loginShow shows the sign-in form. A session without a person carries its CSRF token.
func (c *Console) loginShow(ctx *fiber.Ctx) error {
	if s := web.SessionOf(ctx); s != nil && s.EmployeeID != 0 {
		return web.SeeOther(ctx, "/")
	}
	if web.SessionOf(ctx) == nil {
		if _, err := c.kit.Sessions.Start(ctx, 0); err != nil {
			return err
		}
	}
	return ctx.Render("console/login/show", c.loginPage(ctx, "", nil))
}

func (c *Console) loginCreate(ctx *fiber.Ctx) error {
	login := web.Text(ctx, "login")
	e, err := staff.SignIn(ctx.UserContext(), c.db, c.now(), login, ctx.FormValue("password"), ctx.IP())
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.TooMany) {
		return invalid(ctx, "console/login/show", c.loginPage(ctx, login, err))
	}
	if err != nil {
		return err
	}
	return c.enter(ctx, e, safeNext(ctx.FormValue("next")))
}

func (c *Console) enter(ctx *fiber.Ctx, e *staff.Employee, next string) error {
	if _, err := c.kit.Sessions.Start(ctx, e.ID); err != nil {
		return err
	}
	if next == "" {
		next = "/"
	}
	return web.SeeOther(ctx, next)
}

func (c *Console) logout(ctx *fiber.Ctx) error {
	if err := c.kit.Sessions.End(ctx); err != nil {
		return err
	}
	return web.SeeOther(ctx, "/login")
}

// safeNext keeps only addresses of our own pages.
func safeNext(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n") {
		return ""
	}
	return next
}

// lazyOIDC discovers the provider at the first sign-in and keeps it, so that a
// provider that is down does not keep the console from starting.
type lazyOIDC struct {
	provider Provider
	callback string
	mu       sync.Mutex
	client   *staff.OIDC
}

func (l *lazyOIDC) get(ctx context.Context) (*staff.OIDC, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client != nil {
		return l.client, nil
	}
	client, err := staff.NewOIDC(ctx, l.provider.Issuer, l.provider.ClientID, l.provider.ClientSecret, l.callback)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, "Поставщик удостоверений не отвечает. Повторите через минуту или сообщите администратору.", err)
	}
	l.client = client
	return client, nil
}

// oidcBegin leaves for the provider; it starts by GET since form-action is 'self'.
func (c *Console) oidcBegin(ctx *fiber.Ctx) error {
	if c.oidc == nil {
		return web.NotFound(ctx)
	}
	client, err := c.oidc.get(ctx.UserContext())
	if err != nil {
		return err
	}
	s, err := c.kit.Sessions.Start(ctx, 0)
	if err != nil {
		return err
	}
	attempt, address := client.Begin()
	b, err := json.Marshal(attempt)
	if err != nil {
		return err
	}
	if err := c.kit.Sessions.SetValue(ctx.UserContext(), s, "oidc", string(b)); err != nil {
		return err
	}
	return ctx.Redirect(address, fiber.StatusSeeOther)
}

func (c *Console) oidcFinish(ctx *fiber.Ctx) error {
	if c.oidc == nil {
		return web.NotFound(ctx)
	}
	client, err := c.oidc.get(ctx.UserContext())
	if err != nil {
		return err
	}
	var attempt staff.Attempt
	if s := web.SessionOf(ctx); s != nil && s.Value("oidc") != "" {
		if err := json.Unmarshal([]byte(s.Value("oidc")), &attempt); err != nil {
			return err
		}
		if err := c.kit.Sessions.SetValue(ctx.UserContext(), s, "oidc", ""); err != nil { // one use
			return err
		}
	}
	e, err := client.Finish(ctx.UserContext(), c.db, c.now(), attempt, ctx.Query("state"), ctx.Query("code"))
	if e2 := fault.As(err); e2 != nil {
		return ctx.Status(fiber.StatusForbidden).Render("console/login/show", c.loginPage(ctx, "", fault.Wrap(fault.Forbidden, e2.Text, e2.Err)))
	}
	if err != nil {
		return err
	}
	return c.enter(ctx, e, "/")
}
