package console

import (
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/org"
	"signdesk/internal/web"
)

// askedExtract is the last request of an extract through SMEV on the folder's page.
type askedExtract struct {
	org.Awaited
	At    time.Time // of the outcome, or of the question while it waits
	State web.Chip
}

// Waits reports whether the page looks for the answer by itself.
func (a *askedExtract) Waits() bool { return a != nil && a.Status == "waiting" }

// askedExtract reads the last request; nil when none was made, or when the
// extract has come and stands in the list itself.
func (c *Console) askedExtract(ctx *fiber.Ctx, id int64) (*askedExtract, error) {
	e := by(ctx)
	q, err := org.OpenRequest(ctx.UserContext(), c.db, e, c.now(), id)
	if err != nil || q == nil || q.Status == "received" {
		return nil, err
	}
	a := &askedExtract{Awaited: *q, At: q.StatusAt.In(e.Location())}
	switch q.Status {
	case "waiting":
		if !q.Next.IsZero() {
			a.Next = q.Next.In(e.Location())
		}
		a.State = web.Chip{Kind: "wait", Text: "Ждём ответа"}
	case "not_found":
		a.State = web.Chip{Kind: "stop", Text: "Не найдена"}
	default:
		a.State = web.Chip{Kind: "stop", Text: "Не получена"}
	}
	return a, nil
}

// extractAsk is «Запросить выписку по СМЭВ».
func (c *Console) extractAsk(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if _, err := org.AskExtract(ctx.UserContext(), c.db, by(ctx), c.now(), id); err != nil {
		return err
	}
	return c.done(ctx, orgURL(id)+"/storage", "Выписка запрошена у ФНС по СМЭВ. Страницу можно закрыть: она придёт сама.")
}

// extractReference is «Сверить со справочником».
func (c *Console) extractReference(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	extract, err := org.AskReference(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Extract, id)
	if err != nil {
		return err
	}
	return web.SeeOther(ctx, fmt.Sprintf("%s/extracts/%d", orgURL(id), extract))
}
