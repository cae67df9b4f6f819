package printed

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"signdesk/internal/gost/pdfsig"
)

// piece is letters that stand together in a line.
type piece struct {
	x, end, y, size float64
	s               string
}

func (p piece) middle() float64 { return p.y + p.size*0.3 }

// grid is a page as its lines of text, from above, and the columns of its table.
type grid struct {
	lines   [][]piece // pieces of a line from left to right
	columns columns
	rules   []pdfsig.Rule // horizontal ones of the table
	uprites []pdfsig.Rule // vertical ones
}

// columns are the places where the label and the value begin; ok tells that
// they are known, ruled that lines are drawn there.
type columns struct {
	left, label, value, right float64
	ok, ruled                 bool
}

// arrange puts a page in order; before are the columns of the page before.
func arrange(p *pdfsig.Page, before columns) *grid {
	g := &grid{lines: lines(p.Texts)}
	for _, r := range p.Rules {
		switch {
		case r.Vertical() && r.Y2-r.Y1 > 3:
			g.uprites = append(g.uprites, r)
		case !r.Vertical() && r.X2-r.X1 > 3:
			g.rules = append(g.rules, r)
		}
	}
	g.columns = ruled(g.uprites)
	if !g.columns.ok {
		g.columns = aligned(g.lines)
	}
	if !g.columns.ok {
		g.columns = before
	}
	return g
}

// lines gathers runs of one height into lines, and joins those of a line that
// follow each other without a gap worth a column.
func lines(texts []pdfsig.Text) [][]piece {
	runs := make([]piece, 0, len(texts))
	for _, t := range texts {
		if s := clean(t.S); strings.TrimSpace(s) != "" && t.Size > 1 && t.Size < 200 && sane(t.X) && sane(t.Y) && sane(t.End) {
			runs = append(runs, piece{x: t.X, end: math.Max(t.X, t.End), y: t.Y, size: t.Size, s: s})
		}
	}
	slices.SortStableFunc(runs, func(a, b piece) int { return cmp.Compare(b.y, a.y) })
	var all [][]piece
	for len(runs) > 0 {
		n := 1
		for n < len(runs) && runs[0].y-runs[n].y < 0.35*math.Max(runs[0].size, runs[n].size) {
			n++
		}
		line := slices.Clone(runs[:n])
		runs = runs[n:]
		slices.SortStableFunc(line, func(a, b piece) int { return cmp.Compare(a.x, b.x) })
		all = append(all, joined(line))
	}
	return all
}

func sane(v float64) bool { return math.Abs(v) < 1e5 }

// joined puts runs of a line together, with a space where there is a gap.
func joined(line []piece) []piece {
	out := line[:1:1]
	for _, next := range line[1:] {
		last := &out[len(out)-1]
		gap := next.x - last.end
		if gap > 0.9*last.size || next.x < last.x-1 {
			out = append(out, next)
			continue
		}
		if gap > 0.15*last.size && !strings.HasSuffix(last.s, " ") && !strings.HasPrefix(next.s, " ") {
			last.s += " "
		}
		last.s += next.s
		last.end = math.Max(last.end, next.end)
	}
	for i := range out {
		s := strings.TrimLeft(out[i].s, " ")
		out[i].s = strings.TrimRight(s, " ")
	}
	return out
}

// clean makes spaces of every kind one kind, and takes out what draws nothing.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0', r == '\u2007', r == '\u2009', r == '\u202f', r == '\t', r == '\n', r == '\r', r == '\u3000':
			return ' '
		case r == '\u00ad', r == '\u200b', r == '\ufeff', r < ' ':
			return -1
		}
		return r
	}, s)
}

// ruled finds the columns by the vertical lines of the table: four of them
// reach over most of it.
func ruled(uprights []pdfsig.Rule) columns {
	type bar struct{ x, length float64 }
	var bars []bar
	slices.SortFunc(uprights, func(a, b pdfsig.Rule) int { return cmp.Compare(a.X1, b.X1) })
	longest := 0.0
	for _, r := range uprights {
		x := (r.X1 + r.X2) / 2
		if n := len(bars); n == 0 || x-bars[n-1].x > 4 {
			bars = append(bars, bar{x: x})
		}
		last := &bars[len(bars)-1]
		last.length += r.Y2 - r.Y1
		longest = math.Max(longest, last.length)
	}
	// Short ones are of boxes elsewhere, for the digits of the number in the head.
	for share := 0.1; len(bars) > 4 && share < 0.7; share += 0.15 {
		bars = slices.DeleteFunc(bars, func(b bar) bool { return b.length < longest*share || b.length < 15 })
	}
	if len(bars) != 4 {
		return columns{}
	}
	c := columns{left: bars[0].x, label: bars[1].x, value: bars[2].x, right: bars[3].x, ok: true, ruled: true}
	if c.label-c.left > 100 || c.value-c.label < 60 || c.right-c.value < 60 {
		return columns{}
	}
	return c
}

// aligned finds the columns of a table without lines: where the second and the
// third piece begin in most lines that begin with a number.
func aligned(all [][]piece) columns {
	labels, values := map[int]int{}, map[int]int{}
	for _, line := range all {
		if len(line) >= 2 && isNumber(line[0].s) {
			labels[int(line[1].x)]++
			if len(line) >= 3 {
				values[int(line[len(line)-1].x)]++
			}
		}
	}
	label, n := most(labels)
	value, m := most(values)
	if n < 2 || m < 2 || value-label < 60 {
		return columns{}
	}
	return columns{left: 0, label: float64(label) - 2, value: float64(value) - 2, right: 1e4, ok: true}
}

// most is the commonest place, the leftmost of equals.
func most(count map[int]int) (place, times int) {
	for x, n := range count {
		if n > times || n == times && x < place {
			place, times = x, n
		}
	}
	return place, times
}

func isNumber(s string) bool {
	return s != "" && len(s) <= 5 && strings.Trim(s, "0123456789") == ""
}
