package registry

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestWordsOf(t *testing.T) {
	for query, want := range map[string]string{
		"ООО «Ромашка»":           "РОМАШКА=Hjvfirf",
		"jjj hjvfirf":             "JJJ= HJVFIRF=РОМАШКА",
		",thtprf":                 "THTPRF=БЕРЕЗКА",
		"школа 77":                "ШКОЛА=IRJKF 77",
		"BETEP":                   "BETEP=ВЕТЕР",
		"7701234567":              "#7701234567",
		"77-01 234":               "#7701234",
		"123":                     "#123 123",
		"😀 \x00 \xff ' OR 1=1 --": "OR=ЩК 1 1",
		"общество с ограниченной ответственностью ромашка": "РОМАШКА=HJVFIRF",
		"": "", "%_\\": "", strings.Repeat("9", 10000): strings.Repeat("9", maxWord),
	} {
		w := wordsOf(query)
		var got []string
		if w.number != "" {
			got = append(got, "#"+w.number)
		}
		for i := range w.typed {
			if w.other[i] == none {
				got = append(got, w.typed[i])
			} else {
				got = append(got, w.typed[i]+"="+w.other[i])
			}
		}
		if s := strings.Join(got, " "); !strings.EqualFold(s, want) {
			t.Errorf("%.40q: %q, want %q", query, s, want)
		}
	}
	if w := wordsOf(strings.Repeat("слово и ещё ", 1000)); len(w.typed) > maxWords {
		t.Errorf("%d words", len(w.typed))
	}
}

// A literal holds nothing that ends it, whatever was typed.
func FuzzWordsOf(f *testing.F) {
	for _, q := range []string{"ООО «Ромашка»", "jjj hjvfirf", `"}'); DROP TABLE x; --`, "\xff\x00", "77 01"} {
		f.Add(q, "77")
	}
	f.Fuzz(func(t *testing.T, query, code string) {
		w := wordsOf(query)
		if len(w.typed) != len(w.other) || len(w.typed) > maxWords {
			t.Fatalf("%d words, %d others", len(w.typed), len(w.other))
		}
		for _, s := range slices.Concat(w.typed, w.other) {
			if s != none && strings.ContainsFunc(s, func(r rune) bool { return r != ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
				t.Errorf("%q", s)
			}
		}
		lit := Filter{Regions: []string{code}, Forms: []string{code}, OKVED: code, Kind: Kind(code)}.Literal(code)
		if strings.ContainsAny(lit, "'\\\x00") {
			t.Errorf("%q", lit)
		}
	})
}

func TestTypos(t *testing.T) {
	for _, c := range []struct {
		word, other string
		unfinished  bool
		want        int
	}{
		{"РОМАШКА", "РОМАШКА", false, 0}, {"РАМАШКА", "РОМАШКА", false, 1}, {"РОМАШАК", "РОМАШКА", false, 1}, {"РОМАШК", "РОМАШКА", false, 1}, {"РОММАШКА", "РОМАШКА", false, 1},
		{"РАМАШ", "РОМАШКА", true, 2}, {"РАМАШ", "РОМАШКА", false, 9}, {"РОМ", "РОТ", false, 9},
		{"УРАЛСТОИСЕРВИС", "УРАЛСТРОЙСЕРВИС", false, 4}, {"РАМАШКО", "РОМАШКА", false, 9},
	} {
		if got := typos(c.word, c.other, c.unfinished); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.word, c.other, got, c.want)
		}
	}
}
