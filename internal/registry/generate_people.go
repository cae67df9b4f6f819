package registry

import (
	"fmt"
	"strconv"
	"strings"

	"signdesk/internal/ident"
)

// human draws a person whose names agree in gender.
func (d *draft) human(regionCode string) Person {
	p := Person{Sex: "m", INN: ident.INNWithCheckDigits(regionCode + d.digits(8))}
	father := pick(d, fathers)
	p.Surname, p.Name, p.Patronymic = pick(d, surnames), pick(d, menNames), father.son
	if d.chance(450) {
		p.Sex, p.Surname, p.Name, p.Patronymic = "f", feminine(p.Surname), pick(d, womenNames), father.daughter
	}
	return p
}

// feminine turns a man's surname into his sister's.
func feminine(s string) string {
	for _, end := range []string{"ОВ", "ЕВ", "ЁВ", "ИН", "ЫН"} {
		if strings.HasSuffix(s, end) {
			return s + "А"
		}
	}
	if stem, ok := strings.CutSuffix(s, "ИЙ"); ok {
		return stem + "АЯ"
	}
	return s
}

func sexCode(p Person) string {
	if p.Sex == "f" {
		return "2"
	}
	return "1"
}

func (d *draft) heads(o *org) {
	switch {
	case d.chance(10) && o.form.capital: // a managing organisation
		d.open("СвУпрОрг")
		d.entry(o, o.born)
		name := fmt.Sprintf(`ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ "УПРАВЛЯЮЩАЯ КОМПАНИЯ "%s"`, pick(d, nouns))
		d.empty("НаимИННЮЛ", "ОГРН", ident.OGRNWithCheckDigit("1"+d.digits(11)), "ИНН", ident.INNWithCheckDigits(o.region.code+d.digits(7)), "НаимЮЛПолн", name)
		d.close("СвУпрОрг")
		return
	case d.chance(5): // hidden by law
		d.open("СведДолжнФЛ")
		d.empty("ОгрДосСв", "ОгрДосСв", "1")
		d.close("СведДолжнФЛ")
		return
	}
	for range 1 + d.rand.IntN(50)/49 { // one in fifty has two
		p := d.human(o.region.code)
		title, ogrnip := o.form.title(p.Sex), ""
		if o.form.capital && d.chance(8) {
			title, ogrnip = "УПРАВЛЯЮЩИЙ - ИНДИВИДУАЛЬНЫЙ ПРЕДПРИНИМАТЕЛЬ", ident.OGRNWithCheckDigit("315"+o.region.code+d.digits(9))
		}
		d.open("СведДолжнФЛ")
		d.empty("ГРНДатаПерв", "ГРН", o.ogrn, "ДатаЗаписи", date(o.born))
		d.member(p)
		d.empty("СвДолжн", "ОГРНИП", ogrnip, "ВидДолжн", "02", "НаимВидДолжн", "Руководитель юридического лица", "НаимДолжн", title)
		if d.chance(15) {
			d.empty("СвНедДанДолжнФЛ", "ПризнНедДанДолжнФЛ", "2", "ТекстНедДанДолжнФЛ",
				"Сведения недостоверны (результаты проверки достоверности содержащихся в ЕГРЮЛ сведений о юридическом лице)")
		}
		d.close("СведДолжнФЛ")
	}
}

// member writes a person with sex and Russian citizenship.
func (d *draft) member(p Person) {
	d.empty("СвФЛ", "Фамилия", p.Surname, "Имя", p.Name, "Отчество", p.Patronymic, "ИННФЛ", p.INN)
	d.empty("СвПолФЛ", "Пол", sexCode(p))
	d.empty("СвГраждФЛ", "КодГражд", "1")
}

func (d *draft) founders(o *org) {
	if !o.form.capital {
		return
	}
	n := 1 + d.rand.IntN(10)/7
	d.open("СвУчредит")
	for range n {
		d.open("УчрФЛ")
		d.member(d.human(o.region.code))
		d.open("ДоляУстКап", "НоминСтоим", strconv.Itoa(10000/n))
		d.open("РазмерДоли")
		d.text("Процент", strconv.Itoa(100/n))
		d.close("РазмерДоли")
		d.close("ДоляУстКап")
		d.close("УчрФЛ")
	}
	d.close("СвУчредит")
}

func (d *draft) orgAddress(o *org) {
	house, room := strconv.Itoa(1+d.rand.IntN(180)), strconv.Itoa(1+d.rand.IntN(250))
	if d.chance(100) {
		house += pick(d, []string{"А", "Б", "В", "К1", "/2"})
	}
	street := pick(d, streets)
	index := o.region.post + fmt.Sprintf("%03d", d.rand.IntN(900))
	d.open("СвАдресЮЛ", "ВидАдрКлассиф", "2")
	d.open("СвМНЮЛ", "ИдНом", d.guid())
	d.locality(o)
	d.close("СвМНЮЛ")
	d.open("СвАдрЮЛФИАС", "ИдНом", d.guid(), "Индекс", index)
	d.locality(o)
	d.empty("ЭлУлДорСети", "Тип", street.kind, "Наим", street.name)
	d.empty("Здание", "Тип", "Д.", "Номер", house)
	d.empty("ПомещЗдания", "Тип", pick(d, []string{"ОФИС", "ПОМЕЩ.", "КВ."}), "Номер", room)
	d.entry(o, o.born)
	d.close("СвАдрЮЛФИАС")
	if o.died == 0 && d.chance(25) {
		d.empty("СвНедАдресЮЛ", "ПризнНедАдресЮЛ", "2", "ТекстНедАдресЮЛ",
			"Сведения недостоверны (результаты проверки достоверности содержащихся в ЕГРЮЛ сведений о юридическом лице)")
	}
	d.close("СвАдресЮЛ")
}

// locality writes the address down to the settlement.
func (d *draft) locality(o *org) {
	d.text("Регион", o.region.code)
	d.text("НаимРегион", o.region.name)
	if o.town.name == "" { // a city that is a region
		d.empty("МуниципРайон", "ВидКод", "3", "Наим", "МУНИЦИПАЛЬНЫЙ ОКРУГ ЦЕНТРАЛЬНЫЙ")
		return
	}
	d.empty("МуниципРайон", "ВидКод", "2", "Наим", "ГОРОД "+o.town.name)
	d.empty("НаселенПункт", "Вид", "Г", "Наим", o.town.name)
}

func (d *draft) entrepreneur(index int) {
	region, serial := place(index, 1e8)
	o := org{region: region}
	o.born = d.day - 30 - d.rand.IntN(d.day-12418) // since 2004
	o.seen = min(d.day, o.born+20+d.rand.IntN(d.day-o.born))
	o.ogrn = ident.OGRNWithCheckDigit(fmt.Sprintf("3%02d%s%09d", year(o.born)%100, region.code, serial))
	o.inn = ident.INNWithCheckDigits(fmt.Sprintf("%s%08d", region.code, serial))
	o.office = region.code + "00"
	p := d.human(region.code)
	office := "Управление Федеральной налоговой службы по " + region.dative

	d.open("СвИП", "ДатаВып", date(o.seen), "ОГРНИП", o.ogrn, "ДатаОГРНИП", date(o.born), "ИННФЛ", o.inn,
		"КодВидИП", "1", "НаимВидИП", "Индивидуальный предприниматель")
	d.open("СвФЛ", "Пол", sexCode(p))
	d.empty("ФИОРус", "Фамилия", p.Surname, "Имя", p.Name, "Отчество", p.Patronymic)
	d.close("СвФЛ")
	d.empty("СвГражд", "ВидГражд", "1")
	d.empty("СвРегИП", "ОГРНИП", o.ogrn, "ДатаОГРНИП", date(o.born))
	d.empty("СвРегОрг", "КодНО", o.office, "НаимНО", office)
	if d.chance(300) {
		d.open("СвПрекращ")
		d.empty("СвСтатус", "КодСтатус", "201", "НаимСтатус",
			"Индивидуальный предприниматель прекратил деятельность в связи с принятием им соответствующего решения", "ДатаПрекращ", date(o.seen))
		d.close("СвПрекращ")
	}
	d.open("СвУчетНО", "ИННФЛ", o.inn, "ДатаПостУч", date(o.born))
	d.empty("СвНО", "КодНО", o.office, "НаимНО", office)
	d.close("СвУчетНО")
	d.okved(&o)
	d.history(&o, "СвЗапЕГРИП", "ГРНИП")
	d.close("СвИП")
}
