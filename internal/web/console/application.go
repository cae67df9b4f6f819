package console

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/contract"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
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

// applicationShow is the case page, open at ?step=, or at the step to be done.
func (c *Console) applicationShow(ctx *fiber.Ctx) error {
	p, err := c.casePage(ctx, ctx.Query("step"))
	if err != nil {
		return err
	}
	return ctx.Render("console/application/show", p)
}

// caseVerb runs one verb on the route's case and goes back to the step.
func (c *Console) caseVerb(ctx *fiber.Ctx, step string, verb func(id int64) error) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if err := verb(id); err != nil {
		return err
	}
	return web.SeeOther(ctx, caseURL(id, step))
}

func caseURL(id int64, step string) string {
	if step == "" {
		return fmt.Sprintf("/applications/%d", id)
	}
	return fmt.Sprintf("/applications/%d?step=%s", id, step)
}

func (c *Console) applicationTake(ctx *fiber.Ctx) error {
	return c.caseVerb(ctx, ctx.FormValue("step"), func(id int64) error {
		return issuance.Take(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id)
	})
}

func (c *Console) applicationReject(ctx *fiber.Ctx) error {
	return c.applicationEnd(ctx, "reject", issuance.Reject)
}

func (c *Console) applicationWithdraw(ctx *fiber.Ctx) error {
	return c.applicationEnd(ctx, "withdraw", issuance.Withdraw)
}

// ending is issuance.Reject or issuance.Withdraw.
type ending func(context.Context, *db.DB, *staff.Employee, time.Time, issuance.Rules, int64, string) error

// applicationEnd rejects or withdraws; without a reason the dialog opens again.
func (c *Console) applicationEnd(ctx *fiber.Ctx, dialog string, end ending) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	reason := web.Text(ctx, "reason")
	err = end(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, reason)
	if e := fault.As(err); e != nil && e.Fields["reason"] != "" {
		p, err := c.casePage(ctx, "")
		if err != nil {
			return err
		}
		p.Dialog, p.Reason.Value, p.Reason.Error = dialog, reason, e.Fields["reason"]
		return invalid(ctx, "console/application/show", p)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(ctx, caseURL(id, ""))
}

// applicationChecks asks the registers that are named: «kind» is one or several, in one line.
func (c *Console) applicationChecks(ctx *fiber.Ctx) error {
	kinds := strings.Fields(web.Text(ctx, "kind"))
	if len(kinds) == 0 {
		return fault.New(fault.Invalid, "Не сказано, какую проверку провести. Обновите страницу.")
	}
	return c.caseVerb(ctx, kinds[0], func(id int64) error {
		v, err := issuance.Show(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, "")
		if err != nil {
			return err
		}
		for _, k := range kinds {
			if _, err := owner.Ask(ctx.UserContext(), c.db, by(ctx), c.now(), v.OwnerID, owner.CheckKind(k)); err != nil {
				return err
			}
		}
		return nil
	})
}

// applicationHurry asks the CA now.
func (c *Console) applicationHurry(ctx *fiber.Ctx) error {
	return c.caseVerb(ctx, "ca", func(id int64) error {
		return issuance.Hurry(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id)
	})
}

func (c *Console) applicationHead(ctx *fiber.Ctx) error {
	return c.caseVerb(ctx, "", func(id int64) error {
		return issuance.HeadSigned(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id)
	})
}

func (c *Console) applicationApprove(ctx *fiber.Ctx) error {
	return c.caseVerb(ctx, "", func(id int64) error {
		return issuance.Approve(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id)
	})
}

// applicationShip sends the ticked services to accounting for this case.
func (c *Console) applicationShip(ctx *fiber.Ctx) error {
	return c.caseVerb(ctx, "shipment", func(id int64) error {
		v, err := issuance.Show(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, "shipment")
		if err != nil {
			return err
		}
		_, err = contract.Ship(ctx.UserContext(), c.db, by(ctx), c.now(), contract.Order{Org: v.OrgID, Contract: v.ContractID, Services: formIDs(ctx, "service"), Application: id})
		return err
	})
}

// applicationAcknowledge is «Подтвердить» under accounting's answer.
func (c *Console) applicationAcknowledge(ctx *fiber.Ctx) error {
	return c.caseVerb(ctx, "shipment", func(id int64) error {
		v, err := issuance.Show(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, "shipment")
		if err != nil {
			return err
		}
		if v.Shipment == nil {
			return fault.Missing()
		}
		return contract.Acknowledge(ctx.UserContext(), c.db, by(ctx), c.now(), v.OrgID, v.Shipment.ID)
	})
}
