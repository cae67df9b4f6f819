package bench

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"signdesk/internal/registry"
)

// BenchmarkSearch answers queries as people type them over a register of ORGS
// organisations (100,000 unless told): per class the median, the slow end (a
// query's time is the median of three) and the slowest of all in the database, beside rivals on the same rows; the answer of the
// console while twenty people type; and how often the wanted organisation
// stands among the first five. A class's twenty slowest queries, and with
// PLANS=1 their plans, are left in var/bench-search.
func BenchmarkSearch(b *testing.B) {
	n := openCountry(b, orgsAsked(b))
	b.Run(fmt.Sprint(n.orgs), func(b *testing.B) {
		classes := n.queries(b, 300)
		var slow []slowQuery
		for _, class := range classes {
			slow = append(slow, n.class(b, class)...)
		}
		n.leave(b, slow)
		n.typing(b, classes)
		n.quality(b)
	})
}

// rivalQueries of each class the rivals answer: they take their time.
const rivalQueries = 60

func (n *country) class(b *testing.B, c class) []slowQuery {
	b.Helper()
	ask := func(q string) time.Duration {
		return timed(func() {
			if _, err := registry.Search(b.Context(), n.db, registry.Query{Text: q, Limit: 20}); err != nil {
				b.Fatal(err)
			}
		})
	}
	var took []time.Duration
	var slow []slowQuery
	longest := time.Duration(0)
	for _, q := range c.typed { // warm
		ask(q)
	}
	for _, q := range c.typed {
		three := []time.Duration{ask(q), ask(q), ask(q)} // a neighbour on the machine spoils one of them
		t := at(three, 50)
		longest = max(longest, three[2])
		took = append(took, t)
		slow = append(slow, slowQuery{c.name, q, t})
	}
	slices.SortFunc(slow, func(x, y slowQuery) int { return int(y.took - x.took) })
	trigram, fts := n.trigrams(b, c.meant[:rivalQueries]), n.fts(b, c.name, c.meant[:rivalQueries])
	for _, line := range []struct {
		name        string
		ours, rival time.Duration
	}{
		{"p50", at(took, 50), 0}, {"p99", at(took, 99), 0}, {"max", longest, 0},
		{"p99_trigram", at(took, 99), at(trigram, 99)}, {"p99_fts5", at(took, 99), at(fts, 99)},
	} {
		b.Run(c.name+"_"+line.name, func(b *testing.B) { figure(b, ms(line.ours), ms(line.rival), "ms") })
	}
	return slow[:20]
}

// at is the percentile of the times, sorting them.
func at(took []time.Duration, percent int) time.Duration {
	slices.Sort(took)
	return took[min(len(took)*percent/100, len(took)-1)]
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }
