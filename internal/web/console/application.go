package console

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/job"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

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
	if err := c.lookAgain(ctx, id); err != nil {
		return err
	}
	return web.SeeOther(ctx, caseURL(id, step))
}

// lookAgain moves the case on before the page is shown: the job that does the
// same may come a moment later.
func (c *Console) lookAgain(ctx *fiber.Ctx, id int64) error {
	return issuance.Look(ctx.UserContext(), c.db, c.now(), c.set.Cases, job.CaseMoved{Partner: by(ctx).PartnerID, Application: id})
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
