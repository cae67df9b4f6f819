package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"
	"github.com/xuri/excelize/v2"

	"signdesk/internal/fault"
)

// TestXLSX proves F324: another reader of the file finds types, numbers and totals.
func TestXLSX(t *testing.T) {
	w := newWorld(t)
	f, err := excelize.OpenReader(bytes.NewReader(w.file(t, "buh", "paid_not_shipped", "xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(dataSheet)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Организация", "ИНН", "Номер", "Услуга или товар", "Состояние", "Оплачено", "Ждёт, дней", "Стоимость, ₽"},
		{"ООО «Ромашка»", "7701234567", "ОФ030-479930", "=cmd|'/c calc'!A0", "не отгружено", "01.11.2026", "19", "1,045.00"},
		{"ООО «Ромашка»", "7701234567", "ОФ030-479931", "=cmd|'/c calc'!A0", "не отгружено", "18.11.2026", "2", "1,045.00"},
		{"Итого", "", "", "", "", "", "", "2,090.00"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if kind, err := f.GetCellType(dataSheet, "B2"); err != nil || kind != excelize.CellTypeInlineString {
		t.Errorf("an INN is not text: %v, %v", kind, err)
	}
	if formula, err := f.GetCellFormula(dataSheet, "D2"); err != nil || formula != "" {
		t.Errorf("typed text became the formula %q", formula)
	}
	if formula, err := f.GetCellFormula(dataSheet, "H4"); err != nil || formula != "SUBTOTAL(109,H2:H3)" {
		t.Errorf("total: %q, %v", formula, err)
	}
	if panes, err := f.GetPanes(dataSheet); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("header is not frozen: %+v, %v", panes, err)
	}
	if width, err := f.GetColWidth(dataSheet, "A"); err != nil || width < 14 {
		t.Errorf("width %v, %v", width, err)
	}
	filtered := false
	for _, name := range f.GetDefinedName() {
		filtered = filtered || strings.Contains(name.RefersTo, "$A$1:$H$3")
	}
	if !filtered {
		t.Errorf("no filter: %+v", f.GetDefinedName())
	}
	if about, err := f.GetRows(aboutSheet); err != nil || about[0][1] != "Оплачено, но не отгружено" || about[2][0] != "Ждут не меньше, дней" {
		t.Errorf("about: %q, %v", about, err)
	}
}

func TestEmptyXLSX(t *testing.T) {
	w := newWorld(t)
	f, err := excelize.OpenReader(bytes.NewReader(w.file(t, "buh", "paid_not_shipped", "xlsx", "older", "3000")))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if rows, err := f.GetRows(dataSheet); err != nil || len(rows) != 1 {
		t.Errorf("%q, %v", rows, err)
	}
}

func TestCSV(t *testing.T) {
	w := newWorld(t)
	b := w.file(t, "buh", "paid_not_shipped", "csv")
	if !bytes.HasPrefix(b, []byte("\xef\xbb\xbfОрганизация;ИНН;")) {
		t.Errorf("begins %q", b[:40])
	}
	r := csv.NewReader(bytes.NewReader(b[3:]))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	want := []string{"ООО «Ромашка»", "7701234567", "ОФ030-479930", "'=cmd|'/c calc'!A0", "не отгружено", "01.11.2026", "19", "1045,00"}
	if diff := cmp.Diff(want, rows[1]); diff != "" {
		t.Error(diff)
	}
	for _, s := range []string{"=1+1", "+7 900", "-2", "@SUM(A1)", "\tx", "＝1"} {
		if harmless(s) != "'"+s {
			t.Errorf("%q is run by a spreadsheet", s)
		}
	}
	if harmless("ООО «А-Б»") != "ООО «А-Б»" {
		t.Error("harmless text was changed")
	}
}

func TestPDF(t *testing.T) {
	w := newWorld(t)
	need(t, "pdftotext")
	name := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(name, w.file(t, "boss", "issued", "pdf"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(out), nbsp, " ")
	for _, want := range []string{"Выпущенные сертификаты", "С: 01.11.2026 · По: 20.11.2026", "Сервисный центр: все", "Иванова Анна Сергеевна", "16.11.2026", "Итого", "Главный Олег Олегович, 20.11.2026 12:00", "1 из 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("not on paper: %s\n%s", want, text)
		}
	}
}

func TestJSON(t *testing.T) {
	w := newWorld(t)
	var got struct {
		Report string
		Asked  map[string]string
		Rows   []map[string]any
		Totals map[string]any
	}
	if err := json.Unmarshal(w.file(t, "buh", "acts_invoices", "json"), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"issued_on": "2026-11-10", "kind": "Акт", "number": "А-1", "organisation": "ООО «Ромашка»", "inn": "7701234567", "kpp": "770101001", "amount": "1045.00", "vat_amount": "188.44"}
	if diff := cmp.Diff(want, got.Rows[0]); diff != "" || got.Totals["amount"] != "2090.00" || got.Asked["По"] != "20.11.2026" {
		t.Errorf("%s%+v", diff, got)
	}
}

// A file that leaves the console leaves a record; a refused one does not.
func TestExportIsJournalled(t *testing.T) {
	w := newWorld(t)
	w.file(t, "buh", "acts_invoices", "csv")
	r, err := Find(w.staff["buh"], "acts_invoices")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := r.Export(t.Context(), w.db, w.staff["ivanova"], now, nil, "csv", &b); !fault.Is(err, fault.Forbidden) || b.Len() > 0 {
		t.Errorf("an operator exports accounting: %v", err)
	}
	if err := r.Export(t.Context(), w.db, w.staff["buh"], now, nil, "exe", &b); !fault.Is(err, fault.NotFound) || b.Len() > 0 {
		t.Errorf("an unknown format: %v", err)
	}
	var n int64
	err = w.db.Read(t.Context(), w.staff["buh"].PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT count(*) FROM audit_record WHERE action = 'report.export' AND object = 'report:acts_invoices' AND details LIKE '%"rows":2%'`).Scan(&n)
	})
	if err != nil || n != 1 {
		t.Errorf("%d records, %v", n, err)
	}
}

// The chart is XML that another parser accepts, with a title and a description.
func TestSVG(t *testing.T) {
	w := newWorld(t)
	need(t, "xmllint")
	res := w.run(t, "boss", "issued")
	svg := res.SVG()
	for _, want := range []string{"<title id=\"chart-title\">Выпущено сертификатов, по дням</title>", "Всего 6 с 01.11.2026 по 20.11.2026", "Иванова Анна Сергеевна — 4",
		`class="axis"`, `class="bar s2"`, `class="label s1"`, ">02.11<", "16.11.2026: 1 — Сидорова"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(svg, "style=") || strings.Contains(svg, "fill=") {
		t.Error("colours belong to the style sheet")
	}
	wellFormed(t, svg)

	many := &Result{Report: res.Report}
	for i := range 400 {
		name := string([]rune("АБВГДЕЖ")[i%7]) + " <&\">"
		many.Rows = append(many.Rows, []any{time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC), name, "Центр", int64(i % 9), int64(0)})
	}
	svg = many.SVG()
	wellFormed(t, svg)
	if !strings.Contains(svg, "Остальные") || strings.Contains(svg, `"bar s6"`) || !strings.Contains(svg, "по неделям") {
		t.Error("a year of seven operators: want five series by week")
	}
	many.Chart = &Chart{Kind: "line", Bucket: "day", Caption: "Линии", X: 0, Y: 3, Series: 1}
	wellFormed(t, many.SVG())
}

func TestScale(t *testing.T) {
	for _, c := range []struct {
		highest   int64
		money     bool
		top, unit int64
	}{{0, false, 1, 1}, {1, false, 1, 1}, {5, false, 5, 1}, {6, false, 6, 2}, {11, false, 15, 5}, {26, false, 30, 10}, {499, false, 500, 100}, {104500, true, 150000, 50000}} {
		if top, unit := scale(c.highest, c.money); top != c.top || unit != c.unit {
			t.Errorf("scale(%d) = %d by %d, want %d by %d", c.highest, top, unit, c.top, c.unit)
		}
	}
}

func TestShow(t *testing.T) {
	for _, c := range []struct {
		kind         Kind
		value        any
		people, file string
	}{
		{Money, int64(104500), "1 045,00", "1045,00"}, {Money, int64(-7), "−0,07", "-0,07"}, {Money, int64(123456789012), "1 234 567 890,12", "1234567890,12"},
		{Number, int64(12345), "12 345", "12345"}, {Number, 1.5, "1,5", "1,5"}, {Percent, 0.127, "12,7 %", "0,127"}, {Text, nil, "", ""},
		{Date, time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), "02.11.2026", "02.11.2026"},
	} {
		if got := strings.ReplaceAll(c.kind.Show(c.value), nbsp, " "); got != c.people {
			t.Errorf("%s %v: %q, want %q", c.kind, c.value, got, c.people)
		}
		if got := c.kind.Plain(c.value, true); got != c.file {
			t.Errorf("%s %v in a file: %q, want %q", c.kind, c.value, got, c.file)
		}
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "xmllint", "--noout", "-")
	cmd.Stdin = strings.NewReader(svg)
	if out, err := cmd.CombinedOutput(); err != nil || svg == "" {
		t.Errorf("xmllint: %v\n%s", err, out)
	}
}

// file exports a report or fails the test.
func (w *world) file(t *testing.T, login, name, format string, pairs ...string) []byte {
	t.Helper()
	r, err := Find(w.staff[login], name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := r.Export(t.Context(), w.db, w.staff[login], now, values(pairs...), format, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}
