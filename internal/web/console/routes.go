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

	// reports: each checks who may run it
	in.Get("/reports", c.reportIndex)
	in.Get("/reports/:name.:format", c.reportFile)
	in.Get("/reports/:name", c.reportShow)

	app.Use(web.NotFound)
}
