package console

import (
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/owner"
	"signdesk/internal/web"
)

// reasonPage is views/console/owner/reason.html: why the paper is looked at.
type reasonPage struct {
	Frame  web.Frame
	ID     int64
	Name   string
	Reason web.Field
}

// A reason opens one owner's papers for a quarter of an hour.
const (
	reasonKey  = "passport-reason"
	reasonTime = 15 * time.Minute
)

// lookReason is what the employee has said about the owner lately, or "".
func (c *Console) lookReason(ctx *fiber.Ctx, id int64) string {
	return c.spoken(ctx, reasonKey, id)
}

func (c *Console) passportReasonForm(ctx *fiber.Ctx, id int64, wrong error) error {
	o, err := c.findOwner(ctx, id)
	if err != nil {
		return err
	}
	p := reasonPage{ID: id, Name: o.FullName(), Reason: web.Field{Name: "reason", Label: "Зачем вам эти данные", Value: web.Text(ctx, "reason"), Required: true, Autofocus: true, MaxLength: 200, Hint: "Попадёт в журнал вместе с вашим именем"}}
	if e := fault.As(wrong); e != nil {
		p.Reason.Error = e.Text
		ctx.Status(fiber.StatusUnprocessableEntity)
	}
	if p.Frame, _, _, err = c.orgFrame(ctx, "Паспортные данные", o.OrgID, "certificates"); err != nil {
		return err
	}
	return ctx.Render("console/owner/reason", p)
}

func (c *Console) passportReason(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	reason := web.Text(ctx, "reason")
	if _, _, err := owner.Look(ctx.UserContext(), c.db, by(ctx), c.now(), id, reason); fault.Is(err, fault.Invalid) {
		return c.passportReasonForm(ctx, id, err)
	} else if err != nil {
		return err
	}
	kept := fmt.Sprintf("%d|%s|%s", id, c.now().Format(time.RFC3339), reason)
	if err := c.kit.Sessions.SetValue(ctx.UserContext(), web.SessionOf(ctx), reasonKey, kept); err != nil {
		return err
	}
	return web.SeeOther(ctx, fmt.Sprintf("/owners/%d/passport", id))
}
