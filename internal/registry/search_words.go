package registry

import (
	"strings"
	"unicode"
)

// wanted is a query taken apart: its number, if it is one, and its words, each
// in the layout it was typed in and in the other one.
type wanted struct {
	number string
	typed  []string // between white space, normalised, perhaps several words
	other  []string // the same keys in the other layout; "" is a legal form there, none none at all
}

// none stands for a word that the other layout has nothing for.
const none = "\x00"

func wordsOf(query string) (w wanted) {
	query = strings.ToValidUTF8(query, " ")
	if letters := []rune(query); len(letters) > MaxQuery {
		query = string(letters[:MaxQuery])
	}
	w.number = number(query)
	if len(w.number) > 4 {
		return w // no part of a name: nothing else is guessed
	}
	var fields, swapped []string
	for _, f := range strings.Fields(query) {
		fields, swapped = append(fields, f), append(swapped, otherSpelling(f))
	}
	typed, other := spread(fields), spread(swapped)
	left := maxWords
	for i := range fields {
		if typed[i] == "" {
			continue
		}
		if left -= 1 + strings.Count(typed[i], " "); left < 0 {
			break
		}
		if other[i] == typed[i] || strings.ContainsFunc(fields[i], unicode.IsDigit) || Normalize(swapped[i]) == "" {
			other[i] = none
		}
		w.typed, w.other = append(w.typed, typed[i]), append(w.other, other[i])
	}
	return w
}

// otherSpelling is the field in the other layout, or, of capitals that all look
// Cyrillic, what they look like: BETEP was copied from somewhere.
func otherSpelling(field string) string {
	looks := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return cyrillicLook(r) // 0 if it looks like none
		}
		return r
	}, field)
	if !strings.ContainsRune(looks, 0) && looks != field {
		return looks
	}
	return SwapLayout(field)
}

// spread normalises the query as a whole, for a legal form may take several
// words, and tells what is left of each field.
func spread(fields []string) []string {
	kept := strings.Fields(Normalize(strings.Join(fields, " ")))
	out := make([]string, len(fields))
	for i, f := range fields {
		var mine []string
		for _, word := range strings.Fields(Normalize(f)) {
			if len(kept) > 0 && kept[0] == word {
				mine, kept = append(mine, word), kept[1:]
			}
		}
		out[i] = strings.Join(mine, " ")
	}
	return out
}

// number is the digits of a query that is a number, spaces and dashes left out.
func number(query string) string {
	n := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, query)
	if len(n) < 3 || len(n) > 15 || strings.Trim(n, "0123456789") != "" {
		return ""
	}
	return n
}

// array is the literal of a text[]; none is NULL. Normalised words hold letters,
// digits, spaces and | alone.
func array(list []string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, s := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		if s == none {
			b.WriteString("NULL")
			continue
		}
		b.WriteString(`"` + s + `"`)
	}
	b.WriteByte('}')
	return b.String()
}

// after is the end of the range of strings that begin with prefix, in the C
// collation: past the last character there is.
func after(prefix string) string { return prefix + "\U0010ffff" }
