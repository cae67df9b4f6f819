package report

import (
	"strings"
	"unicode"
)

// mask hides clients from who may run the report and not see them: of every
// word the first letter stays, of every number the last two digits.
func (res *Result) mask() {
	for i, c := range res.Columns {
		if !c.Masked {
			continue
		}
		for _, row := range res.Rows {
			if s, ok := row[i].(string); ok {
				row[i] = masked(s)
			}
		}
	}
}

func masked(s string) string {
	words := strings.Fields(s)
	for i, word := range words {
		letters := []rune(word)
		digits := 0
		for _, r := range letters {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		if digits > 0 {
			words[i] = "***"
			if len(letters) > 6 {
				words[i] += string(letters[len(letters)-2:])
			}
			continue
		}
		for j, r := range letters {
			if unicode.IsLetter(r) {
				words[i] = string(letters[:j+1]) + "***"
				break
			}
		}
	}
	return strings.Join(words, " ")
}
