package registry

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

// alive leaves out the lines that are gone, and what they alone were in.
func (x *searchIndex) alive(t testing.TB, d *db.DB) {
	t.Helper()
	rows, err := d.Plain().QueryContext(t.Context(), `SELECT ord FROM registry_doc`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	lines := map[int32]bool{}
	for rows.Next() {
		var ord int32
		if err := rows.Scan(&ord); err != nil {
			t.Fatal(err)
		}
		lines[ord] = true
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	for _, m := range []map[string][]int32{x.lists, x.prefix, x.pair, x.hotPrefix, x.hotRegion} {
		for key, ords := range m {
			if m[key] = slices.DeleteFunc(ords, func(ord int32) bool { return !lines[ord] }); len(m[key]) == 0 {
				delete(m, key)
			}
		}
	}
	for word := range x.hot {
		if x.lists[word] == nil {
			delete(x.hot, word)
		}
	}
	gone := func(word string) bool { return x.lists[word] == nil }
	for h, words := range x.near {
		if x.near[h] = slices.DeleteFunc(words, gone); len(x.near[h]) == 0 {
			delete(x.near, h)
		}
	}
	x.tail = slices.DeleteFunc(x.tail, gone)
}

// sameAnswers compares amended tables with those of a build over the same lines:
// what is hot may differ, and a list of the best may have lost lines that are gone.
func sameAnswers(t *testing.T, built, amended *searchIndex) {
	t.Helper()
	hot := func(key string) bool {
		first, second, _ := strings.Cut(key, "+")
		return built.hot[first] && amended.hot[first] && (built.lists[second] == nil || built.hot[second] == amended.hot[second])
	}
	for _, m := range []map[string][]int32{built.pair, amended.pair, built.hotPrefix, amended.hotPrefix, built.hotRegion, amended.hotRegion} {
		maps.DeleteFunc(m, func(key string, _ []int32) bool { return !hot(key) })
	}
	lost := 0
	for _, m := range [][2]map[string][]int32{{built.prefix, amended.prefix}, {built.hotPrefix, amended.hotPrefix}, {built.hotRegion, amended.hotRegion}} {
		for key, ords := range m[0] {
			if n := len(m[1][key]); n < len(ords) && len(ords) == best {
				m[0][key] = ords[:n]
				lost++
			}
		}
	}
	if lost > 100 {
		t.Errorf("%d lists of the best are shorter", lost)
	}
	maps.DeleteFunc(amended.prefix, func(key string, _ []int32) bool { return built.prefix[key] == nil }) // fewer words since
	built.hot, amended.hot = nil, nil
	compareIndexes(t, built, amended)
}

func TestAmendedIndexIsAsBuilt(t *testing.T) {
	d := dbtest.New(t)
	takeIn(t, d, compactDump(t, 6000, 3))
	index(t, d, true)
	for i, dump := range []string{compactDump(t, 140, 4), compactDump(t, 130, 5)} {
		takeIn(t, d, dump)
		if report := index(t, d, false); report.Anew || report.Docs < 100 || report.Words < 50 {
			t.Errorf("%d: %+v", i, report)
		}
	}
	if n := count(t, d, "registry_pending"); n != 0 {
		t.Errorf("%d lines still pending", n)
	}
	amended := readIndex(t, d)
	index(t, d, true)
	built := readIndex(t, d)
	amended.alive(t, d)
	sameAnswers(t, built, amended)
}

// Most of the register comes by amendments: every row there was is parted.
func TestAmendmentsPartRows(t *testing.T) {
	d := dbtest.New(t)
	takeIn(t, d, compactDump(t, 300, 3))
	index(t, d, true)
	takeIn(t, d, compactDump(t, 16000, 4))
	ix := smallIndexer(d)
	ix.amendLines = 9_000
	var err error
	if ix.conn, err = ix.connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer closeConn(ix.conn)
	state, err := ix.state(t.Context())
	if err != nil || !ix.stale(state) {
		t.Errorf("%+v, %v", state, err)
	}
	if _, err := ix.amend(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	amended := readIndex(t, d)
	index(t, d, true)
	built := readIndex(t, d)
	amended.alive(t, d)
	sameAnswers(t, built, amended)
}
