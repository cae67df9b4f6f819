package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
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

// swap puts the filled tables in the place of those in force, in the transaction
// that read the lines, and forgets the pending ones that it saw. Vacuum is waited
// for first, which keeps nobody from searching. Then every search looks at
// registry_index before anything else: locked first, it is the gate where new
// searches wait while those inside end. They are waited for only briefly, so that
// nobody waits long behind this.
func (ix *indexer) swap(ctx context.Context, docs, hot int64) error {
	ix.progress("вводятся в действие", 0.99)
	old, filled := "public."+strings.Join(searchTables, ", public."), besides+"."+strings.Join(searchTables, ", "+besides+".")
	if _, err := ix.conn.Exec(ctx, fmt.Sprintf(`LOCK TABLE %s IN ACCESS EXCLUSIVE MODE; LOCK TABLE registry_index, %s IN SHARE UPDATE EXCLUSIVE MODE`, filled, old)); err != nil {
		return fmt.Errorf("wait for vacuum: %w", err)
	}
	for try := 1; ; try++ {
		_, err := ix.conn.Exec(ctx, `SAVEPOINT tables; SET LOCAL lock_timeout = '200ms'; LOCK TABLE registry_index, `+old+` IN ACCESS EXCLUSIVE MODE`)
		var refused *pgconn.PgError
		if err == nil {
			break
		}
		if !errors.As(err, &refused) || refused.Code != "55P03" || try == 300 { // lock_not_available
			return fmt.Errorf("wait for searches to end: %w", err)
		}
		if _, err := ix.conn.Exec(ctx, `ROLLBACK TO tables`); err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	sql := "DROP TABLE " + old + ";"
	for _, t := range searchTables {
		sql += fmt.Sprintf(`ALTER TABLE %[1]s.%[2]s RESET (autovacuum_enabled); ALTER TABLE %[1]s.%[2]s SET SCHEMA public;`, besides, t)
	}
	sql += fmt.Sprintf(`DROP SCHEMA %s; DELETE FROM registry_pending; DELETE FROM registry_index; INSERT INTO registry_index VALUES (now(), %d, %d, 0);
		SET LOCAL synchronous_commit = on; COMMIT`, besides, docs, hot)
	if _, err := ix.conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("put search tables in place: %w", err)
	}
	ix.progress("готово", 1)
	return nil
}
