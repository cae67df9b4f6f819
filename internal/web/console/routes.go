package console

import (
	"github.com/gofiber/fiber/v2"

	"signdesk/internal/web"
)

// routes lists every address of the staff's screens. The verbs behind them
// check the rights; the grouping here only says which right that is.
func (c *Console) routes(app *fiber.App) {
	c.kit.Health(c.ready)
	app.Use(c.kit.Sessions.Read, c.kit.Guard)

	// anybody
	app.Get("/login", c.loginShow)
	app.Post("/login", c.loginCreate)
	app.Get("/login/oidc", c.oidcBegin)
	app.Get("/login/oidc/callback", c.oidcFinish)

	// every signed-in employee
	in := app.Group("", c.signedIn)
	in.Post("/logout", c.logout)
	in.Post("/lock", c.lock)
	in.Get("/unlock", c.unlockShow)
	in.Post("/unlock", c.unlockCreate)
	in.Get("/", c.home)
	in.Get("/workstation", c.workstationShow)
	in.Post("/workstation", c.workstationSave)
	in.Post("/workstation/:id", c.workstationChoose)

	// certificates and their owners: org.view, org.view_masked; changes: org.edit
	in.Get("/organisations/:id/certificates", c.certificatesIndex)
	in.Get("/organisations/:id/owners/new", c.ownerNew)
	in.Post("/organisations/:id/owners", c.ownerAdd)
	in.Get("/owners/:id", c.ownerShow)
	in.Get("/owners/:id/edit", c.ownerEdit)
	in.Post("/owners/:id", c.ownerChange)

	// identity papers: passport.view, passport.view_reason; changes and checks: application.work
	in.Get("/owners/:id/passport", c.passportShow)
	in.Post("/owners/:id/passport", c.passportSave)
	in.Post("/owners/:id/passport/form", c.passportForm)
	in.Post("/owners/:id/passport/reason", c.passportReason)
	in.Get("/owners/:id/checks", c.checksShow)
	in.Post("/owners/:id/checks", c.checkAsk)
	in.Post("/owners/:id/scans", c.scanSend)
	in.Get("/owners/:id/scans/:scan", c.scanShow)
	in.Post("/owners/:id/application", c.ownerApplication)

	// the second pair of eyes: application.approve
	in.Get("/reviews", c.reviewsIndex)
	in.Post("/owners/:id/reviews/:check", c.reviewDecide)

	// reports: each checks who may run it
	in.Get("/reports", c.reportIndex)
	in.Get("/reports/:name.:format", c.reportFile)
	in.Get("/reports/:name", c.reportShow)

	app.Use(web.NotFound)
}
