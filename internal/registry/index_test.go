package registry

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

// compactDump is a dump of so many records, named as unevenly as the country's.
func compactDump(t testing.TB, orgs int, seed uint64) string {
	t.Helper()
	var b bytes.Buffer
	if err := Generate(&b, GenerateOptions{Orgs: orgs, Seed: seed, Date: dumpDay, Compact: true}); err != nil {
		t.Fatal(err)
	}
	return file(t, "dump.zip", b.Bytes())
}

// smallIndexer is as large a register needs it: words of more than 20 lines are
// hot, amendments take many transactions.
func smallIndexer(d *db.DB) *indexer {
	ix := newIndexer(d, nil)
	ix.hotFrom, ix.amendLines, ix.amendRate = 20, 50, 30
	return ix
}

func index(t testing.TB, d *db.DB, anew bool) IndexReport {
	t.Helper()
	report, err := smallIndexer(d).run(t.Context(), anew)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// searchIndex is the search tables by words, as another program reads them.
type searchIndex struct {
	lists                              map[string][]int32 // by word
	hot                                map[string]bool
	prefix, pair, hotPrefix, hotRegion map[string][]int32
	near                               map[int32][]string
	tail                               []string // words by their endings
}

func readIndex(t testing.TB, d *db.DB) *searchIndex {
	t.Helper()
	ctx := t.Context()
	conn, err := newIndexer(d, nil).connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	x := &searchIndex{map[string][]int32{}, map[string]bool{}, map[string][]int32{}, map[string][]int32{}, map[string][]int32{}, map[string][]int32{}, map[int32][]string{}, nil}
	query := func(sql string, row func(key string, first int32, ords []int32)) {
		t.Helper()
		rows, err := conn.Query(ctx, sql)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var key string
			var first int32
			var ords []int32
			if err := rows.Scan(&key, &first, &ords); err != nil {
				t.Fatal(err)
			}
			row(key, first, ords)
		}
		if rows.Err() != nil {
			t.Fatal(rows.Err())
		}
	}
	chunks := func(to map[string][]int32, bound int) func(string, int32, []int32) {
		return func(key string, first int32, ords []int32) {
			if len(ords) == 0 || len(ords) > bound || ords[0] != first {
				t.Errorf("%s: a row of %d from %d", key, len(ords), first)
			}
			to[key] = append(to[key], ords...)
		}
	}
	byID := map[int32]string{}
	df := map[string]int32{}
	query(`SELECT word, df, ARRAY[id, hot::int] FROM registry_word`, func(word string, n int32, more []int32) {
		byID[more[0]], df[word], x.hot[word] = word, n, more[1] == 1
	})
	query(`SELECT w.word, p.first, ords FROM registry_posting p JOIN registry_word w ON w.id = p.word ORDER BY p.word, first`, chunks(x.lists, 1000))
	query(`SELECT prefix, ords[1], ords FROM registry_prefix`, chunks(x.prefix, best))
	query(`SELECT a.word || '+' || b.word, p.first, ords FROM registry_pair p JOIN registry_word a ON a.id = p.a JOIN registry_word b ON b.id = p.b WHERE p.a < p.b ORDER BY p.a, p.b, first`, chunks(x.pair, 1000))
	query(`SELECT w.word || '+' || prefix, ords[1], ords FROM registry_hotprefix p JOIN registry_word w ON w.id = p.word`, chunks(x.hotPrefix, best))
	query(`SELECT w.word || '+' || region, ords[1], ords FROM registry_hotregion p JOIN registry_word w ON w.id = p.word`, chunks(x.hotRegion, best))
	for _, m := range []map[string][]int32{x.lists, x.prefix, x.pair, x.hotPrefix, x.hotRegion} {
		for key, ords := range m {
			for i := 1; i < len(ords); i++ {
				if ords[i-1] >= ords[i] {
					t.Fatalf("%s: %d is followed by %d", key, ords[i-1], ords[i])
				}
			}
		}
	}
	for word, n := range df {
		if int(n) != len(x.lists[word]) {
			t.Errorf("%s: df %d, %d in the list", word, n, len(x.lists[word]))
		}
	}
	var last int32
	query(`SELECT '', first, hashes || words FROM registry_near ORDER BY first`, func(_ string, first int32, both []int32) {
		n := len(both) / 2
		if both[0] != first || len(x.near) > 0 && first <= last {
			t.Errorf("near: %d in a row from %d after %d", both[0], first, last)
		}
		for i := range n {
			last = both[i]
			x.near[last] = append(x.near[last], byID[both[n+i]])
		}
	})
	query(`SELECT concat_ws('<', coalesce((SELECT first FROM registry_tail n WHERE n.first > t.first ORDER BY first LIMIT 1), 'ЯЯЯЯЯ'), first, (count(*) OVER (PARTITION BY first) > 1)::text), 0, words
		FROM registry_tail t`, func(bounds string, _ int32, words []int32) {
		b := strings.Split(bounds, "<")
		next, first, alone := b[0], b[1], b[2] == "true"
		for _, id := range words {
			word := byID[id]
			x.tail = append(x.tail, word)
			if !slices.ContainsFunc(tailsOf([]byte(word), nil), func(at uint8) bool {
				return word[at:] == first || !alone && word[at:] > first && word[at:] <= next
			}) {
				t.Errorf("%s stands between %s", word, bounds)
			}
		}
		if len(words) > 4*tailRow {
			t.Errorf("%d words from %s", len(words), first)
		}
	})
	slices.Sort(x.tail)
	return x
}

func compareIndexes(t testing.TB, want, got *searchIndex) {
	t.Helper()
	for _, x := range []*searchIndex{want, got} {
		for h := range x.near {
			slices.Sort(x.near[h])
		}
	}
	for name, pair := range map[string][2]any{
		"lists": {want.lists, got.lists}, "hot": {want.hot, got.hot}, "prefix": {want.prefix, got.prefix}, "pair": {want.pair, got.pair},
		"hotprefix": {want.hotPrefix, got.hotPrefix}, "hotregion": {want.hotRegion, got.hotRegion}, "near": {want.near, got.near}, "tail": {want.tail, got.tail},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s:\n%.2000s", name, diff)
		}
	}
}

func TestIndexHoldsEveryWordOfEveryLine(t *testing.T) {
	d := dbtest.New(t)
	shape := shapeOf(t, d)
	takeIn(t, d, compactDump(t, 4000, 3))
	report := index(t, d, true)
	if diff := cmp.Diff(shape, shapeOf(t, d)); diff != "" {
		t.Errorf("the tables built differ from those of the migrations:\n%s", diff)
	}
	got := readIndex(t, d)
	want := countedIndex(t, d, 20)
	compareIndexes(t, want, got)
	hots := 0
	for _, hot := range got.hot {
		if hot {
			hots++
		}
	}
	if report.Docs != 4000 || int(report.Words) != len(got.lists) || hots < 50 || len(got.prefix) < 30 || len(got.pair) < 100 {
		t.Errorf("%+v, %d words, %d hot, %d beginnings, %d pairs", report, len(got.lists), hots, len(got.prefix), len(got.pair))
	}
	if n := count(t, d, "registry_pending"); n != 0 {
		t.Errorf("%d lines still pending", n)
	}
}

// shapeOf is the columns, indexes and rights of the search tables.
func shapeOf(t testing.TB, d *db.DB) (shape []string) {
	t.Helper()
	rows, err := d.Plain().QueryContext(t.Context(), `
		SELECT concat_ws(' ', relname, attname, format_type(atttypid, atttypmod), attcollation, attstorage, attnotnull, relacl, reloptions)
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname LIKE 'registry%' AND attnum > 0
		UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename LIKE 'registry%' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		shape = append(shape, line)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	if len(shape) < 60 {
		t.Errorf("%d columns and indexes", len(shape))
	}
	return shape
}
