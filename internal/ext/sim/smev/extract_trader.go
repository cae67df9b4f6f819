package smev

import "strings"

// trader writes СвИП of the information type 311-15 out of the dump's record.
func trader(r *node) string {
	marked := func(prefix string) string {
		return el(prefix+":ГРНИПДата", []string{"ГРНИП", r.attr("ОГРНИП"), "ДатаЗаписи", r.attr("ДатаОГРНИП")})
	}
	mark := marked("ns1")
	var b strings.Builder
	who := r.child("СвФЛ")
	name := who.child("ФИОРус")
	b.WriteString(el("ns1:СвФЛ", copied(who, "Пол"), el("ns1:ФИОРус", copied(name, "Фамилия", "Имя", "Отчество")), mark))
	b.WriteString(el("ns1:СвГражд", copied(r.child("СвГражд"), "ВидГражд", "ОКСМ", "НаимСтран"), mark))
	region := r.attr("ОГРНИП")[3:5]
	b.WriteString(el("ns1:СвАдрМЖ", nil, el("ns1:АдресРФ", []string{"КодРегион", region}, el("fnst:Регион", []string{"ТипРегион", "РЕГИОН", "НаимРегион", region})), mark))
	b.WriteString(el("ns1:СвРегИП", copied(r, "ОГРНИП", "ДатаОГРНИП")))
	b.WriteString(el("ns1:СвРегОрг", copied(r.child("СвРегОрг"), "КодНО", "НаимНО"), mark))
	if c := r.child("СвПрекращ"); c != nil {
		b.WriteString(el("ns1:СвПрекращ", nil, el("ns1:СвСтатус", copied(c.child("СвСтатус"), "КодСтатус", "НаимСтатус", "ДатаПрекращ")), mark))
	}
	if c := r.child("СвУчетНО"); c != nil {
		b.WriteString(el("ns1:СвУчетНО", copied(c, "ИННФЛ", "ДатаПостУч"), el("ns1:СвНО", copied(c.child("СвНО"), "КодНО", "НаимНО")), mark))
	}
	b.WriteString(activities(r, func(*node) string { return marked("fnst") }))
	for _, c := range r.all("СвЗапЕГРИП") {
		attrs := copied(c, "ИдЗап", "ДатаЗап")
		if n := c.attr("ГРНИП"); len(n) == 15 {
			attrs = append(attrs, "ГРНИП", n)
		}
		b.WriteString(registerEntry("ns1:СвЗапЕГРИП", c, attrs))
	}
	return el("ns1:СвИП", copied(r, "ДатаВып", "ОГРНИП", "ДатаОГРНИП", "ИННФЛ", "КодВидИП", "НаимВидИП"), b.String())
}
