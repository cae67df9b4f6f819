package registry

import (
	"fmt"
	"strconv"

	"signdesk/internal/ident"
)

// slots deal the regions out by weight: the index of a record modulo their
// number names its region, so that numbers within a region can be counted.
type slot struct {
	region   *region
	ordinal  int // among the slots of its region
	siblings int // how many slots the region has
}

var slots = func() []slot {
	var list []slot
	for i := range regions {
		for n := range regions[i].weight {
			list = append(list, slot{&regions[i], n, regions[i].weight})
		}
	}
	// Interleave, or small dumps would hold the first region only.
	mixed := make([]slot, len(list))
	for i := range list {
		mixed[i*coprime(len(list))%len(list)] = list[i]
	}
	return mixed
}()

// coprime is a step that visits every one of n places.
func coprime(n int) int {
	for step := n*5/8 + 1; ; step++ {
		a, b := step, n
		for b != 0 {
			a, b = b, a%b
		}
		if a == 1 {
			return step
		}
	}
}

// place returns the region of a record and its own number among that region's
// records, spread over the range below limit, a power of ten.
func place(index, limit int) (*region, int) {
	s := slots[index%len(slots)]
	n := index/len(slots)*s.siblings + s.ordinal
	return s.region, (n*7368787 + 1234567) % limit
}

// org is what the parts of one synthetic organisation share.
type org struct {
	region     *region
	town       town
	form       *legalForm
	ogrn, inn  string
	born, died int // days; died 0 while it lives
	seen       int // ДатаВып
	office     string
}

func (d *draft) organisation(index int) {
	region, serial := place(index, 1e7)
	o := org{region: region, town: pick(d, region.towns), form: d.form()}
	o.born = d.day - 60 - d.rand.IntN(d.day-11890) // since July 2002
	o.seen = min(d.day, o.born+30+d.rand.IntN(d.day-o.born))
	if d.chance(180) {
		o.died = min(d.day, o.born+200+d.rand.IntN(5000))
		o.seen = o.died
	}
	o.ogrn = ident.OGRNWithCheckDigit(fmt.Sprintf("1%02d%s%07d", year(o.born)%100, region.code, serial))
	o.inn = ident.INNWithCheckDigits(fmt.Sprintf("%s%07d", region.code, serial))
	o.office = o.inn[:4]
	full, short := d.orgNames(&o)

	d.open("СвЮЛ", "ДатаВып", date(o.seen), "ОГРН", o.ogrn, "ДатаОГРН", date(o.born), "ИНН", o.inn, "КПП", o.office+"01001",
		"СпрОПФ", "ОКОПФ", "КодОПФ", o.form.code, "ПолнНаимОПФ", o.form.plural)
	d.open("СвНаимЮЛ", "НаимЮЛПолн", full)
	d.entry(&o, o.born)
	d.open("СвНаимЮЛСокр", "НаимСокр", short)
	d.entry(&o, o.born)
	d.close("СвНаимЮЛСокр")
	d.close("СвНаимЮЛ")
	d.orgAddress(&o)
	if d.chance(300) {
		d.empty("СвАдрЭлПочты", "E-mail", fmt.Sprintf("INFO%s@EXAMPLE.RU", o.inn))
	}
	d.open("СвОбрЮЛ", "ОГРН", o.ogrn, "ДатаОГРН", date(o.born))
	d.empty("СпОбрЮЛ", "КодСпОбрЮЛ", "11", "НаимСпОбрЮЛ", "Создание юридического лица")
	d.entry(&o, o.born)
	d.close("СвОбрЮЛ")
	d.taxOffice(&o)
	d.status(&o)
	if o.form.capital {
		d.open("СвУстКап", "НаимВидКап", "УСТАВНЫЙ КАПИТАЛ", "СумКап", d.capital())
		d.entry(&o, o.born)
		d.close("СвУстКап")
	}
	if o.died == 0 || d.chance(700) {
		d.heads(&o)
	}
	d.founders(&o)
	d.okved(&o)
	d.history(&o, "СвЗапЕГРЮЛ", "ГРН")
	d.close("СвЮЛ")
}

// entry writes the mark of the register's entry that a fact came with.
func (d *draft) entry(o *org, day int) {
	d.empty("ГРНДата", "ГРН", o.entryNumber(d, day), "ДатаЗаписи", date(day))
}

func (o *org) entryNumber(d *draft, day int) string {
	if day == o.born {
		return o.ogrn
	}
	return ident.OGRNWithCheckDigit(fmt.Sprintf("2%02d%s%s", year(day)%100, o.region.code, d.digits(7)))
}

func (d *draft) taxOffice(o *org) {
	name := "Межрайонная инспекция Федеральной налоговой службы № " + strconv.Itoa(1+d.rand.IntN(30)) + " по " + o.region.dative
	d.open("СвРегОрг", "КодНО", o.office, "НаимНО", name)
	d.entry(o, o.born)
	d.close("СвРегОрг")
	if o.died > 0 {
		d.open("СвПрекрЮЛ", "ДатаПрекрЮЛ", date(o.died))
		end := pick(d, endings)
		d.empty("СпПрекрЮЛ", "КодСпПрекрЮЛ", end.code, "НаимСпПрекрЮЛ", end.text)
		d.empty("СвРегОрг", "КодНО", o.office, "НаимНО", name)
		d.entry(o, o.died)
		d.close("СвПрекрЮЛ")
	}
	d.open("СвУчетНО", "ИНН", o.inn, "КПП", o.office+"01001", "ДатаПостУч", date(o.born))
	d.empty("СвНО", "КодНО", o.office, "НаимНО", name)
	d.entry(o, o.born)
	d.close("СвУчетНО")
}

func (d *draft) status(o *org) {
	if o.died > 0 || !d.chance(60) {
		return
	}
	s := pick(d, troubles)
	d.open("СвСтатус")
	d.empty("СвСтатус", "КодСтатусЮЛ", s.code, "НаимСтатусЮЛ", s.text)
	if s.code == "105" {
		d.empty("СвРешИсклЮЛ", "ДатаРеш", date(o.seen-20), "НомерРеш", strconv.Itoa(1+d.rand.IntN(9000)), "ДатаПубликации", date(o.seen-15))
	}
	d.entry(o, o.seen)
	d.close("СвСтатус")
}

func (d *draft) capital() string {
	if d.chance(700) {
		return "10000"
	}
	return strconv.Itoa((1 + d.rand.IntN(9)) * pick(d, []int{10000, 12000, 50000, 100000, 1000000, 100000000}))
}

func (d *draft) okved(o *org) {
	d.open("СвОКВЭД")
	for n := range 1 + d.rand.IntN(5) {
		name := "СвОКВЭДДоп"
		if n == 0 {
			name = "СвОКВЭДОсн"
		}
		a := pick(d, okveds)
		d.open(name, "КодОКВЭД", a.code, "НаимОКВЭД", a.text, "ПрВерсОКВЭД", "2014")
		d.entry(o, o.born)
		d.close(name)
	}
	d.close("СвОКВЭД")
}

// history writes some entries of the register between birth and the last look.
func (d *draft) history(o *org, name, number string) {
	day := o.born
	for n := range 2 + d.rand.IntN(3) {
		kind := pick(d, entries)
		if n == 0 {
			kind = entries[0]
		}
		d.open(name, "ИдЗап", "1500"+d.digits(11), number, o.entryNumber(d, day), "ДатаЗап", date(day))
		d.empty("ВидЗап", "КодСПВЗ", kind.code, "НаимВидЗап", kind.text)
		d.empty("СвРегОрг", "КодНО", o.office, "НаимНО", "Управление Федеральной налоговой службы по "+o.region.dative)
		d.close(name)
		day = min(o.seen, day+1+d.rand.IntN(900))
	}
}
