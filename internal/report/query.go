package report

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// query is a report's SQL with a "?" for each named parameter, and their names in order.
type query struct {
	sql  string
	args []string
}

// engineArgs are bound by the engine and never by who asks; the values are
// their PostgreSQL types.
var engineArgs = map[string]string{"partner": "bigint", "zone": "text", "today": "date", "now": "timestamptz"}

var argTypes = map[string]string{"date": "date", "int": "int", "enum": "text", "centre": "bigint", "operator": "bigint"}

// token is whatever may hold a colon that begins no parameter, or a parameter.
var token = regexp.MustCompile(`'(?:[^']|'')*'|"[^"]*"|--[^\n]*|::|:=|:[a-z][a-z_]*`)

// compile replaces :name by ?::type. A file with an own LIMIT, several
// statements or question marks is refused, since the engine adds the limit and
// binds by question marks.
func compile(sql string, params []Param) (query, error) {
	sql = strings.TrimSpace(sql)
	if strings.ContainsAny(sql, "?;") {
		return query{}, errors.New("query: has ? or ;")
	}
	if regexp.MustCompile(`(?i)\b(limit|offset|fetch)\b`).MatchString(sql) || !regexp.MustCompile(`(?is)^(select|with)\b.*\border by\b`).MatchString(sql) {
		return query{}, errors.New("query: must be a SELECT with ORDER BY and without LIMIT")
	}
	types := map[string]string{}
	for _, p := range params {
		types[p.Name] = argTypes[p.Type]
	}
	var q query
	var unknown error
	q.sql = token.ReplaceAllStringFunc(sql, func(t string) string {
		name := strings.TrimPrefix(t, ":")
		if t[0] != ':' || name == ":" || name == "=" {
			return t
		}
		typ := types[name]
		if e := engineArgs[name]; e != "" {
			typ = e
		}
		if typ == "" {
			unknown = fmt.Errorf("query: no parameter %q in the header", name)
		}
		q.args = append(q.args, name)
		return "?::" + typ
	})
	if unknown != nil {
		return query{}, unknown
	}
	if !slices.Contains(q.args, "partner") {
		return query{}, errors.New("query: does not use :partner")
	}
	for _, p := range params {
		if !slices.Contains(q.args, p.Name) {
			return query{}, fmt.Errorf("query: does not use :%s", p.Name)
		}
	}
	return q, nil
}

// bind puts the values in the order of the question marks.
func (q query) bind(values map[string]any) []any {
	args := make([]any, len(q.args))
	for i, name := range q.args {
		args[i] = values[name]
	}
	return args
}
