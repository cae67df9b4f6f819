package console

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"signdesk/internal/exchange"
)

// exchangeChart draws two days of the exchange by the hour: what was sent,
// answered and refused, each line named at its end.
func exchangeChart(hours []exchange.Hour, zone *time.Location) template.HTML {
	const left, top, right, bottom, width, height = 40.0, 12.0, 1160.0, 148.0, 1280, 176
	top1, most := 1, 0
	for _, h := range hours {
		most = max(most, h.Sent, h.Answered, h.Refused)
	}
	if most == 0 {
		return ""
	}
	for top1 < most { // 1, 2, 5, 10, 20 …
		switch {
		case strings.HasPrefix(fmt.Sprint(top1), "2"):
			top1 = top1 / 2 * 5
		default:
			top1 *= 2
		}
	}
	x := func(i int) float64 { return left + (right-left)*float64(i)/float64(max(1, len(hours)-1)) }
	y := func(v int) float64 { return bottom - (bottom-top)*float64(v)/float64(top1) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="Запросы по часам за двое суток; итоги в строке выше">`, width, height)
	for _, v := range []int{0, top1} {
		class := "gridline"
		if v == 0 {
			class = "axis"
		}
		fmt.Fprintf(&b, `<line class="%s" x1="%.0f" y1="%.1f" x2="%.0f" y2="%.1f"/><text class="end" x="%.0f" y="%.1f">%d</text>`, class, left, y(v), right, y(v), left-6, y(v)+4, v)
	}
	for i, h := range hours {
		if at := h.At.In(zone); at.Hour()%6 == 0 {
			words := at.Format("15:04")
			if at.Hour() == 0 {
				words = at.Format("02.01")
			}
			fmt.Fprintf(&b, `<text class="mid" x="%.1f" y="%.0f">%s</text>`, x(i), bottom+18, words)
		}
	}
	lines := []struct {
		name, class string
		value       func(exchange.Hour) int
	}{
		{"отправлено", "s1", func(h exchange.Hour) int { return h.Sent }},
		{"отвечено", "s2", func(h exchange.Hour) int { return h.Answered }},
		{"отказано", "s4", func(h exchange.Hour) int { return h.Refused }},
	}
	for n, l := range lines {
		fmt.Fprintf(&b, `<polyline class="line %s" points="`, l.class)
		for i, h := range hours {
			fmt.Fprintf(&b, "%.1f,%.1f ", x(i), y(l.value(h)))
		}
		fmt.Fprintf(&b, `"/><text class="label %s" x="%.0f" y="%.0f">%s</text>`, l.class, right+10, top+14+float64(n)*18, l.name)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) // numbers and our own words
}
