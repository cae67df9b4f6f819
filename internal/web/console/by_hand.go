package console

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/org"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// byHandPage is views/console/organisation/new.html: a client whom the register
// cannot tell of (F050).
type byHandPage struct {
	Frame  web.Frame
	Fields fields
}

func (c *Console) byHandPage(ctx *fiber.Ctx, f org.ByHand) *byHandPage {
	return &byHandPage{Frame: c.frame(ctx, "Клиент вручную"), Fields: fields{
		{Name: "ogrn", Label: "ОГРН или ОГРНИП", Value: f.OGRN, Required: true, MaxLength: 20, Autofocus: true},
		{Name: "inn", Label: "ИНН", Value: f.INN, Required: true, MaxLength: 15},
		{Name: "kpp", Label: "КПП", Value: f.KPP, MaxLength: 12, Hint: "У предпринимателя КПП нет"},
		{Name: "full_name", Label: "Полное наименование", Value: f.FullName, Required: true, MaxLength: 1000, Hint: "Как в учредительных документах, без сокращений"},
		{Name: "short_name", Label: "Краткое наименование", Value: f.ShortName, MaxLength: 200, Hint: "До 64 знаков, без «;» и «<»"},
	}}
}

func (c *Console) byHandNew(ctx *fiber.Ctx) error {
	if err := by(ctx).Must(staff.OrgEdit); err != nil {
		return err
	}
	return ctx.Render("console/organisation/new", c.byHandPage(ctx, org.ByHand{}))
}

func (c *Console) byHandCreate(ctx *fiber.Ctx) error {
	f := org.ByHand{OGRN: digits(web.Text(ctx, "ogrn")), INN: digits(web.Text(ctx, "inn")), KPP: web.Text(ctx, "kpp"),
		FullName: web.Text(ctx, "full_name"), ShortName: web.Text(ctx, "short_name")}
	id, err := org.AddByHand(ctx.UserContext(), c.db, by(ctx), c.now(), f)
	if fault.Is(err, fault.Invalid) {
		p := c.byHandPage(ctx, f)
		p.Fields = web.WithErrors(p.Fields, err)
		return invalid(ctx, "console/organisation/new", p)
	}
	if err != nil {
		return err
	}
	return c.done(ctx, "/organisations/"+strconv.FormatInt(id, 10), "Клиент добавлен. Дополните вручную руководителя и адреса: реестр их пока не знает.")
}
