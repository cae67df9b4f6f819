package console

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/org"
	"signdesk/internal/web"
)

// prepareForm is the form of the request: what goes into the certificate, and
// onto which carrier (F166–F171).
type prepareForm struct {
	Profile, CarrierType, CarrierNumber, Consent web.Field
	Errors                                       []web.Field
	Rows                                         []subjectRow
	Problems                                     []web.FieldError
}

// subjectRow is a field of the subject: in the certificate, where it comes
// from, and what the extract says of it.
type subjectRow struct {
	Label, Value, Source, Extract string
	Verdict                       web.Chip
}

// fromCard names the field of the extract that a field of the subject is
// compared with; the others come from the owner's papers.
var fromCard = map[string]string{"Общее имя": "short_name", "Организация": "short_name", "ИНН юридического лица": "inn", "ОГРН": "ogrn", "ОГРНИП": "ogrn",
	"Улица, дом": "legal_address", "Должность": "head_title", "Фамилия": "head", "Имя и отчество": "head"}

// fromChecks names the fields that a register has confirmed.
var fromChecks = map[string]string{"Фамилия": "паспорт, СМЭВ", "Имя и отчество": "паспорт, СМЭВ", "СНИЛС": "СФР, СМЭВ", "ИНН": "ФНС, СМЭВ"}

func (c *Console) prepareForm(ctx *fiber.Ctx, v *issuance.View) (*prepareForm, error) {
	f := &prepareForm{
		Profile:     web.Field{Name: "profile", Label: "Тип сертификата", Required: true},
		CarrierType: web.Field{Name: "carrier_type", Label: "Тип ключевого носителя", Required: true, Value: "rutoken"},
		CarrierNumber: web.Field{Name: "carrier_number", Label: "Номер ключевого носителя", Required: true, MaxLength: 32,
			Hint: "Вставьте носитель: номер подставится сам"},
		Consent: web.Field{Name: "consent", Label: cert.Consent, Required: true},
	}
	if r := v.Request; r != nil {
		f.CarrierType.Value, f.CarrierNumber.Value = r.CarrierType, r.CarrierNumber
		if r.Status == cert.Refused {
			f.CarrierNumber.Value = ""
		}
	}
	for _, k := range cert.Carriers {
		f.CarrierType.Options = append(f.CarrierType.Options, web.Option{Value: k.Code, Label: k.Name, Selected: k.Code == f.CarrierType.Value})
	}
	profiles := cert.ProfilesFor(c.now(), v.Org, v.Owner)
	if len(profiles) == 0 {
		f.Problems = []web.FieldError{{Text: "Для этого владельца сегодня нет типа сертификата, который УЦ может выпустить."}}
		return f, nil
	}
	for i, p := range profiles {
		f.Profile.Options = append(f.Profile.Options, web.Option{Value: p.Code, Label: p.Name, Selected: i == 0})
	}
	_, lines, err := profiles[0].Subject(v.Org, v.Owner)
	f.Problems = web.FieldErrors(err)
	var extract []org.Row
	if v.Extract != nil {
		if err := c.db.Read(ctx.UserContext(), by(ctx).PartnerID, func(q context.Context, tx db.Conn) (err error) {
			extract, err = org.Rows(q, tx, by(ctx).PartnerID, v.Extract.ID)
			return err
		}); err != nil {
			return nil, err
		}
	}
	for _, l := range lines {
		f.Rows = append(f.Rows, compared(l, v, extract))
	}
	return f, nil
}

// compared puts the extract's words beside the field.
func compared(l cert.SubjectField, v *issuance.View, extract []org.Row) subjectRow {
	row := subjectRow{Label: l.Label, Value: l.Value, Source: "владелец"}
	if s := fromChecks[l.Label]; s != "" {
		row.Source, row.Verdict = s, web.Chip{Kind: "done", Text: "Подтверждено"}
	}
	field := fromCard[l.Label]
	if field == "" || !v.Owner.IsHead || v.Org.Sole() && field == "short_name" {
		return row
	}
	if row.Source == "владелец" {
		row.Source = "карточка"
	}
	for _, x := range extract {
		if x.Field != field {
			continue
		}
		row.Extract = x.ExtractValue
		switch same := x.Verdict == "same" || !x.TakenAt.IsZero(); {
		case !same:
			row.Verdict = web.Chip{Kind: "wait", Text: "Расходится"}
		case row.Verdict.Text == "":
			row.Verdict = web.Chip{Kind: "done", Text: "Совпадает"}
		}
	}
	return row
}

// applicationPrepare is «Перейти к генерации запроса».
func (c *Console) applicationPrepare(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	order := cert.Order{Profile: web.Text(ctx, "profile"), CarrierType: web.Text(ctx, "carrier_type"), CarrierNumber: web.Text(ctx, "carrier_number"), Consent: ctx.FormValue("consent") != ""}
	err = issuance.Prepare(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, order)
	if !fault.Is(err, fault.Invalid) {
		if err != nil {
			return err
		}
		return web.SeeOther(ctx, caseURL(id, "request"))
	}
	p, err2 := c.casePage(ctx, "request")
	if err2 != nil {
		return err2
	}
	if p.Prepare == nil { // the case has moved on meanwhile
		return err
	}
	p.Act = issuance.PrepareForm
	p.Prepare.typed(order, err)
	return invalid(ctx, "console/application/show", p)
}

// typed keeps what was typed and puts the errors at the fields.
func (f *prepareForm) typed(o cert.Order, err error) {
	f.CarrierNumber.Value = o.CarrierNumber
	if o.Consent {
		f.Consent.Value = "1"
	}
	for i := range f.CarrierType.Options {
		f.CarrierType.Options[i].Selected = f.CarrierType.Options[i].Value == o.CarrierType
	}
	for _, field := range []*web.Field{&f.Profile, &f.CarrierType, &f.CarrierNumber, &f.Consent} {
		if field.Error = fault.As(err).Fields[field.Name]; field.Error != "" {
			f.Errors = append(f.Errors, *field)
		}
	}
}
