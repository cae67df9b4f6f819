package report

import (
	"context"
	"fmt"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/staff"
)

// Result is a report as it came out: rows of values by the columns' kinds.
type Result struct {
	*Report
	Asked  []Fact // the parameters in words
	Rows   [][]any
	Totals []any // sums of the columns marked total, nil elsewhere; nil when Cut or nothing is summed
	Cut    bool  // there are more rows than the engine reads
	By     string
	Made   time.Time // in the zone of who asked
	period [2]time.Time
}

// Run answers the report for the employee: his partner's rows only, his own
// figures only when he has no wider right. Values are parameters by name, dates
// ISO; what is absent takes its default. Errors: Forbidden; Invalid with a
// message at each wrong parameter; Unavailable when it takes too long.
func (r *Report) Run(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, values map[string]string) (*Result, error) {
	if err := by.Must(r.Who...); err != nil {
		return nil, err
	}
	a, err := r.ask(ctx, d, by, now, values)
	if err != nil {
		return nil, err
	}
	res := &Result{Report: r, Asked: a.words, By: by.Name, Made: now.In(by.Location())}
	for i, name := range []string{"from", "to"} {
		if day, ok := a.values[name].(string); ok {
			res.period[i], _ = time.Parse(time.DateOnly, day)
		}
	}
	if res.Rows, res.Cut, err = r.fetch(ctx, d, by.PartnerID, a.values, by.Location()); err != nil {
		return nil, err
	}
	if !by.Can(staff.OrgView) {
		res.mask()
	}
	res.sum()
	return res, nil
}

func (res *Result) sum() {
	if res.Cut {
		return
	}
	for i, c := range res.Columns {
		if !c.Total {
			continue
		}
		if res.Totals == nil {
			res.Totals = make([]any, len(res.Columns))
		}
		var whole int64
		var parts float64
		for _, row := range res.Rows {
			switch x := row[i].(type) {
			case int64:
				whole += x
			case float64:
				parts += x
			}
		}
		if parts != 0 {
			res.Totals[i] = parts + float64(whole)
		} else {
			res.Totals[i] = whole
		}
	}
}

// Notice tells what is missing from the rows shown, or "". Limit 0 shows all.
func (res *Result) Notice(limit int) string {
	switch {
	case res.Cut:
		return fmt.Sprintf("В отчёте больше %s строк, здесь начало. Итоги не посчитаны: возьмите период короче или сузьте отбор.", Number.Show(int64(maxRows)))
	case limit > 0 && len(res.Rows) > limit:
		return fmt.Sprintf("Показаны первые %s строк из %s. Все строки — в файлах XLSX и CSV, итог посчитан по всем.",
			Number.Show(int64(limit)), Number.Show(int64(len(res.Rows))))
	}
	return ""
}

// Line is a row, or the totals, in words for people.
func (res *Result) Line(row []any) []string {
	line := make([]string, len(row))
	for i, c := range res.Columns {
		line[i] = c.Kind.Show(row[i])
	}
	return line
}
