package console

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/org"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// recordPage is views/console/search/record.html: a record of the register.
type recordPage struct {
	Frame    web.Frame
	Record   *registry.Record
	Chip     web.Chip
	Address  string
	ClientID int64 // 0 = not a client yet
	MayAdd   bool
	History  []registry.Change
}

func (c *Console) recordShow(ctx *fiber.Ctx) error {
	r, client, err := org.OpenRecord(ctx.UserContext(), c.db, by(ctx), ctx.Params("ogrn"))
	if err != nil {
		return err
	}
	kind, text := (&org.Organisation{Status: string(r.Status.State)}).StatusChip()
	p := recordPage{Frame: c.frame(ctx, r.Name()), Record: r, Chip: web.Chip{Kind: kind, Text: text}, ClientID: client, MayAdd: by(ctx).Can(staff.OrgEdit)}
	if p.History, err = org.RecordHistory(ctx.UserContext(), c.db, by(ctx), r.OGRN); err != nil {
		return err
	}
	for _, a := range []*registry.Address{r.Address, r.Seat} {
		if a != nil && p.Address == "" {
			p.Address = a.Line
		}
	}
	return ctx.Render("console/search/record", p)
}

// clientCreate is «Добавить клиента».
func (c *Console) clientCreate(ctx *fiber.Ctx) error {
	id, err := org.Add(ctx.UserContext(), c.db, by(ctx), c.now(), ctx.Params("ogrn"))
	if err != nil {
		return err
	}
	return web.SeeOther(ctx, "/organisations/"+strconv.FormatInt(id, 10))
}
