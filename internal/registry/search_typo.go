package registry

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"signdesk/internal/db"
)

const (
	maxMeant   = 8 // words of the dictionary tried for a misspelt one
	maxSuspect = 4 // words of a query looked at for typos
)

// correct asks anew for what the misspelt words may have meant: first for all
// that the dictionary does not know, then, one at a time, for the others. What
// was found before stays behind it.
func (a *Answer) correct(ctx context.Context, d *db.DB, w wanted, filter string, limit int) error {
	before := *a
	for _, slots := range [][]string{w.typed, w.swapped()} {
		list := strings.Fields(strings.Join(slots, " "))
		if len(list) == 0 {
			continue
		}
		tries, err := corrections(ctx, d, list)
		if err != nil {
			return err
		}
		for _, try := range tries {
			if err := a.ask(ctx, d, "", array(try), array(slices.Repeat([]string{none}, len(try))), filter, limit); err != nil {
				return err
			}
			if len(a.Hits) > 0 {
				for i := range a.Hits {
					a.Hits[i].Match = ByTypo
				}
				a.Typo, a.Said = true, meant(a.Said, a.Hits[0])
				for _, h := range before.Hits {
					if len(a.Hits) < limit && !slices.ContainsFunc(a.Hits, func(o Hit) bool { return o.OGRN == h.OGRN }) {
						a.Hits = append(a.Hits, h)
					}
				}
				return nil
			}
		}
	}
	*a = before
	return nil
}

// swapped is the query wholly in the other layout, nothing when it has no words there.
func (w wanted) swapped() []string {
	var list []string
	for i, s := range w.other {
		if s == none {
			s = w.typed[i]
		}
		list = append(list, s)
	}
	if slices.Equal(list, w.typed) {
		return nil
	}
	return list
}

// meant is what a query with alternatives asks for, seen from its first hit.
func meant(said string, h Hit) string {
	list := strings.Fields(said)
	text := " " + Normalize(h.Name) + " " + Normalize(h.Head)
	for i, alternatives := range list {
		choice := strings.Split(alternatives, "|")
		at := slices.IndexFunc(choice, func(c string) bool { return strings.Contains(text, " "+c) })
		list[i] = choice[max(at, 0)]
	}
	return strings.Join(list, " ")
}

// corrections are the queries to try instead of the words, misspelt ones
// replaced by what they may mean, A|B, the nearest first.
func corrections(ctx context.Context, d *db.DB, list []string) ([][]string, error) {
	meanings, known, err := alike(ctx, d, list)
	if err != nil {
		return nil, err
	}
	var tries [][]string
	all, unknown := slices.Clone(list), 0
	for i := range list {
		if len(meanings[i]) > 0 && !known[i] {
			all[i] = strings.Join(meanings[i], "|")
			unknown++
		}
	}
	if unknown > 0 {
		tries = append(tries, all)
	}
	for i := range list {
		if len(meanings[i]) > 0 && (known[i] || unknown > 1) && len(list) > 1 {
			one := slices.Clone(list)
			one[i] = strings.Join(meanings[i], "|")
			tries = append(tries, one)
		}
	}
	return tries[:min(len(tries), maxSuspect)], nil
}

// alike finds for each word those of the dictionary one typo away, frequent ones
// first, and whether it is there itself.
func alike(ctx context.Context, d *db.DB, list []string) (meanings [][]string, known []bool, err error) {
	var hashes []string
	var begins, insides []string
	for i, word := range list[:min(len(list), maxWords)] {
		for _, h := range nearHashes(word) {
			hashes = append(hashes, strconv.Itoa(int(h)))
		}
		if letters := []rune(word); len(letters) >= 6 { // one half is without the typo
			half := len(letters) / 2
			begins = append(begins, string(letters[:half]))
			if len(letters) >= 9 { // or one third without two of them
				begins = append(begins, string(letters[:max(4, len(letters)/3)]))
			}
			if i == len(list)-1 {
				insides = append(insides, string(letters[half:]))
			}
		}
	}
	meanings, known = make([][]string, len(list)), make([]bool, len(list))
	if len(hashes) == 0 {
		return meanings, known, nil
	}
	rows, err := d.Plain().QueryContext(ctx, `SELECT word, df FROM registry_alike(?, ?, ?)`, "{"+strings.Join(hashes, ",")+"}", array(begins), array(insides))
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	type near struct {
		word     string
		away, df int
	}
	nears := make([][]near, len(list))
	for rows.Next() {
		var n near
		if err := rows.Scan(&n.word, &n.df); err != nil {
			return nil, nil, err
		}
		n.word = strings.TrimPrefix(n.word, "@")
		for i, word := range list {
			n.away = typos(word, n.word, i == len(list)-1)
			switch {
			case n.away == 0 && n.word == word:
				known[i] = true
			case n.away <= 4:
				nears[i] = append(nears[i], n)
			}
		}
	}
	for i := range nears {
		slices.SortFunc(nears[i], func(x, y near) int {
			if x.away != y.away {
				return x.away - y.away
			}
			return y.df - x.df
		})
		for _, n := range nears[i] {
			if len(meanings[i]) < maxMeant && !slices.Contains(meanings[i], n.word) {
				meanings[i] = append(meanings[i], n.word)
			}
		}
	}
	return meanings, known, rows.Err()
}

// typos weighs how word may be other misspelt: 0 the same, 1 a whole word one
// typo away, 2 the same for the beginning of an unfinished one, 4 two typos in a
// word of eight letters or more, 9 too far.
func typos(word, other string, unfinished bool) int {
	if word == other {
		return 0
	}
	n := utf8.RuneCountInString(word)
	if n < shortestNear {
		return 9
	}
	a, b := []rune(word), []rune(other)
	away := damerau(a, b)
	if away == 1 {
		return 1
	}
	if unfinished && n >= 5 && len(b) >= n {
		for _, l := range []int{n, n - 1, n + 1} {
			if l <= len(b) && damerau(a, b[:l]) == 1 {
				return 2
			}
		}
	}
	if away == 2 && n >= 8 {
		return 4
	}
	return 9
}

// damerau counts letters lost, doubled, replaced and swapped with their
// neighbours, up to 3.
func damerau(a, b []rune) int {
	if len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		return 3
	}
	two, one := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range one {
		one[j] = j
	}
	row := make([]int, len(b)+1)
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, one[j+1]+1, one[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], two[j-1]+1)
			}
		}
		two, one, row = one, row, two
	}
	return min(one[len(b)], 3)
}
