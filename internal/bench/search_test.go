package bench

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"signdesk/internal/org"
	"signdesk/internal/registry"
)

// BenchmarkSearch answers queries as people type them, over ten thousand own
// clients and a register of a hundred thousand, one after another: whole and
// begun numbers, words of names, surnames, unfinished words, typos, the wrong
// keyboard layout, and what is not there.
func BenchmarkSearch(b *testing.B) {
	w := newWorld(b, 100000, 10000)
	kinds := queries(b, w, 200)
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		var took []time.Duration
		for _, q := range kinds[name] {
			took = append(took, timed(func() {
				if _, err := org.Search(b.Context(), w.db, w.by, q, 20); err != nil {
					b.Fatal(err)
				}
			}))
		}
		slices.Sort(took)
		for _, p := range []int{50, 99} {
			b.Run(fmt.Sprintf("%s_p%d", name, p), func(b *testing.B) {
				figure(b, took[len(took)*p/100].Seconds()*1000, 0, "ms")
			})
		}
	}
}

// queries makes n queries of each kind from records of the register.
func queries(b *testing.B, w *world, n int) map[string][]string {
	b.Helper()
	var rows []struct {
		INN  string `bun:"inn"`
		OGRN string `bun:"ogrn"`
		Name string `bun:"name"`
		Norm string `bun:"norm"`
	}
	err := w.db.Plain().NewRaw(`SELECT inn, ogrn, name, norm FROM registry_org WHERE inn <> '' ORDER BY md5(ogrn) LIMIT ?`, n).Scan(b.Context(), &rows)
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	kinds := map[string][]string{}
	add := func(kind, query string) { kinds[kind] = append(kinds[kind], query) }
	for _, r := range rows {
		words := strings.Fields(r.Norm)
		longest := []rune(slices.MaxFunc(words, func(x, y string) int { return len(x) - len(y) }))
		add("number", r.INN)
		add("number_begun", r.OGRN[:7])
		add("words", strings.Join(words, " "))
		add("word_begun", string(longest[:max(3, len(longest)*2/3)]))
		typo := slices.Clone(longest)
		if at := 1 + random.IntN(len(typo)-1); at < len(typo) {
			typo[at-1], typo[at] = typo[at], typo[at-1]
		}
		add("typo", string(typo))
		add("layout", registry.SwapLayout(strings.ToLower(string(longest))))
		add("nothing", fmt.Sprintf("ъйцу%d щзхъ", random.IntN(1000)))
	}
	return kinds
}
