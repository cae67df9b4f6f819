// Package orgtest gives tests named firms with their extracts, the tax service
// that signs them, and a partner's staff, so that a test reads like a story and
// its bytes are real: the XML is parsed, the signature verified, the rows stand
// in PostgreSQL.
package orgtest

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signdesk/internal/db"
	"signdesk/internal/ident"
	"signdesk/internal/registry"
)

// Firm is what the register says about an organisation, or with Sole set about
// an entrepreneur, whose name is the head's.
type Firm struct {
	Sole                        bool
	OGRN, INN, KPP              string
	Full, Short                 string
	Surname, Name, Patronymic   string
	Title                       string
	Region, Town, Street, House string
	Status                      string // СвСтатус, "" = in force
	Closed                      string // day of the end, "" = none
	BadAddress                  bool
	Branch                      string // name of a branch, "" = none
	BranchKPP                   string
	Extracted                   string // day of the extract
}

// Romashka is the client of most tests.
var Romashka = Firm{
	OGRN: ident.OGRNWithCheckDigit("102770013219"), INN: ident.INNWithCheckDigits("770123456"), KPP: "770101001",
	Full: "Общество с ограниченной ответственностью «Ромашка»", Short: "ООО «Ромашка»",
	Surname: "Петров", Name: "Иван", Patronymic: "Иванович", Title: "Генеральный директор",
	Region: "77", Town: "Москва", Street: "Лесная", House: "3", Branch: "Тверской филиал", Extracted: "2026-11-10",
}

// Vasilek is a second organisation of the register.
var Vasilek = Firm{
	OGRN: ident.OGRNWithCheckDigit("115784700456"), INN: ident.INNWithCheckDigits("780212345"), KPP: "780201001",
	Full: "Акционерное общество «Василёк и партнёры»", Short: "АО «Василёк и партнёры»",
	Surname: "Шишкина", Name: "Ольга", Patronymic: "Львовна", Title: "Директор",
	Region: "78", Town: "Санкт-Петербург", Street: "Садовая", House: "12", Extracted: "2026-11-01",
}

// Kim is an entrepreneur.
var Kim = Firm{
	Sole: true, OGRN: ogrnip("31678470000001"), INN: ident.INNWithCheckDigits("7801234567"),
	Surname: "Ким", Name: "Анна", Patronymic: "Сергеевна", Region: "78", Town: "Санкт-Петербург", Street: "Невский", House: "1", Extracted: "2026-11-01",
}

// OGRN adds the check digit to twelve digits.
func OGRN(digits string) string { return ident.OGRNWithCheckDigit(digits) }

// INN adds the check digits.
func INN(digits string) string { return ident.INNWithCheckDigits(digits) }

// ogrnip adds the check digit: the number mod 13, its last digit.
func ogrnip(digits string) string {
	for _, d := range "0123456789" {
		if ident.OGRNIP(digits+string(d)) == nil {
			return digits + string(d)
		}
	}
	panic("no check digit for " + digits)
}

// XML is the firm's extract: one record in the form of a dump (4.07 or 4.06).
func (f Firm) XML() []byte {
	if f.Sole {
		return f.file("4.06", "ЕГРИП_ОТКР_СВЕД", `<СвИП ДатаВып="{extracted}" ОГРНИП="{ogrn}" ДатаОГРНИП="2016-02-03" ИННФЛ="{inn}" КодВидИП="1" НаимВидИП="Индивидуальный предприниматель">`+
			`<СвФЛ><ФИОРус Фамилия="{surname}" Имя="{name}" Отчество="{patronymic}"/></СвФЛ><СвАдрМЖ><АдресРФ КодРегион="{region}"><Регион ТипРегион="ГОРОД" НаимРегион="{TOWN}"/></АдресРФ></СвАдрМЖ></СвИП>`)
	}
	body := `<СвЮЛ ДатаВып="{extracted}" ОГРН="{ogrn}" ДатаОГРН="2002-08-15" ИНН="{inn}" КПП="{kpp}" СпрОПФ="ОКОПФ" КодОПФ="12300" ПолнНаимОПФ="Общества с ограниченной ответственностью">` +
		`<СвНаимЮЛ НаимЮЛПолн="{full}"><СвНаимЮЛСокр НаимСокр="{short}"/></СвНаимЮЛ><СвАдресЮЛ>` +
		`<СвАдрЮЛФИАС ИдНом="14830646-27d7-4d40-839c-cc355ecbc9b5" Индекс="127029"><Регион>{region}</Регион><НаимРегион>Г.{TOWN}</НаимРегион>` +
		`<НаселенПункт Вид="Г." Наим="{town}"/><ЭлУлДорСети Тип="УЛ." Наим="{street}"/><Здание Тип="Д." Номер="{house}"/></СвАдрЮЛФИАС>`
	if f.BadAddress {
		body += `<СвНедАдресЮЛ ПризнНедАдресЮЛ="1" ТекстНедАдресЮЛ="Сведения недостоверны"/>`
	}
	body += `</СвАдресЮЛ>`
	if f.Status != "" {
		body += `<СвСтатус><СвСтатус КодСтатусЮЛ="105" НаимСтатусЮЛ="{status}"/></СвСтатус>`
	}
	if f.Closed != "" {
		body += `<СвПрекрЮЛ ДатаПрекрЮЛ="{closed}"><СпПрекрЮЛ КодСпПрекрЮЛ="201" НаимСпПрекрЮЛ="Ликвидация юридического лица"/></СвПрекрЮЛ>`
	}
	body += `<СвУчетНО ИНН="{inn}" КПП="{kpp}" ДатаПостУч="2002-08-15"><СвНО КодНО="7701" НаимНО="Инспекция ФНС № 1"/></СвУчетНО>` +
		`<СвУстКап НаимВидКап="УСТАВНЫЙ КАПИТАЛ" СумКап="10000"/>` +
		`<СведДолжнФЛ><СвФЛ Фамилия="{surname}" Имя="{name}" Отчество="{patronymic}"/><СвДолжн ВидДолжн="02" НаимВидДолжн="Руководитель юридического лица" НаимДолжн="{title}"/></СведДолжнФЛ>` +
		`<СвОКВЭД><СвОКВЭДОсн КодОКВЭД="62.01" НаимОКВЭД="Разработка компьютерного программного обеспечения" ПрВерсОКВЭД="2014"/></СвОКВЭД>`
	if f.Branch != "" {
		body += `<СвПодразд><СвФилиал><СвНаим НаимПолн="{branch}"/>`
		if f.BranchKPP != "" {
			body += `<СвУчетНОФилиал КПП="{branchkpp}" ДатаПостУч="2010-01-01"><СвНО КодНО="6900" НаимНО="УФНС по Тверской области"/></СвУчетНОФилиал>`
		}
		body += `<АдрМНРФ Индекс="170100" КодРегион="69"><Регион ТипРегион="ОБЛАСТЬ" НаимРегион="ТВЕРСКАЯ"/><Город ТипГород="ГОРОД" НаимГород="ТВЕРЬ"/></АдрМНРФ></СвФилиал></СвПодразд>`
	}
	return f.file("4.07", "ЕГРЮЛ_ОТКР_СВЕД", body+`</СвЮЛ>`)
}

func (f Firm) file(form, content, body string) []byte {
	var pairs []string
	for name, value := range map[string]string{
		"extracted": f.Extracted, "ogrn": f.OGRN, "inn": f.INN, "kpp": f.KPP, "full": f.Full, "short": f.Short, "surname": f.Surname, "name": f.Name,
		"patronymic": f.Patronymic, "title": f.Title, "region": f.Region, "town": f.Town, "TOWN": strings.ToUpper(f.Town), "street": f.Street,
		"house": f.House, "status": f.Status, "closed": f.Closed, "branch": f.Branch, "branchkpp": f.BranchKPP,
	} {
		var b strings.Builder
		if err := xml.EscapeText(&b, []byte(value)); err != nil {
			panic(err) // a builder takes everything
		}
		pairs = append(pairs, "{"+name+"}", b.String())
	}
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Файл ИдФайл="VO_RUGFO_0000_9965_20261120_b588a44d-7581-4758-bd4c-959bcc351602" ВерсФорм="` + form +
		`" ТипИнф="` + content + `" КолДок="1"><Документ ИдДок="ee4200f3-880a-49eb-baad-cc279ed76e43">` + strings.NewReplacer(pairs...).Replace(body) + `</Документ></Файл>` + "\n")
}

// Register imports the firms into the register.
func Register(t testing.TB, d *db.DB, firms ...Firm) {
	t.Helper()
	var files []string
	for _, f := range firms {
		path := filepath.Join(t.TempDir(), "VO_"+f.OGRN+"_"+f.Extracted+".xml")
		if err := os.WriteFile(path, f.XML(), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	report, err := registry.Import(t.Context(), d, files, nil)
	if err != nil || report.Rejected > 0 {
		t.Fatalf("import firms: %v, %+v", err, report.Why)
	}
}
