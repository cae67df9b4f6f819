// Package console holds the staff's screens, one file per resource. A handler
// reads as: who may, what was sent, one verb of a domain, where next; rights
// are checked by the verb, not here. routes.go lists every route.
package console

import (
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert/ready"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/issuance"
	"signdesk/internal/org"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// Console is everything the handlers need.
type Console struct {
	kit    *web.Kit
	db     *db.DB
	files  *file.Store
	sealer *staff.Sealer
	set    Settings
	log    *slog.Logger
	now    func() time.Time
	oidc   *lazyOIDC
}

// Settings of the screens.
type Settings struct {
	URL      string // the console's own address, as browsers reach it
	Demo     bool
	IdleLock time.Duration
	OIDC     Provider
	Extract  org.Rules // who signs extracts, and how old they may be
	Cases    issuance.Rules
	Ready    ready.Rules // by which certificates of other authorities are taken
	ESIA     string      // ESIA's environment: smev.ESIATest or smev.ESIAProduction
	// ESIACentre is ESIA's number of this service centre; 0 = it may make no accounts.
	ESIACentre int32

	Connections []Connection // outside systems, for the settings screen
}

// Provider is the staff's identity provider; an empty Issuer means login and password.
type Provider struct{ Issuer, ClientID, ClientSecret string }

// Deps is what New takes.
type Deps struct {
	Kit    *web.Kit
	DB     *db.DB
	Files  *file.Store
	Sealer *staff.Sealer
	Log    *slog.Logger
	Now    func() time.Time
	Settings
}

// New puts the staff's screens on the kit's application.
func New(d Deps) *Console {
	c := &Console{kit: d.Kit, db: d.DB, files: d.Files, sealer: d.Sealer, set: d.Settings, log: d.Log, now: d.Now}
	if d.OIDC.Issuer != "" {
		c.oidc = &lazyOIDC{provider: d.OIDC, callback: d.URL + "/login/oidc/callback"}
	}
	c.routes(d.Kit.App)
	return c
}

const employeeKey = "employee"

// by is the signed-in employee; routes behind signedIn always have one.
func by(ctx *fiber.Ctx) *staff.Employee {
	e, _ := ctx.Locals(employeeKey).(*staff.Employee)
	return e
}

// signedIn is middleware: it loads the employee with his rights as they are
// now, and asks the password again after an idle time.
func (c *Console) signedIn(ctx *fiber.Ctx) error {
	s := web.SessionOf(ctx)
	if s == nil || s.EmployeeID == 0 {
		return fault.New(fault.Unauthenticated, "Сеанс закончился. Войдите снова.")
	}
	e, err := staff.Load(ctx.UserContext(), c.db, s.EmployeeID)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Unauthenticated, "Учётная запись отключена. Обратитесь к администратору.")
	}
	if err != nil {
		return err
	}
	if !s.Locked && c.now().Sub(s.SeenAt) > c.set.IdleLock {
		if err := c.kit.Sessions.Lock(ctx.UserContext(), s); err != nil {
			return err
		}
	}
	ctx.Locals(employeeKey, e)
	if s.Locked && ctx.Path() != "/unlock" && ctx.Path() != "/logout" {
		if ctx.Method() == fiber.MethodGet && ctx.Get("HX-Request") == "" {
			return web.SeeOther(ctx, "/unlock?next="+safeNext(ctx.OriginalURL()))
		}
		ctx.Set("HX-Redirect", "/unlock")
		return fault.New(fault.Unauthenticated, "Экран заблокирован: введите пароль.")
	}
	if ctx.Get("X-Poll") == "" { // a page that refreshes itself is not a person
		if err := c.kit.Sessions.Touch(ctx.UserContext(), s); err != nil {
			return err
		}
	}
	return ctx.Next()
}

// frame is what stands around the employee's pages.
func (c *Console) frame(ctx *fiber.Ctx, title string) web.Frame {
	f := c.kit.BareFrame(ctx)
	f.Title = title
	f.Demo = c.set.Demo
	if e := by(ctx); e != nil {
		f.User = &web.User{Name: e.Name, Role: e.Role, RoleName: e.RoleName, Partner: e.PartnerName, Centre: e.CentreName,
			Reviews: e.Can(staff.ApplicationReview), Settings: e.Can(staff.Settings), Staff: e.Must(staff.StaffView, staff.StaffCentre, staff.StaffManage) == nil,
			Rights: e.Must(staff.StaffView, staff.StaffManage) == nil, Accounting: e.Must(staff.AccountingView, staff.AccountingWork) == nil, Exchange: e.Can(staff.ExchangeView)}
		f.Worklists = c.worklists(ctx.UserContext(), e)
	}
	f.Flash = c.kit.Sessions.TakeFlash(ctx)
	return f
}

// done ends a POST with a notice on the next page.
func (c *Console) done(ctx *fiber.Ctx, address, text string) error {
	if err := c.kit.Sessions.Flash(ctx, "done", text); err != nil {
		return err
	}
	return web.SeeOther(ctx, address)
}

// invalid renders a form again with what was typed: 422.
func invalid(ctx *fiber.Ctx, page string, data any) error {
	return ctx.Status(fiber.StatusUnprocessableEntity).Render(page, data)
}
