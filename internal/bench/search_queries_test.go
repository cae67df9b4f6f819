package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"signdesk/internal/registry"
)

// class is queries of one kind: as typed, and what was meant, which the rivals
// are asked for: no rival knows the other keyboard layout.
type class struct {
	name         string
	typed, meant []string
}

// hot are what the whole country answers to.
var hot = []string{"строй", "ООО", "ро", "с", "ст", "сервис", "ООО строй", "и", "ооо р", "центр"}

// sample is an organisation that queries are made from.
type sample struct {
	OGRN    string `bun:"ogrn"`
	INN     string `bun:"inn"`
	Norm    string `bun:"norm"`
	Surname string `bun:"surname"`
	Given   string `bun:"given"`
}

func (s sample) words() []string { return strings.Fields(s.Norm) }

// longest is the longest word of the name.
func (s sample) longest() []rune {
	return []rune(slices.MaxFunc(s.words(), func(x, y string) int { return len(x) - len(y) }))
}

// samples draws organisations evenly, the same ones in every run.
func (n *country) samples(b *testing.B, many int, where string) (list []sample) {
	b.Helper()
	err := n.db.Plain().NewRaw(`SELECT ogrn, inn, norm, split_part(head, ' ', 1) AS surname, split_part(split_part(head, ',', 1), ' ', 2) AS given
		FROM registry_doc WHERE ogrn IN (SELECT ogrn FROM registry_doc WHERE `+where+` ORDER BY md5(ogrn) LIMIT ?) ORDER BY md5(ogrn)`, many).Scan(b.Context(), &list)
	if err != nil || len(list) < many {
		b.Fatalf("%d samples of %d: %v", len(list), many, err)
	}
	return list
}

// queries makes n of each class of issue: what people type.
func (n *country) queries(b *testing.B, many int) []class {
	b.Helper()
	names := n.samples(b, many, `norm LIKE '_____% _____%'`)
	glued := n.samples(b, many, `kind = 'org' AND norm LIKE '__________%'`)
	headed := n.samples(b, many, `kind = 'org' AND head <> ''`)
	r := rand.New(rand.NewPCG(searchSeed, 1))
	list := []class{{name: "number"}, {name: "word"}, {name: "hot"}, {name: "words"}, {name: "typo"}, {name: "substring"}, {name: "layout"}, {name: "director"}, {name: "absent"}}
	add := func(name, typed, meant string) {
		i := slices.IndexFunc(list, func(c class) bool { return c.name == name })
		list[i].typed, list[i].meant = append(list[i].typed, strings.ToLower(typed)), append(list[i].meant, strings.ToUpper(meant))
	}
	same := func(name, q string) { add(name, q, q) }
	for i, s := range names {
		number := []string{s.INN, s.OGRN}[i%2]
		same("number", number[:min(3+r.IntN(10), len(number))])
		word := s.longest()
		if i%10 == 0 {
			same("word", hot[i/10%3])
		} else {
			same("word", string(word[:max(3, len(word)-r.IntN(4))]))
		}
		same("hot", hot[i%len(hot)])
		words := s.words()
		at := r.Perm(len(words))
		same("words", words[at[0]]+" "+string([]rune(words[at[1]])[:max(1, len([]rune(words[at[1]]))-r.IntN(4))]))
		same("typo", misspelt(r, word))
		add("layout", registry.SwapLayout(strings.ToLower(string(word))), string(word))
		same("absent", fmt.Sprintf("ъйцу%d щзхъфы", r.IntN(1000)))
		long := glued[i].longest()
		from := 1 + r.IntN(max(1, len(long)-6))
		same("substring", string(long[from:min(len(long), from+5+r.IntN(4))]))
		head := headed[i].Surname
		if i%2 == 0 {
			head += " " + headed[i].Given
		}
		same("director", head)
	}
	return list
}

// misspelt makes one slip in a word: two letters swapped, one left out, doubled
// or another one struck.
func misspelt(r *rand.Rand, word []rune) string {
	const keys = "ЙЦУКЕНГШЩЗХФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
	w := slices.Clone(word)
	if len(w) < 4 {
		return string(w)
	}
	at := 1 + r.IntN(len(w)-2)
	switch r.IntN(4) {
	case 0:
		w[at], w[at+1] = w[at+1], w[at]
	case 1:
		w = slices.Delete(w, at, at+1)
	case 2:
		w = slices.Insert(w, at, w[at])
	default:
		w[at] = []rune(keys)[r.IntN(31)]
	}
	return string(w)
}
