package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"signdesk/internal/staff"
)

var (
	paramTypes = []string{"date", "int", "enum", "centre", "operator"}
	rights     = []staff.Permission{staff.ReportOwn, staff.ReportAccounting, staff.ReportAll}
	buckets    = []string{"day", "week", "month"}
)

// parse reads one file: header lines first, then the query.
func parse(name, text string) (*Report, error) {
	r := &Report{Name: name}
	fail := func(err error) (*Report, error) { return nil, fmt.Errorf("report %s: %w", name, err) }
	lines := strings.Split(text, "\n")
	var chart []string
	i := 0
	for ; i < len(lines); i++ {
		rest, ok := strings.CutPrefix(lines[i], "-- ")
		if !ok {
			break
		}
		key, value, ok := strings.Cut(rest, ": ")
		if !ok {
			return fail(fmt.Errorf("line %d: want -- key: value", i+1))
		}
		words, err := split(value)
		if err != nil {
			return fail(fmt.Errorf("line %d: %w", i+1, err))
		}
		switch key {
		case "title":
			r.Title = value
		case "about":
			r.About = value
		case "who":
			for _, w := range words {
				r.Who = append(r.Who, staff.Permission(w))
			}
		case "param":
			err = r.addParam(words)
		case "column":
			err = r.addColumn(words)
		case "chart":
			chart = words
		default:
			err = fmt.Errorf("unknown key %q", key)
		}
		if err != nil {
			return fail(fmt.Errorf("line %d: %w", i+1, err))
		}
	}
	if chart != nil {
		if err := r.addChart(chart); err != nil {
			return fail(err)
		}
	}
	var err error
	if r.query, err = compile(strings.Join(lines[i:], "\n"), r.Params); err != nil {
		return fail(err)
	}
	if err := r.check(); err != nil {
		return fail(err)
	}
	return r, nil
}

// check is what no single line can tell.
func (r *Report) check() error {
	if r.Title == "" || r.About == "" || len(r.Who) == 0 || len(r.Columns) == 0 {
		return errors.New("title, about, who or column is missing")
	}
	for _, p := range r.Who {
		if !slices.Contains(rights, p) {
			return fmt.Errorf("who: %q is no right to reports", p)
		}
	}
	if slices.Contains(r.Who, staff.ReportOwn) && (r.param("operator") == nil || r.param("operator").Type != "operator") {
		return errors.New("report.own needs the parameter operator")
	}
	return nil
}

// split cuts at spaces; "…" keeps them together, also after name=.
func split(s string) ([]string, error) {
	var words []string
	var b strings.Builder
	quoted, open := false, false
	for _, c := range s {
		switch {
		case c == '"':
			quoted, open = !quoted, true
		case c == ' ' && !quoted:
			if open {
				words = append(words, b.String())
				b.Reset()
				open = false
			}
		default:
			b.WriteRune(c)
			open = true
		}
	}
	if quoted {
		return nil, errors.New("a quote is not closed")
	}
	if open {
		words = append(words, b.String())
	}
	return words, nil
}
