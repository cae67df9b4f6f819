package registry

import "strings"

// person reads СвФЛ: the name stands in its attributes or in ФИОРус inside it.
func person(e element) *Person {
	if !e.exists() {
		return nil
	}
	name := e
	if full := e.child("ФИОРус"); full.exists() {
		name = full
	}
	p := &Person{
		Surname: name.attr("Фамилия"), Name: name.attr("Имя"), Patronymic: name.attr("Отчество"),
		INN: e.attr("ИННФЛ"), Sex: sex(e.attr("Пол")),
	}
	if *p == (Person{}) {
		return nil
	}
	return p
}

func sex(code string) string {
	switch code {
	case "1":
		return "m"
	case "2":
		return "f"
	}
	return ""
}

// country is the citizenship of СвГраждФЛ (КодГражд) or СвГражд (ВидГражд):
// 1 a citizen of Russia, 2 a foreigner of НаимСтран, 3 stateless.
func country(e element, code string) string {
	switch e.attr(code) {
	case "1":
		return "Россия"
	case "3":
		return "без гражданства"
	}
	return e.attr("НаимСтран")
}

// member reads the person of a head or founder with sex and citizenship.
func member(e element) *Person {
	p := person(e.child("СвФЛ"))
	if p == nil {
		return nil
	}
	if s := sex(e.child("СвПолФЛ").attr("Пол")); s != "" {
		p.Sex = s
	}
	p.Country = country(e.child("СвГраждФЛ"), "КодГражд")
	return p
}

// party reads НаимИННЮЛ and the country of a foreign organisation beside it.
func party(e element) *Party {
	n := e.child("НаимИННЮЛ")
	if !n.exists() {
		return nil
	}
	return &Party{
		OGRN: n.attr("ОГРН"), INN: n.attr("ИНН"), Name: n.attr("НаимЮЛПолн"),
		Country: e.child("СвРегИн").attr("НаимСтран"),
	}
}

// people fills in heads and founders.
func (p *parser) people(r *Record, e element) {
	for c := range e.all("СведДолжнФЛ") {
		post := c.child("СвДолжн")
		h := Head{
			Person: member(c), Title: post.attr("НаимДолжн"), KindCode: post.attr("ВидДолжн"),
			Kind: post.attr("НаимВидДолжн"), OGRNIP: post.attr("ОГРНИП"), Since: p.since(c),
			Doubt: doubt(c, "СвНедДанДолжнФЛ", "ТекстНедДанДолжнФЛ"), Restricted: restricted(c),
		}
		for d := range c.all("СвДискв") {
			h.Disqualified = max(h.Disqualified, p.date(d, "ДатаОкончДискв"))
		}
		r.Heads = append(r.Heads, h)
	}
	for c := range e.all("СвУпрОрг") {
		r.Heads = append(r.Heads, Head{
			Party: party(c), Title: "Управляющая организация", Since: p.since(c),
			Doubt: doubt(c, "СвНедДанУпрОрг", "ТекстНедДанУпрОрг"), Restricted: restricted(c),
		})
	}
	for c := range e.child("СвУчредит").all("") {
		if f := p.founder(c); f != nil {
			r.Founders = append(r.Founders, *f)
		}
	}
}

// founder reads one child of СвУчредит; nil for what is none (ГРНДата, ОгрДосСв).
func (p *parser) founder(e element) *Founder {
	f := &Founder{}
	switch e.name() {
	case "УчрФЛ":
		f.Person = member(e)
	case "УчрЮЛРос", "УчрЮЛИн":
		f.Party = party(e)
	case "УчрРФСубМО":
		f.Party = &Party{Name: publicFounder(e.child("ВидНаимУчр"))}
	case "УчрПИФ":
		f.Party = &Party{Name: joinWords("ПИФ", e.child("СвНаимПИФ").attr("НаимПИФ"))}
	case "УчрДогИнвТов":
		f.Party = &Party{Name: joinWords("Инвестиционное товарищество", e.child("ИнПрДогИнвТов").attr("НаимДог"))}
	default:
		return nil
	}
	share := e.child("ДоляУстКап")
	f.Kopecks, f.Percent = p.kopecks(share, "НоминСтоим"), shareSize(share.child("РазмерДоли"))
	f.Since, f.Restricted = p.since(e), restricted(e)
	f.Doubt = doubt(e, "СвНедДанУчр", "ТекстНедДанУчр")
	return f
}

func publicFounder(e element) string {
	switch {
	case e.attr("НаимМО") != "":
		return e.attr("НаимМО")
	case e.attr("НаимРегион") != "":
		return e.attr("НаимРегион")
	case e.attr("КодУчрРФСубМО") == "1":
		return "Российская Федерация"
	}
	return "Публично-правовое образование"
}

// shareSize is percents ("100"), or a fraction ("1/3", "0.5") as written.
func shareSize(e element) string {
	if simple := e.child("ДробПрост"); simple.exists() {
		return simple.attr("Числит") + "/" + simple.attr("Знаменат")
	}
	return first(e.child("Процент").text(), e.child("ДробДесят").text())
}

// doubt is the register's text about unreliable data, or "".
func doubt(e element, name, text string) string {
	var all []string
	for c := range e.all(name) {
		all = append(all, first(c.attr(text), "Сведения недостоверны"))
	}
	return strings.Join(all, "; ")
}

// unreliable tells that the register doubts the address, a head or a founder.
func (r *Record) unreliable() bool {
	if r.Address != nil && r.Address.Doubt != "" {
		return true
	}
	for _, h := range r.Heads {
		if h.Doubt != "" {
			return true
		}
	}
	for _, f := range r.Founders {
		if f.Doubt != "" {
			return true
		}
	}
	return false
}
