package registry

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// bestKey is what a list of the best is of: a beginning, or a hot word beside a
// beginning or a region.
type bestKey struct {
	word int32
	text string
}

// bestTable is a table of lists of the best and the columns of its key.
type bestTable struct{ name, word, text string }

var (
	prefixTable    = bestTable{"registry_prefix", "", "prefix"}
	hotPrefixTable = bestTable{"registry_hotprefix", "word", "prefix"}
	hotRegionTable = bestTable{"registry_hotregion", "word", "region"}
)

// betters gathers ords by key; they come in order.
type betters map[bestKey][]int32

func (m betters) add(key bestKey, ord int32) {
	list := m[key]
	if n := len(list); n < best && (n == 0 || list[n-1] != ord) {
		m[key] = append(list, ord)
	}
}

func (a *amendment) hotRegions(ctx context.Context) error {
	more := betters{}
	for _, l := range a.lines {
		for _, w := range l.words {
			if w.hot && len(l.region) == 2 {
				more.add(bestKey{w.id, l.region}, l.ord)
			}
		}
	}
	_, err := a.mergeBests(ctx, hotRegionTable, more, true)
	return err
}

func (a *amendment) hotPrefixes(ctx context.Context) error {
	more := betters{}
	for _, l := range a.lines {
		for _, w := range l.words {
			if !w.hot {
				continue
			}
			for _, other := range l.words {
				if begin, short := letters([]byte(other.text), 3); !short && other != w {
					more.add(bestKey{w.id, string(begin)}, l.ord)
				}
			}
		}
	}
	_, err := a.mergeBests(ctx, hotPrefixTable, more, true)
	return err
}

// prefixes betters the lists of beginnings and makes those of beginnings that
// the new words make popular.
func (a *amendment) prefixes(ctx context.Context) error {
	more := betters{}
	fresh := map[string]bool{}
	for _, l := range a.lines {
		for _, w := range l.words {
			for n := 1; n <= longestPrefix; n++ {
				begin, short := letters([]byte(w.text), n)
				if short {
					break
				}
				more.add(bestKey{text: string(begin)}, l.ord)
				if w.fresh {
					fresh[string(begin)] = true
				}
			}
		}
	}
	known, err := a.mergeBests(ctx, prefixTable, more, false)
	if err != nil {
		return err
	}
	for key := range known {
		delete(fresh, key.text)
	}
	_, err = a.tx.Exec(ctx, `INSERT INTO registry_prefix (prefix, ords)
		SELECT p, ARRAY(
			SELECT DISTINCT ord FROM registry_word w
			CROSS JOIN LATERAL (SELECT ords FROM registry_posting WHERE word = w.id ORDER BY first LIMIT 1) l
			CROSS JOIN LATERAL unnest(l.ords[1:$2]) ord
			WHERE w.word >= p COLLATE "C" AND w.word < p || U&'\+10FFFF' COLLATE "C" ORDER BY ord LIMIT $2)
		FROM unnest($1::text[]) p
		WHERE (SELECT count(*) FROM (SELECT FROM registry_word w WHERE w.word >= p COLLATE "C" AND w.word < p || U&'\+10FFFF' COLLATE "C" LIMIT $3 + 1) few) > $3`,
		slices.Sorted(maps.Keys(fresh)), best, fewWords)
	if err != nil {
		return fmt.Errorf("list new beginnings: %w", err)
	}
	return nil
}

// mergeBests betters the lists that are there, makes those that are not when
// asked to, and returns what was there.
func (a *amendment) mergeBests(ctx context.Context, t bestTable, more betters, create bool) (map[bestKey][]int32, error) {
	old, err := a.bestsOf(ctx, t, slices.Collect(maps.Keys(more)))
	if err != nil {
		return nil, fmt.Errorf("read lists of %s: %w", t.name, err)
	}
	out := newCopy(0)
	var words []int32
	var texts []string
	for key, ords := range more {
		was, known := old[key]
		list := mergeBest(slices.Clone(was), ords)
		if known && slices.Equal(list, was) || !known && !create {
			continue
		}
		if known {
			words, texts = append(words, key.word), append(texts, key.text)
		}
		if t.word == "" {
			out.row(2)
		} else {
			out.row(3)
			out.int32(key.word)
		}
		out.text(key.text)
		out.ints(list)
	}
	if _, err := a.tx.Exec(ctx, fmt.Sprintf(`DELETE FROM %s x USING unnest($1::int[], $2::text[]) t (word, text) WHERE %s`, t.name, t.is()), words, texts); err != nil {
		return nil, fmt.Errorf("take lists of %s: %w", t.name, err)
	}
	columns := t.text + ", ords"
	if t.word != "" {
		columns = t.word + ", " + columns
	}
	return old, a.put(ctx, fmt.Sprintf("%s (%s)", t.name, columns), out)
}

// is compares a row's key with that of t.
func (t bestTable) is() string {
	is := fmt.Sprintf(`x.%s = t.text COLLATE "C"`, t.text)
	if t.word != "" {
		is += " AND x.word = t.word"
	}
	return is
}

func (a *amendment) bestsOf(ctx context.Context, t bestTable, keys []bestKey) (map[bestKey][]int32, error) {
	words, texts := make([]int32, len(keys)), make([]string, len(keys))
	for i, key := range keys {
		words[i], texts[i] = key.word, key.text
	}
	found, err := a.tx.Query(ctx, fmt.Sprintf(`SELECT t.word, t.text, x.ords FROM unnest($1::int[], $2::text[]) t (word, text) JOIN %s x ON %s`, t.name, t.is()), words, texts)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	lists := map[bestKey][]int32{}
	for found.Next() {
		var key bestKey
		var ords []int32
		if err := found.Scan(&key.word, &key.text, &ords); err != nil {
			return nil, err
		}
		lists[key] = ords
	}
	return lists, found.Err()
}
