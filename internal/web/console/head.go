package console

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/org"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// headPage is views/console/organisation/head.html: the title of a head whom the
// register names, or a whole head where it names none.
type headPage struct {
	Frame  web.Frame
	ID     int64
	Form   org.HeadForm
	Fields fields
	Titles []string // to pick from
	Long   string   // the register's title, which does not fit
	Wrong  string   // somebody else's change
}

// Name is whose title it is.
func (p *headPage) Name() string {
	return org.Head{Surname: p.Form.Surname, Name: p.Form.Name, Patronymic: p.Form.Patronymic}.FullName()
}

func (c *Console) headPage(ctx *fiber.Ctx) (*headPage, error) {
	if err := by(ctx).Must(staff.OrgEdit); err != nil {
		return nil, err
	}
	id, err := web.ID(ctx, "id")
	if err != nil {
		return nil, err
	}
	head, err := ctx.ParamsInt("head")
	if err != nil || head < 0 {
		return nil, fault.Missing()
	}
	p := &headPage{ID: id}
	if p.Frame, _, _, err = c.orgFrame(ctx, "Руководитель", id, "organisation"); err != nil {
		return nil, err
	}
	card, err := org.OpenCard(ctx.UserContext(), c.db, by(ctx), id)
	if err != nil {
		return nil, err
	}
	p.Titles = org.Titles(card.Sole())
	if p.Form, err = card.HeadForm(int64(head)); err == nil && head != 0 && !(org.Head{Title: p.Form.Title}).TitleFits() {
		p.Long, p.Form.Title = p.Form.Title, "" // an empty field offers the whole list
	}
	return p, err
}

func (p *headPage) fill(f org.HeadForm) {
	p.Form = f
	p.Fields = fields{
		{Name: "surname", Label: "Фамилия", Value: f.Surname, Required: true, MaxLength: 60, Autofocus: true},
		{Name: "name", Label: "Имя", Value: f.Name, Required: true, MaxLength: 60},
		{Name: "patronymic", Label: "Отчество", Value: f.Patronymic, MaxLength: 60},
		{Name: "inn", Label: "ИНН", Value: f.INN, MaxLength: 12},
		{Name: "title", Label: "Должность", Value: f.Title, Required: true, MaxLength: 300, Autofocus: f.Head != 0, Hint: "Выберите из списка или введите, до 64 знаков: так она войдёт в сертификат"},
	}
}

func (c *Console) headEdit(ctx *fiber.Ctx) error {
	p, err := c.headPage(ctx)
	if err != nil {
		return err
	}
	p.fill(p.Form)
	return ctx.Render("console/organisation/head", p)
}

func (c *Console) headSave(ctx *fiber.Ctx) error {
	p, err := c.headPage(ctx)
	if err != nil {
		return err
	}
	f := org.HeadForm{Version: formInt(ctx, "version"), Head: p.Form.Head, Surname: web.Text(ctx, "surname"), Name: web.Text(ctx, "name"),
		Patronymic: web.Text(ctx, "patronymic"), INN: digits(web.Text(ctx, "inn")), Title: web.Text(ctx, "title")}
	if f.Head != 0 {
		f.Surname, f.Name, f.Patronymic = p.Form.Surname, p.Form.Name, p.Form.Patronymic
	}
	now := p.Form.Version
	err = org.SaveHead(ctx.UserContext(), c.db, by(ctx), c.now(), p.ID, f)
	var wrong *fault.Error
	switch {
	case err == nil:
		return c.done(ctx, orgURL(p.ID)+"/heads", "Руководитель сохранён.")
	case errors.As(err, &wrong) && wrong.Kind == fault.Invalid:
		p.fill(f)
		p.Fields = web.WithErrors(p.Fields, err)
		return invalid(ctx, "console/organisation/head", p)
	case errors.As(err, &wrong) && wrong.Kind == fault.Conflict && f.Version != now:
		f.Version, p.Wrong = now, wrong.Text // saved again, it is saved over what the form now shows
		p.fill(f)
		return ctx.Status(fiber.StatusConflict).Render("console/organisation/head", p)
	}
	return err
}
