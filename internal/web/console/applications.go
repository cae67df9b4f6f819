package console

import (
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/issuance"
	"signdesk/internal/web"
)

// applicationsPage is views/console/application/index.html: a worklist.
type applicationsPage struct {
	Frame  web.Frame
	Whose  []applicationChoice
	States []applicationChoice
	Rows   []applicationRow
	More   struct {
		URL          string
		Shown, Total int
	}
	Empty emptyPart
}

type applicationChoice struct {
	Name, URL string
	Count     int
	Current   bool
}

type applicationRow struct {
	issuance.Application
	State         web.Chip
	Step, StepNow string // where it stands, and the kind of that standing
	Late          web.Chip
	Since         time.Time
	Stamp, Lasts  string // of the time since, for the page's timer
}

const applicationsShown = 50

func (c *Console) applicationsIndex(ctx *fiber.Ctx) error {
	e := by(ctx)
	f := issuance.Filter{Whose: ctx.Query("whose", issuance.Mine), Status: issuance.Status(ctx.Query("status")), Before: int64(ctx.QueryInt("before")), Limit: applicationsShown + 1}
	list, counts, err := issuance.Worklist(ctx.UserContext(), c.db, e, f)
	if err != nil {
		return err
	}
	p := applicationsPage{Frame: c.frame(ctx, "Заявки"), Empty: emptyPart{Icon: "inbox", Title: "Заявок здесь нет",
		Text: "Заявку открывают на странице владельца: «Создать запрос на сертификат»."}}
	link := func(whose, status string) string { return "/applications?whose=" + whose + "&status=" + status }
	for _, w := range []struct{ key, name string }{{issuance.Mine, "Мои"}, {issuance.Centre, "Центр «" + e.CentreName + "»"}, {issuance.All, "Все"}} {
		p.Whose = append(p.Whose, applicationChoice{Name: w.name, URL: link(w.key, string(f.Status)), Current: w.key == f.Whose})
	}
	live := 0
	for _, s := range issuance.Statuses() {
		if s.Live() {
			live += counts[s]
		}
		if counts[s] > 0 || s == f.Status {
			p.States = append(p.States, applicationChoice{Name: s.RU(), URL: link(f.Whose, string(s)), Count: counts[s], Current: s == f.Status})
		}
	}
	p.States = append([]applicationChoice{{Name: "В работе", URL: link(f.Whose, ""), Count: live, Current: f.Status == ""}}, p.States...)
	p.More.Total = live
	if f.Status != "" {
		p.More.Total = counts[f.Status]
	}
	if len(list) > applicationsShown {
		list = list[:applicationsShown]
		p.More.URL = fmt.Sprintf("%s&before=%d&shown=%d", link(f.Whose, string(f.Status)), list[len(list)-1].ID, ctx.QueryInt("shown")+len(list))
	}
	p.More.Shown = ctx.QueryInt("shown") + len(list)
	for _, a := range list {
		p.Rows = append(p.Rows, c.applicationRow(ctx, a))
	}
	return ctx.Render("console/application/index", p)
}

func (c *Console) applicationRow(ctx *fiber.Ctx, a issuance.Application) applicationRow {
	r := applicationRow{Application: a, Since: a.StatusAt.In(by(ctx).Location())}
	r.State.Kind, r.State.Text = a.Status.Chip()
	if a.Status.Live() {
		name, state := a.Standing()
		r.Step, r.StepNow = name, string(state)
	}
	r.Stamp, r.Lasts = a.StatusAt.UTC().Format(time.RFC3339), lasted(c.now().Sub(a.StatusAt))
	r.Late.Kind, r.Late.Text = a.Late(c.now(), c.set.Cases)
	return r
}
