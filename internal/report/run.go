package report

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
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

// Formats of a file, in the order menus show them.
var Formats = []string{"xlsx", "csv", "pdf", "json"}

// Export is Run into a file of the format. What leaves the console is written
// to the journal: which report, what was asked, how many rows.
func (r *Report) Export(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, values map[string]string, format string, w io.Writer) error {
	if !slices.Contains(Formats, format) {
		return unknownFormat()
	}
	res, err := r.Run(ctx, d, by, now, values)
	if err != nil {
		return err
	}
	details := map[string]any{"format": format, "rows": len(res.Rows), "params": values}
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "report.export", Object: "report:" + r.Name, Details: details})
	})
	if err != nil {
		return err
	}
	return res.Write(w, format)
}

// Write gives the rows in the format: xlsx, csv, pdf or json.
func (res *Result) Write(w io.Writer, format string) error {
	switch format {
	case "xlsx":
		return res.xlsx(w)
	case "csv":
		return res.csv(w)
	case "pdf":
		return res.pdf(w)
	case "json":
		return res.json(w)
	}
	return unknownFormat()
}

func unknownFormat() error {
	return fault.New(fault.NotFound, "Такого вида выгрузки нет. Есть XLSX, CSV, PDF и JSON.")
}

// FileName of a saved report: issued_2026-11-20.xlsx.
func (r *Report) FileName(now time.Time, format string) string {
	return fmt.Sprintf("%s_%s.%s", r.Name, now.Format(time.DateOnly), format)
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

// mask hides clients from who may run the report and not see them: of every
// word the first letter stays, of every number the last two digits.
func (res *Result) mask() {
	for i, c := range res.Columns {
		if !c.Masked {
			continue
		}
		for _, row := range res.Rows {
			if s, ok := row[i].(string); ok {
				row[i] = masked(s)
			}
		}
	}
}

func masked(s string) string {
	words := strings.Fields(s)
	for i, word := range words {
		letters := []rune(word)
		digits := 0
		for _, r := range letters {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		if digits > 0 {
			words[i] = "***"
			if len(letters) > 6 {
				words[i] += string(letters[len(letters)-2:])
			}
			continue
		}
		for j, r := range letters {
			if unicode.IsLetter(r) {
				words[i] = string(letters[:j+1]) + "***"
				break
			}
		}
	}
	return strings.Join(words, " ")
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
