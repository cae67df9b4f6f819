package console

import (
	"signdesk/internal/cert"
	"signdesk/internal/fault"
	"signdesk/internal/owner"
	"signdesk/internal/web"
)

// esiaForm is the window of F212–F219: what comes from the certificate and the
// cards stands still, the paper may be corrected.
type esiaForm struct {
	*cert.ESIAForm
	Fixed    []esiaRow
	Form     fields
	Version  int
	Russian  bool
	Conflict string
	Wrong    []web.Field // all of them, for the summary
	Answer   string      // ESIA's own status of the last refusal
	Cure     string
	Errors   []cert.ESIAError // of the last refusal
}

// esiaRow is a part of the form that is corrected elsewhere.
type esiaRow struct {
	Name, Label, Value, Source string
	Mono                       bool
	Error                      string
}

// esiaForm fills the form and marks what ESIA would refuse, or has refused.
func (p *casePage) esiaForm(f *cert.ESIAForm, paper *owner.Passport) *esiaForm {
	v := p.Case
	e := &esiaForm{ESIAForm: f, Version: paper.Version, Russian: paper.DocType == "rf_passport", Form: esiaPaper(paper, p.At(paper.UpdatedAt))}
	e.Fixed = []esiaRow{
		{Name: "name", Label: "ФИО", Value: v.Owner.FullName(), Source: "карточка владельца"},
		{Name: "snils", Label: "СНИЛС", Value: web.SNILS(f.SNILS), Source: "карточка владельца"},
		{Name: "inn", Label: "ИНН", Value: f.INN, Source: "карточка владельца"},
		{Name: "owner_type", Label: "Тип владельца", Value: f.OwnerTypeRU, Source: "сертификат"},
	}
	if f.OGRN != "" {
		e.Fixed = append(e.Fixed, esiaRow{Name: "ogrn", Label: "ОГРН/ОГРНИП", Value: f.OGRN, Source: "карточка организации"})
	}
	if f.OrgINN != "" {
		e.Fixed = append(e.Fixed, esiaRow{Name: "org_inn", Label: "ИНН организации", Value: f.OrgINN, Source: "карточка организации"})
	}
	e.Fixed = append(e.Fixed,
		esiaRow{Name: "validity", Label: "Действует", Value: p.At(f.NotBefore) + " — " + p.At(f.NotAfter), Source: "сертификат"},
		esiaRow{Name: "serial", Label: "Сер. номер", Value: f.Serial, Source: "сертификат", Mono: true},
		esiaRow{Name: "issuer", Label: "Издатель", Value: f.Issuer, Source: "сертификат"})
	if r := v.Registration; r != nil && r.Status == "failed" {
		e.Answer, e.Errors = r.Answer, r.Errors
		if e.Cure = cert.ESIACure(r.Answer); r.Answer == "" {
			e.Cure = ""
		}
		if !paper.UpdatedAt.After(r.StatusAt) { // corrected since: nothing to mark any more
			for _, x := range r.Errors {
				e.mark(x.Field(), "ЕСИА: "+x.Message)
			}
		}
	}
	if wrong := fault.As(f.Check(v.Certificate, v.Owner)); wrong != nil {
		for name, text := range wrong.Fields {
			e.mark(name, text)
		}
	}
	return e
}

// esiaPaper is the part that may be corrected here; another kind of paper is
// chosen on the passport's own page.
func esiaPaper(paper *owner.Passport, saved string) fields {
	list := passportFields(paper, true)
	for i := range list {
		list[i].Source, list[i].SourceAt, list[i].Autofocus = "оператор", saved, false
		if list[i].Name == "doc_type" {
			list[i].Readonly = true
		}
	}
	return list
}

// mark puts the message at the field, wherever it stands.
func (e *esiaForm) mark(name, text string) {
	if name == "" {
		return
	}
	for i := range e.Fixed {
		if e.Fixed[i].Name == name {
			e.Fixed[i].Error = text
		}
	}
	if e.Russian && (name == "series" || name == "number") {
		name = "paper"
	}
	for i := range e.Form {
		if e.Form[i].Name == name {
			e.Form[i].Error = text
		}
	}
}

// refused shows what was typed, and why it was not sent.
func (e *esiaForm) refused(typed *owner.Passport, wrong *fault.Error) {
	if typed != nil && typed.Version > 0 { // not saved
		e.Russian = typed.DocType == "rf_passport"
		e.Form = esiaPaper(typed, "")
		for i := range e.Form {
			e.Form[i].Source = ""
		}
	}
	if wrong.Kind == fault.Conflict || len(wrong.Fields) == 0 {
		e.Conflict = wrong.Text
	}
	for name, text := range wrong.Fields {
		e.mark(name, text)
	}
	for _, r := range e.Fixed {
		if r.Error != "" {
			e.Wrong = append(e.Wrong, web.Field{Name: r.Name, Label: r.Label, Error: r.Error})
		}
	}
	e.Wrong = append(e.Wrong, e.Form.Wrong()...)
}
