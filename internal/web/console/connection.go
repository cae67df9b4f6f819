package console

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/probe"
	"signdesk/internal/web"
)

// Connection is one outside system as the settings screen shows it; secrets never are.
type Connection struct {
	System     string // probe's name of it
	Name, What string
	Address    string // "" = not connected
	Version    string
	Variable   string // the setting that connects it
}

// connectionRow is a connection with its last self-test.
type connectionRow struct {
	Connection
	Test *web.Chip // nil = never tried
	At   time.Time
}

// connectionPage is views/console/settings/connection.html: what a system's
// self-test has found, step by step; while it runs, the page follows it.
type connectionPage struct {
	Frame   web.Frame
	Now     Connection
	Test    *probe.Test // nil = never tried
	Chip    web.Chip
	At      time.Time
	Running bool
	Steps   []connectionStep
}

type connectionStep struct {
	probe.Step
	Chip web.Chip
}

// connectionRows are the connections of the settings screen.
func (c *Console) connectionRows(ctx *fiber.Ctx) ([]connectionRow, error) {
	last, err := probe.Last(ctx.UserContext(), c.db, by(ctx))
	if err != nil {
		return nil, err
	}
	var rows []connectionRow
	for _, x := range c.set.Connections {
		row := connectionRow{Connection: x}
		if t := last[x.System]; t != nil {
			chip := c.testChip(t)
			row.Test, row.At = &chip, t.StartedAt.In(by(ctx).Location())
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// testChip is the state of a test in a word.
func (c *Console) testChip(t *probe.Test) web.Chip {
	switch {
	case t.Running(c.now()):
		return web.Chip{Kind: "wait", Text: "Проверяется"}
	case t.FinishedAt.IsZero() || len(t.Steps) == 0:
		return web.Chip{Kind: "warn", Text: "Проверка не закончилась"}
	}
	return web.Chip{Kind: string(t.Verdict()), Text: t.Verdict().RU()}
}

func (c *Console) connectionShow(ctx *fiber.Ctx) error {
	last, err := probe.Last(ctx.UserContext(), c.db, by(ctx))
	if err != nil {
		return err
	}
	p := connectionPage{Now: Connection{System: ctx.Params("system")}}
	for _, x := range c.set.Connections {
		if x.System == p.Now.System {
			p.Now = x
		}
	}
	if p.Now.Name == "" {
		return fault.Missing()
	}
	p.Frame = c.frame(ctx, "Подключение: "+p.Now.Name)
	if p.Test = last[p.Now.System]; p.Test != nil {
		p.Chip, p.Running, p.At = c.testChip(p.Test), p.Test.Running(c.now()), p.Test.StartedAt.In(by(ctx).Location())
		for _, s := range p.Test.Steps {
			p.Steps = append(p.Steps, connectionStep{s, web.Chip{Kind: string(s.Verdict), Text: s.Verdict.RU()}})
		}
	}
	return ctx.Render("console/settings/connection", p)
}

// connectionTest starts the self-test; a worker does it.
func (c *Console) connectionTest(ctx *fiber.Ctx) error {
	system := ctx.Params("system")
	if err := probe.Start(ctx.UserContext(), c.db, by(ctx), c.now(), system); err != nil {
		return err
	}
	return web.SeeOther(ctx, "/settings/connections/"+system)
}
