package registry

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
)

// sampleOrg is an organisation in which every rarer element stands once.
const sampleOrg = `<Документ ИдДок="1"><СвЮЛ ДатаВып="2026-11-01" ОГРН="1027700132195" ДатаОГРН="2002-08-16" ИНН="7707083893" КПП="773601001" СпрОПФ="ОКОПФ" КодОПФ="12247" ПолнНаимОПФ="Публичные акционерные общества">
<СвНаимЮЛ НаимЮЛПолн="ПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО &quot;ЁЛКА &amp; Ко&#x41b;&#1086;&quot;"><СвНаимЮЛСокр НаимСокр='ПАО "ЁЛКА"'/></СвНаимЮЛ>
<!-- <СвЮЛ ДатаВып="2000-01-01" ОГРН="0"> --><![CDATA[<СвЮЛ ДатаВып="2000-01-01">]]>
<СвАдресЮЛ><СвНедАдресЮЛ ПризнНедАдресЮЛ="2" ТекстНедАдресЮЛ="Сведения недостоверны (результаты проверки)"/></СвАдресЮЛ>
<СвСтатус><СвСтатус КодСтатусЮЛ="117" НаимСтатусЮЛ="Юридическое лицо признано несостоятельным (банкротом)"/><ГРНДата ГРН="1" ДатаЗаписи="2026-05-05"/></СвСтатус>
<СвСтатус><СвСтатус КодСтатусЮЛ="105" НаимСтатусЮЛ="Принято решение о предстоящем исключении недействующего юридического лица из ЕГРЮЛ"/><СвРешИсклЮЛ ДатаРеш="2026-09-01" НомерРеш="42" ДатаПубликации="2026-09-05"/><ГРНДата ГРН="1" ДатаЗаписи="2026-09-02"/></СвСтатус>
<СвУстКап НаимВидКап="УСТАВНЫЙ КАПИТАЛ" СумКап="10000.5"/>
<СвУпрОрг><ГРНДатаПерв ГРН="1" ДатаЗаписи="2020-02-02"/><НаимИННЮЛ ОГРН="1027739609391" ИНН="7702070139" НаимЮЛПолн="УК &quot;РУЛЬ&quot;"/></СвУпрОрг>
<СведДолжнФЛ><ОгрДосСв ОгрДосСв="1"/></СведДолжнФЛ>
<СведДолжнФЛ><СвФЛ Фамилия="ПЕТРОВА" Имя="АННА" ИННФЛ="500100732259"/><СвДолжн ОГРНИП="304500116000157" ВидДолжн="03" НаимДолжн="УПРАВЛЯЮЩИЙ"/><СвНедДанДолжнФЛ ПризнНедДанДолжнФЛ="1"/><СвДискв ДатаОкончДискв="2027-01-01"/></СведДолжнФЛ>
<СвУчредит><УчрРФСубМО><ВидНаимУчр КодУчрРФСубМО="1"/><ДоляУстКап НоминСтоим="1"><РазмерДоли><ДробПрост Числит="1" Знаменат="3"/></РазмерДоли></ДоляУстКап></УчрРФСубМО><УчрЮЛИн><НаимИННЮЛ НаимЮЛПолн="ACME"/><СвРегИн НаимСтран="Кипр"/></УчрЮЛИн></СвУчредит>
<СвЛицензия НомЛиц="Л-1" ДатаЛиц="2020-01-01" ДатаНачЛиц="2020-01-02"><НаимЛицВидДеят>Связь</НаимЛицВидДеят><ЛицОргВыдЛиц>Роскомнадзор</ЛицОргВыдЛиц></СвЛицензия>
<СвПреем ОГРН="1027739609391" НаимЮЛПолн="НАСЛЕДНИК"/><НовоеПоле><СвЮЛ НаимЮЛ="внутри"/><СвЮЛ>и так</СвЮЛ></НовоеПоле>
</СвЮЛ></Документ>`

func fileOf(documents ...string) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?><Файл ИдФайл="VO_RUGFO_0000_9965_20261101_1" ВерсФорм="4.07" КолДок="%10d">%s</Файл>`,
		len(documents), strings.Join(documents, "\n"))
}

func TestRareElements(t *testing.T) {
	records, rejected, _ := readAll(t, strings.NewReader(fileOf(sampleOrg)))
	if len(records) != 1 || rejected != nil {
		t.Fatalf("%d records, rejected %q", len(records), rejected)
	}
	got := records[0]
	want := &Record{
		Kind: Organisation, OGRN: "1027700132195", INN: "7707083893", KPP: "773601001",
		FullName: `ПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО "ЁЛКА & КоЛо"`, ShortName: `ПАО "ЁЛКА"`,
		Form:       Form{"ОКОПФ", "12247", "Публичные акционерные общества"},
		Registered: "2002-08-16", Extracted: "2026-11-01",
		Address: &Address{Doubt: "Сведения недостоверны (результаты проверки)"},
		Status: Status{
			State: Excluding, Code: "105", Since: "2026-09-02", Doubt: true,
			Text: "Принято решение о предстоящем исключении недействующего юридического лица из ЕГРЮЛ",
			Notes: []StatusNote{
				{Code: "117", Text: "Юридическое лицо признано несостоятельным (банкротом)", Since: "2026-05-05"},
				{Code: "105", Text: "Принято решение о предстоящем исключении недействующего юридического лица из ЕГРЮЛ",
					Since: "2026-09-02", Decision: "42", Decided: "2026-09-01", Published: "2026-09-05"},
			},
		},
		Capital: &Capital{"УСТАВНЫЙ КАПИТАЛ", 1000050},
		Heads: []Head{
			{Restricted: true},
			{
				Person: &Person{Surname: "ПЕТРОВА", Name: "АННА", INN: "500100732259"}, Title: "УПРАВЛЯЮЩИЙ", KindCode: "03",
				OGRNIP: "304500116000157", Doubt: "Сведения недостоверны", Disqualified: "2027-01-01",
			},
			{Party: &Party{OGRN: "1027739609391", INN: "7702070139", Name: `УК "РУЛЬ"`}, Title: "Управляющая организация", Since: "2020-02-02"},
		},
		Founders: []Founder{
			{Party: &Party{Name: "Российская Федерация"}, Kopecks: 100, Percent: "1/3"},
			{Party: &Party{Name: "ACME", Country: "Кипр"}},
		},
		Licences: []Licence{{Number: "Л-1", Date: "2020-01-01", From: "2020-01-02", Kinds: []string{"Связь"}, By: "Роскомнадзор"}},
		After:    []Party{{OGRN: "1027739609391", Name: "НАСЛЕДНИК"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFaultyRecordIsRejectedAlone(t *testing.T) {
	swap := func(from, to string) string { return strings.Replace(sampleOrg, from, to, 1) }
	for _, c := range []struct{ what, document, reason string }{
		{"wrong OGRN", swap("1027700132195", "1027700132194"), "1027700132194 Контрольное число ОГРН"},
		{"number of an entry", swap("1027700132195", "2027700132195"), "начинается с 1 или 5"},
		{"wrong INN", swap("7707083893", "7707083894"), "1027700132195 Контрольное число ИНН"},
		{"INN of a person", swap(`ИНН="7707083893"`, `ИНН="500100732259"`), "10 цифр"},
		{"wrong KPP", swap("773601001", "77360100"), "КПП состоит из 9"},
		{"no number", swap(` ОГРН="1027700132195"`, ""), "нет номера"},
		{"no day", swap(` ДатаВып="2026-11-01"`, ""), "нет даты выписки"},
		{"no name", swap("НаимЮЛПолн=", "Наим="), "нет наименования"},
		{"impossible day", swap(`ДатаОГРН="2002-08-16"`, `ДатаОГРН="2002-02-30"`), "ДатаОГРН: «2002-02-30» — не дата"},
		{"no sum", swap("10000.5", "много"), "не сумма"},
		{"crossed tags", swap("</СвНаимЮЛ>", "</СвНаим>"), "1027700132195 разметка повреждена: теги не сходятся"},
		{"unquoted", swap(`КПП="773601001"`, `КПП=773601001`), "атрибут"},
		{"lost quote", swap(`КПП="773601001"`, `КПП="773601001`), "тег не закрыт"},
		{"entity", swap("&amp;", "&nbsp;"), "подстановка"},
		{"control character", swap("ЁЛКА", "ЁЛ\x01КА"), "символ"},
		{"control reference", swap("&amp;", "&#0;"), "подстановка"},
		{"broken UTF-8", swap("ЁЛКА", "\xd0"), "символ"},
		{"no end tag", swap("</СвЮЛ></Документ>", "</Документ>"), "оборвана"},
		{"no end at all", swap("</СвЮЛ></Документ>", ""), "оборвана"},
		{"unclosed tag", swap(`<СвСтатус>`, `<СвСтатус <`), "тег не закрыт"},
		{"deep", swap("</СвЮЛ></Документ>", strings.Repeat("<а>", 100)+strings.Repeat("</а>", 100)+"</СвЮЛ></Документ>"), "глубоко"},
	} {
		records, rejected, _ := readAll(t, strings.NewReader(fileOf(sampleOrg, c.document, sampleOrg)))
		if len(records) != 2 || len(rejected) != 1 || !strings.Contains(rejected[0], c.reason) {
			t.Errorf("%s: %d records, rejected %q; want 2 and %q", c.what, len(records), rejected, c.reason)
		}
	}
}

func TestOversizedRecordIsPassedOver(t *testing.T) {
	big := strings.Replace(sampleOrg, "</СвЮЛ></Документ>", "<Лишнее>"+strings.Repeat("<а>0123456789</а>\n", MaxRecord/18+1)+"</Лишнее></СвЮЛ></Документ>", 1)
	records, rejected, _ := readAll(t, strings.NewReader(fileOf(sampleOrg, big, sampleOrg)))
	if len(records) != 2 || len(rejected) != 1 || !strings.Contains(rejected[0], "больше 32 МБ") {
		t.Errorf("%d records, rejected %q", len(records), rejected)
	}
}

func TestSameRecordInEveryEncodingAndPiece(t *testing.T) {
	utf8 := fileOf(sampleOrg, sampleOrg)
	cp1251, err := charmap.Windows1251.NewEncoder().String(strings.Replace(utf8, "UTF-8", "Windows-1251", 1))
	if err != nil {
		t.Fatal(err)
	}
	want, _, _ := readAll(t, strings.NewReader(utf8))
	for name, r := range map[string]io.Reader{
		"windows-1251":      strings.NewReader(cp1251),
		"byte by byte":      iotest.OneByteReader(strings.NewReader(cp1251)),
		"byte order mark":   strings.NewReader("\ufeff" + utf8),
		"utf-8, half reads": iotest.HalfReader(strings.NewReader(utf8)),
	} {
		got, _, _ := readAll(t, r)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	for _, enc := range []string{"utf-16", "koi8-r"} {
		_, err := NewReader(strings.NewReader(strings.Replace(utf8, "UTF-8", enc, 1))).Next()
		if err == nil || !strings.Contains(err.Error(), enc) {
			t.Errorf("%s: %v", enc, err)
		}
	}
}

func FuzzReader(f *testing.F) {
	cp1251, _ := charmap.Windows1251.NewEncoder().String(strings.Replace(fileOf(sampleOrg), "UTF-8", "windows-1251", 1))
	f.Add([]byte(fileOf(sampleOrg)))
	f.Add([]byte(cp1251))
	f.Add([]byte(`<EGRIP ДатаВыг="2023-08-07"><СвИП ДатаВып="2023-08-07" ОГРНИП="304500116000157"><СвФЛ/></СвИП></EGRIP>`))
	f.Add([]byte("<Файл><!-- --><![CDATA["))
	f.Fuzz(func(t *testing.T, data []byte) {
		dump := NewReader(iotest.HalfReader(strings.NewReader(string(data))))
		for n := 0; ; n++ {
			raw, err := dump.Next()
			if err != nil {
				return
			}
			if n > len(data) {
				t.Fatal("more records than bytes")
			}
			record, err := dump.Parse(raw)
			var reject *RejectError
			if err != nil && !errors.As(err, &reject) {
				t.Fatalf("%T %v", err, err)
			}
			if err == nil && (record.Region() == "" || record.Name() == "" && !record.Restricted) {
				t.Fatalf("accepted %+v", record)
			}
			if err == nil {
				kept, err := unpackCard(packCard(nil, dump.tags.cs, raw.Bytes))
				if diff := cmp.Diff(record, kept); err != nil || diff != "" {
					t.Fatalf("%v, as a card:\n%s", err, diff)
				}
				docOf(record)
			}
		}
	})
}
