package orgtest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/phpdave11/gofpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// OnePage is a PDF with one empty page: a scan, for who does not look closer.
const OnePage = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/MediaBox[0 0 595 842]/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>"

// Layout of a printed extract.
type Layout int

const (
	Since2022  Layout = iota
	Before2022        // the address in parts, other names of values
	Unruled           // as Since2022 without lines between rows and columns
	Columns           // as Since2022 with lines between columns only, and the digits of the number in boxes
)

// pair is a row of the table: a name and a value of one or several lines; a
// name alone is a title.
type pair struct{ label, value string }

// PDF prints the firm's extract in the shape of egrul.nalog.ru, by a program
// that has nothing in common with the one that reads it.
func (f Firm) PDF(t testing.TB, layout Layout) []byte {
	t.Helper()
	p := newPaper(layout != Unruled)
	p.open = layout == Columns
	register, about, who := "юридических лиц", "юридическом лице", f.Full
	number, numberName := "ЮЭ9965-26-12345678", "ОГРН"
	if f.Sole {
		register, about, who, number, numberName = "индивидуальных предпринимателей", "индивидуальном предпринимателе", f.Surname+" "+f.Name+" "+f.Patronymic, "ИЭ9965-26-87654321", "ОГРНИП"
	}
	made := ru(f.Extracted)
	p.centre(14, "В Ы П И С К А")
	p.centre(12, "из Единого государственного реестра "+register)
	p.centre(10, made+"          № "+number)
	p.centre(8, "дата формирования выписки")
	p.centre(10, "Настоящая выписка содержит сведения о"+map[bool]string{true: "б"}[f.Sole]+" "+about)
	p.centre(11, strings.ToUpper(who))
	p.centre(8, "полное наименование юридического лица")
	p.digits(numberName, f.OGRN)
	p.centre(10, "включенные в Единый государственный реестр "+register+" по состоянию на")
	p.centre(10, "« "+made[:2]+" » "+month(made)+" "+made[6:8]+" "+made[8:]+" г.")
	p.number(pair{"Наименование показателя", "Значение показателя"}, "№ п/п")
	p.number(pair{"2", "3"}, "1")
	rows := f.since2022()
	if layout == Before2022 {
		rows = f.before2022()
	}
	if f.Sole {
		rows = f.sole(layout == Before2022)
	}
	for _, r := range rows {
		p.row(r)
	}
	p.centre(8, "Выписка сформирована с использованием сервиса «Предоставление сведений из ЕГРЮЛ/ЕГРИП», размещенного на официальном сайте ФНС России в сети Интернет по адресу: https://egrul.nalog.ru")
	return p.bytes(t)
}

func (f Firm) grn() pair {
	return pair{"ГРН и дата внесения в ЕГРЮЛ записи, содержащей указанные сведения", "2167746123456\n03.02.2016"}
}

func (f Firm) since2022() []pair {
	up := strings.ToUpper
	rows := []pair{{"Наименование", ""}, {"Полное наименование на русском языке", up(f.Full)}, f.grn(),
		{"Сокращенное наименование на русском языке", up(f.Short)}, f.grn(),
		{"Место нахождения и адрес юридического лица", ""}, {"Место нахождения юридического лица", "Г.\u00a0" + up(f.Town)}, f.grn(),
		{"Адрес юридического лица", "127029,\nГ." + up(f.Town) + ",\nУЛ. " + up(f.Street) + ",\nД. " + f.House}, f.grn()}
	if f.BadAddress {
		rows = append(rows, pair{"Дополнительные сведения", "Сведения недостоверны (результаты проверки достоверности содержащихся в Едином государственном реестре юридических лиц сведений)"}, f.grn())
	}
	rows = append(rows, pair{"Сведения о регистрации", ""}, pair{"Способ образования", "Создание юридического лица"}, pair{"ОГРН", f.OGRN}, pair{"Дата регистрации", "15.08.2002"}, f.grn(),
		pair{"Сведения о регистрирующем органе по месту нахождения юридического лица", ""}, pair{"Наименование регистрирующего органа", "Межрайонная инспекция Федеральной налоговой службы № 46 по г. Москве"})
	rows = append(rows, f.state()...)
	rows = append(rows, pair{"Сведения о лице, имеющем право без доверенности действовать от имени юридического лица", ""},
		pair{"ГРН и дата внесения в ЕГРЮЛ сведений о данном лице", "2167746123457\n04.02.2016"},
		pair{"Фамилия\nИмя\nОтчество", up(f.Surname) + "\n" + up(f.Name) + "\n" + up(f.Patronymic)}, pair{"ИНН", "500100732259"}, f.grn(),
		pair{"Должность", up(f.Title)}, f.grn(), pair{"Пол", "Мужской"}, pair{"Гражданство", "гражданин Российской Федерации"}, f.grn(),
		pair{"Сведения об уставном капитале / складочном капитале / уставном фонде / паевом фонде", ""}, pair{"Вид", "УСТАВНЫЙ КАПИТАЛ"}, pair{"Размер (в рублях)", "10000"}, f.grn(),
		pair{"Сведения об участниках / учредителях юридического лица", ""}, pair{"1", ""},
		pair{"ГРН и дата внесения в ЕГРЮЛ сведений о данном лице", "2167746123458\n04.02.2016"},
		pair{"Фамилия\nИмя\nОтчество", "КОВАЛЁВ\nСЕРГЕЙ\nЮРЬЕВИЧ"}, pair{"ИНН", "500100732259"}, pair{"Номинальная стоимость доли (в рублях)", "7500"}, pair{"Размер доли (в процентах)", "75"}, pair{"2", ""},
		pair{"Полное наименование", "АКЦИОНЕРНОЕ ОБЩЕСТВО \"СНЕЖИНКА\""}, pair{"ОГРН", Vasilek.OGRN}, pair{"ИНН", Vasilek.INN}, pair{"Номинальная стоимость доли (в рублях)", "2500"}, pair{"Размер доли (в процентах)", "25"},
		pair{"Сведения об учете в налоговом органе", ""}, pair{"ИНН юридического лица", f.INN}, pair{"КПП юридического лица", f.KPP}, pair{"Дата постановки на учет в налоговом органе", "15.08.2002"},
		pair{"Сведения о налоговом органе, в котором юридическое лицо состоит (для юридических лиц, прекративших деятельность - состояло) на учете", "Инспекция ФНС № 1"}, f.grn())
	return append(rows, f.rest()...)
}

func (f Firm) before2022() []pair {
	up := strings.ToUpper
	rows := []pair{{"Наименование", ""}, {"Полное наименование", up(f.Full)}, {"Сокращенное наименование", up(f.Short)}, f.grn(),
		{"Адрес (место нахождения)", ""}, {"Почтовый индекс", "127029"}, {"Субъект Российской Федерации", "ГОРОД " + up(f.Town)},
		{"Улица (проспект, переулок и т.д.)", "УЛИЦА " + up(f.Street)}, {"Дом (владение и т.п.)", "ДОМ " + f.House}, f.grn()}
	if f.BadAddress {
		rows = append(rows, pair{"Дополнительные сведения", "сведения недостоверны (результаты проверки достоверности)"})
	}
	rows = append(rows, pair{"Сведения о регистрации", ""}, pair{"Способ образования", "Создание юридического лица"}, pair{"ОГРН", f.OGRN}, pair{"Дата присвоения ОГРН", "15.08.2002"}, f.grn(),
		pair{"Сведения об учете в налоговом органе", ""}, pair{"ИНН", f.INN}, pair{"КПП", f.KPP}, pair{"Дата постановки на учет", "15.08.2002"}, pair{"Наименование налогового органа", "Инспекция ФНС № 1"}, f.grn(),
		pair{"Сведения об уставном капитале (складочном капитале, уставном фонде, паевых взносах)", ""}, pair{"Вид", "УСТАВНЫЙ КАПИТАЛ"}, pair{"Размер (в рублях)", "10000"})
	rows = append(rows, f.state()...)
	rows = append(rows, pair{"Сведения о лице, имеющем право без доверенности действовать от имени юридического лица", ""},
		pair{"ГРН и дата внесения в ЕГРЮЛ сведений о данном лице", "2167746123457\n04.02.2016"},
		pair{"Фамилия", up(f.Surname)}, pair{"Имя", up(f.Name)}, pair{"Отчество", up(f.Patronymic)}, pair{"ИНН", "500100732259"}, f.grn(), pair{"Должность", up(f.Title)}, f.grn(),
		pair{"Сведения об учредителях (участниках) юридического лица", ""}, pair{"Фамилия", "КОВАЛЁВ"}, pair{"Имя", "СЕРГЕЙ"}, pair{"Отчество", "ЮРЬЕВИЧ"}, pair{"ИНН", "500100732259"},
		pair{"Номинальная стоимость доли (в рублях)", "10000"}, pair{"Размер доли (в процентах)", "100"})
	return append(rows, f.rest()...)
}

func (f Firm) state() (rows []pair) {
	if f.Status != "" {
		rows = append(rows, pair{"Сведения о состоянии юридического лица", ""}, pair{"Состояние", f.Status}, f.grn())
	}
	if f.Closed != "" {
		rows = append(rows, pair{"Сведения о прекращении юридического лица", ""}, pair{"Способ прекращения", "Ликвидация юридического лица"}, pair{"Дата прекращения", ru(f.Closed)},
			pair{"Наименование органа, внесшего запись о прекращении юридического лица", "Межрайонная инспекция Федеральной налоговой службы № 46 по г. Москве"}, f.grn())
	}
	return rows
}

func (f Firm) rest() []pair {
	rows := []pair{{"Сведения о видах экономической деятельности по Общероссийскому классификатору видов экономической деятельности", ""},
		{"Сведения об основном виде деятельности\n(ОКВЭД ОК 029-2014 КДЕС. Ред. 2)", ""}, {"Код и наименование вида деятельности", "62.01 Разработка компьютерного программного обеспечения"}, f.grn(),
		{"Сведения о дополнительных видах деятельности\n(ОКВЭД ОК 029-2014 КДЕС. Ред. 2)", ""}, {"1", ""}, {"Код и наименование вида деятельности", "62.02 Деятельность консультативная и работы в области компьютерных технологий"}, f.grn(),
		{"2", ""}, {"Код и наименование вида деятельности", "63.11 Деятельность по обработке данных, предоставление услуг по размещению информации и связанная с этим деятельность"}, f.grn()}
	if f.Branch != "" {
		rows = append(rows, pair{"Сведения о филиалах и представительствах юридического лица", ""}, pair{"Филиалы", ""}, pair{"1", ""}, pair{"Наименование", f.Branch}, pair{"Адрес места нахождения филиала на территории Российской Федерации", "170100, ТВЕРСКАЯ ОБЛАСТЬ, Г. ТВЕРЬ"})
	}
	rows = append(rows, pair{"Сведения о записях, внесенных в Единый государственный реестр юридических лиц", ""})
	for i := range 12 {
		rows = append(rows, pair{fmt.Sprint(i + 1), ""}, pair{"ГРН и дата внесения записи в ЕГРЮЛ", fmt.Sprintf("21677461234%02d\n%02d.02.2016", i, i+1)}, pair{"Причина внесения записи в ЕГРЮЛ", "Внесение изменений в сведения о юридическом лице"},
			pair{"Сведения о документах, представленных при внесении записи в ЕГРЮЛ", ""}, pair{"Наименование документа", "Р14001 ЗАЯВЛЕНИЕ ОБ ИЗМЕНЕНИИ СВЕДЕНИЙ, НЕ СВЯЗАННЫХ С ИЗМ. УЧРЕД. ДОКУМЕНТОВ (П.2.1)"})
	}
	return rows
}

func (f Firm) sole(old bool) []pair {
	up := strings.ToUpper
	rows := []pair{{"Фамилия, имя, отчество (при наличии) индивидуального предпринимателя", ""}}
	if old {
		rows = append(rows, pair{"Фамилия", up(f.Surname)}, pair{"Имя", up(f.Name)}, pair{"Отчество", up(f.Patronymic)}, pair{"Пол", "женский"}, f.grn())
	} else {
		rows = append(rows, pair{"Фамилия\nИмя\nОтчество", up(f.Surname) + "\n" + up(f.Name) + "\n" + up(f.Patronymic)}, pair{"Пол", "Женский"}, f.grn())
	}
	rows = append(rows, pair{"Сведения о гражданстве", ""}, pair{"Гражданство", "гражданин Российской Федерации"}, f.grn(),
		pair{"Сведения о регистрации индивидуального предпринимателя", ""}, pair{"ОГРНИП", f.OGRN}, pair{"Дата регистрации", "03.02.2016"})
	if f.Closed != "" {
		rows = append(rows, pair{"Сведения о прекращении деятельности в качестве индивидуального предпринимателя", ""}, pair{"Способ прекращения", "Принятие соответствующего решения"}, pair{"Дата прекращения деятельности", ru(f.Closed)})
	}
	label := "ИНН"
	if old {
		label = "Идентификационный номер налогоплательщика (ИНН)"
	}
	return append(rows, pair{"Сведения об учете в налоговом органе", ""}, pair{label, f.INN}, pair{"Дата постановки на учет", "03.02.2016"}, pair{"Наименование налогового органа", "Межрайонная инспекция ФНС № 15"},
		pair{"Сведения об основном виде деятельности", ""}, pair{"Код и наименование вида деятельности", "62.01 Разработка компьютерного программного обеспечения"})
}

// ru turns 2026-11-10 into 10.11.2026.
func ru(day string) string { return day[8:10] + "." + day[5:7] + "." + day[:4] }

func month(ru string) string {
	return map[string]string{"01": "января", "02": "февраля", "03": "марта", "04": "апреля", "05": "мая", "06": "июня", "07": "июля",
		"08": "августа", "09": "сентября", "10": "октября", "11": "ноября", "12": "декабря"}[ru[3:5]]
}

// paper lays out the table: columns of 12, 85 and 85 mm.
type paper struct {
	*gofpdf.Fpdf
	ruled bool
	open  bool // no lines between rows
	count int
}

func newPaper(ruled bool) *paper {
	p := &paper{Fpdf: gofpdf.New("P", "mm", "A4", ""), ruled: ruled}
	p.AddUTF8FontFromBytes("go", "", goregular.TTF)
	p.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	p.SetMargins(14, 12, 14)
	p.SetAutoPageBreak(false, 0)
	p.SetFooterFunc(func() {
		p.SetFont("go", "", 7)
		p.SetXY(14, 288)
		p.CellFormat(182, 4, fmt.Sprintf("Страница %d из {nb}", p.PageNo()), "", 0, "R", false, 0, "")
	})
	p.AliasNbPages("")
	p.AddPage()
	return p
}

func (p *paper) centre(size float64, s string) {
	p.SetFont("go", "", size)
	p.SetX(14)
	p.MultiCell(182, size*0.5, s, "", "C", false)
}

// digits prints the number with its digits apart, in boxes when there are few
// lines elsewhere.
func (p *paper) digits(name, number string) {
	if !p.open {
		p.centre(11, name+"   "+strings.Join(strings.Split(number, ""), " "))
		return
	}
	x, y := 60.0, p.GetY()
	p.Text(x-15, y+4.5, name)
	for i, digit := range strings.Split(number, "") {
		p.Rect(x+float64(i)*6, y, 6, 6, "D")
		p.Text(x+float64(i)*6+2, y+4.5, digit)
	}
	p.SetY(y + 8)
}

// row prints a row, or with no value a title.
func (p *paper) row(r pair) {
	if r.value == "" {
		p.title(r.label)
		return
	}
	p.count++
	p.number(r, fmt.Sprint(p.count))
}

const lineHeight = 4.2

func (p *paper) lines(s string, width float64) (all []string) {
	for part := range strings.SplitSeq(s, "\n") {
		all = append(all, p.SplitText(part, width-3)...)
	}
	return all
}

// number prints a row line by line: what does not fit goes on over the page.
func (p *paper) number(r pair, number string) {
	p.SetFont("go", "", 9)
	label, value := p.lines(r.label, 85), p.lines(r.value, 85)
	for i := 0; i < max(len(label), len(value)); {
		if p.GetY() > 276 {
			p.AddPage()
			p.SetFont("go", "", 9)
		}
		top := p.GetY()
		y := top
		for ; i < max(len(label), len(value)) && y < 278; i++ {
			for x, column := range map[float64][]string{14: {number}, 26: label, 111: value} {
				if i < len(column) {
					p.Text(x+1.5, y+3.2, column[i])
				}
			}
			y += lineHeight
		}
		p.box(top, y, 14, 26, 111, 196)
		p.SetY(y)
	}
}

func (p *paper) title(s string) {
	p.SetFont("go", "B", 9)
	list := p.lines(s, 182)
	if p.GetY()+float64(len(list))*lineHeight > 276 {
		p.AddPage()
		p.SetFont("go", "B", 9)
	}
	top := p.GetY()
	for i, line := range list {
		p.Text(105-p.GetStringWidth(line)/2, top+float64(i)*lineHeight+3.2, line)
	}
	bottom := top + float64(len(list))*lineHeight
	p.box(top, bottom, 14, 196)
	p.SetY(bottom)
}

func (p *paper) box(top, bottom float64, xs ...float64) {
	if !p.ruled {
		return
	}
	for _, x := range xs {
		p.Line(x, top, x, bottom)
	}
	if p.open {
		return
	}
	p.Line(xs[0], top, xs[len(xs)-1], top)
	p.Line(xs[0], bottom, xs[len(xs)-1], bottom)
}

func (p *paper) bytes(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Print is a paper with these lines, as any program prints.
func Print(t testing.TB, lines ...string) []byte {
	t.Helper()
	p := newPaper(true)
	for _, line := range lines {
		p.centre(11, line)
	}
	return p.bytes(t)
}
