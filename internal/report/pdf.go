package report

import (
	"io"
	"strings"

	"signdesk/internal/document"
)

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
