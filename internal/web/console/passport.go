package console

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// passportPage is views/console/owner/passport.html.
type passportPage struct {
	Frame    web.Frame
	Owner    *owner.Owner
	Paper    *owner.Passport
	Form     fields
	Conflict string
	MayEdit  bool
	Russian  bool // паспорт гражданина РФ
	Checks   checksPanel
}

func (c *Console) passportShow(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	reason := c.lookReason(ctx, id)
	if owner.NeedsReason(by(ctx)) && reason == "" {
		return c.passportReasonForm(ctx, id, nil)
	}
	o, paper, err := owner.Look(ctx.UserContext(), c.db, by(ctx), c.now(), id, reason)
	if err != nil {
		return err
	}
	return c.passportRender(ctx, o, paper, nil)
}

// passportRender shows the paper as it is or as it was typed, with what is wrong.
func (c *Console) passportRender(ctx *fiber.Ctx, o *owner.Owner, paper *owner.Passport, wrong error) error {
	p, err := c.passportPage(ctx, o, paper, wrong)
	if err != nil {
		return err
	}
	return ctx.Render("console/owner/passport", p)
}

func (c *Console) passportPage(ctx *fiber.Ctx, o *owner.Owner, paper *owner.Passport, wrong error) (*passportPage, error) {
	p := &passportPage{Owner: o, Paper: paper, MayEdit: by(ctx).Can(staff.ApplicationWork), Russian: paper.DocType == "rf_passport"}
	p.Form = web.WithErrors(passportFields(paper, p.MayEdit), wrong)
	if e := fault.As(wrong); e != nil {
		ctx.Status(fiber.StatusUnprocessableEntity)
		p.Form = p.paperError(e)
		if e.Kind == fault.Conflict {
			p.Conflict = e.Text
			_, theirs, err := owner.Look(ctx.UserContext(), c.db, by(ctx), c.now(), o.ID, "")
			if err != nil {
				return nil, err
			}
			p.Paper.Version = theirs.Version // what is shown now is what was read
		}
	}
	var err error
	if p.Checks, err = c.checksPanel(ctx, o.ID); err != nil {
		return nil, err
	}
	p.Frame, _, _, err = c.orgFrame(ctx, "Паспортные данные", o.OrgID, "certificates")
	return p, err
}

// paperError shows what is wrong with series and number at their one control.
func (p *passportPage) paperError(e *fault.Error) fields {
	for i := range p.Form {
		if p.Form[i].Name == "paper" {
			p.Form[i].Error = or(e.Fields["series"], e.Fields["number"])
		}
	}
	return p.Form
}

func passportFields(p *owner.Passport, edit bool) fields {
	var kinds []web.Option
	countries := []web.Option{{Value: "", Label: "— выберите —", Selected: p.Citizenship == ""}}
	for _, t := range owner.DocTypes {
		kinds = append(kinds, web.Option{Value: t.Code, Label: t.Name, Selected: t.Code == p.DocType})
	}
	for _, c := range owner.Countries {
		countries = append(countries, web.Option{Value: c.Code, Label: c.Name, Selected: c.Code == p.Citizenship})
	}
	russian := p.DocType == "rf_passport"
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.DateOnly)
	}
	citizenship := web.Field{Name: "citizenship", Label: "Гражданство", Value: p.Citizenship, Type: "combo", Options: countries, Required: true, Readonly: russian}
	if russian {
		citizenship.Type, citizenship.Hint = "", "Определено видом документа"
	}
	list := fields{
		{Name: "doc_type", Label: "Вид документа", Value: p.DocType, Options: kinds, Required: true},
		citizenship,
		{Name: "paper", Label: "Серия и номер", Value: passportNumber(p), Mask: "passport", Required: true, Autofocus: edit && p.Number == ""},
		{Name: "series", Label: "Серия", Value: p.Series, MaxLength: 30},
		{Name: "number", Label: "Номер", Value: p.Number, MaxLength: 30, Required: true},
		{Name: "code", Label: "Код подразделения", Value: divisionCode(p.Code), Mask: "division", Required: russian},
		{Name: "issued_by", Label: "Кем выдан", Value: p.IssuedBy, MaxLength: 255, Required: russian},
		{Name: "issued_on", Label: "Дата выдачи", Value: day(p.IssuedOn), Required: true},
		{Name: "valid_until", Label: "Действует до", Value: day(p.ValidUntil)},
		{Name: "birth_date", Label: "Дата рождения", Value: day(p.BirthDate), Required: true},
		{Name: "birth_place", Label: "Место рождения", Value: p.BirthPlace, MaxLength: 255, Required: true, Hint: "Слово в слово, как в документе"},
		{Name: "sex", Label: "Пол", Value: p.Sex, Required: true, Options: web.Options(p.Sex, "M", "мужской", "F", "женский")},
	}
	for i := range list {
		list[i].Readonly = list[i].Readonly || !edit
	}
	return list
}

func passportNumber(p *owner.Passport) string {
	if len(p.Series) == 4 && len(p.Number) == 6 {
		return p.Series[:2] + " " + p.Series[2:] + " " + p.Number
	}
	return strings.TrimSpace(p.Series + " " + p.Number)
}

func divisionCode(code string) string {
	if len(code) == 6 {
		return code[:3] + "-" + code[3:]
	}
	return code
}

// passportTyped reads the form. A date is ДД.ММ.ГГГГ or ISO; one that is
// neither is named at its field.
func passportTyped(ctx *fiber.Ctx, id int64) (owner.Passport, fault.Fields) {
	wrong := fault.Fields{}
	day := func(name string) time.Time {
		text := web.Text(ctx, name)
		for _, form := range []string{time.DateOnly, "02.01.2006", "2.1.2006"} {
			if t, err := time.Parse(form, text); err == nil {
				return t
			}
		}
		if text != "" {
			wrong.Add(name, "Такой даты нет. Пишите ДД.ММ.ГГГГ.")
		}
		return time.Time{}
	}
	p := owner.Passport{
		OwnerID: id, DocType: web.Text(ctx, "doc_type"), Citizenship: web.Text(ctx, "citizenship"), Series: web.Text(ctx, "series"), Number: web.Text(ctx, "number"),
		Code: web.Text(ctx, "code"), IssuedBy: web.Text(ctx, "issued_by"), IssuedOn: day("issued_on"), ValidUntil: day("valid_until"),
		Sex: web.Text(ctx, "sex"), BirthDate: day("birth_date"), BirthPlace: web.Text(ctx, "birth_place"),
	}
	p.Version, _ = strconv.Atoi(ctx.FormValue("version"))
	if paper := web.Text(ctx, "paper"); p.DocType == "rf_passport" && paper != "" {
		digits := strings.NewReplacer(" ", "", "\u00a0", "", "№", "", "-", "").Replace(paper)
		if p.Series, p.Number = "", digits; len(digits) == 10 {
			p.Series, p.Number = digits[:4], digits[4:]
		}
	}
	return p, wrong
}

// passportForm is the form for another kind of document, with what was typed kept.
func (c *Console) passportForm(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if err := by(ctx).Must(staff.ApplicationWork); err != nil {
		return err
	}
	o, err := c.findOwner(ctx, id)
	if err != nil {
		return err
	}
	typed, _ := passportTyped(ctx, id)
	if typed.DocType != "rf_passport" && ctx.FormValue("paper") != "" { // «Россия» was the Russian passport's, nobody chose it
		typed.Citizenship = ""
	}
	return c.passportRender(ctx, o, &typed, nil)
}

func (c *Console) passportSave(ctx *fiber.Ctx) error {
	id, ok, err := c.savePassport(ctx)
	if !ok {
		return err
	}
	return c.done(ctx, fmt.Sprintf("/owners/%d/passport", id), "Паспортные данные сохранены.")
}

// savePassport saves what the form holds; when that did not work it has
// answered, or err says why not.
func (c *Console) savePassport(ctx *fiber.Ctx) (id int64, ok bool, err error) {
	if id, err = web.ID(ctx, "id"); err != nil {
		return 0, false, err
	}
	typed, wrong := passportTyped(ctx, id)
	kept := typed
	if err = wrong.Err(); err == nil {
		err = owner.SavePassport(ctx.UserContext(), c.db, by(ctx), c.now(), typed)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		o, err2 := c.findOwner(ctx, id)
		if err2 != nil {
			return id, false, err2
		}
		return id, false, c.passportRender(ctx, o, &kept, err)
	}
	return id, err == nil, err
}
