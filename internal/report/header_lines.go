package report

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

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
