package bench

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"signdesk/internal/registry"
)

// wish is a query somebody types who has one organisation in mind.
type wish struct {
	class, query string
	kept         []string // the words left of the name, as it spells them, perhaps unfinished
	want         sample
	like         int // how many organisations have all these words
	place        int // of the wanted one in the answer, 0 is absent
}

var wishClasses = []string{"cut", "shortened", "swapped", "typo", "layout", "lookalike", "form"}

// quality asks a thousand queries made from organisations drawn by the seed and
// reports, per class and in all, how many in a hundred have the wanted one among
// the first five. Only queries that the words left in them answer for at most
// five organisations count: nothing could tell more apart. The whole set lies in
// quality-ORGS.tsv, what was missed in missed-ORGS.tsv, for reading.
func (n *country) quality(b *testing.B) {
	b.Helper()
	list := n.wishes(b, 1000/len(wishClasses))
	found := map[string]int{}
	for i := range list {
		w := &list[i]
		answer, err := registry.Search(b.Context(), n.db, registry.Query{Text: w.query, Limit: 20})
		if err != nil {
			b.Fatal(err)
		}
		w.place = 1 + slices.IndexFunc(answer.Hits, func(h registry.Hit) bool { return h.OGRN == w.want.OGRN })
		if w.place >= 1 && w.place <= 5 {
			found[w.class]++
		}
	}
	total := 0
	for _, class := range wishClasses {
		total += found[class]
		b.Run("quality_"+class, func(b *testing.B) {
			figure(b, 100*float64(found[class])*float64(len(wishClasses))/float64(len(list)), 0, "%")
		})
	}
	b.Run("quality", func(b *testing.B) { figure(b, 100*float64(total)/float64(len(list)), 0, "%") })
	n.leaveWishes(b, "quality", list)
	n.leaveWishes(b, "missed", slices.DeleteFunc(list, func(w wish) bool { return w.place >= 1 && w.place <= 5 }))
}

func (n *country) leaveWishes(b *testing.B, name string, list []wish) {
	b.Helper()
	text := "class\tplace\talike\tquery\togrn\tname\n"
	for _, w := range list {
		text += fmt.Sprintf("%s\t%d\t%d\t%s\t%s\t%s\n", w.class, w.place, w.like, w.query, w.want.OGRN, w.want.Norm)
	}
	if err := os.WriteFile(filepath.Join(n.dir, fmt.Sprintf("%s-%d.tsv", name, n.orgs)), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

// wishes makes each class's queries, dropping those that too many answer to.
func (n *country) wishes(b *testing.B, each int) []wish {
	b.Helper()
	r := rand.New(rand.NewPCG(searchSeed, 2))
	var list []wish
	for _, s := range n.samples(b, each*12, `state <> 'closed' AND norm LIKE '%____ %____%'`) {
		s.Norm = asTyped(s.Norm)
		for _, class := range wishClasses {
			if w, ok := wishFor(r, class, s); ok {
				list = append(list, w)
			}
		}
	}
	n.countAlike(b, list)
	var kept []wish
	for _, class := range wishClasses {
		left := each
		for _, w := range list {
			if w.class == class && w.like >= 1 && w.like <= 5 && left > 0 {
				kept = append(kept, w)
				left--
			}
		}
		if left > 0 {
			b.Fatalf("%d queries too few of class %s", left, class)
		}
	}
	return kept
}

func wishFor(r *rand.Rand, class string, s sample) (wish, bool) {
	w := wish{class: class, want: s, kept: s.words()}
	long := slices.IndexFunc(w.kept, func(word string) bool { return word == string(s.longest()) })
	if len(w.kept) > 6 || len(s.longest()) < 5 {
		return w, false
	}
	switch class {
	case "cut": // one or two words left out
		for range 1 + r.IntN(2) {
			if len(w.kept) > 1 {
				at := r.IntN(len(w.kept))
				w.kept = slices.Delete(w.kept, at, at+1)
			}
		}
	case "shortened": // one or two words not typed to their ends
		for range 1 + r.IntN(2) {
			at := r.IntN(len(w.kept))
			word := []rune(w.kept[at])
			w.kept[at] = string(word[:max(min(3, len(word)), len(word)-1-r.IntN(3))])
		}
	case "swapped":
		r.Shuffle(len(w.kept), func(i, j int) { w.kept[i], w.kept[j] = w.kept[j], w.kept[i] })
		if slices.Equal(w.kept, s.words()) {
			slices.Reverse(w.kept)
		}
	}
	typed := slices.Clone(w.kept)
	switch class {
	case "typo":
		typed[long] = misspelt(r, s.longest())
	case "lookalike": // copied from where Latin letters stood
		typed[long] = latinLooks.Replace(typed[long])
		if typed[long] == w.kept[long] || strings.Trim(typed[long], "ABCEHKMOPTXY") == "" {
			return w, false
		}
	case "form": // a legal form and quotes typed with the name
		form := []string{"ООО", "акционерное общество", "Общество с ограниченной ответственностью", "ип"}[r.IntN(4)]
		typed[0], typed[len(typed)-1] = form+" «"+typed[0], typed[len(typed)-1]+"»"
	}
	w.query = strings.ToLower(strings.Join(typed, " "))
	if class == "layout" {
		w.query = registry.SwapLayout(w.query)
	}
	return w, len([]rune(w.query)) >= 4
}

// countAlike counts, in one pass over the register, the names in which every
// kept word begins a word of its own: by hand, for it judges the search.
func (n *country) countAlike(b *testing.B, list []wish) {
	b.Helper()
	key := func(word string) string { l := []rune(word); return string(l[:min(3, len(l))]) }
	byKey := map[string][]int{}
	for i, w := range list {
		anchor := slices.MaxFunc(w.kept, func(x, y string) int { return len(x) - len(y) })
		byKey[key(anchor)] = append(byKey[key(anchor)], i)
	}
	conn := n.connect(b, n.dsn)
	defer conn.Close(b.Context())
	rows, err := conn.Query(b.Context(), `SELECT norm FROM registry_doc`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		name := strings.Fields(asTyped(string(rows.RawValues()[0])))
		keys := map[string]bool{}
		for _, word := range name {
			keys[key(word)] = true
		}
		for k := range keys {
			for _, i := range byKey[k] {
				if begins(name, list[i].kept) {
					list[i].like++
				}
			}
		}
	}
	if rows.Err() != nil {
		b.Fatal(rows.Err())
	}
}

var (
	lookAlikes = strings.NewReplacer("A", "А", "O", "О", "C", "С")
	latinLooks = strings.NewReplacer("А", "A", "О", "O", "С", "C", "Е", "E", "Р", "P")
)

// asTyped writes a name as who has heard it does: the register's Latin letters
// inside Cyrillic words (generate_country.go) are Cyrillic to everybody.
func asTyped(name string) string {
	if strings.IndexFunc(name, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) < 0 {
		return name
	}
	return lookAlikes.Replace(name)
}

func begins(name, words []string) bool {
	for _, word := range words {
		if !slices.ContainsFunc(name, func(s string) bool { return strings.HasPrefix(s, word) }) {
			return false
		}
	}
	return true
}
