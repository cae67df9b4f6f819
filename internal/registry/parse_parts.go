package registry

// parts fills in licences, branches and the organisations before and after.
func (p *parser) parts(r *Record, e element) {
	p.licences(r, e)
	for c := range e.child("СвПодразд").all("") {
		b := Branch{Name: c.child("СвНаим").attr("НаимПолн"), Address: p.address(c, "АдрМНФИАС", "АдрМНРФ")}
		account := c.child("СвУчетНОФилиал")
		switch c.name() {
		case "СвФилиал":
		case "СвПредстав":
			b.Office, account = true, c.child("СвУчетНОПредстав")
		default:
			continue
		}
		if abroad := c.child("АдрМНИн"); b.Address == nil && abroad.exists() {
			b.Address = &Address{Line: joinLine(abroad.attr("НаимСтран"), abroad.attr("АдрИн"))}
		}
		b.KPP, b.TaxOffice = account.attr("КПП"), p.taxOffice(account)
		r.Branches = append(r.Branches, b)
	}
	r.Before = parties(e, "СвПредш")
	r.After = parties(e, "СвПреем")
}

func parties(e element, name string) []Party {
	var list []Party
	for c := range e.all(name) {
		list = append(list, Party{OGRN: c.attr("ОГРН"), INN: c.attr("ИНН"), Name: c.attr("НаимЮЛПолн")})
	}
	return list
}

func (p *parser) licences(r *Record, e element) {
	for c := range e.all("СвЛицензия") {
		l := Licence{
			Number: first(c.attr("НомЛиц"), c.attr("НомЕРУЛ")), Date: p.date(c, "ДатаЛиц"),
			From: p.date(c, "ДатаНачЛиц"), Until: p.date(c, "ДатаОкончЛиц"),
			By: c.child("ЛицОргВыдЛиц").text(), Suspended: p.date(c.child("СвПриостЛиц"), "ДатаПриостЛиц"),
		}
		for kind := range c.all("НаимЛицВидДеят") {
			l.Kinds = append(l.Kinds, kind.text())
		}
		r.Licences = append(r.Licences, l)
	}
}

// organisationStatus reads СвСтатус (each with a СвСтатус inside), СвРеорг and
// СвПрекрЮЛ.
func (p *parser) organisationStatus(e element) Status {
	var notes []StatusNote
	for _, name := range []string{"СвСтатус", "СвРеорг"} {
		for c := range e.all(name) {
			s, decision := c.child("СвСтатус"), c.child("СвРешИсклЮЛ")
			notes = append(notes, StatusNote{
				Code: s.attr("КодСтатусЮЛ"), Text: s.attr("НаимСтатусЮЛ"), Since: p.since(c),
				Decision: decision.attr("НомерРеш"), Decided: p.date(decision, "ДатаРеш"),
				Published: p.date(decision, "ДатаПубликации"),
			})
		}
	}
	var end *StatusNote
	if c := e.child("СвПрекрЮЛ"); c.exists() {
		how := c.child("СпПрекрЮЛ")
		end = &StatusNote{
			Code: how.attr("КодСпПрекрЮЛ"), Text: how.attr("НаимСпПрекрЮЛ"), Since: p.date(c, "ДатаПрекрЮЛ"),
		}
	}
	return statusFrom(notes, end)
}

// entrepreneurStatus reads СвСтатус and СвПрекращ.
func (p *parser) entrepreneurStatus(e element) Status {
	var notes []StatusNote
	for c := range e.all("СвСтатус") {
		s, decision := c.child("СвСтатус"), c.child("СвРешИсклИП")
		notes = append(notes, StatusNote{
			Code: s.attr("КодСтатус"), Text: s.attr("НаимСтатус"), Since: p.since(c),
			Decision: decision.attr("НомерРеш"), Decided: p.date(decision, "ДатаРеш"),
			Published: p.date(decision, "ДатаПубликации"),
		})
	}
	var end *StatusNote
	if c := e.child("СвПрекращ", "СвСтатус"); c.exists() {
		end = &StatusNote{
			Code: c.attr("КодСтатус"), Text: c.attr("НаимСтатус"), Since: p.date(c, "ДатаПрекращ"),
		}
	}
	return statusFrom(notes, end)
}
