package document

import (
	"bytes"
	"fmt"
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

var moscow = time.FixedZone("MSK", 3*60*60)

func ivanovaHands() Receipt {
	return Receipt{
		CaseNumber: "З-000431", Owner: "Петров Иван Иванович", Title: "Генеральный директор", Organisation: "ООО «Ромашка», ИНН 7701234567",
		Document: "паспорт гражданина РФ 45 10 № 123456, выдан 01.02.2015 ОВД «Тверской» г. Москвы", Serial: "57B6C0DE00112233445566778899AABBCCDDEE3A",
		Issuer:    "УЦ «Учебный», ООО «Удостоверяющий центр»",
		NotBefore: time.Date(2026, 11, 20, 10, 15, 0, 0, moscow), NotAfter: time.Date(2027, 11, 20, 10, 15, 0, 0, moscow),
		CarrierType: "Рутокен ЭЦП 2.0", CarrierNumber: "0A3F19", Centre: "Сервисный центр «Тверская»", Employee: "Иванова Анна Сергеевна",
		Date: time.Date(2026, 11, 20, 10, 40, 0, 0, moscow),
	}
}

// TestReceipt proves F228, F326: another program finds every fact of the receipt.
func TestReceipt(t *testing.T) {
	got := printed(t, ivanovaHands())
	for _, want := range []string{
		"Расписка о получении сертификата", "З-000431", "Петров Иван Иванович, Генеральный директор", "ООО «Ромашка», ИНН 7701234567",
		"паспорт гражданина РФ 45 10 № 123456", "57B6C0DE00112233445566778899AABBCCDDEE3A", "УЦ «Учебный»",
		"с 20.11.2026 10:15 по 20.11.2027 10:15", "Рутокен ЭЦП 2.0, № 0A3F19", "лично", "Сервисный центр «Тверская», 20.11.2026",
		"С руководством по обеспечению безопасности", "Иванова Анна Сергеевна", "1 из 1",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("not on paper: %s", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

func TestReceiptByPowerOfAttorney(t *testing.T) {
	r := ivanovaHands()
	r.Recipient, r.Basis = "Сидоров Пётр Павлович", "доверенность № 5 от 01.02.2026"
	got := printed(t, r)
	for _, want := range []string{"Я, Сидоров Пётр Павлович, действуя по основанию «доверенность № 5 от 01.02.2026»", "Петров Иван Иванович"} {
		if !strings.Contains(got, want) {
			t.Errorf("not on paper: %s\n%s", want, got)
		}
	}
	r.Basis = ""
	if _, err := r.PDF(); err == nil {
		t.Error("somebody else signed without a basis")
	}
}

// The code in the corner reopens the case at the desk's scanner.
func TestReceiptQR(t *testing.T) {
	need(t, "pdftoppm")
	png := filepath.Join(t.TempDir(), "page")
	run(t, "pdftoppm", "-r", "150", "-png", "-singlefile", write(t, ivanovaHands()), png)
	file, err := os.Open(png + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	page, _, err := image.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := gozxing.NewBinaryBitmapFromImage(page)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(seen, nil)
	if err != nil || got.GetText() != "З-000431" {
		t.Errorf("scanned %v, %v", got, err)
	}
}

func TestReceiptSameBytes(t *testing.T) {
	a, err := ivanovaHands().PDF()
	if err != nil {
		t.Fatal(err)
	}
	b, err := ivanovaHands().PDF()
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("the same receipt printed twice differs: %v", err)
	}
}

func TestReceiptIncomplete(t *testing.T) {
	for name, spoil := range map[string]func(*Receipt){
		"case": func(r *Receipt) { r.CaseNumber = "" }, "owner": func(r *Receipt) { r.Owner = "" }, "serial": func(r *Receipt) { r.Serial = "" },
		"validity": func(r *Receipt) { r.NotAfter = time.Time{} }, "date": func(r *Receipt) { r.Date = time.Time{} },
	} {
		r := ivanovaHands()
		if spoil(&r); func() error { _, err := r.PDF(); return err }() == nil {
			t.Errorf("a receipt without its %s was printed", name)
		}
	}
}

func acts(n int) Table {
	t := Table{
		Title: "Акты и счета-фактуры", About: []string{"Период с 01.11.2026 по 30.11.2026", "ООО «Партнёр»"},
		Columns: []Column{{Label: "Номер"}, {Label: "Дата"}, {Label: "Организация"}, {Label: "ИНН"}, {Label: "Сумма,\u00a0₽", Number: true}},
		Total:   []string{"Итого", "", "", "", "1 045,00"}, Notes: []string{"Строк: 120"}, Made: time.Date(2026, 11, 30, 18, 0, 0, 0, moscow),
	}
	for i := range n {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("А-%06d", i+1), "20.11.2026", "ООО «Ромашка и товарищи по садоводству»", "7701234567", "1\u00a0045,00"})
	}
	return t
}

func TestTableRepeatsHeaderAndNumbersPages(t *testing.T) {
	got := printed(t, acts(120))
	pages := strings.Split(strings.TrimRight(got, "\f\n"), "\f")
	if len(pages) < 3 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, page := range pages {
		if number := fmt.Sprintf("%d из %d", i+1, len(pages)); !strings.Contains(page, number) {
			t.Errorf("page %d does not say %s", i+1, number)
		}
		if !strings.Contains(page, "Организация") || !strings.Contains(page, "Сумма, руб.") {
			t.Errorf("page %d has no header", i+1)
		}
	}
	for _, want := range []string{"А-000001", "А-000120", "Итого", "7701234567", "1 045,00"} {
		if !strings.Contains(got, want) {
			t.Errorf("not on paper: %s", want)
		}
	}
}

// What people and registers put into names must neither break the page nor get lost.
func TestTableOddText(t *testing.T) {
	got := printed(t, Table{Title: "Список", Made: time.Unix(0, 0).UTC(), Columns: []Column{{Label: "Что"}, {Label: "Сколько", Number: true}},
		Rows: [][]string{{"Ё 😀 \x00 \xff 漢字", "1"}, {strings.Repeat("ДЛИННОЕСЛОВО", 20), "2"}, {"две\nстроки", ""}, {"Şahin Gökçe", "−5"}}})
	for _, want := range []string{"Ё ? ? ??", "две строки", "Şahin Gökçe", "−5"} {
		if !strings.Contains(got, want) {
			t.Errorf("not on paper: %s", want)
		}
	}
	if flat := strings.NewReplacer("\n", "", " ", "", "2", "").Replace(got); !strings.Contains(flat, strings.Repeat("ДЛИННОЕСЛОВО", 20)) {
		t.Error("a long word lost letters")
	}
}

// Names come from registers and scans: no text may break the PDF library.
func FuzzTableText(f *testing.F) {
	for _, s := range []string{"ООО «Ромашка»", "\xff\x00", "a\u0301 😀 ﷽", strings.Repeat("W", 500)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 2000 {
			t.Skip("a header higher than the page is refused")
		}
		table := Table{Title: s, Columns: []Column{{Label: s}, {Label: "№", Number: true}}, Rows: [][]string{{s, s}}, Made: time.Unix(0, 0).UTC()}
		if _, err := table.PDF(); err != nil {
			t.Error(err)
		}
	})
}

// A table too wide for a standing page lies down, and its last column is still on it.
func TestWideTable(t *testing.T) {
	need(t, "pdftotext")
	wide := Table{Title: "Широкий список", Made: time.Unix(0, 0).UTC()}
	var cells []string
	for i := range 9 {
		wide.Columns = append(wide.Columns, Column{Label: fmt.Sprintf("Столбец %d", i+1)})
		cells = append(cells, fmt.Sprintf("значение столбца номер %d", i+1))
	}
	wide.Rows = [][]string{cells}
	name := write(t, wide)
	if out := run(t, "pdftotext", "-bbox", name, "-"); !strings.Contains(out, `<page width="841.8`) || !strings.Contains(out, `height="595.2`) {
		t.Errorf("not lying: %.300s", out)
	}
	if out := run(t, "pdftotext", "-x", "700", "-y", "0", "-W", "115", "-H", "595", name, "-"); !strings.Contains(out, "Столбец 9") {
		t.Errorf("the last column is not at the right edge: %s", out)
	}
}

func TestEmptyTable(t *testing.T) {
	e := acts(0)
	e.Total = nil
	if got := printed(t, e); !strings.Contains(got, "Организация") || !strings.Contains(got, "1 из 1") {
		t.Errorf("an empty table: %s", got)
	}
}

func BenchmarkReceipt(b *testing.B) {
	for b.Loop() {
		if _, err := ivanovaHands().PDF(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTable1000(b *testing.B) {
	t := acts(1000)
	for b.Loop() {
		if _, err := t.PDF(); err != nil {
			b.Fatal(err)
		}
	}
}

type form interface{ PDF() ([]byte, error) }

// printed is the text that pdftotext finds, no-break spaces as spaces.
func printed(t *testing.T, f form) string {
	t.Helper()
	need(t, "pdftotext")
	return strings.ReplaceAll(run(t, "pdftotext", "-layout", write(t, f), "-"), "\u00a0", " ")
}

func write(t *testing.T, f form) string {
	t.Helper()
	pdf, err := f.PDF()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "form.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
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

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}
