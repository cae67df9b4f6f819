package console

import (
	"strings"
	"unicode"

	"signdesk/internal/org"
	"signdesk/internal/registry"
)

// part of a line; Found parts are what the query asked for.
type part struct {
	Text  string
	Found bool
}

// searchTerms are the words that were looked for, as mark compares them: those
// understood, for a typo and the other layout leave other words than the typed
// ones, and the digits of a number.
func searchTerms(f *org.Found) []string {
	terms := strings.Fields(f.Said)
	if len(terms) == 0 {
		terms = strings.Fields(registry.Normalize(f.Query))
	}
	if digits := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(f.Query); len(digits) >= 3 && strings.Trim(digits, "0123456789") == "" {
		terms = append(terms, digits)
	}
	return terms
}

// looks are Latin letters as the Cyrillic ones they look like.
var looks = strings.NewReplacer("A", "А", "B", "В", "C", "С", "E", "Е", "H", "Н", "K", "К", "M", "М", "O", "О", "P", "Р", "T", "Т", "X", "Х", "Y", "У", "Ё", "Е")

// folded is the text letter by letter as it is compared.
func folded(letters []rune) []rune {
	upper := make([]rune, len(letters))
	for i, r := range letters {
		upper[i] = unicode.ToUpper(r)
	}
	return []rune(looks.Replace(string(upper)))
}

// mark cuts the text into parts; a part is found where a term stands at the
// beginning of a word or, of three letters and more, anywhere in it.
func mark(text string, terms []string) []part {
	letters := []rune(text)
	plain := folded(letters)
	found := make([]bool, len(letters))
	for _, term := range terms {
		t := folded([]rune(term))
		inside := len(t) >= 3 && strings.Trim(term, "0123456789") != ""
		for i := 0; i+len(t) <= len(plain); i++ {
			begins := i == 0 || !unicode.IsLetter(plain[i-1]) && !unicode.IsDigit(plain[i-1])
			if (begins || inside) && string(plain[i:i+len(t)]) == string(t) {
				for j := range t {
					found[i+j] = true
				}
			}
		}
	}
	var parts []part
	for i := range letters {
		if i == 0 || found[i] != found[i-1] {
			parts = append(parts, part{Found: found[i]})
		}
		parts[len(parts)-1].Text += string(letters[i])
	}
	return parts
}
