package console

import (
	"context"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert/ready"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// readyTroublesPage is views/console/ready/troubles.html: the worklist of loaded
// certificates that need somebody.
type readyTroublesPage struct {
	Frame web.Frame
	Whose []applicationChoice
	Rows  []troubleRow
	Empty emptyPart
}

type troubleRow struct {
	ready.Trouble
	State web.Chip
	Why   string // and what to do
	Until time.Time
}

func (c *Console) readyTroubles(ctx *fiber.Ctx) error {
	e, mine := by(ctx), ctx.Query("whose") != "all"
	ours, all, err := ready.TroubleCount(ctx.UserContext(), c.db, e, c.now())
	if err != nil {
		return err
	}
	list, err := ready.Troubles(ctx.UserContext(), c.db, e, c.now(), mine)
	if err != nil {
		return err
	}
	p := readyTroublesPage{Frame: c.frame(ctx, "Загруженные ЭП"),
		Whose: []applicationChoice{{Name: "Загрузил(а) я", URL: "/ready-certificates", Count: ours, Current: mine}, {Name: "Все", URL: "/ready-certificates?whose=all", Count: all, Current: !mine}},
		Empty: emptyPart{Icon: "check-circle-fill", Title: "Всё в порядке", Text: "Сюда попадают загруженные сертификаты, которые аннулированы, истекли, не проверены или закончатся раньше чем через 30 дней."}}
	for _, x := range list {
		row := troubleRow{Trouble: x, Why: x.StatusText, Until: x.NotAfter.In(e.Location())}
		row.State.Kind, row.State.Text = x.Chip(c.now())
		if left := int(x.NotAfter.Sub(c.now()).Hours() / 24); row.State.Kind == "done" {
			row.State = web.Chip{Kind: "warn", Text: "Скоро истекает"}
			row.Why = fmt.Sprintf("Осталось %d\u00a0%s: попросите у владельца новый или выпустите свой.", left, web.Plural(left, "день", "дня", "дней"))
		}
		p.Rows = append(p.Rows, row)
	}
	return ctx.Render("console/ready/troubles", p)
}

// loadedTroubles is the worklist's tile on the start page.
func (c *Console) loadedTroubles(ctx context.Context, e *staff.Employee) ([]worklist, error) {
	if !e.Can(staff.ApplicationWork) {
		return nil, nil
	}
	mine, all, err := ready.TroubleCount(ctx, c.db, e, c.now())
	if err != nil {
		return nil, err
	}
	tile := worklist{Name: "Загруженные ЭП", URL: "/ready-certificates", Count: mine, Note: "отозваны, не проверены, истекают"}
	if all > mine {
		tile.Note = fmt.Sprintf("у всех сотрудников: %d", all)
	}
	return []worklist{tile}, nil
}
