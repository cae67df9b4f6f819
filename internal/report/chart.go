package report

import (
	"slices"
	"strings"
	"time"
)

const (
	maxSeries = 5  // more cannot be told apart
	maxMarks  = 62 // marks on the axis of dates; beyond it the step grows
)

// plot is a chart's data: for every series a value at every mark.
type plot struct {
	step   string // day, week or month: as the header says, or coarser
	marks  []time.Time
	series []series
	money  bool
}

type series struct {
	name   string
	values []int64
	sum    int64
}

// plot sums the rows by mark and series. Marks without rows are zeros; from the
// fifth on, smaller series become «Остальные».
func (res *Result) plot() plot {
	c := res.Chart
	var first, last time.Time
	widen := func(t time.Time) {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
		if t.After(last) {
			last = t
		}
	}
	widen(res.period[0])
	widen(res.period[1])
	for _, row := range res.Rows {
		if t, ok := row[c.X].(time.Time); ok {
			widen(t)
		}
	}
	p := plot{money: c.Y >= 0 && res.Columns[c.Y].Kind == Money}
	if last.IsZero() {
		return p
	}
	for i := slices.Index(buckets, c.Bucket); i < len(buckets); i++ {
		p.step, p.marks = buckets[i], nil
		for t := floor(first, p.step); !t.After(last); t = next(t, p.step) {
			p.marks = append(p.marks, t)
		}
		if len(p.marks) <= maxMarks {
			break
		}
	}
	at := make(map[time.Time]int, len(p.marks))
	for i, t := range p.marks {
		at[t] = i
	}
	byName := map[string]*series{}
	for _, row := range res.Rows {
		t, ok := row[c.X].(time.Time)
		if !ok {
			continue
		}
		name, y := "", int64(1)
		if c.Series >= 0 {
			name = res.Columns[c.Series].Kind.Show(row[c.Series])
		}
		if c.Y >= 0 {
			y, _ = row[c.Y].(int64)
		}
		s := byName[name]
		if s == nil {
			s = &series{name: name, values: make([]int64, len(p.marks))}
			byName[name] = s
		}
		s.values[at[floor(t, p.step)]] += y
		s.sum += y
	}
	for _, s := range byName {
		p.series = append(p.series, *s)
	}
	slices.SortFunc(p.series, func(a, b series) int {
		if a.sum != b.sum {
			return int(min(1, max(-1, b.sum-a.sum)))
		}
		return strings.Compare(a.name, b.name)
	})
	if len(p.series) > maxSeries {
		rest := series{name: "Остальные", values: make([]int64, len(p.marks))}
		for _, s := range p.series[maxSeries-1:] {
			for i, v := range s.values {
				rest.values[i] += v
			}
			rest.sum += s.sum
		}
		p.series = append(p.series[:maxSeries-1:maxSeries-1], rest)
	}
	return p
}

// floor is the mark that t belongs to: its day, its Monday or its month's first.
func floor(t time.Time, step string) time.Time {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	switch step {
	case "week":
		return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	case "month":
		return day.AddDate(0, 0, 1-day.Day())
	}
	return day
}

func next(t time.Time, step string) time.Time {
	switch step {
	case "week":
		return t.AddDate(0, 0, 7)
	case "month":
		return t.AddDate(0, 1, 0)
	}
	return t.AddDate(0, 0, 1)
}

var months = []string{"янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"}

// label of a mark under the axis: 16.11, or ноя 26.
func (p plot) label(t time.Time) string {
	if p.step == "month" {
		return months[t.Month()-1] + nbsp + t.Format("06")
	}
	return t.Format("02.01")
}

// long is the mark in full, for tooltips.
func (p plot) long(t time.Time) string {
	switch p.step {
	case "week":
		return t.Format("02.01") + "–" + t.AddDate(0, 0, 6).Format("02.01.2006")
	case "month":
		return months[t.Month()-1] + nbsp + t.Format("2006")
	}
	return t.Format("02.01.2006")
}

func (p plot) stepWords() string {
	return map[string]string{"day": "по дням", "week": "по неделям", "month": "по месяцам"}[p.step]
}

func (p plot) show(v int64) string {
	if p.money {
		return Number.Show(v/100) + nbsp + "₽"
	}
	return Number.Show(v)
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
