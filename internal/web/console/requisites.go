package console

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/ident"
	"signdesk/internal/org"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// requisitesPage is views/console/organisation/edit.html.
type requisitesPage struct {
	Frame    web.Frame
	ID       int64
	Version  int
	Fields   fields
	Conflict string // somebody else's change, in one sentence
	Open     org.OpenFields
}

func (c *Console) requisitesEdit(ctx *fiber.Ctx) error {
	if err := by(ctx).Must(staff.OrgEdit, staff.OrgRequisites); err != nil {
		return err
	}
	p, card, err := c.requisitesPage(ctx)
	if err != nil {
		return err
	}
	p.fill(card.Requisites())
	return ctx.Render("console/organisation/edit", p)
}

func (c *Console) requisitesPage(ctx *fiber.Ctx) (*requisitesPage, *org.Card, error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return nil, nil, err
	}
	p := &requisitesPage{ID: id}
	if p.Frame, _, _, err = c.orgFrame(ctx, "Реквизиты организации", id, "organisation"); err != nil {
		return nil, nil, err
	}
	if p.Open, err = org.WhatOpens(ctx.UserContext(), c.db, by(ctx), id); err != nil {
		return nil, nil, err
	}
	card, err := org.OpenCard(ctx.UserContext(), c.db, by(ctx), id)
	return p, card, err
}

// fill shows the requisites in the form.
func (p *requisitesPage) fill(r org.Requisites) {
	p.Version = r.Version
	p.Fields = fields{
		p.shortName(r.ShortName),
		{Name: "activity", Label: "Заявленный ОКВЭД", Value: r.Activity, MaxLength: 8, Hint: "Как назвал клиент; сверяется с реестром"},
		{Name: "phone", Label: "Телефон", Value: ident.FormatPhone(r.Phone), Type: "tel", MaxLength: 30},
		{Name: "email", Label: "Электронная почта", Value: r.Email, Type: "email", MaxLength: 254},
		{Name: "actual_address", Label: "Фактический адрес", Value: r.ActualAddress, MaxLength: 500},
		{Name: "postal_address", Label: "Почтовый адрес", Value: r.PostalAddress, MaxLength: 500},
		{Name: "bik", Label: "БИК", Value: r.BIK, MaxLength: 11},
		{Name: "bank_name", Label: "Банк", Value: r.BankName, MaxLength: 500},
		{Name: "account", Label: "Расчётный счёт", Value: r.Account, MaxLength: 30, Hint: "Рублёвый счёт; ключ сверяется с БИК"},
		{Name: "corr", Label: "Корреспондентский счёт", Value: r.Corr, MaxLength: 30},
	}
}

// shortName opens where the register's does not fit a certificate (F039, F040);
// else it shows what the register says.
func (p *requisitesPage) shortName(value string) web.Field {
	f := web.Field{Name: "short_name", Label: "Краткое наименование", Value: value, MaxLength: 200, Hint: "До 64 знаков, без «;» и «<»: так оно войдёт в сертификат"}
	switch o := p.Open; {
	case o.ShortName && o.Register != "":
		f.Hint = "В реестре длиннее 64 знаков или с «;» — «" + o.Register + "». Введите до 64 знаков, без «;» и «<»"
		f.Autofocus = true
	case o.ShortName:
		f.Autofocus = true
	case value == o.Register:
		f.Readonly, f.Source = true, "реестр"
		f.Hint = "Из реестра; меняется по выписке"
	default:
		f.Hint = "В реестре — «" + o.Register + "»: введите как там или возьмите из выписки"
	}
	return f
}

func (c *Console) requisitesSave(ctx *fiber.Ctx) error {
	p, card, err := c.requisitesPage(ctx)
	if err != nil {
		return err
	}
	r := org.Requisites{Version: formInt(ctx, "version"), ShortName: web.Text(ctx, "short_name"), Activity: web.Text(ctx, "activity"), Phone: web.Text(ctx, "phone"), Email: web.Text(ctx, "email"),
		ActualAddress: web.Text(ctx, "actual_address"), PostalAddress: web.Text(ctx, "postal_address"),
		BIK: digits(web.Text(ctx, "bik")), BankName: web.Text(ctx, "bank_name"), Account: digits(web.Text(ctx, "account")), Corr: digits(web.Text(ctx, "corr"))}
	err = org.SaveRequisites(ctx.UserContext(), c.db, by(ctx), c.now(), p.ID, r)
	var f *fault.Error
	switch {
	case err == nil:
		return c.done(ctx, orgURL(p.ID), "Реквизиты сохранены.")
	case errors.As(err, &f) && (f.Kind == fault.Invalid || f.Kind == fault.Conflict && f.Fields != nil):
		p.fill(r)
		p.Fields = web.WithErrors(p.Fields, err)
		if f.Kind == fault.Conflict { // saved again, it is saved over what the form now shows
			p.Conflict, p.Version = f.Text, card.Version
			return ctx.Status(fiber.StatusConflict).Render("console/organisation/edit", p)
		}
		return invalid(ctx, "console/organisation/edit", p)
	}
	return err
}
