package org

import (
	"slices"
	"strings"
	"unicode"
)

// fold makes values comparable: case, spaces, quotes, kinds of dash and Ё do
// not count.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case 'Ё', 'ё':
			return 'е'
		case '«', '»', '“', '”', '„', '\'', '’', '‘', '`':
			return '"'
		case '–', '—', '−', '‑':
			return '-'
		}
		if unicode.IsSpace(r) {
			return ' '
		}
		return unicode.ToLower(r)
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// spelled are legal forms in full and in short; longer ones stand first.
var spelled = strings.NewReplacer(
	"федеральное государственное бюджетное образовательное учреждение высшего образования", "фгбоу во",
	"федеральное государственное унитарное предприятие", "фгуп", "федеральное государственное бюджетное учреждение", "фгбу",
	"федеральное казенное учреждение", "фку", "муниципальное бюджетное дошкольное образовательное учреждение", "мбдоу",
	"муниципальное бюджетное общеобразовательное учреждение", "мбоу", "муниципальное бюджетное учреждение", "мбу",
	"муниципальное унитарное предприятие", "муп", "муниципальное казенное учреждение", "мку",
	"государственное унитарное предприятие", "гуп", "государственное бюджетное учреждение здравоохранения", "гбуз",
	"государственное бюджетное учреждение", "гбу", "государственное казенное учреждение", "гку",
	"автономная некоммерческая организация", "ано", "товарищество собственников жилья", "тсж", "товарищество собственников недвижимости", "тсн",
	"садоводческое некоммерческое товарищество", "снт", "жилищно-строительный кооператив", "жск", "гаражно-строительный кооператив", "гск",
	"потребительский кооператив", "пк", "благотворительный фонд", "бф",
	"общество с ограниченной ответственностью", "ооо", "непубличное акционерное общество", "нао", "публичное акционерное общество", "пао",
	"открытое акционерное общество", "оао", "закрытое акционерное общество", "зао", "акционерное общество", "ао",
	"индивидуальный предприниматель", "ип", "глава крестьянского (фермерского) хозяйства", "глава кфх", "глава крестьянского фермерского хозяйства", "глава кфх",
)

// foldName is fold for names: a legal form in full or in short is one, quotes
// and dots do not count at all.
func foldName(s string) string {
	s = spelled.Replace(fold(s))
	s = strings.NewReplacer(`"`, " ", " - ", "-", ".", " ", ",", " ", "- ", "-", " -", "-").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// kinds of places and streets, in full and in short, as one.
var placeKinds = func() map[string]string {
	m := map[string]string{}
	for line := range strings.SplitSeq(`г город гор
обл область
респ республика
край
р-н район рн
ул улица
пр-кт проспект пр-т просп
пер переулок
наб набережная
ш шоссе
пл площадь
б-р бульвар бул
пр-д проезд
п поселок пос
пгт
рп
с село
дер деревня
ст-ца станица
мкр микрорайон мкрн
кв-л квартал
д дом
стр строение
к корпус корп кор
зд здание
соор сооружение
влд владение вл
литер лит литера
кв квартира
оф офис
пом помещение помещ
ком комната комн
каб кабинет
эт этаж
тер территория`, "\n") {
		words := strings.Fields(line)
		for _, w := range words {
			m[w] = words[0]
		}
	}
	return m
}()

// foldAddress is fold for addresses: the order of a word and its kind, commas
// and shortenings do not count, and the kind of a town and of a house go
// without saying.
func foldAddress(s string) string {
	words := strings.FieldsFunc(fold(s), func(r rune) bool { return r == ' ' || r == ',' || r == '.' || r == '"' || r == ';' })
	var kept []string
	for _, w := range words {
		if kind, ok := placeKinds[w]; ok {
			if w = kind; w == "г" || w == "д" || w == "россия" {
				continue
			}
		}
		if w != "россия" && w != "рф" {
			kept = append(kept, w)
		}
	}
	slices.Sort(kept)
	return strings.Join(slices.Compact(kept), " ")
}
