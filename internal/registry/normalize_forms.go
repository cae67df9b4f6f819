package registry

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Legal forms that name and query are stripped of, as runs of words.
var legalForms = func() (list [][]string) {
	for line := range strings.SplitSeq(`ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ
ОБЩЕСТВО С ДОПОЛНИТЕЛЬНОЙ ОТВЕТСТВЕННОСТЬЮ
ТОВАРИЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ
НЕПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО
ПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО
ОТКРЫТОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО
ЗАКРЫТОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО
АКЦИОНЕРНОЕ ОБЩЕСТВО ОТКРЫТОГО ТИПА
АКЦИОНЕРНОЕ ОБЩЕСТВО ЗАКРЫТОГО ТИПА
АКЦИОНЕРНОЕ ОБЩЕСТВО
ИНДИВИДУАЛЬНЫЙ ПРЕДПРИНИМАТЕЛЬ
КРЕСТЬЯНСКОЕ ФЕРМЕРСКОЕ ХОЗЯЙСТВО
ГЛАВА КРЕСТЬЯНСКОГО ФЕРМЕРСКОГО ХОЗЯЙСТВА
ГЛАВА КФХ
ФЕДЕРАЛЬНОЕ ГОСУДАРСТВЕННОЕ УНИТАРНОЕ ПРЕДПРИЯТИЕ
ГОСУДАРСТВЕННОЕ УНИТАРНОЕ ПРЕДПРИЯТИЕ
МУНИЦИПАЛЬНОЕ УНИТАРНОЕ ПРЕДПРИЯТИЕ
КАЗЕННОЕ ПРЕДПРИЯТИЕ
АВТОНОМНАЯ НЕКОММЕРЧЕСКАЯ ОРГАНИЗАЦИЯ
НЕКОММЕРЧЕСКАЯ ОРГАНИЗАЦИЯ
ТОВАРИЩЕСТВО СОБСТВЕННИКОВ ЖИЛЬЯ
ТОВАРИЩЕСТВО СОБСТВЕННИКОВ НЕДВИЖИМОСТИ
САДОВОДЧЕСКОЕ НЕКОММЕРЧЕСКОЕ ТОВАРИЩЕСТВО
ДАЧНОЕ НЕКОММЕРЧЕСКОЕ ТОВАРИЩЕСТВО
ОГОРОДНИЧЕСКОЕ НЕКОММЕРЧЕСКОЕ ТОВАРИЩЕСТВО
ПОЛНОЕ ТОВАРИЩЕСТВО
ТОВАРИЩЕСТВО НА ВЕРЕ
ГАРАЖНО СТРОИТЕЛЬНЫЙ КООПЕРАТИВ
ЖИЛИЩНО СТРОИТЕЛЬНЫЙ КООПЕРАТИВ
СЕЛЬСКОХОЗЯЙСТВЕННЫЙ ПРОИЗВОДСТВЕННЫЙ КООПЕРАТИВ
ПРОИЗВОДСТВЕННЫЙ КООПЕРАТИВ
ПОТРЕБИТЕЛЬСКИЙ КООПЕРАТИВ
МУНИЦИПАЛЬНОЕ БЮДЖЕТНОЕ ДОШКОЛЬНОЕ ОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ
МУНИЦИПАЛЬНОЕ АВТОНОМНОЕ ДОШКОЛЬНОЕ ОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ
МУНИЦИПАЛЬНОЕ БЮДЖЕТНОЕ ОБЩЕОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ
МУНИЦИПАЛЬНОЕ КАЗЕННОЕ ОБЩЕОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ
МУНИЦИПАЛЬНОЕ АВТОНОМНОЕ ОБЩЕОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ
МУНИЦИПАЛЬНОЕ БЮДЖЕТНОЕ УЧРЕЖДЕНИЕ
МУНИЦИПАЛЬНОЕ КАЗЕННОЕ УЧРЕЖДЕНИЕ
МУНИЦИПАЛЬНОЕ АВТОНОМНОЕ УЧРЕЖДЕНИЕ
ФЕДЕРАЛЬНОЕ ГОСУДАРСТВЕННОЕ БЮДЖЕТНОЕ ОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ
ФЕДЕРАЛЬНОЕ ГОСУДАРСТВЕННОЕ БЮДЖЕТНОЕ УЧРЕЖДЕНИЕ
ФЕДЕРАЛЬНОЕ КАЗЕННОЕ УЧРЕЖДЕНИЕ
ГОСУДАРСТВЕННОЕ БЮДЖЕТНОЕ УЧРЕЖДЕНИЕ ЗДРАВООХРАНЕНИЯ
ГОСУДАРСТВЕННОЕ БЮДЖЕТНОЕ ОБЩЕОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ
ГОСУДАРСТВЕННОЕ БЮДЖЕТНОЕ УЧРЕЖДЕНИЕ
ГОСУДАРСТВЕННОЕ КАЗЕННОЕ УЧРЕЖДЕНИЕ
ГОСУДАРСТВЕННОЕ АВТОНОМНОЕ УЧРЕЖДЕНИЕ
БЛАГОТВОРИТЕЛЬНЫЙ ФОНД`, "\n") {
		list = append(list, strings.Fields(line))
	}
	for _, short := range strings.Fields(`ООО ОДО ТОО ОАО ЗАО ПАО НАО АО АООТ АОЗТ ИП ИПБОЮЛ КФХ ФГУП ГУП МУП АНО НКО БФ ТСЖ ТСН СНТ ДНТ ОНТ ГСК ЖСК СХПК ПК
МБДОУ МАДОУ МБОУ МКОУ МАОУ МБУ МКУ МАУ ГБУЗ ГБУ ГБОУ ГКУ ГАУ ФГБУ ФГБОУ ФКУ`) {
		list = append(list, []string{short})
	}
	return list
}()

// formsByFirst finds the forms that begin with a word, the longest first.
var formsByFirst = func() map[string][][]string {
	m := map[string][][]string{}
	for _, f := range legalForms {
		m[f[0]] = append(m[f[0]], f)
	}
	for _, list := range m {
		slices.SortStableFunc(list, func(a, b []string) int { return len(b) - len(a) })
	}
	return m
}()

// mayHaveForm tells quickly of most names that no legal form is in them.
func mayHaveForm(text string) bool {
	for text != "" {
		word, rest, _ := strings.Cut(text, " ")
		if len(formsOf(word)) > 0 {
			return true
		}
		text = rest
	}
	return false
}

// formsOf are the forms that begin with a word.
func formsOf(word string) [][]string {
	if i := twoLetters(word); i >= 0 && !formBegins[i] {
		return nil
	}
	return formsByFirst[inCyrillic(word)]
}

// formBegins knows the first two letters of every form, which spares most words
// the look into formsByFirst.
var formBegins = func() (begins [1 << 12]bool) {
	for word := range formsByFirst {
		begins[twoLetters(word)] = true
	}
	return
}()

// twoLetters numbers the first two letters of a Russian word; -1 for another.
func twoLetters(word string) int {
	if len(word) < 4 || word[0] != 0xd0 || word[2] != 0xd0 {
		return -1
	}
	return int(word[1]&63)<<6 | int(word[3]&63)
}

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
	for _, form := range formsOf(list[0]) {
		if len(form) > len(list) {
			continue
		}
		for i, word := range form {
			if inCyrillic(list[i]) != word {
				continue next
			}
		}
		return len(form)
	}
	return 0
}

// inCyrillic is a short Latin word that looks Cyrillic, as it looks: OOO is
// typed for ООО. Other words stay.
func inCyrillic(word string) string {
	if len(word) > 4 || word == "" || word[0] >= utf8.RuneSelf {
		return word
	}
	var looks [4]rune
	for i := range len(word) {
		if looks[i] = cyrillicLook(rune(word[i])); looks[i] == 0 {
			return word
		}
	}
	return string(looks[:len(word)])
}
