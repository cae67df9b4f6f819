package report

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
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

func (r *Report) addParam(words []string) error {
	if len(words) < 3 || !slices.Contains(paramTypes, words[1]) {
		return errors.New("want: param: name type \"Label\" …")
	}
	p := Param{Name: words[0], Type: words[1], Label: words[2], Max: 1 << 31}
	for _, w := range words[3:] {
		key, value, pair := strings.Cut(w, "=")
		var err error
		switch {
		case !pair:
			p.Default = w
		case key == "min":
			p.Min, err = strconv.ParseInt(value, 10, 64)
		case key == "max":
			p.Max, err = strconv.ParseInt(value, 10, 64)
		default:
			p.Choices = append(p.Choices, Choice{key, value})
		}
		if err != nil {
			return err
		}
	}
	if (p.Type == "enum") != (len(p.Choices) > 0) {
		return fmt.Errorf("param %s: an enum, and nothing else, lists its values", p.Name)
	}
	if (p.Type == "date" || p.Type == "int") && p.Default == "" {
		return fmt.Errorf("param %s: no default", p.Name)
	}
	if r.param(p.Name) != nil || engineArgs[p.Name] != "" {
		return fmt.Errorf("param %s: twice", p.Name)
	}
	r.Params = append(r.Params, p)
	return nil
}

func (r *Report) addColumn(words []string) error {
	if len(words) < 3 || !slices.Contains(kinds, Kind(words[1])) {
		return errors.New("want: column: name kind \"Label\" [total] [masked]")
	}
	c := Column{Name: words[0], Kind: Kind(words[1]), Label: words[2]}
	for _, w := range words[3:] {
		switch {
		case w == "total" && (c.Kind == Number || c.Kind == Money):
			c.Total = true
		case w == "masked" && c.Kind == Text:
			c.Masked = true
		default:
			return fmt.Errorf("column %s: cannot be %s", c.Name, w)
		}
	}
	if r.column(c.Name) >= 0 {
		return fmt.Errorf("column %s: twice", c.Name)
	}
	r.Columns = append(r.Columns, c)
	return nil
}

func (r *Report) addChart(words []string) error {
	c := Chart{Kind: words[0], X: -1, Y: -1, Series: -1}
	for _, w := range words[1:] {
		key, value, pair := strings.Cut(w, "=")
		name, bucket, _ := strings.Cut(value, ":")
		switch {
		case !pair:
			c.Caption = w
		case key == "x":
			c.X, c.Bucket = r.column(name), bucket
		case key == "y" && name != "count":
			if c.Y = r.column(name); c.Y < 0 || (r.Columns[c.Y].Kind != Number && r.Columns[c.Y].Kind != Money) {
				return errors.New("chart: y must be a number or money")
			}
		case key == "series":
			if c.Series = r.column(name); c.Series < 0 || r.Columns[c.Series].Masked {
				return errors.New("chart: series must be a column that is never masked")
			}
		}
	}
	if c.Kind != "bar" && c.Kind != "line" {
		return errors.New("chart: neither bar nor line")
	}
	if c.X < 0 || (r.Columns[c.X].Kind != Date && r.Columns[c.X].Kind != DateTime) || !slices.Contains(buckets, c.Bucket) {
		return errors.New("chart: x must be a date column by day, week or month")
	}
	if c.Caption == "" {
		return errors.New("chart: no caption")
	}
	r.Chart = &c
	return nil
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
