package report

import (
	"cmp"
	"slices"
	"strings"
)

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
