package console

import (
	"bytes"
	"html/template"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/report"
	"signdesk/internal/web"
)

// reportIndexPage is views/console/report/index.html.
type reportIndexPage struct {
	Frame   web.Frame
	Reports []*report.Report
	Empty   reportEmpty
}

// reportPage is views/console/report/show.html. Result is nil when a parameter is wrong.
type reportPage struct {
	Frame   web.Frame
	Report  *report.Report
	Fields  []web.Field
	Result  *report.Result
	Chart   template.HTML
	Figures []report.Fact // totals, above the chart
	Rows    [][]reportCell
	Totals  []reportCell
	Notice  string
	Files   []reportLink
	Empty   reportEmpty
}

type (
	reportCell  struct{ Class, Text string }
	reportLink  struct{ URL, Name, Icon string }
	reportEmpty struct{ Icon, Title, Text, ActionText, ActionURL string }
)

// pageRows of a report are shown; the files have all of them.
const pageRows = 500

func (c *Console) reportIndex(ctx *fiber.Ctx) error {
	return ctx.Render("console/report/index", reportIndexPage{
		Frame: c.frame(ctx, "Отчёты"), Reports: report.For(by(ctx)),
		Empty: reportEmpty{Icon: "bar-chart", Title: "Отчётов для вас нет", Text: "У роли «" + by(ctx).RoleName + "» нет права на отчёты. Его даёт администратор."},
	})
}

func (c *Console) reportShow(ctx *fiber.Ctx) error {
	r, err := report.Find(by(ctx), ctx.Params("name"))
	if err != nil {
		return err
	}
	asked := reportAsked(ctx, r)
	inputs, err := r.Inputs(ctx.UserContext(), c.db, by(ctx), c.now(), asked)
	if err != nil {
		return err
	}
	page := reportPage{Frame: c.frame(ctx, r.Title), Report: r, Fields: reportFields(inputs)}
	page.Result, err = r.Run(ctx.UserContext(), c.db, by(ctx), c.now(), asked)
	if fault.Is(err, fault.Invalid) {
		page.Fields = web.WithErrors(page.Fields, err)
		return invalid(ctx, "console/report/show", page)
	}
	if err != nil {
		return err
	}
	page.fill(inputs)
	return ctx.Render("console/report/show", page)
}

// reportFile sends the report as a file and leaves a record in the journal.
func (c *Console) reportFile(ctx *fiber.Ctx) error {
	r, err := report.Find(by(ctx), ctx.Params("name"))
	if err != nil {
		return err
	}
	format := ctx.Params("format")
	var b bytes.Buffer
	if err := r.Export(ctx.UserContext(), c.db, by(ctx), c.now(), reportAsked(ctx, r), format, &b); err != nil {
		return err
	}
	ctx.Attachment(r.FileName(c.now().In(by(ctx).Location()), format)) // also sets the type by the extension
	ctx.Set(fiber.HeaderCacheControl, "no-store")
	return ctx.Send(b.Bytes())
}

// reportAsked takes the report's own parameters from the query string.
func reportAsked(ctx *fiber.Ctx, r *report.Report) map[string]string {
	asked := map[string]string{}
	for _, p := range r.Params {
		if ctx.Context().QueryArgs().Has(p.Name) {
			asked[p.Name] = web.Clean(ctx.Query(p.Name))
		}
	}
	return asked
}

func reportFields(inputs []report.Input) []web.Field {
	var fields []web.Field
	for _, in := range inputs {
		f := web.Field{Name: in.Name, Label: in.Label, Value: in.Value, Type: in.Type, Required: true}
		switch {
		case in.Type == "int":
			f.Type = "number"
		case in.Choices != nil:
			f.Type = "select"
			for _, choice := range in.Choices {
				f.Options = append(f.Options, web.Option{Value: choice.Value, Label: choice.Label, Selected: choice.Value == in.Value})
			}
		}
		fields = append(fields, f)
	}
	return fields
}

// fill puts the result on the page.
func (p *reportPage) fill(inputs []report.Input) {
	res := p.Result
	p.Chart = template.HTML(res.SVG()) // drawn by us, its texts escaped
	p.Notice = res.Notice(pageRows)
	for _, row := range res.Rows[:min(len(res.Rows), pageRows)] {
		p.Rows = append(p.Rows, reportCells(res, row))
	}
	if res.Totals != nil && len(res.Rows) > 0 {
		p.Totals = reportCells(res, res.Totals)
		if p.Totals[0].Text == "" {
			p.Totals[0].Text = "Итого"
		}
		for i, c := range res.Columns {
			if c.Total {
				p.Figures = append(p.Figures, report.Fact{Label: strings.ToLower(c.Label), Value: c.Kind.Show(res.Totals[i])})
			}
		}
	}
	query := url.Values{}
	for _, in := range inputs {
		query.Set(in.Name, in.Value)
	}
	for _, f := range []reportLink{{"xlsx", "XLSX", "file-earmark-excel"}, {"csv", "CSV", "filetype-csv"}, {"pdf", "PDF", "file-earmark-pdf"}} {
		f.URL = "/reports/" + res.Name + "." + f.URL
		if len(query) > 0 {
			f.URL += "?" + query.Encode()
		}
		p.Files = append(p.Files, f)
	}
	p.Empty = reportEmpty{Icon: "bar-chart", Title: "Строк нет", Text: "По этим условиям ничего не нашлось. Возьмите период длиннее или снимите отбор."}
}

func reportCells(res *report.Result, row []any) []reportCell {
	cells := make([]reportCell, len(row))
	for i, text := range res.Line(row) {
		cells[i] = reportCell{reportClass(res.Columns[i].Kind), text}
	}
	return cells
}

// Classes are those of the columns' cells, for the header.
func (p reportPage) Classes() []string {
	classes := make([]string, len(p.Report.Columns))
	for i, c := range p.Report.Columns {
		classes[i] = reportClass(c.Kind)
	}
	return classes
}

func reportClass(k report.Kind) string {
	switch {
	case k.Right():
		return "num"
	case k == report.Date || k == report.DateTime:
		return "date"
	}
	return ""
}
