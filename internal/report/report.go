// Package report runs the reports of reports/*.sql and gives their rows as a
// page's table with a chart, as XLSX, CSV, PDF and JSON.
//
// A report is one query. Comments at its head say what everybody else needs:
//
//	-- title: Russian name
//	-- about: one Russian sentence
//	-- who: report.own report.accounting report.all     any of these may run it
//	-- param: NAME TYPE "Label" [DEFAULT] [min=N max=N] [value=Label …]
//	-- column: NAME KIND "Label" [total] [masked]
//	-- chart: bar|line x=COLUMN:day|week|month y=COLUMN|count [series=COLUMN] "Caption"
//
// Types of parameters: date (default month_start, year_start, today or a date),
// int, enum, centre, operator; the last three are NULL when nothing was chosen.
// Kinds of columns: text, number, money (kopecks), date, datetime, percent (a
// fraction of one). The query names parameters as :name, and these of the
// engine: :partner (obligatory), :zone, :today, :now. Who holds report.own and
// none of the wider rights gets his own figures: :operator is then himself
// whatever was asked, so such a report must have that parameter.
//
// All files are parsed when the program starts; a wrong one does not start.
package report

import (
	"io/fs"
	"slices"
	"strings"

	"signdesk/internal/fault"
	"signdesk/internal/staff"
	"signdesk/reports"
)

// Report is one parsed file.
type Report struct {
	Name, Title, About string
	Who                []staff.Permission
	Params             []Param
	Columns            []Column
	Chart              *Chart
	query              query
}

// Param is one question of the form above a report.
type Param struct {
	Name, Type, Label, Default string
	Min, Max                   int64
	Choices                    []Choice // of an enum
}

// Choice is one allowed value of a parameter.
type Choice struct{ Value, Label string }

// Fact is a line for people: what was asked, or said about the report.
type Fact struct{ Label, Value string }

// Column is one column of the answer.
type Column struct {
	Name, Label string
	Kind        Kind
	Total       bool
	Masked      bool // hidden in part from who may not see clients' data
}

// Chart says what is drawn over the table. Y or Series of -1: count rows, one series.
type Chart struct {
	Kind, Bucket, Caption string
	X, Y, Series          int
}

var catalogue = mustLoad(reports.FS)

func mustLoad(fsys fs.FS) []*Report {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		panic(err)
	}
	var list []*Report
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			panic(err)
		}
		r, err := parse(strings.TrimSuffix(name, ".sql"), string(text))
		if err != nil {
			panic(err)
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *Report) int { return strings.Compare(a.Title, b.Title) })
	return list
}

// All lists every report by title.
func All() []*Report { return catalogue }

// For lists the reports that the employee may run, by title.
func For(by *staff.Employee) []*Report {
	var list []*Report
	for _, r := range catalogue {
		if by.Must(r.Who...) == nil {
			list = append(list, r)
		}
	}
	return list
}

// Find returns the report of the name if the employee may run it: fault.NotFound
// for an unknown one, fault.Forbidden for one of other people.
func Find(by *staff.Employee, name string) (*Report, error) {
	for _, r := range catalogue {
		if r.Name == name {
			return r, by.Must(r.Who...)
		}
	}
	return nil, fault.New(fault.NotFound, "Такого отчёта нет. Выберите отчёт из списка.")
}

// own reports whether the employee gets his own figures only.
func (r *Report) own(by *staff.Employee) bool {
	return !slices.ContainsFunc(r.Who, func(p staff.Permission) bool { return p != staff.ReportOwn && by.Can(p) })
}

func (r *Report) column(name string) int {
	return slices.IndexFunc(r.Columns, func(c Column) bool { return c.Name == name })
}

func (r *Report) param(name string) *Param {
	for i := range r.Params {
		if r.Params[i].Name == name {
			return &r.Params[i]
		}
	}
	return nil
}
