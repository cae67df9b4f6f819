package registry

import (
	"strings"
	"unicode"
)

// step is one way of finding: a condition on registry_org, bounded by how many
// rows it looks at, and an order among them.
type step struct {
	match Match
	where string
	first string // the column by which rows looked at are chosen, "" for any
	order string // among them, before active ones first
	args  []any
}

// lookAt bounds the rows a step ranks: a popular word has more than anybody
// reads.
const lookAt = 1000

// plan is the steps a query is answered by: exact ones first; loose ones, which
// cost more and guess, only when those find nothing.
type plan struct{ exact, loose []step }

func planFor(query string) (p plan) {
	if n := number(query); n != "" {
		p.exact = numberSteps(n)
	}
	q := Normalize(query)
	if q == "" || len(p.exact) > 0 && len(q) > 4 { // a long number is no part of a name: nothing else is guessed
		return p
	}
	list := strings.Fields(q)
	p.exact = append(p.exact,
		step{match: ByName, where: "norm = ?", args: []any{q}},
		step{match: ByNamePrefix, first: "norm", where: "norm >= ? AND norm < ?", args: []any{q, after(q)}},
	)
	last := len(list) - 1
	if len([]rune(list[last])) >= 3 || last > 0 {
		p.exact = append(p.exact,
			step{match: ByWords, where: "terms @@ ?::tsquery", args: []any{tsquery(list, len(list), false)}},
			step{match: ByWordsBegun, where: "terms @@ ?::tsquery", args: []any{tsquery(list, last, false)}},
			step{match: ByHead, where: "terms @@ ?::tsquery", args: []any{tsquery(list, last, true)}},
			step{match: ByPart, where: "terms @@ ?::tsquery", args: []any{tsquery(list, 0, false)}},
		)
	}
	if len([]rune(q)) >= 3 {
		p.exact = append(p.exact, step{match: BySubstring, where: "norm LIKE ?", args: []any{"%" + q + "%"}})
		p.loose = append(p.loose, step{
			match: ByTypo, where: "? <% norm", args: []any{q, q},
			order: "word_similarity(?, norm) DESC,",
		})
	}
	return p
}

// tsquery asks for all words, those from index begun on perhaps unfinished; a
// word may be a head's surname when heads is set.
func tsquery(list []string, begun int, heads bool) string {
	var parts []string
	for i, word := range list {
		tail := ""
		if i >= begun {
			tail = ":*"
		}
		part := "'" + word + "'" + tail
		if heads {
			part = "(" + part + " | '@" + word + "'" + tail + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " & ")
}

// number is the digits of a query that is a number, spaces and dashes left out.
func number(query string) string {
	n := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, query)
	if len(n) < 3 || len(n) > 15 || strings.Trim(n, "0123456789") != "" {
		return ""
	}
	return n
}

func numberSteps(n string) (list []step) {
	columns := []string{"inn", "ogrn", "kpp"}
	for _, whole := range []bool{true, false} {
		for _, column := range columns {
			empty := ""
			if column != "ogrn" {
				empty = " AND " + column + " <> ''"
			}
			if whole {
				list = append(list, step{match: ByNumber, where: column + " = ?" + empty, args: []any{n}})
				continue
			}
			list = append(list, step{match: ByNumberPrefix, first: column, where: column + " > ? AND " + column + " < ?" + empty, args: []any{n, after(n)}})
		}
	}
	return list
}

// after is the end of the range of strings that begin with prefix, in the C
// collation: past the last character there is.
func after(prefix string) string { return prefix + "\U0010ffff" }
