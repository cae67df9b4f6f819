package printed

import (
	"strings"

	"signdesk/internal/registry"
)

// paper is an extract cut into sections.
type paper struct {
	head     heading
	sections []section
}

// old tells the layout before 2022 by what only it has: an address in parts,
// an entrepreneur's name in three rows.
func (p *paper) old() bool {
	return p.one(seat).value("Субъект Российской Федерации") != "" || p.head.sole && exact(p.one(person), "Фамилия") != ""
}

// all are the sections about one thing; those that are only a heading for
// numbered entries are left out.
func (p *paper) all(kind about) (list []*section) {
	for i := range p.sections {
		if p.sections[i].kind == kind && len(p.sections[i].rows) > 0 {
			list = append(list, &p.sections[i])
		}
	}
	return list
}

// one is the first section about a thing, empty when there is none.
func (p *paper) one(kind about) *section {
	if list := p.all(kind); len(list) > 0 {
		return list[0]
	}
	return &section{}
}

// record puts the values into the form that the XML gives. Errors are a
// *DamagedError: what a paper says twice must agree.
func (p *paper) record() (*registry.Record, error) {
	r := &registry.Record{Kind: registry.Organisation}
	if p.head.sole {
		r.Kind = registry.Entrepreneur
	}
	at := p.one(registration)
	if r.Kind == registry.Entrepreneur && len(at.rows) == 0 {
		at = p.one(farm)
	}
	r.OGRN = digits(at.value("ОГРНИП", "ОГРН"))
	r.Registered = dateOf(at.value("Дата присвоения ОГРН", "Дата регистрации"))
	if r.OGRN == "" {
		r.OGRN = p.head.ogrn
	}
	if p.head.ogrn != "" && p.head.ogrn != r.OGRN {
		return nil, &DamagedError{"ОГРН в заголовке и в таблице разные"}
	}
	r.Extracted = p.head.date
	if r.Extracted == "" {
		r.Extracted = p.head.asOf
	}
	tax := p.one(taxOffice)
	r.INN = digits(tax.value("ИНН", "Идентификационный номер"))
	r.KPP = digits(tax.value("КПП"))
	if name := first(tax.value("Сведения о налоговом органе"), tax.value("Наименование налогового органа")); name != "" {
		r.TaxOffice = &registry.Office{Name: name, Since: dateOf(tax.value("Дата постановки"))}
	}
	if name := p.one(regOffice).value("Наименование регистрирующего органа"); name != "" {
		r.RegOffice = &registry.Office{Name: name, Address: p.one(regOffice).value("Адрес регистрирующего органа")}
	}
	r.Pension, r.Social = insurer(p.one(pension)), insurer(p.one(social))
	r.Email = strings.ReplaceAll(p.one(email).value("E-mail", "Адрес электронной почты", "E-Mail"), " ", "")
	r.Created = created(at)
	p.addresses(r)
	p.activities(r)
	if r.Kind == registry.Entrepreneur {
		p.entrepreneur(r)
	} else {
		p.organisation(r)
	}
	p.status(r)
	if why := r.Fault(); why != "" {
		return nil, &DamagedError{why}
	}
	return r, nil
}

func (p *paper) organisation(r *registry.Record) {
	n := p.one(names)
	r.FullName = n.value("Полное наименование на русском", "Полное наименование")
	r.ShortName = n.value("Сокращенное наименование на русском", "Сокращенное наименование")
	r.ForeignName = n.value("Полное наименование на английском", "Полное наименование на иностранном", "Полное наименование на языке")
	c := p.one(capital)
	if kopecks, ok := money(c.value("Размер (в рублях)", "Размер")); ok {
		r.Capital = &registry.Capital{Kind: c.value("Вид"), Kopecks: kopecks}
	}
	p.heads(r)
	p.founders(r)
	p.branches(r)
	r.Before, r.After = p.parties(before), p.parties(after)
}

func (p *paper) entrepreneur(r *registry.Record) {
	s := p.one(person)
	r.Form = registry.Form{Code: "1", Name: "Индивидуальный предприниматель"}
	r.Person = fio(s)
	if r.Person == nil {
		return
	}
	r.Person.INN = r.INN
	r.Person.Country = p.one(citizenship).value("Гражданство")
	r.FullName = r.Person.FullName()
	r.ShortName = "ИП " + r.FullName
	if len(p.all(farm)) > 0 && len(p.all(registration)) == 0 {
		r.Form = registry.Form{Code: "2", Name: "Глава крестьянского фермерского хозяйства"}
		r.ShortName = "ГЛАВА КФХ " + r.FullName
	}
}

// status reads the state, the end and what the register calls unreliable.
func (p *paper) status(r *registry.Record) {
	var notes []registry.StatusNote
	for _, s := range p.all(status) {
		for _, row := range s.rows {
			label, value := strings.Join(row.label, " "), strings.Join(row.value, " ")
			switch {
			case strings.HasPrefix(label, "Состояние"), strings.HasPrefix(label, "Сведения о состоянии"), strings.HasPrefix(label, "Статус"):
				notes = append(notes, registry.StatusNote{Text: value})
			case strings.Contains(label, "ГРН и дата") && len(notes) > 0 && notes[len(notes)-1].Since == "":
				notes[len(notes)-1].Since = dateOf(value)
			}
		}
	}
	if list := p.all(reorganised); len(list) > 0 && len(notes) == 0 {
		notes = append(notes, registry.StatusNote{Text: first(list[0].value("Форма реорганизации"), "В процессе реорганизации")})
	}
	var end *registry.StatusNote
	if s := p.one(ending); len(s.rows) > 0 {
		end = &registry.StatusNote{Text: s.value("Способ прекращения"), Since: dateOf(s.value("Дата прекращения"))}
	}
	doubt := r.Status.Doubt
	r.Status = registry.StatusOf(notes, end)
	r.Status.Doubt = doubt
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// created says how the organisation came to be.
func created(s *section) *registry.Creation {
	c := registry.Creation{
		How:    s.value("Способ образования"),
		Number: s.value("Регистрационный номер, присвоенный до"),
		Date:   dateOf(s.value("Дата регистрации до")),
		By:     s.value("Наименование органа, зарегистрировавшего"),
	}
	if c == (registry.Creation{}) {
		return nil
	}
	return &c
}

func insurer(s *section) *registry.Insurer {
	i := registry.Insurer{Number: digits(s.value("Регистрационный номер")), Since: dateOf(s.value("Дата регистрации", "Дата постановки")),
		Name: s.value("Наименование территориального органа", "Наименование исполнительного органа")}
	if i == (registry.Insurer{}) {
		return nil
	}
	return &i
}
