package printed_test

import (
	"bytes"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"signdesk/internal/gost/pdfsig"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/registry"
	"signdesk/internal/registry/printed"
)

// The test program is its own child when a PDF is read.
func TestMain(m *testing.M) {
	printed.Child()
	os.Exit(m.Run())
}

// A record of the paper is the one of the XML, apart from what the paper does
// not print (codes, GUIDs) and the capitals it prints in.
func TestLayouts(t *testing.T) {
	closed := orgtest.Romashka
	closed.Closed, closed.Status, closed.BadAddress = "2026-11-01", "Находится в стадии ликвидации", true
	long := orgtest.Vasilek
	long.Full = "Открытое акционерное общество «" + strings.Repeat("Научно-производственное объединение имени Василька ", 12) + "»"
	for name, firm := range map[string]orgtest.Firm{"organisation": orgtest.Romashka, "closed": closed, "a name of twelve lines": long, "entrepreneur": orgtest.Kim} {
		want, _, err := registry.ParseExtract(bytes.NewReader(firm.XML()))
		if err != nil {
			t.Fatal(err)
		}
		for layoutName, layout := range map[string]orgtest.Layout{"since 2022": orgtest.Since2022, "before 2022": orgtest.Before2022, "without lines": orgtest.Unruled, "with columns only": orgtest.Columns} {
			t.Run(name+" "+layoutName, func(t *testing.T) {
				r, err := printed.ReadApart(t.Context(), firm.PDF(t, layout))
				if err != nil || r.Kind != printed.Extract {
					t.Fatalf("%+v, %v", r, err)
				}
				if r.Old != (layout == orgtest.Before2022) || r.Number == "" {
					t.Errorf("old %t, number %s", r.Old, r.Number)
				}
				same(t, want, r.Record)
			})
		}
	}
}

func same(t *testing.T, want, got *registry.Record) {
	t.Helper()
	upper := func(r *registry.Record) map[string]string {
		m := map[string]string{"kind": string(r.Kind), "ogrn": r.OGRN, "inn": r.INN, "kpp": r.KPP, "full": r.FullName, "short": r.ShortName, "registered": string(r.Registered),
			"extracted": string(r.Extracted), "state": string(r.Status.State), "since": string(r.Status.Since), "doubt": fmt.Sprint(r.Status.Doubt), "region": r.Region()}
		for _, h := range r.Heads {
			m["head"] += h.Person.FullName() + ", " + h.Title
		}
		if r.Person != nil {
			m["person"] = r.Person.FullName()
		}
		if len(r.Activities) > 0 {
			m["main"] = r.Activities[0].Code
		}
		if r.Capital != nil {
			m["capital"] = fmt.Sprint(r.Capital.Kopecks)
		}
		if r.Address != nil && r.Kind == registry.Organisation {
			m["post"] = r.Address.PostCode
		}
		for _, b := range r.Branches {
			m["branch"] += b.Name
		}
		for k, v := range m {
			m[k] = strings.ToUpper(v)
		}
		return m
	}
	a, b := upper(want), upper(got)
	if want.Kind == registry.Entrepreneur {
		delete(b, "main") // the paper prints one, the XML of the test has none
	}
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
}

// What the paper lists, row by row.
func TestEverythingOfAPaper(t *testing.T) {
	r, err := printed.Read(orgtest.Romashka.PDF(t, orgtest.Since2022))
	if err != nil {
		t.Fatal(err)
	}
	x := r.Record
	want := &registry.Record{
		Kind: registry.Organisation, OGRN: orgtest.Romashka.OGRN, INN: orgtest.Romashka.INN, KPP: "770101001",
		FullName: "ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ «РОМАШКА»", ShortName: "ООО «РОМАШКА»", Registered: "2002-08-15", Extracted: "2026-11-10",
		Created: &registry.Creation{How: "Создание юридического лица"}, Status: registry.Status{State: registry.Active},
		Address: &registry.Address{PostCode: "127029", RegionCode: "77", Region: "Г.МОСКВА", Street: "УЛ. ЛЕСНАЯ", House: "Д. 3", Line: "127029, Г.МОСКВА, УЛ. ЛЕСНАЯ, Д. 3"},
		Seat:    &registry.Address{Line: "Г. МОСКВА"},
		Heads: []registry.Head{{Person: &registry.Person{Surname: "ПЕТРОВ", Name: "ИВАН", Patronymic: "ИВАНОВИЧ", INN: "500100732259", Sex: "m", Country: "гражданин Российской Федерации"},
			Title: "ГЕНЕРАЛЬНЫЙ ДИРЕКТОР", Since: "2016-02-04"}},
		Founders: []registry.Founder{{Person: &registry.Person{Surname: "КОВАЛЁВ", Name: "СЕРГЕЙ", Patronymic: "ЮРЬЕВИЧ", INN: "500100732259"}, Kopecks: 750000, Percent: "75"},
			{Party: &registry.Party{Name: `АКЦИОНЕРНОЕ ОБЩЕСТВО "СНЕЖИНКА"`, OGRN: orgtest.Vasilek.OGRN, INN: orgtest.Vasilek.INN}, Kopecks: 250000, Percent: "25"}},
		Capital: &registry.Capital{Kind: "УСТАВНЫЙ КАПИТАЛ", Kopecks: 1000000},
		Activities: []registry.Activity{{Code: "62.01", Name: "Разработка компьютерного программного обеспечения", Edition: "2014", Main: true},
			{Code: "62.02", Name: "Деятельность консультативная и работы в области компьютерных технологий", Edition: "2014"},
			{Code: "63.11", Name: "Деятельность по обработке данных, предоставление услуг по размещению информации и связанная с этим деятельность", Edition: "2014"}},
		TaxOffice: &registry.Office{Name: "Инспекция ФНС № 1", Since: "2002-08-15"},
		RegOffice: &registry.Office{Name: "Межрайонная инспекция Федеральной налоговой службы № 46 по г. Москве"},
		Branches:  []registry.Branch{{Name: "Тверской филиал", Address: &registry.Address{PostCode: "170100", Region: "ТВЕРСКАЯ ОБЛАСТЬ", Locality: "Г. ТВЕРЬ", Line: "170100, ТВЕРСКАЯ ОБЛАСТЬ, Г. ТВЕРЬ"}}},
	}
	if d := cmp.Diff(want, x, cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
}

// Another program reads the same words out of the same pages.
func TestAgainstPdftotext(t *testing.T) {
	program := tool(t, "pdftotext")
	for _, layout := range []orgtest.Layout{orgtest.Since2022, orgtest.Before2022} {
		pdf := orgtest.Romashka.PDF(t, layout)
		path := filepath.Join(t.TempDir(), "a.pdf")
		if err := os.WriteFile(path, pdf, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(program, "-raw", path, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		theirs := map[string]int{}
		for w := range strings.FieldsSeq(string(out)) {
			theirs[w]++
		}
		ours := map[string]int{}
		if err := pdfsig.ReadPages(pdf, func(p *pdfsig.Page) bool {
			for _, text := range p.Texts {
				for w := range strings.FieldsSeq(text.S) {
					ours[w]++
				}
			}
			return true
		}); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(theirs, ours); d != "" {
			t.Error(d)
		}
	}
}

// The same table laid out by a browser: other fonts, other operations, lines
// drawn as boxes, cells centred, rows broken over pages.
func TestPrintedByChromium(t *testing.T) {
	program := tool(t, "chromium")
	type pair = [2]string
	rows := []pair{{"Наименование", ""}, {"Полное наименование на русском языке", `ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ "РОМАШКА"`}, {"ГРН и дата внесения в ЕГРЮЛ записи, содержащей указанные сведения", "1027700132195\n15.08.2002"},
		{"Сокращенное наименование на русском языке", `ООО "РОМАШКА"`}, {"Место нахождения и адрес юридического лица", ""}, {"Адрес юридического лица", "127029, Г.МОСКВА, УЛ. ЛЕСНАЯ, Д. 3"},
		{"Сведения о регистрации", ""}, {"ОГРН", orgtest.Romashka.OGRN}, {"Дата регистрации", "15.08.2002"},
		{"Сведения о лице, имеющем право без доверенности действовать от имени юридического лица", ""}, {"Фамилия\nИмя\nОтчество", "ПЕТРОВ\nИВАН\nИВАНОВИЧ"}, {"ИНН", "500100732259"}, {"Должность", "ГЕНЕРАЛЬНЫЙ ДИРЕКТОР"},
		{"Сведения об учете в налоговом органе", ""}, {"ИНН юридического лица", orgtest.Romashka.INN}, {"КПП юридического лица", "770101001"},
		{"Сведения об основном виде деятельности", ""}, {"Код и наименование вида деятельности", "62.01 Разработка компьютерного программного обеспечения"}}
	for i := range 30 {
		rows = append(rows, pair{"ГРН и дата внесения записи в ЕГРЮЛ", fmt.Sprintf("21677461234%02d", i)})
	}
	var b strings.Builder
	b.WriteString(`<!doctype html><meta charset="utf-8"><style>body{font:9pt "PT Sans","Liberation Sans",sans-serif}table{border-collapse:collapse;width:100%}td,th{border:1px solid #000;padding:3px}p{text-align:center}.n{text-align:center;width:30px}.v{width:45%}</style>
<p>ВЫПИСКА<br>из Единого государственного реестра юридических лиц<p>10.11.2026 № ЮЭ9965-26-12345678<p>дата формирования выписки<p>Настоящая выписка содержит сведения о юридическом лице<p>ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ "РОМАШКА"<p>полное наименование юридического лица<p>ОГРН `)
	b.WriteString(strings.Join(strings.Split(orgtest.Romashka.OGRN, ""), " "))
	b.WriteString(`<p>включенные в Единый государственный реестр юридических лиц по состоянию на «10» ноября 20 26 г.<table><tr><th>№ п/п<th>Наименование показателя<th>Значение показателя<tr><td class=n>1<td class=n>2<td class=n>3`)
	n := 0
	for _, r := range rows {
		cell := func(s string) string { return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>") }
		if r[1] == "" {
			b.WriteString(`<tr><th colspan=3>` + cell(r[0]))
			continue
		}
		n++
		fmt.Fprintf(&b, `<tr><td class=n>%d<td>%s<td class=v>%s`, n, cell(r[0]), cell(r[1]))
	}
	b.WriteString(`</table>`)
	dir := t.TempDir()
	page, path := filepath.Join(dir, "a.html"), filepath.Join(dir, "a.pdf")
	if err := os.WriteFile(page, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), program, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+dir, "--no-pdf-header-footer", "--print-to-pdf="+path, page).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	pdf, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := printed.ReadApart(t.Context(), pdf)
	if err != nil || r.Kind != printed.Extract {
		t.Fatalf("%+v, %v", r, err)
	}
	x := r.Record
	if x.FullName != `ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ "РОМАШКА"` || x.ShortName != `ООО "РОМАШКА"` || x.INN != orgtest.Romashka.INN || x.KPP != "770101001" || x.OGRN != orgtest.Romashka.OGRN ||
		x.Extracted != "2026-11-10" || x.Registered != "2002-08-15" || len(x.Heads) != 1 || x.Heads[0].Person.FullName() != "ПЕТРОВ ИВАН ИВАНОВИЧ" || x.Heads[0].Title != "ГЕНЕРАЛЬНЫЙ ДИРЕКТОР" ||
		x.Address.Line != "127029, Г.МОСКВА, УЛ. ЛЕСНАЯ, Д. 3" || len(x.Activities) != 1 || r.Pages < 2 {
		t.Errorf("%d pages: %+v", r.Pages, x)
	}
}

func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(name + " is not installed")
		}
		t.Skip(name + " is not installed")
	}
	return path
}

// What is taken for an extract and is none, by name.
func TestOtherPapers(t *testing.T) {
	for _, c := range []struct {
		lines []string
		kind  printed.Kind
		name  string
	}{
		{[]string{"Контур.Фокус", "Выписка из ЕГРЮЛ", "ОГРН 1027700132195"}, printed.Service, "Контур.Фокус"},
		{[]string{"Выписка из Единого государственного реестра юридических лиц", "ОГРН 1027700132195", "https://focus.kontur.ru/entity"}, printed.Service, "Контур.Фокус"},
		{[]string{"Карточка организации", "ОГРН 1027700132195", "saby.ru"}, printed.Service, "СБИС (Saby)"},
		{[]string{"СБИС", "Выписка ЕГРЮЛ", "ОГРН 1027700132195"}, printed.Service, "СБИС (Saby)"},
		{[]string{"Rusprofile.ru", "ООО Ромашка"}, printed.Service, "Rusprofile"},
		{[]string{"СПАРК", "Справка о компании", "ОГРН 1027700132195"}, printed.Service, "СПАРК"},
		{[]string{"Выписка из Единого государственного реестра юридических лиц", "Копия верна. Директор Петров"}, printed.Copy, ""},
		{[]string{"Лист записи", "Единого государственного реестра юридических лиц"}, printed.OtherFNS, "лист записи реестра"},
		{[]string{"Свидетельство о постановке на учет российской организации"}, printed.OtherFNS, "свидетельство о постановке на учёт"},
		{[]string{"Договор № 5", "Поставщик ООО «СПАРК»"}, printed.Paper, ""},
		{[]string{"Устав", "общества с ограниченной ответственностью"}, printed.Paper, ""},
	} {
		r, err := printed.Read(orgtest.Print(t, c.lines...))
		if err != nil || r.Kind != c.kind || r.Name != c.name || r.Text() == "" {
			t.Errorf("%q: %+v, %v", c.lines, r, err)
		}
	}
	if r, err := printed.Read([]byte(orgtest.OnePage)); err != nil || r.Kind != printed.Scan {
		t.Errorf("a scan: %+v, %v", r, err)
	}
	spark := orgtest.Romashka // an organisation of that very name has an extract as others do
	spark.Full, spark.Short = "Общество с ограниченной ответственностью «СПАРК Интерфакс»", "ООО «СБИС»"
	for _, layout := range []orgtest.Layout{orgtest.Since2022, orgtest.Before2022} {
		if r, err := printed.Read(spark.PDF(t, layout)); err != nil || r.Kind != printed.Extract || r.Record.ShortName != "ООО «СБИС»" {
			t.Errorf("an extract: %+v, %v", r, err)
		}
	}
}
