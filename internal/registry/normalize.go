package registry

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalize writes a name or a query the way both are compared: upper case, Ё
// as Е, nothing but letters and digits between single spaces, the alphabets not
// mixed within a word, words cut after 60 letters, legal forms left out (unless
// nothing else is there). Normalizing again changes nothing.
func Normalize(s string) string {
	var room [256]byte
	text := string(appendWords(room[:0], s))
	if !mayHaveForm(text) {
		return text
	}
	var words [32]string
	list := words[:0]
	for word := range strings.SplitSeq(text, " ") {
		list = append(list, word)
	}
	for { // what is left may stand together as a form
		kept := withoutForms(list)
		if len(kept) == len(list) {
			return strings.Join(list, " ")
		}
		list = kept
	}
}

// words splits s at everything that is no letter or digit.
func words(s string) []string { return strings.Fields(string(appendWords(nil, s))) }

// maxWord is how many letters of a word count.
const maxWord = 60

// appendWords appends the words of s with a space between them. A name of the
// register takes the short way: Russian and Latin letters, usual punctuation.
func appendWords(to []byte, s string) []byte {
	if !plain(s) {
		s = norm.NFC.String(s)
	}
	word, begun := wordBegun{at: len(to)}, len(to)
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		switch {
		case r < utf8.RuneSelf:
		case (r == 0xd0 || r == 0xd1) && i+1 < len(s) && s[i+1]&0xc0 == 0x80:
			r, size = (r&0x1f)<<6|rune(s[i+1]&0x3f), 2
		default:
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		i += size
		if r = folded(r); r != 0 {
			to = word.add(to, r)
		} else if word.letters > 0 {
			to = append(word.end(to), ' ')
			word = wordBegun{at: len(to)}
		}
	}
	if word.letters > 0 {
		return word.end(to)
	}
	if len(to) > begun { // the space after the last word
		return to[:len(to)-1]
	}
	return to
}

// plain tells that s is NFC by its lead bytes alone: ASCII, the Russian
// alphabet, « », № and the dashes and quotes of U+2010…203F.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < 0xc0, c == 0xd0, c == 0xd1:
		case c == 0xc2 && i+1 < len(s):
		case c == 0xe2 && i+2 < len(s) && (s[i+1] == 0x80 && s[i+2] >= 0x90 || s[i+1] == 0x84 && s[i+2] == 0x96):
		default:
			return false
		}
	}
	return true
}

// folded is the upper-case letter or digit, 0 for anything else.
func folded(r rune) rune {
	switch {
	case r >= 'А' && r <= 'Я' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
		return r
	case r >= 'а' && r <= 'я', r >= 'a' && r <= 'z':
		return r - 32
	case r == 'Ё' || r == 'ё':
		return 'Е'
	case r < utf8.RuneSelf || r == utf8.RuneError:
		return 0
	}
	if r = unicode.ToUpper(r); unicode.IsLetter(r) || unicode.IsDigit(r) {
		return r
	}
	return 0
}

// wordBegun is the word being appended: where, how long, of which alphabets.
type wordBegun struct {
	at, letters             int
	latin, cyrillic         bool
	latinOnly, cyrillicOnly bool // some letter looks like none of the other alphabet
}

func (w *wordBegun) add(to []byte, r rune) []byte {
	if w.letters == maxWord {
		return to
	}
	w.letters++
	switch {
	case r >= 'A' && r <= 'Z':
		w.latin = true
		w.latinOnly = w.latinOnly || lookAlikes[r-'A'] == 0
	case r >= 'А' && r <= 'Я':
		w.cyrillic = true
		w.cyrillicOnly = w.cyrillicOnly || latinLooks[r-'А'] == 0
		return append(to, 0xd0, byte(r&0x3f|0x80))
	case unicode.Is(unicode.Cyrillic, r):
		w.cyrillic, w.cyrillicOnly = true, true
	case unicode.Is(unicode.Latin, r):
		w.latin, w.latinOnly = true, true
	}
	return utf8.AppendRune(to, r)
}

// end puts a word of two alphabets into one: into Latin when that alone holds
// the letters that are beyond doubt, into Cyrillic otherwise.
func (w *wordBegun) end(to []byte) []byte {
	if !w.latin || !w.cyrillic {
		return to
	}
	word := []rune(string(to[w.at:]))
	toLatin := w.latinOnly && !w.cyrillicOnly
	for i, r := range word {
		if toLatin && r >= 'А' && r <= 'Я' {
			word[i] = latinLooks[r-'А']
		} else if look := cyrillicLook(r); !toLatin && look != 0 {
			word[i] = look
		}
	}
	return append(to[:w.at], string(word)...)
}

// Letters that look the same: by the Latin one the Cyrillic, and the reverse.
var lookAlikes, latinLooks = func() (cyrillic [26]rune, latin [32]rune) {
	pairs := []rune("AАBВCСEЕHНKКMМOОPРTТXХYУ")
	for i := 0; i < len(pairs); i += 2 {
		cyrillic[pairs[i]-'A'], latin[pairs[i+1]-'А'] = pairs[i+1], pairs[i]
	}
	return
}()

func cyrillicLook(r rune) rune {
	if r < 'A' || r > 'Z' {
		return 0
	}
	return lookAlikes[r-'A']
}

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
