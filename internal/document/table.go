package document

import (
	"strings"
	"time"

	"github.com/johnfercher/maroto/v2/pkg/components/col"
	"github.com/johnfercher/maroto/v2/pkg/components/row"
	"github.com/johnfercher/maroto/v2/pkg/components/text"
	"github.com/johnfercher/maroto/v2/pkg/consts/align"
	"github.com/johnfercher/maroto/v2/pkg/consts/border"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/props"
)

// Table is a list on paper: reports, registers of acts and invoices. Columns
// are as wide as their text wants; a table too wide for a portrait page lies down.
type Table struct {
	Title   string
	About   []string // lines under the title: period, who, when
	Columns []Column
	Rows    [][]string // formatted values, one per column
	Total   []string   // bold last row; nil without
	Notes   []string   // lines under the table
	Made    time.Time
}

// Column of a Table.
type Column struct {
	Label  string
	Number bool // right-aligned, never broken across lines
}

const (
	cellSize = 9.0 // points
	cellPad  = 1.2 // mm at each side
	maxWish  = 90  // mm that one column may ask for
)

// PDF renders the table; its header stands on every page.
func (t Table) PDF() ([]byte, error) {
	widths, landscape := t.widths()
	full := portraitWidth
	if landscape {
		full = landscapeWidth
	}
	m := sheet(t.Title, t.Made, landscape)
	wide := func(s string, size float64, f face, style fontstyle.Type, below float64) core.Row {
		return row.New().Add(text.NewCol(full, f.fit(s, size, float64(full)), props.Text{Size: size, Style: style, Bottom: below}))
	}
	m.AddRows(wide(t.Title, 14, bold, fontstyle.Bold, 2))
	for _, s := range t.About {
		m.AddRows(wide(s, 10, regular, fontstyle.Normal, 1))
	}
	m.AddRows(row.New(3))

	labels := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		labels[i] = c.Label
	}
	if err := m.RegisterHeader(t.line(labels, widths, true)); err != nil {
		return nil, err
	}
	for _, cells := range t.Rows {
		m.AddRows(t.line(cells, widths, false))
	}
	if t.Total != nil {
		m.AddRows(t.line(t.Total, widths, true))
	}
	m.AddRows(row.New(3))
	for _, s := range t.Notes {
		m.AddRows(wide(s, 10, regular, fontstyle.Normal, 1))
	}
	return finish(m, t.Made)
}

// line is one row of cells between hairlines.
func (t Table) line(cells []string, widths []int, strong bool) core.Row {
	f, style := regular, fontstyle.Normal
	if strong {
		f, style = bold, fontstyle.Bold
	}
	box := &props.Cell{BorderType: border.Full, BorderThickness: hairline}
	r := row.New()
	for i, c := range t.Columns {
		prop := props.Text{Size: cellSize, Style: style, Top: 0.8, Bottom: 1.6, Left: cellPad, Right: cellPad}
		if c.Number {
			prop.Align = align.Right
		}
		if cells[i] == "" {
			r.Add(col.New(widths[i]).WithStyle(box))
			continue
		}
		r.Add(text.NewCol(widths[i], f.fit(cells[i], cellSize, float64(widths[i])-2*cellPad), prop).WithStyle(box))
	}
	return r
}

// widths gives each column its millimetres. Every column gets what its longest
// word needs; what is left is shared by how much more the column wishes for.
func (t Table) widths() (mm []int, landscape bool) {
	need, wish := make([]float64, len(t.Columns)), make([]float64, len(t.Columns))
	look := func(f face, cells []string, header bool) {
		for i, s := range cells {
			s = f.clean(s)
			whole := f.width(s, cellSize) + 2*cellPad + 0.5
			word := whole
			if header || !t.Columns[i].Number {
				word = 0
				for w := range strings.SplitSeq(s, " ") {
					word = max(word, f.width(w, cellSize)+2*cellPad+0.5)
				}
			}
			need[i] = max(need[i], min(word, maxWish/2))
			if !header {
				wish[i] = max(wish[i], min(whole, maxWish))
			}
		}
	}
	labels := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		labels[i] = c.Label
	}
	look(bold, labels, true)
	for _, cells := range t.Rows {
		look(regular, cells, false)
	}
	if t.Total != nil {
		look(bold, t.Total, false)
	}
	var needs, wishes float64
	for i := range need {
		wish[i] = max(wish[i], need[i])
		needs += need[i]
		wishes += wish[i]
	}
	full := portraitWidth
	if wishes > 1.25*portraitWidth {
		full, landscape = landscapeWidth, true
	}
	return share(float64(full), need, wish, needs, wishes), landscape
}

// share makes whole millimetres that sum to full.
func share(full float64, need, wish []float64, needs, wishes float64) []int {
	mm := make([]int, len(need))
	edge, taken := 0.0, 0
	for i := range need {
		switch {
		case needs >= full: // nothing fits: everybody gives way alike
			edge += need[i] * full / needs
		case wishes <= full:
			edge += wish[i] * full / wishes
		default:
			edge += need[i] + (wish[i]-need[i])*(full-needs)/(wishes-needs)
		}
		mm[i] = max(1, int(edge+0.5)-taken)
		taken += mm[i]
	}
	return mm
}
