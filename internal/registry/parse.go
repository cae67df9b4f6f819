package registry

import "strings"

// RejectError says in Russian why one record is not taken over, and which one.
type RejectError struct {
	OGRN   string // as far as it can be read
	Reason string
}

func (e *RejectError) Error() string { return e.Reason }

// parseRaw turns a record cut out of a file into a Record or a *RejectError; the
// two together are a record that could be read but is not valid.
func parseRaw(cs charset, raw Raw) (*Record, error) { return new(decoder).record(cs, raw) }

// decoder is what reading one record leaves for the next to work in.
type decoder struct {
	room []byte
	tree tree
}

func (d *decoder) record(cs charset, raw Raw) (*Record, error) {
	if raw.Fault != "" {
		return nil, &RejectError{Reason: raw.Fault}
	}
	text, err := cs.decodeIn(&d.room, raw.Bytes)
	if err != nil {
		return nil, &RejectError{Reason: err.Error()}
	}
	if err := d.tree.read(text); err != nil {
		return nil, &RejectError{OGRN: looksLikeOGRN(text), Reason: err.Error()}
	}
	p := parser{}
	r := p.record(d.tree.root())
	if p.fault == "" {
		p.fault = validate(r)
	}
	if p.fault != "" {
		return r, &RejectError{OGRN: r.OGRN, Reason: p.fault}
	}
	return r, nil
}

// looksLikeOGRN finds the number of a record whose markup is broken.
func looksLikeOGRN(text string) string {
	for _, name := range []string{` ОГРН="`, ` ОГРНИП="`} {
		if _, rest, ok := strings.Cut(text, name); ok {
			if number, _, ok := strings.Cut(rest, `"`); ok && len(number) <= 15 {
				return number
			}
		}
	}
	return ""
}

// parser collects the first fault while a record is read.
type parser struct{ fault string }

func (p *parser) record(e element) *Record {
	if e.name() == "СвИП" {
		return p.entrepreneur(e)
	}
	return p.organisation(e)
}

func (p *parser) organisation(e element) *Record {
	names, form := e.child("СвНаимЮЛ"), e.child("СвОбрЮЛ")
	r := &Record{
		Kind:        Organisation,
		OGRN:        e.attr("ОГРН"),
		INN:         e.attr("ИНН"),
		KPP:         e.attr("КПП"),
		FullName:    names.attr("НаимЮЛПолн"),
		ShortName:   first(names.child("СвНаимЮЛСокр").attr("НаимСокр"), names.attr("НаимЮЛСокр")),
		ForeignName: first(names.child("СвНаимЮЛПолнИн").attr("НаимПолн"), names.child("СвНаимЮЛПолнАнгл").attr("НаимПолнАнгл")),
		Form:        Form{Classifier: e.attr("СпрОПФ"), Code: e.attr("КодОПФ"), Name: e.attr("ПолнНаимОПФ")},
		Registered:  p.date(e, "ДатаОГРН"),
		Extracted:   p.date(e, "ДатаВып"),
		Email:       e.child("СвАдрЭлПочты").attr("E-mail"),
		Address:     p.address(e.child("СвАдресЮЛ"), "СвАдрЮЛФИАС", "АдресРФ"),
		Seat:        p.fiasAddress(e.child("СвАдресЮЛ", "СвМНЮЛ")),
		TaxOffice:   p.taxOffice(e.child("СвУчетНО")),
		RegOffice:   p.office(e.child("СвРегОрг")),
		Pension:     p.insurer(e.child("СвРегПФ"), "ПФ"),
		Social:      p.insurer(e.child("СвРегФСС"), "ФСС"),
		Capital:     p.capital(e.child("СвУстКап")),
		Activities:  activities(e.child("СвОКВЭД")),
		LastEntry:   p.lastEntry(e, "СвЗапЕГРЮЛ", "ГРН"),
		Restricted:  restricted(e),
		Created: p.creation(form, Creation{
			Code: form.child("СпОбрЮЛ").attr("КодСпОбрЮЛ"), How: form.child("СпОбрЮЛ").attr("НаимСпОбрЮЛ"),
		}),
	}
	p.people(r, e)
	p.parts(r, e)
	r.Status = p.organisationStatus(e)
	r.Status.Doubt = r.unreliable()
	return r
}

func (p *parser) entrepreneur(e element) *Record {
	r := &Record{
		Kind:       Entrepreneur,
		OGRN:       e.attr("ОГРНИП"),
		INN:        e.attr("ИННФЛ"),
		Form:       Form{Code: e.attr("КодВидИП"), Name: e.attr("НаимВидИП")},
		Registered: p.date(e, "ДатаОГРНИП"),
		Extracted:  p.date(e, "ДатаВып"),
		Person:     person(e.child("СвФЛ")),
		Email:      e.child("СвАдрЭлПочты").attr("E-mail"),
		Address:    p.address(e.child("СвАдрМЖ"), "СвАдрФИАС", "АдресРФ"),
		TaxOffice:  p.taxOffice(e.child("СвУчетНО")),
		RegOffice:  p.office(e.child("СвРегОрг")),
		Pension:    p.insurer(e.child("СвРегПФ"), "ПФ"),
		Social:     p.insurer(e.child("СвРегФСС"), "ФСС"),
		Activities: activities(e.child("СвОКВЭД")),
		FarmHead:   e.child("СвГлКФХ").attr("ТекстГлКФХ"),
		Created:    p.creation(e.child("СвРегИП"), Creation{}),
		LastEntry:  p.lastEntry(e, "СвЗапЕГРИП", "ГРНИП"),
		Restricted: restricted(e),
	}
	if r.Person != nil {
		r.Person.INN = r.INN
		r.Person.Country = country(e.child("СвГражд"), "ВидГражд")
		r.FullName = r.Person.FullName()
		r.ShortName = "ИП " + r.FullName
		if r.Form.Code == "2" {
			r.ShortName = "ГЛАВА КФХ " + r.FullName
		}
	}
	p.licences(r, e)
	r.Status = p.entrepreneurStatus(e)
	return r
}
