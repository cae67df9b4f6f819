package registry

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normalize writes a name or a query the way both are compared: upper case, Ё
// as Е, nothing but letters and digits between single spaces, legal forms left
// out (unless nothing else is there).
func Normalize(s string) string {
	return strings.Join(withoutForms(words(s)), " ")
}

// words splits s at everything that is no letter or digit.
func words(s string) []string {
	return strings.FieldsFunc(fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r = unicode.ToUpper(r); r == 'Ё' {
			return 'Е'
		}
		return r
	}, norm.NFC.String(s))
}

// Legal forms that name and query are stripped of, as runs of words; longer
// runs stand before their beginnings.
var legalForms = func() (list [][]string) {
	for line := range strings.SplitSeq(`ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ
НЕПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО
ПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО
ОТКРЫТОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО
ЗАКРЫТОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО
АКЦИОНЕРНОЕ ОБЩЕСТВО
ИНДИВИДУАЛЬНЫЙ ПРЕДПРИНИМАТЕЛЬ
ГЛАВА КФХ
ФЕДЕРАЛЬНОЕ ГОСУДАРСТВЕННОЕ УНИТАРНОЕ ПРЕДПРИЯТИЕ
ГОСУДАРСТВЕННОЕ УНИТАРНОЕ ПРЕДПРИЯТИЕ
МУНИЦИПАЛЬНОЕ УНИТАРНОЕ ПРЕДПРИЯТИЕ
АВТОНОМНАЯ НЕКОММЕРЧЕСКАЯ ОРГАНИЗАЦИЯ
НЕКОММЕРЧЕСКАЯ ОРГАНИЗАЦИЯ
ТОВАРИЩЕСТВО СОБСТВЕННИКОВ ЖИЛЬЯ
ТОВАРИЩЕСТВО СОБСТВЕННИКОВ НЕДВИЖИМОСТИ
САДОВОДЧЕСКОЕ НЕКОММЕРЧЕСКОЕ ТОВАРИЩЕСТВО
ГАРАЖНО СТРОИТЕЛЬНЫЙ КООПЕРАТИВ
ЖИЛИЩНО СТРОИТЕЛЬНЫЙ КООПЕРАТИВ
ПОТРЕБИТЕЛЬСКИЙ КООПЕРАТИВ
МУНИЦИПАЛЬНОЕ БЮДЖЕТНОЕ ДОШКОЛЬНОЕ ОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ
МУНИЦИПАЛЬНОЕ БЮДЖЕТНОЕ ОБЩЕОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ
МУНИЦИПАЛЬНОЕ БЮДЖЕТНОЕ УЧРЕЖДЕНИЕ
ФЕДЕРАЛЬНОЕ ГОСУДАРСТВЕННОЕ БЮДЖЕТНОЕ УЧРЕЖДЕНИЕ
ГОСУДАРСТВЕННОЕ БЮДЖЕТНОЕ УЧРЕЖДЕНИЕ ЗДРАВООХРАНЕНИЯ
ГОСУДАРСТВЕННОЕ БЮДЖЕТНОЕ УЧРЕЖДЕНИЕ
БЛАГОТВОРИТЕЛЬНЫЙ ФОНД`, "\n") {
		list = append(list, strings.Fields(line))
	}
	for _, short := range strings.Fields(`ООО ОАО ЗАО ПАО НАО АО ИП ФГУП ГУП МУП АНО НКО БФ ТСЖ ТСН СНТ ДНТ ГСК ЖСК ПК
МБДОУ МБОУ МКОУ МАОУ МАДОУ МБУ МКУ МАУ ГБУЗ ГБУ ГБОУ ГКУ ГАУ ФГБУ ФГБОУ ФКУ КФХ`) {
		list = append(list, []string{short})
	}
	return list
}()

// formsByFirst finds the forms that begin with a word.
var formsByFirst = func() map[string][][]string {
	m := map[string][][]string{}
	for _, f := range legalForms {
		m[f[0]] = append(m[f[0]], f)
	}
	return m
}()

func withoutForms(list []string) []string {
	kept := make([]string, 0, len(list))
	for i := 0; i < len(list); {
		n := formAt(list[i:])
		if n == 0 {
			kept = append(kept, list[i])
			n = 1
		}
		i += n
	}
	if len(kept) == 0 {
		return list
	}
	return kept
}

// formAt is how many words of list's beginning are a legal form.
func formAt(list []string) int {
next:
	for _, form := range formsByFirst[list[0]] {
		if len(form) > len(list) {
			continue
		}
		for i, word := range form {
			if list[i] != word {
				continue next
			}
		}
		return len(form)
	}
	return 0
}

// The same keys of the two layouts.
var (
	latinKeys    = []rune("`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>")
	cyrillicKeys = []rune("ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ")
)

// SwapLayout is what the keys would have typed in the other keyboard layout:
// «hjvfirf» is ромашка, «пщщпду» is google.
func SwapLayout(s string) string {
	from, to := latinKeys, cyrillicKeys
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		from, to = to, from
	}
	keys := make(map[rune]rune, len(from))
	for i, r := range from {
		keys[r] = to[i]
	}
	return strings.Map(func(r rune) rune {
		if other, ok := keys[r]; ok {
			return other
		}
		return r
	}, s)
}
