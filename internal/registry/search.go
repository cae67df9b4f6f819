package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

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
	ByHead         Match = "head"          // all words, some of them of a head's name
	ByPart         Match = "part"          // the beginnings of all words
	BySubstring    Match = "substring"
	ByTypo         Match = "typo"
	ByFilter       Match = "filter" // nothing but a filter was asked for
)

// matches are the places of registry_search's ranking.
var matches = []Match{ByFilter, ByNumber, ByNumberPrefix, ByName, ByNamePrefix, ByWords, ByWordsBegun, ByHead, ByPart, BySubstring}

// Hit is one line of the answer to a search.
type Hit struct {
	INN    string `json:"inn"`
	OGRN   string `json:"ogrn"`
	KPP    string `json:"kpp"`
	Name   string `json:"name"`
	Region string `json:"region"` // two digits
	Status State  `json:"status"`
	Match  Match  `json:"match"`
	Head   string `json:"-"` // as the register spells it
	Place  string `json:"-"`
}

// Query is what is asked.
type Query struct {
	Text   string
	Limit  int // the most hits
	Filter Filter
	Home   string // region whose records come first among equals, "" for none
}

// Answer is what was found.
type Answer struct {
	Hits []Hit
	Said string // the words as they were understood, normalised: the other layout, a typo corrected
	Typo bool   // a word was corrected
	Cut  bool   // the filter looked at the best thousand lines of each list only; others may pass it
}

// MaxQuery is how many letters of a query are looked at, maxWords how many words.
const (
	MaxQuery = 200
	maxWords = 8
)

// SearchTime is what a search may take at most; plans are bounded far below it, so
// this is for a server that does not answer.
const SearchTime = 2 * time.Second

// Search answers a query as people type it: a number or its beginning, words of
// the names in any order, the last one unfinished, names of heads, with typos or
// in the wrong keyboard layout. Hits come best match first, within a match
// active ones first, then those of the home region, then the most relevant. It
// is one statement, three to five when a word is misspelt.
func Search(ctx context.Context, d *db.DB, q Query) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, SearchTime)
	defer cancel()
	w := wordsOf(q.Text)
	f, only := q.Filter.Literal(q.Home), false
	if form, ok := formCodes[strings.Join(w.typed, " ")]; ok && w.number == "" { // «ООО»
		narrowed := q.Filter
		narrowed.Forms = []string{form}
		f, only = narrowed.Literal(q.Home), true
	}
	a := &Answer{}
	if len(w.typed) == 0 && w.number == "" && !q.Filter.Narrows() {
		return a, nil
	}
	if only {
		w = wanted{}
	}
	if err := a.ask(ctx, d, w.number, array(w.typed), array(w.other), f, q.Limit); err != nil {
		return nil, fmt.Errorf("search register: %w", err)
	}
	if len(w.typed) > 0 && !a.sure() {
		if err := a.correct(ctx, d, w, f, q.Limit); err != nil {
			return nil, fmt.Errorf("search register by typos: %w", err)
		}
	}
	return a, nil
}

// sure tells that what was found is what was typed, not only letters in a word.
func (a *Answer) sure() bool { return len(a.Hits) > 0 && a.Hits[0].Match != BySubstring }

// ask sends the statement; the arrays and the filter are literals of PostgreSQL.
func (a *Answer) ask(ctx context.Context, d *db.DB, number, typed, other, filter string, limit int) error {
	rows, err := d.Plain().QueryContext(ctx, `SELECT * FROM registry_search(?, ?, ?, ?, ?)`, number, typed, other, filter, limit)
	if err != nil {
		return err
	}
	defer rows.Close()
	a.Hits = nil
	for rows.Next() {
		var h Hit
		var rank int
		var cut bool
		if err := rows.Scan(&rank, &h.OGRN, &h.INN, &h.KPP, &h.Name, &h.Region, &h.Status, &h.Head, &h.Place, &cut); err != nil {
			return err
		}
		if rank < 0 {
			a.Said, a.Cut = h.Name, cut
			continue
		}
		h.Match = matches[rank]
		a.Hits = append(a.Hits, h)
	}
	return rows.Err()
}

func timedOut(err error) bool {
	var e pgdriver.Error
	return errors.As(err, &e) && e.Field('C') == "57014"
}
