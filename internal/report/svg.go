package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strings"
)

// The drawing board. Its width is that of a wide page, so that text of 12 stays
// about 12 pixels; colours and fonts are CSS classes of static/css/report.css.
const (
	boardWidth, boardHeight = 1280, 280
	plotLeft, plotTop       = 64, 24
	plotBottom              = boardHeight - 28
	labelRoom               = 190 // right of the plot, for the names of series
)

// SVG draws the report's chart, or returns "" when there is none or nothing to
// draw. Bars of several series are stacked; each series has its name at its
// right end. The zero line is always there. Numbers are in the table as well,
// so the picture is described by its title and one sentence.
func (res *Result) SVG() string {
	if res.Chart == nil || len(res.Rows) == 0 {
		return ""
	}
	p := res.plot()
	if len(p.marks) == 0 || len(p.marks) > maxMarks*4 {
		return ""
	}
	b := &board{plot: p, right: boardWidth - 16}
	if len(p.series) > 1 {
		b.right -= labelRoom
	}
	b.top, b.unit = scale(p.highest(res.Chart.Kind == "bar"), p.money)
	b.printf(`<svg viewBox="0 0 %d %d" role="img" aria-labelledby="chart-title chart-about">`, boardWidth, boardHeight)
	b.printf(`<title id="chart-title">%s</title>`, escape(res.Chart.Caption+", "+p.stepWords()))
	b.printf(`<desc id="chart-about">%s</desc>`, escape(p.describe()))
	b.axes()
	if res.Chart.Kind == "bar" {
		b.bars()
	} else {
		b.lines()
	}
	b.printf(`<line class="axis" x1="%d" y1="%d" x2="%d" y2="%d"/></svg>`, plotLeft, plotBottom, b.right, plotBottom)
	return b.String()
}

// Caption of the chart with its step: «Выпущено сертификатов, по дням».
func (res *Result) Caption() string {
	if res.Chart == nil {
		return ""
	}
	return res.Chart.Caption + ", " + res.plot().stepWords()
}

type board struct {
	strings.Builder
	plot
	right     int
	top, unit int64 // value at the upper edge; distance of grid lines
}

func (b *board) printf(format string, args ...any) { fmt.Fprintf(b, format, args...) }

func (b *board) y(v int64) float64 {
	return plotBottom - float64(v)/float64(b.top)*(plotBottom-plotTop)
}

// slot is the middle of mark i and the width it has.
func (b *board) slot(i int) (x, width float64) {
	width = float64(b.right-plotLeft) / float64(len(b.marks))
	return plotLeft + (float64(i)+0.5)*width, width
}

func (b *board) axes() {
	for v := b.unit; v <= b.top; v += b.unit {
		b.printf(`<line class="gridline" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>`, plotLeft, b.y(v), b.right, b.y(v))
		b.printf(`<text class="end" x="%d" y="%.1f">%s</text>`, plotLeft-8, b.y(v)+4, escape(b.show(v)))
	}
	b.printf(`<text class="end" x="%d" y="%d">0</text>`, plotLeft-8, plotBottom+4)
	_, width := b.slot(0)
	every := int(math.Ceil(48 / width)) // room that a date needs
	for i, t := range b.marks {
		if x, _ := b.slot(i); i%every == 0 {
			b.printf(`<text class="mid" x="%.1f" y="%d">%s</text>`, x, plotBottom+18, escape(b.label(t)))
		}
	}
}

func (b *board) bars() {
	ends := make([]float64, len(b.series))
	for i := range b.marks {
		x, slot := b.slot(i)
		width := min(slot*0.72, 48)
		var base int64
		for n, s := range b.series {
			v := max(s.values[i], 0)
			ends[n] = (b.y(base) + b.y(base+v)) / 2
			if v == 0 {
				continue
			}
			b.printf(`<rect class="bar s%d" x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s</title></rect>`,
				n+1, x-width/2, b.y(base+v), width, b.y(base)-b.y(base+v), escape(b.tip(i, s)))
			base += v
		}
		if base > 0 && slot >= 16 && !b.money {
			b.printf(`<text class="value mid" x="%.1f" y="%.1f">%s</text>`, x, b.y(base)-5, escape(b.show(base)))
		}
	}
	b.names(ends)
}

func (b *board) lines() {
	ends := make([]float64, len(b.series))
	for n, s := range b.series {
		var points []string
		for i, v := range s.values {
			x, _ := b.slot(i)
			ends[n] = b.y(max(v, 0))
			points = append(points, fmt.Sprintf("%.1f,%.1f", x, ends[n]))
		}
		b.printf(`<polyline class="line s%d" points="%s"><title>%s</title></polyline>`, n+1, strings.Join(points, " "), escape(s.name))
	}
	b.names(ends)
}

// names writes each series' name at the right, level with its end and clear of
// the names below.
func (b *board) names(ends []float64) {
	if len(b.series) < 2 {
		return
	}
	const lineHeight = 18
	order := make([]int, len(ends)) // from the bottom up
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(ends[j], ends[i]) })
	floor := float64(plotBottom + 4)
	for _, n := range order {
		ends[n] = min(ends[n]+4, floor)
		floor = ends[n] - lineHeight
	}
	ceiling := float64(plotTop)
	for _, n := range slices.Backward(order) {
		ends[n] = max(ends[n], ceiling)
		ceiling = ends[n] + lineHeight
	}
	for n, s := range b.series {
		b.printf(`<rect class="bar s%d" x="%d" y="%.1f" width="10" height="10"/>`, n+1, b.right+12, ends[n]-9)
		b.printf(`<text class="label s%d" x="%d" y="%.1f">%s</text>`, n+1, b.right+28, ends[n], escape(shorten(s.name, 24)))
	}
}

func (b *board) tip(i int, s series) string {
	tip := b.long(b.marks[i]) + ": " + b.show(s.values[i])
	if s.name != "" {
		tip += " — " + s.name
	}
	return tip
}

// highest value: of the stacks, or of single series.
func (p plot) highest(stacked bool) int64 {
	var highest int64
	for i := range p.marks {
		var sum int64
		for _, s := range p.series {
			if stacked {
				sum += max(s.values[i], 0)
			} else {
				sum = max(sum, s.values[i])
			}
		}
		highest = max(highest, sum)
	}
	return highest
}

// describe says the chart in one sentence.
func (p plot) describe() string {
	var total int64
	var parts []string
	for _, s := range p.series {
		total += s.sum
		if s.name != "" {
			parts = append(parts, s.name+" — "+p.show(s.sum))
		}
	}
	words := "Всего " + p.show(total) + " с " + p.marks[0].Format("02.01.2006") + " по " + next(p.marks[len(p.marks)-1], p.step).AddDate(0, 0, -1).Format("02.01.2006")
	if len(parts) > 0 {
		words += ": " + strings.Join(parts, ", ")
	}
	return words + ". Числа — в таблице под диаграммой."
}

// scale chooses grid lines at 1, 2 or 5 times a power of ten, three to six of
// them, and the value at the upper edge. Counts have whole lines.
func scale(highest int64, money bool) (top, unit int64) {
	unit = 1
	if money {
		unit = 100
	}
	base := unit
	for highest > 5*unit {
		switch {
		case unit == base:
			unit = 2 * base
		case unit == 2*base:
			unit = 5 * base
		default:
			base *= 10
			unit = base
		}
	}
	return max(unit, (highest+unit-1)/unit*unit), unit
}

// shorten keeps n letters at most, whole words when it can.
func shorten(s string, n int) string {
	letters := []rune(s)
	if len(letters) <= n {
		return s
	}
	kept := string(letters[:n-1])
	if space := strings.LastIndexByte(kept, ' '); space > 0 {
		kept = kept[:space]
	}
	return kept + "…"
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}
