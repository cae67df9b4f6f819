package console

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// ownerForm is views/console/owner/form.html.
type ownerForm struct {
	Frame    web.Frame
	Owner    owner.Owner
	Form     fields
	Conflict string // somebody else has saved meanwhile
	Action   string
	Back     string
}

// ownerNew is the empty form; ?head=ID fills in a head of the card.
func (c *Console) ownerNew(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if err := by(ctx).Must(staff.OrgEdit); err != nil {
		return err
	}
	o := owner.Owner{OrgID: id}
	err = c.db.Read(ctx.UserContext(), by(ctx).PartnerID, func(q context.Context, tx db.Conn) error {
		card, err := org.Find(q, tx, by(ctx).PartnerID, id)
		if err != nil {
			return err
		}
		legal := card.Address("legal")
		o.Region, o.Locality, o.Email, o.Phone = legal.Region, legal.Locality, card.Email, card.Phone
		for _, h := range card.Heads {
			if strconv.FormatInt(h.ID, 10) == ctx.Query("head") {
				o.Surname, o.Name, o.Patronymic, o.INN, o.Title, o.IsHead = capital(h.Surname), capital(h.Name), capital(h.Patronymic), h.INN, h.Title, true
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.ownerForm(ctx, o, nil)
}

// capital writes the register's ПЕТРОВ as Петров, both parts of a double name.
func capital(s string) string {
	r := []rune(strings.ToLower(s))
	for i := range r {
		if i == 0 || r[i-1] == '-' || r[i-1] == ' ' {
			r[i] = []rune(strings.ToUpper(string(r[i])))[0]
		}
	}
	return string(r)
}

func (c *Console) ownerEdit(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	if err := by(ctx).Must(staff.OrgEdit); err != nil {
		return err
	}
	o, err := c.findOwner(ctx, id)
	if err != nil {
		return err
	}
	return c.ownerForm(ctx, *o, nil)
}

func (c *Console) findOwner(ctx *fiber.Ctx, id int64) (o *owner.Owner, err error) {
	err = c.db.Read(ctx.UserContext(), by(ctx).PartnerID, func(q context.Context, tx db.Conn) error {
		o, err = owner.Seen(q, tx, by(ctx), id)
		return err
	})
	return o, err
}

// ownerForm shows the form with what was typed and what is wrong with it.
func (c *Console) ownerForm(ctx *fiber.Ctx, o owner.Owner, wrong error) error {
	p := ownerForm{Owner: o, Action: fmt.Sprintf("/owners/%d", o.ID), Back: fmt.Sprintf("/owners/%d", o.ID)}
	title := o.FullName()
	if o.ID == 0 {
		p.Action, p.Back, title = fmt.Sprintf("/organisations/%d/owners", o.OrgID), fmt.Sprintf("/organisations/%d/certificates", o.OrgID), "Новый владелец"
	}
	var err error
	if p.Frame, _, _, err = c.orgFrame(ctx, title, o.OrgID, "certificates"); err != nil {
		return err
	}
	p.Form = web.WithErrors(ownerFields(o), wrong)
	status := fiber.StatusOK
	if wrong != nil {
		status = fiber.StatusUnprocessableEntity
	}
	if fault.Is(wrong, fault.Conflict) {
		p.Conflict = fault.As(wrong).Text
		theirs, err := c.findOwner(ctx, o.ID)
		if err != nil {
			return err
		}
		p.Owner.Version = theirs.Version // what is shown now is what was read
	}
	return ctx.Status(status).Render("console/owner/form", p)
}

func ownerFields(o owner.Owner) fields {
	head, fromCard := "", ""
	if o.IsHead {
		head, fromCard = "1", "Из карточки организации, блок «Руководитель»"
	}
	return fields{
		{Name: "surname", Label: "Фамилия", Value: o.Surname, Required: true, MaxLength: 60, Autofocus: o.Surname == "", Hint: "Как в паспорте, с Ё и Й"},
		{Name: "name", Label: "Имя", Value: o.Name, Required: true, MaxLength: 60},
		{Name: "patronymic", Label: "Отчество", Value: o.Patronymic, MaxLength: 60},
		{Name: "snils", Label: "СНИЛС", Value: web.SNILS(o.SNILS), Required: true, Mask: "snils", Autofocus: o.Surname != "" && o.SNILS == ""},
		{Name: "inn", Label: "ИНН физического лица", Value: o.INN, Mask: "inn", Hint: or(fromCard, "Можно не заполнять: придёт с ответом ФНС"), Readonly: o.IsHead && o.INN != "" && o.ID != 0},
		{Name: "title", Label: "Должность", Value: o.Title, MaxLength: 64, Hint: fromCard, Readonly: o.IsHead && o.Title != ""},
		{Name: "department", Label: "Подразделение", Value: o.Department, MaxLength: 64},
		{Name: "is_head", Label: "Руководитель: действует без доверенности", Value: head},
		{Name: "region", Label: "Регион РФ", Value: o.Region, Type: "combo", Options: regionOptions(o.Region)},
		{Name: "locality", Label: "Населённый пункт", Value: o.Locality, MaxLength: 128},
		{Name: "address", Label: "Адрес", Value: o.Address, MaxLength: 128},
		{Name: "email", Label: "Электронная почта", Value: o.Email, MaxLength: 254, Hint: "Живая: сюда придут статусы и напоминания"},
		{Name: "phone", Label: "Телефон", Value: o.Phone, Mask: "phone"},
	}
}

func or(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}

// ownerSave adds the owner of the organisation :id, or changes the owner :id.
func (c *Console) ownerAdd(ctx *fiber.Ctx) error    { return c.ownerSave(ctx, true) }
func (c *Console) ownerChange(ctx *fiber.Ctx) error { return c.ownerSave(ctx, false) }

func (c *Console) ownerSave(ctx *fiber.Ctx, add bool) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	o := owner.Owner{
		Surname: web.Text(ctx, "surname"), Name: web.Text(ctx, "name"), Patronymic: web.Text(ctx, "patronymic"),
		SNILS: web.Text(ctx, "snils"), INN: strings.ReplaceAll(web.Text(ctx, "inn"), " ", ""), Title: web.Text(ctx, "title"), Department: web.Text(ctx, "department"),
		Region: web.Text(ctx, "region"), Locality: web.Text(ctx, "locality"), Address: web.Text(ctx, "address"),
		Email: web.Text(ctx, "email"), Phone: web.Text(ctx, "phone"), IsHead: ctx.FormValue("is_head") != "",
	}
	if add {
		o.OrgID = id
	} else {
		o.ID = id
		if o.Version, err = strconv.Atoi(ctx.FormValue("version")); err != nil {
			return fault.Wrap(fault.Invalid, "Страница устарела. Откройте форму заново.", errors.New("form without version"))
		}
	}
	saved, err := owner.Save(ctx.UserContext(), c.db, by(ctx), c.now(), o)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		if !add {
			there, err := c.findOwner(ctx, id)
			if err != nil {
				return err
			}
			o.OrgID = there.OrgID
		}
		return c.ownerForm(ctx, o, err)
	}
	if err != nil {
		return err
	}
	return c.done(ctx, fmt.Sprintf("/owners/%d", saved), "Владелец "+o.FullName()+" сохранён.")
}
