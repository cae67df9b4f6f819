package registry

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"signdesk/internal/db"
)

// countedIndex is the same made by looking at every line.
func countedIndex(t testing.TB, d *db.DB, hot int) *searchIndex {
	t.Helper()
	x := &searchIndex{map[string][]int32{}, map[string]bool{}, map[string][]int32{}, map[string][]int32{}, map[string][]int32{}, map[string][]int32{}, map[int32][]string{}, nil}
	type lineWords struct {
		ord    int32
		region string
		words  []string
	}
	var all []lineWords
	rows, err := d.Plain().QueryContext(t.Context(), `SELECT ord, region, norm || ' ' || more, head FROM registry_doc ORDER BY ord`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var l lineWords
		var text, head string
		if err := rows.Scan(&l.ord, &l.region, &text, &head); err != nil {
			t.Fatal(err)
		}
		set := map[string]bool{}
		for _, w := range strings.Fields(text) {
			set[w] = true
		}
		for _, w := range words(head) {
			set["@"+w] = true
		}
		l.words = slices.Sorted(maps.Keys(set))
		for _, w := range l.words {
			x.lists[w] = append(x.lists[w], l.ord)
		}
		all = append(all, l)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	begins := map[string]map[string]bool{}
	for w, ords := range x.lists {
		x.hot[w] = len(ords) > hot
		rs := []rune(w)
		at := strings.Count(w, "@")
		for n := at + 1; n <= len(rs) && n-at <= 8; n++ {
			p := string(rs[:n])
			if begins[p] == nil {
				begins[p] = map[string]bool{}
			}
			begins[p][w] = true
		}
		digits := strings.ContainsAny(w, "0123456789")
		bare := rs[at:]
		if strings.Trim(w, "0123456789@") == "" || digits && len(ords) == 1 {
			continue
		}
		if at == 0 {
			for i := 1; i <= len(rs)-3; i++ {
				x.tail = append(x.tail, w)
			}
		}
		if len(bare) < 4 || len(bare) > 24 {
			continue
		}
		spellings := map[string]bool{string(bare): true}
		for i := range bare {
			spellings[string(bare[:i])+string(bare[i+1:])] = true
		}
		for s := range spellings {
			x.near[plainHash(s)] = append(x.near[plainHash(s)], w)
		}
	}
	slices.Sort(x.tail)
	for p, ws := range begins {
		if len(ws) <= 50 {
			continue
		}
		set := map[int32]bool{}
		for w := range ws {
			for _, ord := range x.lists[w] {
				set[ord] = true
			}
		}
		list := slices.Sorted(maps.Keys(set))
		x.prefix[p] = list[:min(len(list), 100)]
	}
	for _, l := range all {
		for _, a := range l.words {
			if !x.hot[a] {
				continue
			}
			first := func(m map[string][]int32, key string) {
				if n := len(m[key]); n < 100 && (n == 0 || m[key][n-1] != l.ord) {
					m[key] = append(m[key], l.ord)
				}
			}
			first(x.hotRegion, a+"+"+l.region)
			for _, b := range l.words {
				if a == b {
					continue
				}
				if x.hot[b] && a < b {
					x.pair[a+"+"+b] = append(x.pair[a+"+"+b], l.ord)
				}
				rs := []rune(b)
				if n := 3 + strings.Count(b, "@"); len(rs) >= n {
					first(x.hotPrefix, a+"+"+string(rs[:n]))
				}
			}
		}
	}
	return x
}

// plainHash is the hash of one spelling, letter by letter.
func plainHash(s string) int32 {
	var h uint32
	for _, r := range s {
		h = h*0x9e3779b1 + uint32(r)
	}
	return mixed(h)
}
