package registry

import (
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
