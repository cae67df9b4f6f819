package registry

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
)

// build makes all search tables anew beside those in force and swaps them in.
//
// The register is read once: words get numbers as they come, lines are kept as
// numbers in parts by ord. Then the dictionary is put into order, what helps with
// typos and insides of words is made of it alone, and the lines are gone through
// again by ascending ord, so that every list grows in the order of relevance and
// the best of it are its first. The whole stands in one transaction of the main
// connection, whose snapshot also says which pending lines are in the build.
func (ix *indexer) build(ctx context.Context) (report IndexReport, err error) {
	var expected int64
	for _, sql := range []string{`DROP SCHEMA IF EXISTS ` + besides + ` CASCADE`, `CREATE SCHEMA ` + besides, `BEGIN ISOLATION LEVEL REPEATABLE READ`} {
		if _, err = ix.conn.Exec(ctx, sql); err != nil {
			return report, err
		}
	}
	if err = ix.conn.QueryRow(ctx, `SELECT coalesce(sum(next), 0) FROM registry_bucket`).Scan(&expected); err != nil {
		return report, err
	}
	group, all := errgroup.WithContext(ctx)
	b := &builder{ix: ix, group: group}
	group.Go(func() error { return b.numbers(all) })
	group.Go(func() (err error) {
		report, err = b.words(all, expected)
		return err
	})
	if err := group.Wait(); err != nil {
		return report, err
	}
	return report, ix.swap(ctx, report.Docs, b.hot)
}

// builder fills the tables, several at a time.
type builder struct {
	ix    *indexer
	dict  *dictionary
	hot   int64
	group *errgroup.Group
}

// numbers makes what is missing around registry_doc, over a connection of its own.
func (b *builder) numbers(ctx context.Context) error {
	conn, err := b.ix.connect(ctx)
	if err != nil {
		return err
	}
	defer closeConn(conn)
	if err := buildLate(ctx, conn, func(string, float64) {}); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `ANALYZE registry_doc`)
	return err
}

// words reads the lines and has all that is made of their words written.
func (b *builder) words(ctx context.Context, expected int64) (IndexReport, error) {
	ls, err := b.ix.readLines(ctx, expected)
	if err != nil {
		return IndexReport{}, err
	}
	defer ls.spill.close()
	dict, place := ls.words.sorted()
	ls.words = nil
	b.hot = max(ls.docs/500, b.ix.hotFrom)
	dict.warm(uint32(b.hot))
	b.dict = dict
	b.group.Go(func() error { return b.spelling(ctx) })
	return IndexReport{Anew: true, Docs: ls.docs, Words: int64(dict.len())}, b.lists(ctx, ls, place)
}

// fill makes one table; its indexes are made while others are being filled.
func (b *builder) fill(ctx context.Context, table string, rows func(*loader) error) error {
	l, err := b.ix.load(ctx, table)
	if err != nil {
		return err
	}
	if err := rows(l); err != nil {
		defer l.close()
		return fmt.Errorf("fill %s: %w", table, errors.Join(err, l.failed()))
	}
	b.group.Go(func() error {
		defer l.close()
		return l.finish(ctx)
	})
	return nil
}

// spelling writes what is made of the words alone.
func (b *builder) spelling(ctx context.Context) error {
	for _, t := range []struct {
		table string
		rows  func(*loader) error
	}{{"registry_word", b.dict.sendWords}, {"registry_near", b.dict.sendNear}, {"registry_tail", b.dict.sendTails}} {
		if err := b.fill(ctx, t.table, t.rows); err != nil {
			return err
		}
	}
	return nil
}

// lists goes through the lines and writes all that is made of them.
func (b *builder) lists(ctx context.Context, ls *indexLines, place []uint32) error {
	var l *lists
	err := b.fill(ctx, "registry_pair", func(pairs *loader) (err error) {
		if l, err = newLists(b.dict, pairs); err != nil {
			return err
		}
		var done int64
		err = ls.each(place, func(d indexLine) error {
			if done++; done%4096 == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
				b.ix.progress("составляются списки слов", 0.3+0.3*float64(done)/float64(ls.docs))
			}
			return l.take(d)
		})
		if err != nil {
			return err
		}
		return l.endPairs()
	})
	if l != nil {
		defer l.close()
	}
	if err != nil {
		return err
	}
	if err := b.fill(ctx, "registry_hotregion", l.sendRegions); err != nil {
		return err
	}
	if err := b.fill(ctx, "registry_hotprefix", l.sendPrefixes); err != nil {
		return err
	}
	return b.fill(ctx, "registry_prefix", func(prefixes *loader) error {
		t := &tops{to: prefixes}
		err := b.fill(ctx, "registry_posting", func(to *loader) error {
			return l.sendPostings(to, func(word uint32, ords []int32) error {
				if word%8192 == 0 {
					b.ix.progress("записываются списки слов", 0.7+0.25*float64(word)/float64(b.dict.len()))
				}
				return t.word(b.dict.word(word), ords)
			})
		})
		if err != nil {
			return err
		}
		return t.close(nil)
	})
}

func (d *dictionary) sendWords(to *loader) error {
	for n := uint32(1); n <= d.len(); n++ {
		if err := to.begin(4).int(int32(n)).text(d.word(n)).int(int32(d.df[n])).bool(d.hot[n] > 0).send(); err != nil {
			return err
		}
	}
	return nil
}
