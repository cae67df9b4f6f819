package report

import (
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

const (
	dataSheet  = "Отчёт"
	aboutSheet = "О выгрузке"
)

// xlsx writes two sheets: the rows under a frozen header with a filter and the
// total, and what was asked, when and by whom. Numbers of firms and people are
// text, so that no leading zero is lost.
func (res *Result) xlsx(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close() // drops the temporary files of large sheets
	if err := f.SetSheetName("Sheet1", dataSheet); err != nil {
		return err
	}
	if _, err := f.NewSheet(aboutSheet); err != nil {
		return err
	}
	if err := f.SetDocProps(&excelize.DocProperties{Title: res.Title, Creator: res.By, Created: res.Made.UTC().Format(time.RFC3339)}); err != nil {
		return err
	}
	styles, err := cellStyles(f)
	if err != nil {
		return err
	}
	if err := res.dataSheet(f, styles); err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	if err := res.aboutSheet(f, styles); err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	return f.Write(w)
}

// styles of cells: by kind, plain and bold.
type styles struct {
	plain, strong map[Kind]int
	header        int
}

var formats = map[Kind]string{Text: "@", Number: "#,##0", Money: "#,##0.00", Date: "dd.mm.yyyy", DateTime: "dd.mm.yyyy hh:mm:ss", Percent: "0.0%"}

func cellStyles(f *excelize.File) (styles, error) {
	s := styles{map[Kind]int{}, map[Kind]int{}, 0}
	var err error
	grey := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E5ECEE"}}
	if s.header, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: grey,
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}}); err != nil {
		return s, err
	}
	for kind, format := range formats {
		if s.plain[kind], err = f.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
			return s, err
		}
		if s.strong[kind], err = f.NewStyle(&excelize.Style{CustomNumFmt: &format, Font: &excelize.Font{Bold: true}, Fill: grey}); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (res *Result) dataSheet(f *excelize.File, s styles) error {
	corner, err := excelize.CoordinatesToCellName(len(res.Columns), len(res.Rows)+1)
	if err != nil {
		return err
	}
	// before the stream begins: Flush writes what the sheet already knows
	if err := f.AutoFilter(dataSheet, "A1:"+corner, nil); err != nil {
		return err
	}
	out, err := f.NewStreamWriter(dataSheet)
	if err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	header := make([]any, len(res.Columns))
	for i, c := range res.Columns {
		if err := out.SetColWidth(i+1, i+1, res.cellWidth(i)); err != nil {
			return err
		}
		header[i] = excelize.Cell{StyleID: s.header, Value: c.Label}
	}
	if err := out.SetRow("A1", header); err != nil {
		return err
	}
	for n, row := range res.Rows {
		if err := res.sheetRow(out, n+2, row, s.plain, false); err != nil {
			return err
		}
	}
	if res.Totals != nil && len(res.Rows) > 0 {
		if err := res.sheetRow(out, len(res.Rows)+2, res.Totals, s.strong, true); err != nil {
			return err
		}
	}
	return out.Flush()
}

// sheetRow writes one row. A total is a formula over the rows the filter leaves,
// with the sum of all of them as its value until the program counts again.
func (res *Result) sheetRow(out *excelize.StreamWriter, n int, row []any, style map[Kind]int, total bool) error {
	cells := make([]any, len(row))
	for i, c := range res.Columns {
		cell := excelize.Cell{StyleID: style[c.Kind], Value: row[i]}
		if kopecks, ok := row[i].(int64); ok && c.Kind == Money {
			cell.Value = float64(kopecks) / 100
		}
		if x, ok := row[i].(time.Time); ok { // a spreadsheet knows no zones: what the clock on the wall said
			cell.Value = time.Date(x.Year(), x.Month(), x.Day(), x.Hour(), x.Minute(), x.Second(), 0, time.UTC)
		}
		if total {
			switch {
			case row[i] != nil:
				name, err := excelize.ColumnNumberToName(i + 1)
				if err != nil {
					return err
				}
				cell.Formula = fmt.Sprintf("SUBTOTAL(109,%s2:%s%d)", name, name, n-1)
			case i == 0:
				cell = excelize.Cell{StyleID: style[Text], Value: "Итого"}
			}
		}
		cells[i] = cell
	}
	at, err := excelize.CoordinatesToCellName(1, n)
	if err != nil {
		return err
	}
	return out.SetRow(at, cells)
}

// cellWidth in characters, by what stands in the column's first rows.
func (res *Result) cellWidth(i int) float64 {
	widest := utf8.RuneCountInString(res.Columns[i].Label) + 3 // the filter's arrow
	for _, row := range res.Rows[:min(len(res.Rows), 500)] {
		widest = max(widest, utf8.RuneCountInString(res.Columns[i].Kind.Show(row[i]))+1)
	}
	if res.Totals != nil {
		widest = max(widest, utf8.RuneCountInString(res.Columns[i].Kind.Show(res.Totals[i]))+2)
	}
	return float64(min(max(widest, 10), 60))
}

func (res *Result) aboutSheet(f *excelize.File, s styles) error {
	out, err := f.NewStreamWriter(aboutSheet)
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, 1, 32); err != nil {
		return err
	}
	if err := out.SetColWidth(2, 2, 80); err != nil {
		return err
	}
	facts := []Fact{{"Отчёт", res.Title}, {"Что в нём", res.About}}
	facts = append(facts, res.Asked...)
	facts = append(facts, Fact{"Строк", Number.Show(int64(len(res.Rows)))}, Fact{"Составил", res.By}, Fact{"Составлен", DateTime.Show(res.Made)})
	if notice := res.Notice(0); notice != "" {
		facts = append(facts, Fact{"Внимание", notice})
	}
	for n, fact := range facts {
		cells := []any{excelize.Cell{StyleID: s.header, Value: fact.Label}, excelize.Cell{StyleID: s.plain[Text], Value: fact.Value}}
		if err := out.SetRow(fmt.Sprintf("A%d", n+1), cells); err != nil {
			return err
		}
	}
	return out.Flush()
}
