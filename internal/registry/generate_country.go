package registry

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"signdesk/internal/ident"
)

// countryName names an organisation as the country does: some words stand in
// every tenth name and most in one or two, one firm in twelve calls itself
// something with «строй», some write Latin, Ё, quotes of several kinds, or a
// Latin letter that looks Cyrillic.
func (d *draft) countryName(o *org) string {
	if o.form.short != "ООО" && o.form.short != "АО" {
		return o.form.names(d, o)
	}
	name := d.firm(o)
	switch n := d.rand.IntN(1000); {
	case n < 20:
		return "«" + name + "»"
	case n < 25:
		return "„" + name + "“"
	case n < 30:
		return quoted(lookAlike(name))
	case n < 35:
		return name
	}
	return quoted(name)
}

func (d *draft) firm(o *org) string {
	switch n := d.rand.IntN(100); {
	case n < 13:
		return pickUneven(d, nouns)
	case n < 22:
		return pickUneven(d, nouns) + pick(d, tails)
	case n < 35:
		return abbreviation(d, o)
	case n < 43:
		return pick(d, roots) + "СТРОЙ" + pick(d, []string{"", "", "", pick(d, endingsOfNames), "-" + pick(d, roots)})
	case n < 49:
		return pick(d, adjectives) + " " + pick(d, plurals)
	case n < 56:
		return pickUneven(d, trades) + " " + quoted(d.coined())
	case n < 63:
		return d.countryman("77").Surname + pick(d, []string{" И ПАРТНЕРЫ", " И К", " ГРУПП", " И СЫНОВЬЯ", ""})
	case n < 67:
		return pick(d, english) + " " + pick(d, english2)
	case n < 73:
		return latin(pick(d, []string{pickUneven(d, nouns), d.coined(), pick(d, english) + " " + pick(d, english2)}))
	case n < 76:
		return pickUneven(d, yoWords) + pick(d, []string{"", "", " " + d.coined(), "-" + strconv.Itoa(1+d.rand.IntN(30))})
	case n < 90:
		return d.coined()
	case n < 96:
		return d.coined() + " " + pickUneven(d, endingsOfNames)
	}
	return d.coined() + " " + pickUneven(d, industries) + " " + d.coined()
}

// yoWords are written with Ё, as registers write one name in a hundred.
var yoWords = strings.Fields("ЁЛОЧКА БЕРЁЗКА ПЧЁЛКА ЗВЁЗДНЫЙ АКТЁР ЁЖИК ЗЕЛЁНЫЙ ОРЁЛ МАСТЕР-ПРИЁМ КОСТЁР ПОЛЁТ ВЗЛЁТ МЁД ЛЁД")

// vocabulary is how many words are coined, the country's in all.
const vocabulary = 4e6

// coined is a word nobody looked up: the first of them stand in one name in
// fifty, the last in one of the country.
func (d *draft) coined() string {
	return coin(uint64(math.Exp(d.rand.Float64() * math.Log(vocabulary))))
}

var (
	heads  = strings.Fields("БА БЕ БИ БО БУ ВА ВЕ ВИ ВО ГА ГЕ ГО ГРА ДА ДЕ ДИ ДО ДРА ЖЕ ЗА ЗИ ЗО КА КЕ КИ КО КРА КРО КУ ЛА ЛЕ ЛИ ЛО ЛЮ МА МЕ МИ МО МУ НА НЕ НИ НО ПА ПЕ ПИ ПО ПРА ПРО РА РЕ РИ РО РУ СА СЕ СИ СО СТА СТРО ТА ТЕ ТИ ТО ТРА ТРЕ УЛЬ ФА ФЕ ФИ ФЛО ХА ХО ЦЕ ЧА ЧЕ ША ШЕ ЭЛЬ ЮВ ЯР АЛЬ АР АС ИН ОР ЭКО")
	ending = strings.Fields("Н Р Л НТ СТ КС РА НА КА ТА ЛИ НИКА МЕТ ЛАЙТ ТОН ВИТ ДАР МИР СОН ВЕЙ ЛЕНД ТЕК ПЛАСТ МЕД ФАРМ ТОРГ")
)

// coin makes the word of a rank: two or three syllables and an ending.
func coin(rank uint64) string {
	r := rand.New(rand.NewPCG(rank, 0x5eed))
	var word strings.Builder
	for range 2 + min(r.IntN(3), 1) {
		word.WriteString(heads[r.IntN(len(heads))])
	}
	word.WriteString(ending[r.IntN(len(ending))])
	return word.String()
}

// pickUneven draws the list's first far more often than its last.
func pickUneven[T any](d *draft, list []T) T {
	u := d.rand.Float64()
	return list[int(u*u*float64(len(list)))]
}

// countryman draws a person: six in ten by one of the common surnames.
func (d *draft) countryman(regionCode string) Person {
	p := Person{Sex: "m", INN: ident.INNWithCheckDigits(regionCode + d.digits(8))}
	father := pickUneven(d, fathers)
	surname := pickUneven(d, surnames)
	if d.chance(400) {
		surname = coin(uint64(math.Exp(d.rand.Float64()*math.Log(3e5)))) + pick(d, []string{"ОВ", "ОВ", "ЕВ", "ИН", "ЕНКО", "СКИЙ", "УК"})
	}
	p.Surname, p.Name, p.Patronymic = surname, pickUneven(d, menNames), father.son
	if d.chance(450) {
		p.Sex, p.Surname, p.Name, p.Patronymic = "f", feminine(surname), pickUneven(d, womenNames), father.daughter
	}
	return p
}

var toLatin = strings.NewReplacer("А", "A", "Б", "B", "В", "V", "Г", "G", "Д", "D", "Е", "E", "Ё", "E", "Ж", "ZH", "З", "Z", "И", "I", "Й", "Y",
	"К", "K", "Л", "L", "М", "M", "Н", "N", "О", "O", "П", "P", "Р", "R", "С", "S", "Т", "T", "У", "U", "Ф", "F", "Х", "KH", "Ц", "TS", "Ч", "CH",
	"Ш", "SH", "Щ", "SHCH", "Ъ", "", "Ы", "Y", "Ь", "", "Э", "E", "Ю", "YU", "Я", "YA")

func latin(s string) string { return toLatin.Replace(s) }

var toLookAlike = strings.NewReplacer("А", "A", "О", "O", "С", "C")

// lookAlike writes Latin letters for Cyrillic ones, as careless clerks do.
func lookAlike(s string) string { return toLookAlike.Replace(s) }
