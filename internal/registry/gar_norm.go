package registry

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// garNorm is a name of the address register as it is searched: upper case, Ё as
// Е, words of letters and digits with single spaces.
func garNorm(s string) string { return string(appendWords(nil, s)) }

// garFold writes what was typed in upper case, Ё as Е, signs and all.
func garFold(s string) string {
	return strings.Map(func(r rune) rune {
		if r = unicode.ToUpper(r); r == 'Ё' {
			return 'Е'
		}
		return r
	}, norm.NFC.String(s))
}

// garAlike are Cyrillic letters for the Latin ones that look like them: in a
// number «12A» the alphabet cannot be told.
var garAlike = strings.NewReplacer("A", "А", "B", "В", "C", "С", "E", "Е", "H", "Н", "K", "К", "M", "М", "O", "О", "P", "Р", "T", "Т", "X", "Х", "Y", "У")

// garNumberNorm is the number of a house as it is searched: its numbers and
// letters apart, without the kinds of its parts. «12к1», «д. 12 корп. 1» and
// «12/1» are 12 1; «12а», «12 литера А» are 12 А.
func garNumberNorm(parts ...string) string {
	var list []string
	for _, part := range parts {
		list = append(list, garNumberWords(part)...)
	}
	return strings.Join(list, " ")
}

func garNumberWords(s string) []string {
	list := strings.Fields(garSplitNumber(s))
	kept := make([]string, 0, len(list))
	for i, word := range list {
		if garPartKinds[word] == "" || i == len(list)-1 { // what nothing follows is a letter of the number: 12К
			kept = append(kept, word)
		}
	}
	return kept
}

// garSplitNumber parts digits from letters with spaces, and drops the rest.
func garSplitNumber(s string) string {
	var b strings.Builder
	digit, letter := false, false
	for _, r := range garAlike.Replace(garFold(s)) {
		d, l := unicode.IsDigit(r), unicode.IsLetter(r)
		if (d && letter) || (l && digit) || !d && !l {
			b.WriteByte(' ')
		}
		if d || l {
			b.WriteRune(r)
		}
		digit, letter = d, l
	}
	return b.String()
}

// garPartKinds are how kinds of a house and its parts are written, with the
// short form that the register's list of kinds has.
var garPartKinds = garSpellings(`д.|Д ДОМ
к.|К КОР КОРП КОРПУС
стр.|С СТР СТРОЕН СТРОЕНИЕ
соор.|СООР СООРУЖЕНИЕ
литера|Л ЛИТ ЛИТЕР ЛИТЕРА
влд.|ВЛ ВЛД ВЛАД ВЛАДЕНИЕ
двлд.|ДВЛД ДОМОВЛАДЕНИЕ
зд.|ЗД ЗДАНИЕ`)

// garKindsTyped are how kinds of settlements, districts and streets are written;
// the short form tells the kind, whatever the register's own is.
var garKindsTyped = garSpellings(`г|Г ГОР ГОРОД
с|С СЕЛО
д|Д ДЕР ДЕРЕВНЯ
п|П ПОС ПОСЕЛОК
рп|РП Р.П
пгт|ПГТ П.Г.Т
х|Х ХУТОР
ст-ца|СТ-ЦА СТАНИЦА
аул|АУЛ
ул|УЛ УЛИЦА
пер|ПЕР ПЕР-К ПЕРЕУЛОК
пр-кт|ПР ПР-Т ПР-КТ ПРОСП ПРОСПЕКТ
проезд|ПР-Д ПРОЕЗД
ш|Ш ШОССЕ
пл|ПЛ ПЛОЩАДЬ
наб|НАБ НАБЕРЕЖНАЯ
б-р|Б-Р БУЛ БУЛЬВ БУЛЬВАР
туп|ТУП ТУПИК
ал|АЛ АЛЛЕЯ
мкр|МКР МКРН МКР-Н МИКРОРАЙОН
кв-л|КВ-Л КВАРТАЛ
тер|ТЕР ТЕРРИТОРИЯ
снт|СНТ
р-н|Р-Н РАЙОН
жилрайон|ЖИЛРАЙОН
обл|ОБЛ ОБЛАСТЬ
край|КРАЙ
респ|РЕСП РЕСПУБЛИКА`)

func garSpellings(lines string) map[string]string {
	m := map[string]string{}
	for line := range strings.SplitSeq(lines, "\n") {
		short, forms, _ := strings.Cut(line, "|")
		for _, form := range strings.Fields(forms) {
			m[form] = short
		}
	}
	return m
}

// garTyped is what somebody typed of a name: its words, the last of them
// perhaps unfinished, and the kind if one was typed.
type garTyped struct {
	words []string
	kind  string
}

// readGAR takes what was typed apart. A kind counts as one only beside a name:
// «Набережная» alone is a name. At most eight words of forty letters count.
func readGAR(q string) garTyped {
	var t garTyped
	var kinds []string
	for _, token := range strings.FieldsFunc(garFold(q), func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' }) {
		bare := strings.Trim(token, ".")
		if kind := garKindsTyped[bare]; kind != "" {
			t.kind, kinds = kind, append(kinds, words(bare)...)
			continue
		}
		if i := strings.IndexByte(bare, '.'); i > 0 && garKindsTyped[bare[:i]] != "" { // ул.Ленина
			t.kind, bare = garKindsTyped[bare[:i]], bare[i+1:]
		}
		for _, word := range words(bare) {
			if letters := []rune(word); len(letters) > 40 {
				word = string(letters[:40])
			}
			t.words = append(t.words, word)
		}
	}
	if len(t.words) == 0 {
		t.words, t.kind = kinds, ""
	}
	t.words = slices.Clip(t.words[:min(len(t.words), 8)])
	return t
}
