package console

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/owner"
	"signdesk/internal/web"
)

// reviewsPage is views/console/owner/reviews.html: checks that wait for the
// second pair of eyes.
type reviewsPage struct {
	Frame web.Frame
	Rows  []reviewRow
	Wrong string // the text that was refused, at the row of WrongID
	ID    int64
	Typed string
	Empty emptyPart
}

type reviewRow struct {
	owner.Review
	Chip web.Chip
}

func (c *Console) reviewsIndex(ctx *fiber.Ctx) error { return c.reviewsPage(ctx, 0, nil) }

func (c *Console) reviewsPage(ctx *fiber.Ctx, id int64, wrong error) error {
	p := reviewsPage{Frame: c.frame(ctx, "Проверки по скану"), ID: id, Typed: web.Text(ctx, "reason"),
		Empty: emptyPart{Icon: "check-lg", Title: "Решать нечего", Text: "Сканов, которые ждут второго сотрудника, нет."}}
	err := c.db.Read(ctx.UserContext(), by(ctx).PartnerID, func(q context.Context, tx db.Conn) error {
		list, err := owner.Reviews(q, tx, by(ctx))
		for _, r := range list {
			row := reviewRow{Review: r}
			row.RequestedAt = r.RequestedAt.In(by(ctx).Location())
			row.Chip.Kind, row.Chip.Text = r.Check.Chip()
			p.Rows = append(p.Rows, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	if e := fault.As(wrong); e != nil {
		p.Wrong = e.Text
		return invalid(ctx, "console/owner/reviews", p)
	}
	return ctx.Render("console/owner/reviews", p)
}

// reviewDecide accepts the check by its scan, or sends the scan back.
func (c *Console) reviewDecide(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	check, err := web.ID(ctx, "check")
	if err != nil {
		return err
	}
	decide, said := owner.Override, "Проверка принята по скану."
	if ctx.FormValue("decision") == "decline" {
		decide, said = owner.Decline, "Скан отправлен обратно оператору."
	}
	err = decide(ctx.UserContext(), c.db, by(ctx), c.now(), id, check, web.Text(ctx, "reason"))
	if fault.Is(err, fault.Invalid) {
		return c.reviewsPage(ctx, check, err)
	}
	if err != nil {
		return err
	}
	return c.done(ctx, "/reviews", said)
}
