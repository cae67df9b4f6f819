package registry

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// tailEntries is a row of registry_tail.
type tailEntries struct {
	place string // its ctid, "" for a row to come
	first string
	next  string // what the row after begins with, "" for the last one
	words []int32
	more  []tailEntry // to be added
}

type tailEntry struct {
	tail string
	word int32
}

// tails adds words, given by their endings, to the rows of these. A row keeps no
// order inside, so they stand at its end; one that grows too long is put into
// order and parted.
func (a *amendment) tails(ctx context.Context, more map[string][]int32) error {
	rows, err := a.tailRows(ctx, more)
	if err != nil {
		return err
	}
	var places []string
	var long []int32
	for _, r := range rows {
		if r.place != "" {
			places = append(places, r.place)
		}
		if len(r.words)+len(r.more) > 2*tailRow {
			long = append(long, r.words...)
		}
	}
	if _, err := a.tx.Exec(ctx, `DELETE FROM registry_tail WHERE ctid = ANY ($1::text[]::tid[])`, places); err != nil {
		return err
	}
	texts, err := a.texts(ctx, long)
	if err != nil {
		return err
	}
	out := newCopy(1 << 10 * len(rows))
	for _, r := range rows {
		if len(r.words)+len(r.more) > 2*tailRow {
			r.parted(texts, out.tail)
			continue
		}
		for _, e := range r.more {
			r.words = append(r.words, e.word)
			if r.first == "" || e.tail < r.first { // the very first row begins earlier now
				r.first = e.tail
			}
		}
		out.tail(r.first, r.words)
	}
	return a.put(ctx, "registry_tail (first, words)", out)
}

func (c *copyRows) tail(first string, words []int32) {
	c.row(2)
	c.text(first)
	c.ints(words)
}

// parted cuts a row that has grown too long. What it holds of the ending with
// which the next row begins stays with what is before: no other row may begin so.
func (r *tailEntries) parted(texts map[int32]string, row func(first string, words []int32)) {
	list := r.sorted(texts)
	var words []int32
	first := 0
	_ = cutTails(len(list), func(i, j int) bool { return list[i].tail == list[j].tail }, func(from, to int) error {
		if from > 0 && list[from].tail != r.next {
			row(list[first].tail, words)
			first, words = from, words[:0]
		}
		for _, e := range list[from:to] {
			words = append(words, e.word)
		}
		return nil
	})
	row(list[first].tail, words)
}

// tailRows finds the rows to which endings belong: the last that begins before
// one, else the very first. When several rows begin alike, which hold that ending
// alone, a later one needs a row of its own.
func (a *amendment) tailRows(ctx context.Context, more map[string][]int32) (map[string]*tailEntries, error) {
	endings := slices.Sorted(maps.Keys(more))
	found, err := a.tx.Query(ctx, `SELECT n, CASE
			WHEN r.ctid IS NULL THEN coalesce((SELECT ctid::text FROM registry_tail ORDER BY first LIMIT 1), '')
			WHEN r.first < t.tail AND EXISTS (SELECT FROM registry_tail x WHERE x.first = r.first AND x.ctid <> r.ctid) THEN r.first
			ELSE r.ctid::text END
		FROM unnest($1::text[]) WITH ORDINALITY t (tail, n)
		LEFT JOIN LATERAL (SELECT ctid, first FROM registry_tail WHERE first <= t.tail COLLATE "C" ORDER BY first DESC LIMIT 1) r ON true`, endings)
	if err != nil {
		return nil, err
	}
	rows := map[string]*tailEntries{}
	var n int64
	var place string
	_, err = pgx.ForEachRow(found, []any{&n, &place}, func() error {
		r := rows[place]
		if r == nil {
			r = &tailEntries{}
			rows[place] = r
			if strings.HasPrefix(place, "(") {
				r.place = place
			}
		}
		for _, word := range more[endings[n-1]] {
			r.more = append(r.more, tailEntry{endings[n-1], word})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var places []string
	for _, r := range rows {
		if r.place != "" {
			places = append(places, r.place)
		}
	}
	found, err = a.tx.Query(ctx, `SELECT ctid::text, first, words, coalesce((SELECT first FROM registry_tail n WHERE n.first > t.first ORDER BY first LIMIT 1), '')
		FROM registry_tail t WHERE ctid = ANY ($1::text[]::tid[])`, places)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var place string
		var r tailEntries
		if err := found.Scan(&place, &r.first, &r.words, &r.next); err != nil {
			return nil, err
		}
		rows[place].first, rows[place].words, rows[place].next = r.first, r.words, r.next
	}
	return rows, found.Err()
}

func (a *amendment) texts(ctx context.Context, ids []int32) (map[int32]string, error) {
	found, err := a.tx.Query(ctx, `SELECT id, word FROM registry_word WHERE id = ANY ($1)`, slices.Compact(slices.Sorted(slices.Values(ids))))
	if err != nil {
		return nil, err
	}
	texts := map[int32]string{}
	var id int32
	var text string
	_, err = pgx.ForEachRow(found, []any{&id, &text}, func() error {
		texts[id] = text
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read words: %w", err)
	}
	return texts, nil
}

// sorted puts the row with what is added into order. Which endings of a word
// stand here show the row's bounds; an ending equal to a bound may also stand in
// the row beside, so it counts only as often as the word does.
func (r *tailEntries) sorted(texts map[int32]string) []tailEntry {
	times := map[int32]int{}
	for _, word := range r.words {
		times[word]++
	}
	list := r.more
	for word, n := range times {
		var here []string
		for _, at := range tailsOf([]byte(texts[word]), nil) {
			if tail := texts[word][at:]; tail >= r.first && (r.next == "" || tail <= r.next) {
				here = append(here, tail)
			}
		}
		slices.Sort(here)
		for len(here) > n {
			if here[len(here)-1] == r.next {
				here = here[:len(here)-1]
			} else {
				here = here[1:]
			}
		}
		for _, tail := range here {
			list = append(list, tailEntry{tail, word})
		}
	}
	slices.SortFunc(list, func(a, b tailEntry) int { return cmp.Or(cmp.Compare(a.tail, b.tail), cmp.Compare(a.word, b.word)) })
	return list
}
