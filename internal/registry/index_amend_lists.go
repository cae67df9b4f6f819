package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// longestPart is how many ords a row may grow to before it is parted.
const longestPart = 2 * listPart

// listKey is what a long list is of: a word, or two hot ones.
type listKey struct{ a, b int32 }

// listTable is a table of long lists and the columns of its key.
type listTable struct {
	name string
	key  []string
}

var (
	postingTable = listTable{"registry_posting", []string{"word"}}
	pairTable    = listTable{"registry_pair", []string{"a", "b"}}
)

func (a *amendment) postings(ctx context.Context) error {
	more := map[listKey][]int32{}
	byID := map[int32]*amendWord{}
	for _, w := range a.words {
		more[listKey{a: w.id}], byID[w.id] = w.ords, w
	}
	added, err := a.mergeLists(ctx, postingTable, more)
	for key, n := range added {
		byID[key.a].added = n
	}
	return err
}

func (a *amendment) pairs(ctx context.Context) error {
	more := map[listKey][]int32{}
	for _, l := range a.lines {
		for _, v := range l.words {
			for _, w := range l.words {
				if v.hot && w.hot && v.id < w.id {
					key := listKey{v.id, w.id}
					more[key] = append(more[key], l.ord)
				}
			}
		}
	}
	_, err := a.mergeLists(ctx, pairTable, more)
	return err
}

// rowKey is one row of a long list.
type rowKey struct {
	listKey
	first int32
}

// mergeLists merges ords, which are in order, into the rows they belong to, and
// tells how many of each list it had not.
func (a *amendment) mergeLists(ctx context.Context, t listTable, more map[listKey][]int32) (map[listKey]int32, error) {
	rows, err := a.rowsOf(ctx, t, more)
	if err != nil {
		return nil, fmt.Errorf("find rows of %s: %w", t.name, err)
	}
	old, err := a.takeRows(ctx, t, rows)
	if err != nil {
		return nil, fmt.Errorf("take rows of %s: %w", t.name, err)
	}
	added := map[listKey]int32{}
	out := newCopy(64 * len(rows))
	for key, ords := range rows {
		list, n := union(old[key], ords)
		added[key.listKey] += n
		parts := 1
		if len(list) > longestPart {
			parts = (len(list) + listPart - 1) / listPart
		}
		for chunk := range slices.Chunk(list, (len(list)+parts-1)/parts) {
			out.row(len(t.key) + 2)
			out.int32(key.a)
			if len(t.key) == 2 {
				out.int32(key.b)
			}
			out.int32(chunk[0])
			out.ints(chunk)
		}
	}
	return added, a.put(ctx, fmt.Sprintf("%s (%s, first, ords)", t.name, strings.Join(t.key, ", ")), out)
}

// is compares a row's key with that of t.
func (t listTable) is() string {
	if len(t.key) == 1 {
		return "x.word = t.a"
	}
	return "x.a = t.a AND x.b = t.b"
}

// rowsOf finds the row of each ord: the last that begins before it, else the
// list's first; without a list it is a row to come.
func (a *amendment) rowsOf(ctx context.Context, t listTable, more map[listKey][]int32) (map[rowKey][]int32, error) {
	var as, bs, ords []int32
	for key, list := range more {
		for _, ord := range list {
			as, bs, ords = append(as, key.a), append(bs, key.b), append(ords, ord)
		}
	}
	found, err := a.tx.Query(ctx, fmt.Sprintf(`SELECT n, coalesce(
			(SELECT first FROM %[1]s x WHERE %[2]s AND first <= t.ord ORDER BY first DESC LIMIT 1),
			(SELECT first FROM %[1]s x WHERE %[2]s ORDER BY first LIMIT 1), -1)
		FROM unnest($1::int[], $2::int[], $3::int[]) WITH ORDINALITY t (a, b, ord, n)`, t.name, t.is()), as, bs, ords)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	rows := map[rowKey][]int32{}
	for found.Next() {
		var n int64
		key := rowKey{}
		if err := found.Scan(&n, &key.first); err != nil {
			return nil, err
		}
		key.a, key.b = as[n-1], bs[n-1]
		rows[key] = append(rows[key], ords[n-1])
	}
	return rows, found.Err()
}

// takeRows deletes the rows that are to be written anew and returns what they held.
func (a *amendment) takeRows(ctx context.Context, t listTable, rows map[rowKey][]int32) (map[rowKey][]int32, error) {
	var as, bs, firsts []int32
	for key := range rows {
		if key.first >= 0 {
			as, bs, firsts = append(as, key.a), append(bs, key.b), append(firsts, key.first)
		}
	}
	found, err := a.tx.Query(ctx, fmt.Sprintf(`DELETE FROM %s x USING unnest($1::int[], $2::int[], $3::int[]) t (a, b, first)
		WHERE %s AND x.first = t.first RETURNING t.a, t.b, x.first, x.ords`, t.name, t.is()), as, bs, firsts)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	old := map[rowKey][]int32{}
	for found.Next() {
		var key rowKey
		var ords []int32
		if err := found.Scan(&key.a, &key.b, &key.first, &ords); err != nil {
			return nil, err
		}
		old[key] = ords
	}
	return old, found.Err()
}

// union merges two lists in order, and tells how many of more list had not.
func union(list, more []int32) (both []int32, added int32) {
	both = make([]int32, 0, len(list)+len(more))
	for len(list) > 0 && len(more) > 0 {
		switch {
		case list[0] < more[0]:
			both, list = append(both, list[0]), list[1:]
		case list[0] > more[0]:
			both, more = append(both, more[0]), more[1:]
			added++
		default:
			more = more[1:]
		}
	}
	return append(append(both, list...), more...), added + int32(len(more))
}
