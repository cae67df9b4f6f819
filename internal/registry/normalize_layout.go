package registry

import (
	"strings"
	"unicode"
)

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
