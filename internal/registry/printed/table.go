package printed

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"signdesk/internal/gost/pdfsig"
)

// row is one row of the table; a title is one that goes across it.
type row struct {
	number       string
	label, value []string // lines
	title        string
}

// rows is the table of all pages.
type rows struct {
	columns columns
	list    []row
	fresh   bool // the next row may go on with the last one
}

// maxRows of a table: the longest real ones have some ten thousand.
const maxRows = 500_000

// add reads the rows of a page. A row that a page ends goes on at the beginning
// of the next one, without a number.
func (t *rows) add(g *grid) {
	t.columns = g.columns
	if !g.columns.ok || len(t.list) > maxRows {
		return
	}
	if g.columns.ruled {
		t.banded(g)
	} else {
		t.flowing(g)
	}
}

// banded reads a table whose rows have lines between them.
func (t *rows) banded(g *grid) {
	c := g.columns
	var edges []float64
	for _, r := range g.rules {
		if r.X1 < c.value+5 && r.X2 > c.label-5 { // of the table, not of a box elsewhere
			edges = append(edges, (r.Y1+r.Y2)/2)
		}
	}
	slices.SortFunc(edges, func(a, b float64) int { return cmp.Compare(b, a) })
	edges = slices.CompactFunc(edges, func(a, b float64) bool { return math.Abs(a-b) < 3 })
	numbered := 0
	for _, line := range g.lines {
		if isNumber(line[0].s) && line[0].x < c.label {
			numbered++
		}
	}
	if len(edges) <= numbered { // lines between the columns only
		t.flowing(g)
		return
	}
	at := 0
	t.fresh = true
	for i := 0; i+1 < len(edges); i++ {
		top, bottom := edges[i], edges[i+1]
		for at < len(g.lines) && g.lines[at][0].middle() > top {
			at++
		}
		var band [][]piece
		for at < len(g.lines) && g.lines[at][0].middle() > bottom {
			band = append(band, g.lines[at])
			at++
		}
		if len(band) > 0 {
			t.band(g, band, (top+bottom)/2)
		}
	}
}

// band is what stands between two lines: a row when the column of values is
// parted off there, else a title.
func (t *rows) band(g *grid, band [][]piece, middle float64) {
	c := g.columns
	parted := slices.ContainsFunc(g.uprites, func(r pdfsig.Rule) bool {
		return math.Abs((r.X1+r.X2)/2-c.value) < 4 && r.Y1 <= middle && r.Y2 >= middle
	})
	if !parted {
		var words []string
		for _, line := range band {
			for _, p := range line {
				if p.x > c.left-2 && p.x < c.right {
					words = append(words, p.s)
				}
			}
		}
		t.put(row{title: strings.Join(words, " ")})
		return
	}
	var r row
	for _, line := range band {
		r.take(line, c)
	}
	t.put(r)
}

// take sorts the pieces of a line into the columns.
func (r *row) take(line []piece, c columns) {
	var number, label, value []string
	for _, p := range line {
		switch middle := (p.x + p.end) / 2; {
		case p.x >= c.value-3 || p.x >= c.label-3 && middle > c.value && p.x > c.value-10:
			value = append(value, p.s)
		case p.x >= c.label-3 || middle > c.label:
			label = append(label, p.s)
		default:
			number = append(number, p.s)
		}
	}
	r.number += strings.Join(number, "")
	if len(label) > 0 {
		r.label = append(r.label, strings.Join(label, " "))
	}
	if len(value) > 0 {
		r.value = append(r.value, strings.Join(value, " "))
	}
}

// flowing reads a table without lines: a number begins a row, words across the
// columns or in the middle are a title, the rest goes on with the row.
func (t *rows) flowing(g *grid) {
	for _, line := range g.lines {
		var r row
		t.fresh = true
		switch {
		case footer(line):
			continue
		case isNumber(line[0].s) && line[0].x < g.columns.label:
			r.take(line, g.columns)
		case across(line, g.columns):
			t.put(row{title: line[0].s})
			continue
		case len(t.list) == 0:
			continue
		default:
			r.take(line, g.columns)
		}
		t.put(r)
	}
}

func footer(line []piece) bool {
	s := line[0].s
	return strings.HasPrefix(s, "Страница ") || strings.HasPrefix(s, "Выписка из ЕГР")
}

// across tells a title: it begins where a section does, or lies over the border
// of label and value.
func across(line []piece, c columns) bool {
	p := line[0]
	if len(line) != 1 || p.x >= c.value-3 {
		return false
	}
	return p.end > c.value+5 || p.x > c.label+8 && sectionOf(p.s) != other || p.x < c.label-3 && !isNumber(p.s)
}

// put adds a row, or goes on with the one before.
func (t *rows) put(r row) {
	label := strings.Join(r.label, " ")
	switch {
	case r.title == "" && len(r.label) == 0 && len(r.value) == 0,
		label == "Наименование показателя", r.number == "1" && label == "2":
		return // an empty row, the head of the table
	case strings.HasPrefix(r.title, "№ п/п"):
		return
	}
	fresh := t.fresh
	t.fresh = false
	if last := len(t.list) - 1; last >= 0 && fresh {
		before := &t.list[last]
		switch {
		case r.title == "" && r.number == "" && before.title == "":
			before.label, before.value = append(before.label, r.label...), append(before.value, r.value...)
			return
		case r.title != "" && before.title != "" && goesOn(before.title, r.title):
			before.title += " " + r.title
			return
		}
	}
	t.list = append(t.list, r)
}

// goesOn tells the second line of a title from the next title.
func goesOn(before, next string) bool {
	first := []rune(next)[0]
	return (first == '(' || first >= 'а' && first <= 'я') && !isNumber(before)
}
