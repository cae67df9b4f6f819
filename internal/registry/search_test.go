package registry

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"signdesk/internal/db/dbtest"
	"signdesk/internal/ident"
)

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{
		`Общество с ограниченной ответственностью "Ёлка-Сервис"`: "ЕЛКА СЕРВИС",
		`ООО «ПКФ „Ромашка+“»`: "ПКФ РОМАШКА",
		"ООО":                "ООО",
		"ип Иванов  И. И.":   "ИВАНОВ И И",
		"ПАО АО \"Двойное\"": "ДВОЙНОЕ",
		"Публичное акционерное общество Сбербанк": "СБЕРБАНК",
		"№ 5":       "5",
		"и\u0306од": "ЙОД",
		"«»":        "",
	} {
		if got := Normalize(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSwapLayout(t *testing.T) {
	for in, want := range map[string]string{"hjvfirf": "ромашка", "пщщпду": "google", ",thtprf": "березка", "77": "77"} {
		if got := SwapLayout(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// orgXML is an organisation for the search tests.
func orgXML(n int, name, head, end string) string {
	ogrn := ident.OGRNWithCheckDigit(fmt.Sprintf("1157700%05d", n))
	inn := ident.INNWithCheckDigits(fmt.Sprintf("7701%05d", n))
	return fmt.Sprintf(`<Документ><СвЮЛ ДатаВып="2026-11-01" ОГРН="%s" ИНН="%s" КПП="770101001"><СвНаимЮЛ НаимЮЛПолн='Общество с ограниченной ответственностью "%s"'><СвНаимЮЛСокр НаимСокр='ООО "%s"'/></СвНаимЮЛ><СведДолжнФЛ><СвФЛ Фамилия="%s" Имя="А"/></СведДолжнФЛ>%s</СвЮЛ></Документ>`,
		ogrn, inn, name, name, head, end)
}

func TestSearch(t *testing.T) {
	d := dbtest.New(t)
	const closed = `<СвПрекрЮЛ ДатаПрекрЮЛ="2020-01-01"/>`
	dump := fileOf(
		orgXML(1, "РОМАШКА", "ПЕТРОВ", closed),
		orgXML(2, "РОМАШКА", "СИДОРОВА", ""),
		orgXML(3, "РОМАШКА ПЛЮС", "ИВАНОВ", ""),
		orgXML(4, "ТОРГОВЫЙ ДОМ РОМАШКА", "ИВАНОВ", ""),
		orgXML(5, "УРАЛСТРОЙСЕРВИС", "РОМАШКИН", ""),
		orgXML(6, "СЕВЕРНЫЙ ВЕТЕР", "ЁЛКИН", ""),
		orgXML(7, "GOOGLE", "ОРЛОВ", ""),
		orgXML(8, "ШКОЛА № 77", "ОРЛОВ", ""),
	)
	if _, err := Import(t.Context(), d, []string{file(t, "dump.xml", []byte(dump))}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Reindex(t.Context(), d, nil); err != nil {
		t.Fatal(err)
	}
	search := func(query string, limit int) []Hit {
		t.Helper()
		a, err := Search(t.Context(), d, Query{Text: query, Limit: limit})
		if err != nil {
			t.Fatalf("%q: %v", query, err)
		}
		return a.Hits
	}
	inn := func(n int) string { return ident.INNWithCheckDigits(fmt.Sprintf("7701%05d", n)) }
	for _, c := range []struct {
		query string
		want  string // names with the match, in order
	}{
		{inn(6), `СЕВЕРНЫЙ ВЕТЕР number`},
		{ident.OGRNWithCheckDigit("115770000005"), `УРАЛСТРОЙСЕРВИС number`},
		{inn(6)[:9], `СЕВЕРНЫЙ ВЕТЕР number_prefix`},
		{"ООО «Ромашка»", `РОМАШКА name; РОМАШКА name; РОМАШКА ПЛЮС name_prefix; ТОРГОВЫЙ ДОМ РОМАШКА words`},
		{"ромаш", `РОМАШКА name_prefix; РОМАШКА ПЛЮС name_prefix; РОМАШКА name_prefix; ТОРГОВЫЙ ДОМ РОМАШКА words_begun; УРАЛСТРОЙСЕРВИС head`},
		{"дом ромашка", `ТОРГОВЫЙ ДОМ РОМАШКА words`},
		{"ветер сев", `СЕВЕРНЫЙ ВЕТЕР words_begun`},
		{"сев вет", `СЕВЕРНЫЙ ВЕТЕР part`},
		{"ромашка иванов", `РОМАШКА ПЛЮС head; ТОРГОВЫЙ ДОМ РОМАШКА head`},
		{"ёлкин", `СЕВЕРНЫЙ ВЕТЕР head`},
		{"стройсерв", `УРАЛСТРОЙСЕРВИС substring`},
		{"рамашка плюс", `РОМАШКА ПЛЮС typo`},
		{"рамашка", `РОМАШКА typo; РОМАШКА typo; РОМАШКА ПЛЮС typo; ТОРГОВЫЙ ДОМ РОМАШКА typo`},
		{"ctdthysq dtnth", `СЕВЕРНЫЙ ВЕТЕР name`},
		{"пщщпду", `GOOGLE name`},
		{"школа 77", `ШКОЛА № 77 name`},
		{"рамашк", `РОМАШКА typo; РОМАШКА typo; РОМАШКА ПЛЮС typo; ТОРГОВЫЙ ДОМ РОМАШКА typo`}, // unfinished too
		{"дом рамашка", `ТОРГОВЫЙ ДОМ РОМАШКА typo`},
		{"севреный", `СЕВЕРНЫЙ ВЕТЕР typo`},
		{"сидарова", `РОМАШКА typo`},
		{"уралстоисервис", `УРАЛСТРОЙСЕРВИС typo`}, // two of them
		{"hfvfirf gk.c", `РОМАШКА ПЛЮС typo`},      // in the other layout
		{"ооо ctdthysq ветер", `СЕВЕРНЫЙ ВЕТЕР name`},
		{"jjj ctdthysq dtnth", `СЕВЕРНЫЙ ВЕТЕР name`},
		{"СЕВЕРHЫЙ BETEP", `СЕВЕРНЫЙ ВЕТЕР name`}, // Latin look-alikes
		{"общество с ограниченной ответственностью северный", `СЕВЕРНЫЙ ВЕТЕР name_prefix`},
		{"ромашка ромашка", `РОМАШКА words; РОМАШКА ПЛЮС words; ТОРГОВЫЙ ДОМ РОМАШКА words; РОМАШКА words`},
		{"с", `СЕВЕРНЫЙ ВЕТЕР name_prefix; РОМАШКА head`},
		{"ничего такого нет", ``},
		{"", ``}, {"«»", ``}, {"' OR 1=1 --", ``}, {"%_", ``}, {`\`, ``}, {"a\x00b", ``},
	} {
		var got []string
		for _, h := range search(c.query, 20) {
			got = append(got, strings.TrimSuffix(strings.TrimPrefix(h.Name, `ООО "`), `"`)+" "+string(h.Match))
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.query, s, c.want)
		}
	}
	hits := search("ромашка", 1)
	if len(hits) != 1 || hits[0].Status != Active || hits[0].KPP != "770101001" {
		t.Errorf("active first: %+v", hits)
	}
	if h := search("ромашка", 2); len(h) != 2 || h[1].Status != Closed {
		t.Errorf("closed second: %+v", h)
	}
}

func TestSearchIsBounded(t *testing.T) {
	d := dbtest.New(t)
	if _, err := Import(t.Context(), d, []string{file(t, "dump.zip", generate(t, 5000, 2))}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Reindex(t.Context(), d, nil); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"с", "строй", "иван", "рамашка", "qqqqqq", "770", "ооо", strings.Repeat("ромашка ", 200), strings.Repeat("ы", 10000), "😀", "\x01\x7f", "\xff\xfe", "%%%%", "___"} {
		begun := time.Now()
		if _, err := Search(t.Context(), d, Query{Text: q, Limit: 20, Filter: Filter{Active: len(q) > 3}}); err != nil {
			t.Errorf("%.20q: %v", q, err)
		}
		if took := time.Since(begun); took > 10*SearchTime {
			t.Errorf("%.20q took %v", q, took)
		}
	}
}
