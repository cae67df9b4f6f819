package smev

import (
	"strings"
)

// firm writes СвЮЛ of the information type 311-14 out of the dump's record: the
// same facts in the older form, where addresses have no FIAS.
func firm(r *node) string {
	mark := func(prefix string, n *node) string { // the entry that a fact came with
		m := n.child("ГРНДата")
		if m == nil {
			m = n.child("ГРНДатаПерв")
		}
		if m == nil {
			return el(prefix+":ГРНДата", []string{"ГРН", r.attr("ОГРН"), "ДатаЗаписи", r.attr("ДатаОГРН")})
		}
		return el(prefix+":ГРНДата", copied(m, "ГРН", "ДатаЗаписи"))
	}
	var b strings.Builder
	names := r.child("СвНаимЮЛ")
	short := names.attr("НаимЮЛСокр")
	if s := names.child("СвНаимЮЛСокр"); s != nil {
		short = s.attr("НаимСокр")
	}
	b.WriteString(el("ns1:СвНаимЮЛ", append(copied(names, "НаимЮЛПолн"), "НаимЮЛСокр", short), mark("ns1", names)))
	b.WriteString(el("ns1:СвАдресЮЛ", nil, classicAddress(r.child("СвАдресЮЛ"), mark("fnst", r))))
	if c := r.child("СвАдрЭлПочты"); c != nil {
		b.WriteString(el("ns1:СвАдрЭлПочты", copied(c, "E-mail"), mark("ns1", c)))
	}
	made := r.child("СвОбрЮЛ")
	b.WriteString(el("ns1:СвОбрЮЛ", append(copied(made, "РегНом", "ДатаРег", "НаимРО"), copied(r, "ОГРН", "ДатаОГРН")...),
		el("ns1:СпОбрЮЛ", copied(made.child("СпОбрЮЛ"), "КодСпОбрЮЛ", "НаимСпОбрЮЛ")), mark("ns1", made)))
	b.WriteString(el("ns1:СвРегОрг", copied(r.child("СвРегОрг"), "КодНО", "НаимНО", "АдрРО"), mark("ns1", r.child("СвРегОрг"))))
	for _, c := range r.all("СвСтатус") {
		inside := el("ns1:СвСтатус", copied(c.child("СвСтатус"), "КодСтатусЮЛ", "НаимСтатусЮЛ"))
		if d := c.child("СвРешИсклЮЛ"); d != nil {
			inside += el("ns1:СвРешИсклЮЛ", copied(d, "ДатаРеш", "НомерРеш", "ДатаПубликации", "НомерЖурнала"))
		}
		b.WriteString(el("ns1:СвСтатус", nil, inside, mark("ns1", c)))
	}
	if c := r.child("СвПрекрЮЛ"); c != nil {
		b.WriteString(el("ns1:СвПрекрЮЛ", copied(c, "ДатаПрекрЮЛ"), el("ns1:СпПрекрЮЛ", copied(c.child("СпПрекрЮЛ"), "КодСпПрекрЮЛ", "НаимСпПрекрЮЛ")),
			el("ns1:СвРегОрг", copied(c.child("СвРегОрг"), "КодНО", "НаимНО")), mark("ns1", c)))
	}
	if c := r.child("СвУчетНО"); c != nil {
		b.WriteString(el("ns1:СвУчетНО", copied(c, "ИНН", "КПП", "ДатаПостУч"), el("ns1:СвНО", copied(c.child("СвНО"), "КодНО", "НаимНО")), mark("ns1", c)))
	}
	if c := r.child("СвУстКап"); c != nil {
		b.WriteString(el("ns1:СвУстКап", copied(c, "НаимВидКап", "СумКап"), mark("ns1", c)))
	}
	for _, c := range r.all("СвУпрОрг") {
		b.WriteString(el("ns1:СвУпрОрг", nil, el("ns1:НаимИННЮЛ", copied(c.child("НаимИННЮЛ"), "ОГРН", "ИНН", "НаимЮЛПолн"), mark("fnst", c))))
	}
	for _, c := range r.all("СведДолжнФЛ") {
		if c.child("СвФЛ") == nil || c.child("СвДолжн") == nil {
			continue // hidden by law
		}
		doubts := ""
		for _, d := range c.all("СвНедДанДолжнФЛ") {
			doubts += el("ns1:СвНедДанДолжнФЛ", copied(d, "ПризнНедДанДолжнФЛ", "ТекстНедДанДолжнФЛ"), mark("ns1", c))
		}
		b.WriteString(el("ns1:СведДолжнФЛ", nil, el("ns1:СвФЛ", copied(c.child("СвФЛ"), "Фамилия", "Имя", "Отчество", "ИННФЛ"), mark("fnst", c)),
			el("ns1:СвДолжн", copied(c.child("СвДолжн"), "ОГРНИП", "ВидДолжн", "НаимВидДолжн", "НаимДолжн"), mark("ns1", c)), doubts))
	}
	b.WriteString(activities(r, func(c *node) string { return mark("fnst", c) }))
	for _, c := range r.all("СвЗапЕГРЮЛ") {
		b.WriteString(registerEntry("ns1:СвЗапЕГРЮЛ", c, copied(c, "ИдЗап", "ГРН", "ДатаЗап")))
	}
	return el("ns1:СвЮЛ", copied(r, "ДатаВып", "ОГРН", "ДатаОГРН", "ИНН", "КПП", "СпрОПФ", "КодОПФ", "ПолнНаимОПФ"), b.String())
}

func activities(r *node, mark func(*node) string) string {
	c := r.child("СвОКВЭД")
	if c == nil {
		return ""
	}
	inside := ""
	for i := range c.Nodes {
		if n := &c.Nodes[i]; strings.HasPrefix(n.XMLName.Local, "СвОКВЭД") {
			inside += el("ns1:"+n.XMLName.Local, copied(n, "КодОКВЭД", "НаимОКВЭД", "ПрВерсОКВЭД"), mark(n))
		}
	}
	return el("ns1:СвОКВЭД", nil, inside)
}

func registerEntry(name string, c *node, attrs []string) string {
	return el(name, attrs, el("ns1:ВидЗап", copied(c.child("ВидЗап"), "КодСПВЗ", "НаимВидЗап")), el("ns1:СвРегОрг", copied(c.child("СвРегОрг"), "КодНО", "НаимНО")))
}

// classicAddress writes АдресРФ: from the dump's own, else from the FIAS form.
func classicAddress(a *node, mark string) string {
	if a == nil {
		return el("ns1:АдресРФ", []string{"КодРегион", "99"}, el("fnst:Регион", []string{"ТипРегион", "ГОРОД", "НаимРегион", "БАЙКОНУР"}), mark)
	}
	if c := a.child("АдресРФ"); c != nil {
		kind, name := regionName(c.child("Регион").attr("ТипРегион") + " " + c.child("Регион").attr("НаимРегион"))
		inside := el("fnst:Регион", []string{"ТипРегион", kind, "НаимРегион", name})
		for _, part := range []string{"Район", "Город", "НаселПункт", "Улица"} {
			if n := c.child(part); n != nil {
				inside += el("fnst:"+part, copied(n, "Тип"+part, "Наим"+part))
			}
		}
		return el("ns1:АдресРФ", copied(c, "Индекс", "КодРегион", "Дом", "Корпус", "Кварт"), inside, mark)
	}
	c := a.child("СвАдрЮЛФИАС")
	if c == nil {
		c = a.child("СвМНЮЛ")
	}
	if c == nil {
		return classicAddress(nil, mark)
	}
	kind, name := regionName(c.value("НаимРегион"))
	inside := el("fnst:Регион", []string{"ТипРегион", kind, "НаимРегион", name})
	if n := c.child("НаселенПункт"); n != nil {
		inside += el("fnst:НаселПункт", []string{"ТипНаселПункт", n.attr("Вид"), "НаимНаселПункт", n.attr("Наим")})
	}
	if n := c.child("ЭлУлДорСети"); n != nil {
		inside += el("fnst:Улица", []string{"ТипУлица", n.attr("Тип"), "НаимУлица", n.attr("Наим")})
	}
	numbered := func(tag string) string {
		if n := c.child(tag); n != nil {
			return strings.TrimSpace(n.attr("Тип") + " " + n.attr("Номер"))
		}
		return ""
	}
	return el("ns1:АдресРФ", []string{"Индекс", c.attr("Индекс"), "КодРегион", c.value("Регион"), "Дом", numbered("Здание"), "Кварт", numbered("ПомещЗдания")}, inside, mark)
}

// regionName parts «Г.МОСКВА» and «ОБЛАСТЬ РЯЗАНСКАЯ» into kind and name.
func regionName(s string) (kind, name string) {
	s = strings.TrimSpace(s)
	if city, ok := strings.CutPrefix(s, "Г."); ok {
		return "ГОРОД", strings.TrimSpace(city)
	}
	words := strings.Fields(s)
	for i, w := range words {
		switch w {
		case "ОБЛАСТЬ", "КРАЙ", "РЕСПУБЛИКА", "ОКРУГ", "ГОРОД":
			return w, strings.Join(append(words[:i:i], words[i+1:]...), " ")
		}
	}
	return "СУБЪЕКТ", s
}
