package registry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/driver/pgdriver"

	"signdesk/internal/db"
)

// Match says by what a record was found; the order is that of the answer.
type Match string

const (
	ByNumber       Match = "number"        // INN, OGRN or KPP, whole
	ByNumberPrefix Match = "number_prefix" // their beginning
	ByName         Match = "name"          // the whole name
	ByNamePrefix   Match = "name_prefix"   // its beginning
	ByWords        Match = "words"         // all words, in any order
	ByWordsBegun   Match = "words_begun"   // all words, the last one unfinished
	ByHead         Match = "head"          // all words, some of them a head's surname
	ByPart         Match = "part"          // the beginnings of all words
	BySubstring    Match = "substring"
	ByTypo         Match = "typo"
)

// Hit is one line of the answer to a search.
type Hit struct {
	INN    string `json:"inn"`
	OGRN   string `json:"ogrn"`
	KPP    string `json:"kpp"`
	Name   string `json:"name"`
	Region string `json:"region"` // two digits
	Status State  `json:"status"`
	Match  Match  `json:"match"`
}

// SearchTime bounds a search, all its steps together.
const SearchTime = 150 * time.Millisecond

// Search answers a query as people type it: a number or its beginning, words of
// the name in any order, the last one unfinished, a head's surname, with typos
// or in the wrong keyboard layout. Hits come best match first, active ones first
// within a match. When time runs out the answer is what was found until then.
func Search(ctx context.Context, d *db.DB, query string, limit int) ([]Hit, error) {
	s := &search{limit: limit, seen: map[string]bool{}}
	typed, swapped := planFor(query), planFor(SwapLayout(query))
	err := d.Read(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		// A limit makes the planner hope that a scan of the whole table ends soon,
		// which it never does for what is not there.
		set := fmt.Sprintf("SET LOCAL statement_timeout = %d; SET LOCAL enable_seqscan = off; SET LOCAL pg_trgm.word_similarity_threshold = 0.45",
			SearchTime.Milliseconds())
		if _, err := tx.ExecContext(ctx, set); err != nil {
			return err
		}
		s.begun = time.Now()
		for _, list := range [][]step{typed.exact, swapped.exact, typed.loose, swapped.loose} {
			if err := s.run(ctx, tx, list); err != nil || len(s.hits) > 0 {
				return err
			}
		}
		return nil
	})
	if err != nil && !timedOut(err) {
		return nil, fmt.Errorf("search register: %w", err)
	}
	return s.hits, nil
}

// lines are those of registry_doc with the words of each.
const lines = `(SELECT *, state <> 'closed' AS active, array_to_tsvector(array_remove(string_to_array(
	norm || ' ' || more || ' @' || translate(split_part(head, ' ', 1), 'Ё', 'Е'), ' '), '')) AS terms FROM registry_doc) d`

// search collects the hits of one query.
type search struct {
	limit int
	begun time.Time
	hits  []Hit
	seen  map[string]bool // by OGRN
}

func (s *search) run(ctx context.Context, tx bun.IDB, list []step) error {
	for _, st := range list {
		left := SearchTime - time.Since(s.begun)
		if len(s.hits) >= s.limit || left < time.Millisecond { // no timeout is 0
			return nil
		}
		if left < SearchTime*2/3 { // earlier the bound set at the beginning will do
			if _, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", left.Milliseconds())); err != nil {
				return err
			}
		}
		if err := s.step(ctx, tx, st); err != nil {
			return err
		}
	}
	return nil
}

func (s *search) step(ctx context.Context, tx bun.IDB, st step) error {
	first := ""
	if st.first != "" {
		first = "ORDER BY " + st.first
	}
	sql := fmt.Sprintf(`
		SELECT inn, ogrn, kpp, name, region, state
		FROM (SELECT * FROM %s WHERE %s %s LIMIT %d) found
		ORDER BY %s active DESC, length(norm), norm, ogrn LIMIT %d`, lines, st.where, first, lookAt, st.order, s.limit+len(s.hits))
	rows, err := tx.QueryContext(ctx, sql, st.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		h := Hit{Match: st.match}
		if err := rows.Scan(&h.INN, &h.OGRN, &h.KPP, &h.Name, &h.Region, &h.Status); err != nil {
			return err
		}
		if !s.seen[h.OGRN] && len(s.hits) < s.limit {
			s.seen[h.OGRN] = true
			s.hits = append(s.hits, h)
		}
	}
	return rows.Err()
}

func timedOut(err error) bool {
	var e pgdriver.Error
	return errors.As(err, &e) && e.Field('C') == "57014"
}
