package registry

import (
	"fmt"
	"strconv"

	"signdesk/internal/ident"
)

// compactOrganisation writes what the search and the card's head need and no
// more, some 1.5 KB: a country of it fits a disk. Names, towns and surnames are
// as unevenly spread as they are in the country.
func (d *draft) compactOrganisation(index int) {
	region, serial := place(index, 1e7)
	o := org{region: region, town: pick(d, region.towns), form: d.form()}
	o.born = d.day - 60 - d.rand.IntN(d.day-11890) // since July 2002
	o.seen = min(d.day, o.born+30+d.rand.IntN(d.day-o.born))
	if d.chance(450) { // of all there ever were, about half are gone
		o.died = min(d.day, o.born+200+d.rand.IntN(5000))
		o.seen = o.died
	}
	o.ogrn = ident.OGRNWithCheckDigit(fmt.Sprintf("1%02d%s%07d", year(o.born)%100, region.code, serial))
	o.inn = ident.INNWithCheckDigits(fmt.Sprintf("%s%07d", region.code, serial))
	o.office = o.inn[:4]
	name := d.countryName(&o)

	d.open("СвЮЛ", "ДатаВып", date(o.seen), "ОГРН", o.ogrn, "ДатаОГРН", date(o.born), "ИНН", o.inn, "КПП", o.office+"01001",
		"СпрОПФ", "ОКОПФ", "КодОПФ", o.form.code, "ПолнНаимОПФ", o.form.plural)
	d.open("СвНаимЮЛ", "НаимЮЛПолн", o.form.full+" "+name)
	d.empty("СвНаимЮЛСокр", "НаимСокр", o.form.short+" "+name)
	d.close("СвНаимЮЛ")
	d.compactAddress(&o)
	d.compactOffices(&o)
	d.status(&o)
	if o.died == 0 || d.chance(700) {
		p := d.countryman(region.code)
		d.open("СведДолжнФЛ")
		d.member(p)
		d.empty("СвДолжн", "ВидДолжн", "02", "НаимВидДолжн", "Руководитель юридического лица", "НаимДолжн", o.form.title(p.Sex))
		d.close("СведДолжнФЛ")
	}
	d.compactActivity()
	d.close("СвЮЛ")
}

func (d *draft) compactAddress(o *org) {
	street := pick(d, streets)
	d.open("СвАдресЮЛ", "ВидАдрКлассиф", "2")
	d.open("СвАдрЮЛФИАС", "ИдНом", d.guid(), "Индекс", o.region.post+fmt.Sprintf("%03d", d.rand.IntN(900)))
	d.locality(o)
	d.empty("ЭлУлДорСети", "Тип", street.kind, "Наим", street.name)
	d.empty("Здание", "Тип", "Д.", "Номер", strconv.Itoa(1+d.rand.IntN(180)))
	d.close("СвАдрЮЛФИАС")
	d.close("СвАдресЮЛ")
}

func (d *draft) compactOffices(o *org) {
	name := "Управление Федеральной налоговой службы по " + o.region.dative
	d.empty("СвРегОрг", "КодНО", o.office, "НаимНО", name)
	if o.died > 0 {
		end := pick(d, endings)
		d.open("СвПрекрЮЛ", "ДатаПрекрЮЛ", date(o.died))
		d.empty("СпПрекрЮЛ", "КодСпПрекрЮЛ", end.code, "НаимСпПрекрЮЛ", end.text)
		d.close("СвПрекрЮЛ")
	}
	d.open("СвУчетНО", "ИНН", o.inn, "КПП", o.office+"01001", "ДатаПостУч", date(o.born))
	d.empty("СвНО", "КодНО", o.office, "НаимНО", name)
	d.close("СвУчетНО")
}

func (d *draft) compactActivity() {
	a := pick(d, okveds)
	d.open("СвОКВЭД")
	d.empty("СвОКВЭДОсн", "КодОКВЭД", a.code, "НаимОКВЭД", a.text, "ПрВерсОКВЭД", "2014")
	d.close("СвОКВЭД")
}

func (d *draft) compactEntrepreneur(index int) {
	region, serial := place(index, 1e8)
	born := d.day - 30 - d.rand.IntN(d.day-12418) // since 2004
	seen := min(d.day, born+20+d.rand.IntN(d.day-born))
	ogrn := ident.OGRNWithCheckDigit(fmt.Sprintf("3%02d%s%09d", year(born)%100, region.code, serial))
	inn := ident.INNWithCheckDigits(fmt.Sprintf("%s%08d", region.code, serial))
	p := d.countryman(region.code)
	d.open("СвИП", "ДатаВып", date(seen), "ОГРНИП", ogrn, "ДатаОГРНИП", date(born), "ИННФЛ", inn,
		"КодВидИП", "1", "НаимВидИП", "Индивидуальный предприниматель")
	d.open("СвФЛ", "Пол", sexCode(p))
	d.empty("ФИОРус", "Фамилия", p.Surname, "Имя", p.Name, "Отчество", p.Patronymic)
	d.close("СвФЛ")
	d.empty("СвГражд", "ВидГражд", "1")
	d.empty("СвРегИП", "ОГРНИП", ogrn, "ДатаОГРНИП", date(born))
	d.empty("СвРегОрг", "КодНО", region.code+"00", "НаимНО", "Управление Федеральной налоговой службы по "+region.dative)
	if d.chance(600) {
		d.open("СвПрекращ")
		d.empty("СвСтатус", "КодСтатус", "201", "НаимСтатус",
			"Индивидуальный предприниматель прекратил деятельность в связи с принятием им соответствующего решения", "ДатаПрекращ", date(seen))
		d.close("СвПрекращ")
	}
	d.compactActivity()
	d.close("СвИП")
}
