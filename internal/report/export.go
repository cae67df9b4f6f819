package report

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

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
