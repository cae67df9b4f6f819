package pdfsig

import (
	"strconv"
	"strings"
)

// latin is WinAnsiEncoding: ASCII, and windows-1252 above it.
func latin(code int) string {
	switch {
	case code >= 0x20 && code < 0x7f, code >= 0xa0:
		return string(rune(code))
	case code >= 0x80 && code < 0xa0:
		r := []rune("€\x00‚ƒ„…†‡ˆ‰Š‹Œ\x00Ž\x00\x00‘’“”•–—˜™š›œ\x00žŸ")[code-0x80]
		if r != 0 {
			return string(r)
		}
	}
	return ""
}

// glyph is what a glyph's name means, as far as Russian and English papers
// need it: Cyrillic by its old numbers (afii10017 is А), uni0410, u00410, and
// the words for signs. Suffixes (.alt) do not count.
func glyph(s string) string {
	s, _, _ = strings.Cut(s, ".")
	if r, ok := glyphWords[s]; ok {
		return r
	}
	if len(s) == 1 {
		return s
	}
	if hex, ok := strings.CutPrefix(s, "uni"); ok && len(hex) >= 4 {
		s = "u" + hex[:4]
	}
	if hex, ok := strings.CutPrefix(s, "u"); ok && len(hex) >= 4 && len(hex) <= 6 {
		if n, err := strconv.ParseUint(hex, 16, 21); err == nil {
			return string(rune(n))
		}
	}
	if number, ok := strings.CutPrefix(s, "afii"); ok {
		n, _ := strconv.Atoi(number)
		switch {
		case n >= 10017 && n <= 10022:
			return string(rune('А' + n - 10017))
		case n == 10023:
			return "Ё"
		case n >= 10024 && n <= 10049:
			return string(rune('Ж' + n - 10024))
		case n >= 10065 && n <= 10070:
			return string(rune('а' + n - 10065))
		case n == 10071:
			return "ё"
		case n >= 10072 && n <= 10097:
			return string(rune('ж' + n - 10072))
		case n == 61352:
			return "№"
		}
	}
	return ""
}

var glyphWords = func() map[string]string {
	m := map[string]string{}
	for pair := range strings.FieldsSeq(`exclam:! quotedbl:" numbersign:# dollar:$ percent:% ampersand:& quotesingle:' parenleft:( parenright:) asterisk:*
plus:+ comma:, hyphen:- minus:- period:. slash:/ zero:0 one:1 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9 semicolon:; less:< equal:= greater:>
question:? at:@ bracketleft:[ backslash:\ bracketright:] asciicircum:^ underscore:_ grave:` + "`" + ` braceleft:{ bar:| braceright:} asciitilde:~ quoteleft:‘ quoteright:’
quotedblleft:“ quotedblright:” quotedblbase:„ guillemotleft:« guillemotright:» endash:– emdash:— bullet:• ellipsis:… section:§ degree:° numero:№`) {
		word, sign, _ := strings.Cut(pair, ":")
		m[word] = sign
	}
	m["colon"], m["space"], m["nbspace"], m["nonbreakingspace"] = ":", " ", " ", " "
	return m
}()
