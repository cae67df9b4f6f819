package report

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"

	"signdesk/internal/document"
)

// csv is what Russian Excel opens by a double click: UTF-8 with a mark,
// semicolons, decimal commas, CRLF.
func (res *Result) csv(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	line := make([]string, len(res.Columns))
	for i, c := range res.Columns {
		line[i] = c.Label
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for _, row := range res.Rows {
		for i, c := range res.Columns {
			line[i] = c.Kind.Plain(row[i], true)
			if c.Kind == Text {
				line[i] = harmless(line[i])
			}
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a spreadsheet from running text that somebody typed as a
// formula (OWASP, CSV injection).
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

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

// paperRows is how many rows go on paper: some sixty pages.
const paperRows = 3000

func (res *Result) pdf(w io.Writer) error {
	t := document.Table{Title: res.Title, Made: res.Made}
	var asked []string
	for _, a := range res.Asked {
		asked = append(asked, a.Label+": "+a.Value)
	}
	if len(asked) > 0 {
		t.About = append(t.About, strings.Join(asked, " · "))
	}
	t.About = append(t.About, "Составил: "+res.By+", "+DateTime.Show(res.Made))
	for _, c := range res.Columns {
		t.Columns = append(t.Columns, document.Column{Label: c.Label, Number: c.Kind.Right()})
	}
	shown := res.Rows[:min(len(res.Rows), paperRows)]
	for _, row := range shown {
		t.Rows = append(t.Rows, res.Line(row))
	}
	if res.Totals != nil && len(res.Rows) > 0 {
		t.Total = res.Line(res.Totals)
		if t.Total[0] == "" {
			t.Total[0] = "Итого"
		}
	}
	t.Notes = []string{"Строк: " + Number.Show(int64(len(res.Rows)))}
	if notice := res.Notice(paperRows); notice != "" {
		t.Notes = append(t.Notes, notice)
	}
	b, err := t.PDF()
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// Line is a row, or the totals, in words for people.
func (res *Result) Line(row []any) []string {
	line := make([]string, len(row))
	for i, c := range res.Columns {
		line[i] = c.Kind.Show(row[i])
	}
	return line
}
