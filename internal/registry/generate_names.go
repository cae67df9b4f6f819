package registry

import (
	"fmt"
	"strconv"
)

// legalForm is a form of organisation as the register writes it and how
// organisations of the form are named and headed.
type legalForm struct {
	code, plural string // ОКОПФ
	full, short  string
	weight       int // of a hundred
	capital      bool
	names        func(d *draft, o *org) string
	male, female string // the head's title; "" draws a director
}

var forms = []legalForm{
	{code: "12300", plural: "Общества с ограниченной ответственностью", full: "ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ", short: "ООО", weight: 70, capital: true, names: firmName},
	{code: "12267", plural: "Непубличные акционерные общества", full: "АКЦИОНЕРНОЕ ОБЩЕСТВО", short: "АО", weight: 5, capital: true, names: firmName},
	{code: "12247", plural: "Публичные акционерные общества", full: "ПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО", short: "ПАО", weight: 1, capital: true, names: industryName},
	{code: "65242", plural: "Государственные унитарные предприятия субъектов Российской Федерации", full: "ГОСУДАРСТВЕННОЕ УНИТАРНОЕ ПРЕДПРИЯТИЕ", short: "ГУП", weight: 1, names: industryName},
	{code: "65243", plural: "Муниципальные унитарные предприятия", full: "МУНИЦИПАЛЬНОЕ УНИТАРНОЕ ПРЕДПРИЯТИЕ", short: "МУП", weight: 2, names: utilityName},
	{code: "71400", plural: "Автономные некоммерческие организации", full: "АВТОНОМНАЯ НЕКОММЕРЧЕСКАЯ ОРГАНИЗАЦИЯ", short: "АНО", weight: 3, names: centreName},
	{code: "70400", plural: "Фонды", full: "БЛАГОТВОРИТЕЛЬНЫЙ ФОНД", short: "БФ", weight: 1, names: centreName, male: "ПРЕЗИДЕНТ", female: "ПРЕЗИДЕНТ"},
	{code: "20600", plural: "Ассоциации (союзы)", full: "НЕКОММЕРЧЕСКАЯ ОРГАНИЗАЦИЯ АССОЦИАЦИЯ", short: "НКО АССОЦИАЦИЯ", weight: 1, names: centreName},
	{code: "20716", plural: "Товарищества собственников жилья", full: "ТОВАРИЩЕСТВО СОБСТВЕННИКОВ ЖИЛЬЯ", short: "ТСЖ", weight: 5, names: houseName, male: "ПРЕДСЕДАТЕЛЬ ПРАВЛЕНИЯ", female: "ПРЕДСЕДАТЕЛЬ ПРАВЛЕНИЯ"},
	{code: "20702", plural: "Садоводческие или огороднические некоммерческие товарищества", full: "САДОВОДЧЕСКОЕ НЕКОММЕРЧЕСКОЕ ТОВАРИЩЕСТВО", short: "СНТ", weight: 3, names: nounName, male: "ПРЕДСЕДАТЕЛЬ", female: "ПРЕДСЕДАТЕЛЬ"},
	{code: "20101", plural: "Гаражные и гаражно-строительные кооперативы", full: "ГАРАЖНО-СТРОИТЕЛЬНЫЙ КООПЕРАТИВ", short: "ГСК", weight: 2, names: nounName, male: "ПРЕДСЕДАТЕЛЬ", female: "ПРЕДСЕДАТЕЛЬ"},
	{code: "75403", plural: "Муниципальные бюджетные учреждения", full: "МУНИЦИПАЛЬНОЕ БЮДЖЕТНОЕ ОБЩЕОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ", short: "МБОУ", weight: 3, names: schoolName},
	{code: "75403", plural: "Муниципальные бюджетные учреждения", full: "МУНИЦИПАЛЬНОЕ БЮДЖЕТНОЕ ДОШКОЛЬНОЕ ОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ", short: "МБДОУ", weight: 2, names: nurseryName, male: "ЗАВЕДУЮЩИЙ", female: "ЗАВЕДУЮЩАЯ"},
	{code: "75203", plural: "Государственные бюджетные учреждения субъектов Российской Федерации", full: "ГОСУДАРСТВЕННОЕ БЮДЖЕТНОЕ УЧРЕЖДЕНИЕ ЗДРАВООХРАНЕНИЯ", short: "ГБУЗ", weight: 1, names: hospitalName, male: "ГЛАВНЫЙ ВРАЧ", female: "ГЛАВНЫЙ ВРАЧ"},
}

func (d *draft) form() *legalForm {
	n := d.rand.IntN(100)
	for i := range forms {
		if n -= forms[i].weight; n < 0 {
			return &forms[i]
		}
	}
	return &forms[0]
}

func (f *legalForm) title(sex string) string {
	switch {
	case f.male != "" && sex == "f":
		return f.female
	case f.male != "":
		return f.male
	case f.capital:
		return "ГЕНЕРАЛЬНЫЙ ДИРЕКТОР"
	}
	return "ДИРЕКТОР"
}

// orgNames returns the full and the short name.
func (d *draft) orgNames(o *org) (full, short string) {
	name := o.form.names(d, o)
	return o.form.full + " " + name, o.form.short + " " + name
}

func quoted(s string) string { return `"` + s + `"` }

// firmName mixes the ways in which small firms are called.
func firmName(d *draft, o *org) string {
	switch n := d.rand.IntN(100); {
	case n < 22:
		return quoted(pick(d, nouns))
	case n < 34:
		return quoted(pick(d, nouns) + pick(d, tails))
	case n < 62:
		return quoted(abbreviation(d, o))
	case n < 72:
		return quoted(pick(d, adjectives) + " " + pick(d, plurals))
	case n < 80:
		return quoted(pick(d, trades) + " " + quoted(pick(d, nouns)))
	case n < 88:
		return quoted(pick(d, surnames) + pick(d, []string{" И ПАРТНЕРЫ", " И К", " ГРУПП", " И СЫНОВЬЯ"}))
	case n < 95:
		return quoted(pick(d, roots) + pick(d, industries) + "-" + strconv.Itoa(1+d.rand.IntN(99)))
	}
	return quoted(pick(d, english) + " " + pick(d, english2))
}

// abbreviation glues region, industry and a noun: УРАЛСТРОЙСЕРВИС.
func abbreviation(d *draft, o *org) string {
	root := pick(d, roots)
	if o.region.root != "" && d.chance(400) {
		root = o.region.root
	}
	return root + pick(d, industries) + pick(d, endingsOfNames)
}

func industryName(d *draft, o *org) string { return quoted(abbreviation(d, o)) }

func nounName(d *draft, _ *org) string {
	if d.chance(400) {
		return quoted(pick(d, nouns) + "-" + strconv.Itoa(1+d.rand.IntN(20)))
	}
	return quoted(pick(d, nouns))
}

func utilityName(d *draft, o *org) string {
	kind := pick(d, []string{"ВОДОКАНАЛ", "ТЕПЛОСЕТЬ", "ГОРЭЛЕКТРОСЕТЬ", "ГОРОДСКОЕ ХОЗЯЙСТВО", "АВТОТРАНСПОРТНОЕ ПРЕДПРИЯТИЕ", "КОМБИНАТ БЛАГОУСТРОЙСТВА"})
	return quoted(kind) + " " + o.cityOf()
}

func centreName(d *draft, _ *org) string {
	kind := pick(d, []string{"ЦЕНТР РАЗВИТИЯ", "ЦЕНТР ПОДДЕРЖКИ", "УЧЕБНЫЙ ЦЕНТР", "СПОРТИВНЫЙ КЛУБ", "ЦЕНТР ПОМОЩИ"})
	return quoted(kind + " " + quoted(pick(d, nouns)))
}

func houseName(d *draft, _ *org) string {
	return quoted(fmt.Sprintf("%s %d", pick(d, streets).name, 1+d.rand.IntN(200)))
}

func schoolName(d *draft, o *org) string {
	kind := pick(d, []string{"СРЕДНЯЯ ОБЩЕОБРАЗОВАТЕЛЬНАЯ ШКОЛА", "ГИМНАЗИЯ", "ЛИЦЕЙ"})
	return quoted(fmt.Sprintf("%s № %d", kind, 1+d.rand.IntN(150))) + " " + o.cityOf()
}

func nurseryName(d *draft, o *org) string {
	return fmt.Sprintf(`"ДЕТСКИЙ САД № %d "%s" %s`, 1+d.rand.IntN(250), pick(d, nouns), o.cityOf())
}

func hospitalName(d *draft, o *org) string {
	kind := pick(d, []string{"ГОРОДСКАЯ БОЛЬНИЦА", "ГОРОДСКАЯ ПОЛИКЛИНИКА", "СТОМАТОЛОГИЧЕСКАЯ ПОЛИКЛИНИКА"})
	return quoted(fmt.Sprintf("%s № %d", kind, 1+d.rand.IntN(60))) + " " + o.cityOf()
}

// cityOf is «Г. ОМСК», for a city that is a region its name.
func (o *org) cityOf() string {
	if o.town.name == "" {
		return o.region.name
	}
	return "Г. " + o.town.name
}
