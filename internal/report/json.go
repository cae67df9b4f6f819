package report

import (
	"encoding/json"
	"io"
)

// json is one object: numbers as they are, money as decimal strings in roubles,
// dates ISO, rows as objects by column name.
func (res *Result) json(w io.Writer) error {
	type column struct {
		Name  string `json:"name"`
		Label string `json:"label"`
		Kind  Kind   `json:"kind"`
	}
	answer := struct {
		Report  string            `json:"report"`
		Title   string            `json:"title"`
		Asked   map[string]string `json:"asked"`
		Made    string            `json:"made"`
		Columns []column          `json:"columns"`
		Rows    []map[string]any  `json:"rows"`
		Totals  map[string]any    `json:"totals,omitempty"`
		Cut     bool              `json:"cut"`
	}{Report: res.Name, Title: res.Title, Asked: map[string]string{}, Made: DateTime.Plain(res.Made, false), Rows: []map[string]any{}, Cut: res.Cut}
	for _, a := range res.Asked {
		answer.Asked[a.Label] = a.Value
	}
	for _, c := range res.Columns {
		answer.Columns = append(answer.Columns, column{c.Name, c.Label, c.Kind})
	}
	object := func(row []any) map[string]any {
		o := make(map[string]any, len(row))
		for i, c := range res.Columns {
			switch {
			case row[i] == nil || c.Kind == Text || c.Kind == Number || c.Kind == Percent:
				o[c.Name] = row[i]
			default:
				o[c.Name] = c.Kind.Plain(row[i], false)
			}
		}
		return o
	}
	for _, row := range res.Rows {
		answer.Rows = append(answer.Rows, object(row))
	}
	if res.Totals != nil {
		answer.Totals = object(res.Totals)
		for name, v := range answer.Totals {
			if v == nil {
				delete(answer.Totals, name)
			}
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(answer)
}
