package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"
)

// garWay is one way to read a typed word: a word that begins with it, or, whole,
// one that differs by a slip.
type garWay struct {
	word  string
	whole bool
}

// ways are, for each typed word, the ways to read it; nil when with slips there
// are no more than without.
func (s *garQuest) ways(ctx context.Context, t garTyped, slips bool) ([][]garWay, error) {
	if len(t.words) == 0 {
		return [][]garWay{{{word: ""}}}, nil // the first of the list
	}
	var list [][]garWay
	more := false
	for _, word := range t.words {
		ways := []garWay{{word: word}}
		if letters := []rune(word); slips && len(letters) >= 4 && len(letters) <= 30 {
			near, err := s.near(ctx, letters)
			if err != nil {
				return nil, err
			}
			for _, n := range near {
				more = true
				ways = append(ways, garWay{n, true})
			}
		}
		list = append(list, ways)
	}
	if slips && !more {
		return nil, nil
	}
	return list, nil
}

const nearGAR = `SELECT DISTINCT word FROM (SELECT word FROM gar_rest WHERE rest IN (?) LIMIT 1000) r`

// near are words that differ from the typed one by a slip: a letter too many,
// too few, another, or two that changed places.
func (s *garQuest) near(ctx context.Context, letters []rune) (near []string, err error) {
	rests := []string{string(letters)}
	for i := range letters {
		rests = append(rests, string(slices.Delete(slices.Clone(letters), i, i+1)))
	}
	var list []string
	if err := s.tx.NewRaw(nearGAR, bun.List(rests)).Scan(ctx, &list); err != nil {
		return nil, err
	}
	for _, word := range list {
		if oneSlip(letters, []rune(word)) && len(near) < 30 {
			near = append(near, word)
		}
	}
	return near, nil
}

// oneSlip reports whether a and b differ by exactly one slip.
func oneSlip(a, b []rune) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	switch {
	case len(a) == 2 && len(b) == 2:
		return a[0] == b[1] && a[1] == b[0]
	default:
		return max(len(a), len(b)) == 1
	}
}

// garQuery finds rows of gar_object, unranked and bounded.
type garQuery struct {
	sql  string
	args []any
}

// garCities finds cities by the beginning of the whole name; there are few of
// them, and they come before villages of the name.
func garCities(t garTyped) garQuery {
	q := strings.Join(t.words, " ")
	return garQuery{fmt.Sprintf(`SELECT * FROM gar_object WHERE place AND level <= 5 AND norm >= ? AND norm < ? ORDER BY norm LIMIT %d`, garLook), []any{q, after(q)}}
}

// garByWords finds objects of a scope that have, for each typed word, one of its
// ways in the name or in the names of what they lie in, and one at least in the
// name.
func garByWords(scope int64, where string, ways [][]garWay) garQuery {
	var from, has []string
	var fromArgs, hasArgs []any
	ask := 0
	for _, list := range ways {
		ask += len(list)
	}
	look := min(garLook, max(3*garLook/ask, 20)) // all together are bounded too
	for _, list := range ways {
		var like []string
		for _, w := range list {
			if w.whole {
				from = append(from, fmt.Sprintf(`(SELECT id FROM gar_word WHERE scope = ? AND word = ? LIMIT %d)`, look))
				fromArgs = append(fromArgs, scope, w.word)
				like = append(like, "% "+w.word+" %")
				continue
			}
			from = append(from, fmt.Sprintf(`(SELECT id FROM gar_word WHERE scope = ? AND word >= ? AND word < ? ORDER BY word LIMIT %d)`, look))
			fromArgs = append(fromArgs, scope, w.word, after(w.word))
			like = append(like, "% "+w.word+"%")
		}
		has = append(has, `' ' || o.norm || COALESCE(o.inside, '') || ' ' LIKE ANY (ARRAY[?]::text[])`)
		hasArgs = append(hasArgs, bun.List(like))
	}
	return garQuery{`SELECT o.* FROM (` + strings.Join(from, " UNION ") + `) w JOIN gar_object o ON o.id = w.id WHERE o.` + where + ` AND ` + strings.Join(has, " AND "),
		append(fromArgs, hasArgs...)}
}

// ranked puts the whole name first, then the living, the kind that was typed,
// the larger settlement, the shorter name.
func (q garQuery) ranked(t garTyped, scope int64, limit int) (sql string, args []any) {
	level := "level"
	if scope != 0 { // streets before what they lie in
		level = "level DESC"
	}
	kinds := garSameKinds[t.kind]
	if kinds == nil {
		kinds = []string{t.kind}
	}
	return `SELECT objectid, guid, level, name, typename, alive, path FROM (` + q.sql + `) f
		ORDER BY norm = ? DESC, alive DESC, rtrim(typename, '.') IN (?) DESC, ` + level + `, length(norm), norm, objectid LIMIT ?`,
		append(slices.Clone(q.args), strings.Join(t.words, " "), bun.List(kinds), limit)
}

// garSameKinds are kinds of the register that are typed alike.
var garSameKinds = map[string][]string{
	"р-н": {"р-н", "жилрайон", "вн.р-н", "м.р-н"}, "с": {"с", "село"}, "п": {"п", "пос", "рп", "пгт"}, "пр-кт": {"пр-кт", "проезд"},
}
