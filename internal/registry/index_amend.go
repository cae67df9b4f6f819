package registry

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// amend merges the pending lines into the search tables in force. A transaction
// takes some of them off the list and puts them into every table, so a killed
// amendment has done a line wholly or not at all; putting a line in again changes
// nothing. Lines gone stay in the lists, where the join with registry_doc drops
// them, until the tables are built anew.
func (ix *indexer) amend(ctx context.Context, s indexState) (report IndexReport, err error) {
	// The planner knows nothing of the lists of keys it is sent.
	if _, err := ix.conn.Exec(ctx, `SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off`); err != nil {
		return report, err
	}
	for done := int64(0); ; {
		ix.progress("дополняются списки слов", float64(done)/float64(max(s.pending, done+1)))
		a := &amendment{most: ix.amendLines, words: map[string]*amendWord{}}
		err := pgx.BeginFunc(ctx, ix.conn, func(tx pgx.Tx) error {
			a.tx = tx
			return a.all(ctx)
		})
		if err != nil {
			return report, err
		}
		if a.taken == 0 {
			break
		}
		done += a.taken
		report.Docs += int64(len(a.lines))
		report.Words += int64(a.fresh)
	}
	// What was committed meanwhile did not wait for the disk; this does.
	_, err = ix.conn.Exec(ctx, `BEGIN; SET LOCAL synchronous_commit = on; SELECT pg_current_xact_id(); COMMIT`)
	ix.progress("готово", 1)
	return report, err
}

// amendment is one transaction of an amend.
type amendment struct {
	tx    pgx.Tx
	most  int   // lines it takes
	taken int64 // pending lines, those gone included
	fresh int   // words not known before
	lines []amendLine
	words map[string]*amendWord
}

type amendLine struct {
	ord    int32
	region string
	words  []*amendWord
}

// amendWord is a word of the pending lines.
type amendWord struct {
	text  string
	id    int32
	df    int32 // before
	hot   bool
	fresh bool
	ords  []int32 // of the pending lines that have it
	added int32   // of them those the list had not
}

func (a *amendment) all(ctx context.Context) error {
	if err := a.take(ctx); err != nil || a.taken == 0 {
		return err
	}
	for _, step := range []func(context.Context) error{
		a.identify, a.postings, a.dictionary, a.pairs, a.prefixes, a.hotPrefixes, a.hotRegions, a.spelling,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	_, err := a.tx.Exec(ctx, `UPDATE registry_index SET amended = amended + $1`, a.taken)
	return err
}

// take takes lines off the list and reads those that still stand, the more
// relevant first.
func (a *amendment) take(ctx context.Context) error {
	var ords []int32
	rows, err := a.tx.Query(ctx, `DELETE FROM registry_pending WHERE ctid = ANY (ARRAY(SELECT ctid FROM registry_pending WHERE ord >= 0 LIMIT $1)) RETURNING ord, gone`, a.most)
	if err != nil {
		return err
	}
	var ord int32
	var gone bool
	_, err = pgx.ForEachRow(rows, []any{&ord, &gone}, func() error {
		a.taken++
		if !gone {
			ords = append(ords, ord)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("take pending lines: %w", err)
	}
	rows, err = a.tx.Query(ctx, `SELECT ord, region, norm, more, head FROM registry_doc WHERE ord = ANY ($1) ORDER BY ord`, ords)
	if err != nil {
		return err
	}
	var region, norm, more, head string
	var scratch []byte
	_, err = pgx.ForEachRow(rows, []any{&ord, &region, &norm, &more, &head}, func() error {
		l := amendLine{ord: ord, region: region}
		scratch = eachWord(norm, more, head, scratch, func(word []byte) {
			w := a.words[string(word)]
			if w == nil {
				w = &amendWord{text: string(word)}
				a.words[w.text] = w
			}
			if !slices.Contains(l.words, w) && len(l.words) < maxDocWords {
				l.words = append(l.words, w)
				w.ords = append(w.ords, ord)
			}
		})
		a.lines = append(a.lines, l)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read pending lines: %w", err)
	}
	return nil
}

// identify finds the words' numbers and gives new ones to those not known.
func (a *amendment) identify(ctx context.Context) error {
	texts := make([]string, 0, len(a.words))
	for text := range a.words {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	rows, err := a.tx.Query(ctx, `SELECT id, word, df, hot FROM registry_word WHERE word = ANY ($1)`, texts)
	if err != nil {
		return err
	}
	var id, df int32
	var text string
	var hot bool
	_, err = pgx.ForEachRow(rows, []any{&id, &text, &df, &hot}, func() error {
		w := a.words[text]
		w.id, w.df, w.hot = id, df, hot
		return nil
	})
	if err != nil {
		return fmt.Errorf("look words up: %w", err)
	}
	if err := a.tx.QueryRow(ctx, `SELECT coalesce(max(id), 0) FROM registry_word`).Scan(&id); err != nil {
		return err
	}
	for _, text := range texts {
		if w := a.words[text]; w.id == 0 {
			id++
			w.id, w.fresh = id, true
			a.fresh++
		}
	}
	return nil
}

// dictionary adds new words and counts the lines of the others.
func (a *amendment) dictionary(ctx context.Context) error {
	fresh := newCopy(64 * a.fresh)
	var ids, added []int32
	for _, w := range a.words {
		switch {
		case w.fresh:
			fresh.row(4)
			fresh.int32(w.id)
			fresh.text(w.text)
			fresh.int32(w.added)
			fresh.bool(false)
		case w.added > 0:
			ids, added = append(ids, w.id), append(added, w.added)
		}
	}
	if err := a.put(ctx, "registry_word (id, word, df, hot)", fresh); err != nil {
		return err
	}
	_, err := a.tx.Exec(ctx, `UPDATE registry_word w SET df = df + t.n FROM unnest($1::int[], $2::int[]) t (id, n) WHERE w.id = t.id`, ids, added)
	return err
}

func (a *amendment) put(ctx context.Context, into string, rows copyRows) error {
	return (&writer{conn: a.tx.Conn()}).copyIn(ctx, into, rows)
}
