package report

import (
	"encoding/xml"
	"fmt"
	"math"
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

func (b *board) tip(i int, s series) string {
	tip := b.long(b.marks[i]) + ": " + b.show(s.values[i])
	if s.name != "" {
		tip += " — " + s.name
	}
	return tip
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}
