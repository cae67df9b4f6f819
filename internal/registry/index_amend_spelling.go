package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// spelling adds the words that have become worth it to the hashes and endings.
func (a *amendment) spelling(ctx context.Context) error {
	var hashes []nearHash
	tails := map[string][]int32{}
	for _, w := range a.words {
		text, df := []byte(w.text), uint32(w.df+w.added)
		if !spelt(text, df) || !w.fresh && spelt(text, uint32(w.df)) {
			continue
		}
		for _, h := range appendNear(nil, text) {
			hashes = append(hashes, nearHash{h, w.id})
		}
		if text[0] != '@' {
			for _, at := range tailsOf(text, nil) {
				tails[w.text[at:]] = append(tails[w.text[at:]], w.id)
			}
		}
	}
	if err := a.near(ctx, hashes); err != nil {
		return fmt.Errorf("add hashes: %w", err)
	}
	if err := a.tails(ctx, tails); err != nil {
		return fmt.Errorf("add endings: %w", err)
	}
	return nil
}

func (a nearHash) compare(b nearHash) int {
	return cmp.Or(cmp.Compare(a.h, b.h), cmp.Compare(a.word, b.word))
}

// near merges hashes into the rows they belong to: the last that begins before
// one, else the first. Rows are written anew within the bounds they had.
func (a *amendment) near(ctx context.Context, hashes []nearHash) error {
	keys := make([]int32, len(hashes))
	for i, h := range hashes {
		keys[i] = h.h
	}
	slices.Sort(keys)
	rows, err := a.tx.Query(ctx, `DELETE FROM registry_near WHERE first = ANY (ARRAY(
			SELECT coalesce((SELECT first FROM registry_near WHERE first <= t.h ORDER BY first DESC LIMIT 1), (SELECT min(first) FROM registry_near))
			FROM unnest($1::int[]) t (h)))
		RETURNING first, hashes, words`, slices.Compact(keys))
	if err != nil {
		return err
	}
	var bounds, hs, words []int32
	var first int32
	_, err = pgx.ForEachRow(rows, []any{&first, &hs, &words}, func() error {
		bounds = append(bounds, first)
		for i := range hs {
			hashes = append(hashes, nearHash{hs[i], words[i]})
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(bounds)
	slices.SortFunc(hashes, nearHash.compare)
	hashes = slices.Compact(hashes)
	out := newCopy(16 * len(hashes))
	for from := 0; from < len(hashes); {
		for len(bounds) > 0 && bounds[0] <= hashes[from].h {
			bounds = bounds[1:]
		}
		to := len(hashes)
		if len(bounds) > 0 {
			to, _ = slices.BinarySearchFunc(hashes, bounds[0], func(h nearHash, bound int32) int { return cmp.Compare(h.h, bound) })
		}
		if to-from <= 2*nearRow {
			out.near(hashes[from:to])
		} else {
			out.parted(hashes[from:to])
		}
		from = to
	}
	return a.put(ctx, "registry_near (first, hashes, words)", out)
}

// parted cuts hashes into rows; equal ones stay together.
func (c *copyRows) parted(hashes []nearHash) {
	from := 0
	for i := range hashes {
		if i-from >= nearRow && hashes[i].h != hashes[i-1].h {
			c.near(hashes[from:i])
			from = i
		}
	}
	c.near(hashes[from:])
}
