package console

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"signdesk/internal/org/orgtest"
)

// F001–F003, F036, F037: from the search to the client's card.
func TestSearchToClient(t *testing.T) {
	k := newDesk(t)
	orgtest.Register(t, k.db, orgtest.Vasilek, orgtest.Kim)
	id := k.client(orgtest.Romashka)
	op := k.as("operator")
	g := op.get("/search").want(200)
	if got := g.text(".results-title"); got != "Недавние клиенты1" {
		t.Errorf("recent: %s", got)
	}
	for _, c := range []struct{ query, titles, marks, first string }{
		{"машк", "Наши клиенты1", "машк", "ООО «Ромашка»"},
		{"hjvfi", "Наши клиенты1", "Ромаш", "ООО «Ромашка»"},
		{"василек", "Реестр1", "Василёк", "АО «Василёк и партнёры»"},
		{"770", "Наши клиенты1", "770 | 770", "ООО «Ромашка»"},
		{"петров ромаш", "Наши клиенты1", "Ромаш | Петров", "ООО «Ромашка»"},
		{"ромошка", "Наши клиенты1", "Ромашка", "ООО «Ромашка»"},
	} {
		g := op.post("/search", url.Values{"q": {c.query}}, "HX-Request", "true").want(200)
		if g.text("html head title") != "" || g.text(".results-title") != c.titles || g.text("mark") != c.marks || g.text(".hit-name") != c.first {
			t.Errorf("%s: %s", c.query, g.body)
		}
	}
	if g := op.post("/search", url.Values{"q": {"василек"}}, "HX-Request", "true"); !strings.HasSuffix(g.text(".hit-facts"), "Г. Санкт-Петербург · Шишкина Ольга Львовна") {
		t.Errorf("%s", g.text(".hit-facts"))
	}
	if g := op.post("/search", url.Values{"q": {"АО"}}).want(200); !strings.Contains(g.attr("#q", "value"), "АО") {
		t.Errorf("the typed query is gone: %s", g.body)
	}
	if to := op.post("/search", url.Values{"q": {orgtest.Romashka.INN}}).to(); to != fmt.Sprintf("/organisations/%d", id) {
		t.Errorf("a whole number leads to %s", to)
	}
	to := op.post("/search", url.Values{"q": {"василек"}}).to()
	if to != "/registry/"+orgtest.Vasilek.OGRN {
		t.Fatal(to)
	}
	g = op.get(to).want(200)
	if g.text("main h1") != "АО «Василёк и партнёры»" || g.text(".page-head button") != "Добавить клиента" || !strings.Contains(g.text(".facts"), "Шишкина Ольга Львовна") {
		t.Errorf("%q %q %s", g.text("main h1"), g.text(".page-head button"), g.text("main"))
	}
	card := op.post(to+"/client", nil).to()
	if again := op.post(to+"/client", nil).to(); again != card {
		t.Errorf("added twice: %s and %s", card, again)
	}
	if g := op.get(to); g.text(".page-head a") != "Открыть клиента" {
		t.Errorf("%s", g.text(".page-head"))
	}
	if g := op.get(card).want(200); g.text(".orghead-name") != "АО «Василёк и партнёры»" {
		t.Errorf("%s", g.text("header"))
	}
	if g := k.as("accountant").get("/registry/" + orgtest.Kim.OGRN).want(200); len(g.texts(".page-head button")) != 0 {
		t.Error("a button without the right")
	}
	k.as("accountant").post("/registry/"+orgtest.Kim.OGRN+"/client", nil).want(403)
}

// Nothing found says what was tried and where else to look; nothing typed breaks it.
func TestSearchFindsNothing(t *testing.T) {
	k := newDesk(t)
	op := k.as("operator")
	if g := op.post("/search", url.Values{"q": {"ghbdtn"}}, "HX-Request", "true").want(200); !strings.Contains(g.text(".empty"), "«привет»") || !strings.Contains(g.text(".empty a"), "ФНС") {
		t.Errorf("%s", g.body)
	}
	if g := op.post("/search", url.Values{"q": {"7700000001"}}, "HX-Request", "true").want(200); !strings.Contains(g.text(".empty"), "как ИНН") {
		t.Errorf("%s", g.body)
	}
	for _, q := range []string{"", " ", "<b>x</b>", "%", strings.Repeat("ы", 10000), "\x00", "' OR 1=1 --"} {
		g := op.post("/search", url.Values{"q": {q}}, "HX-Request", "true").want(200)
		if len(g.texts(".hit")) > 0 || len(g.texts("b")) > 0 {
			t.Errorf("%.20q: %s", q, g.body)
		}
	}
	op.get("/registry/1000000000000").want(404)
}

// What narrows the search, and what the page says when nothing passes.
func TestSearchFilters(t *testing.T) {
	k := newDesk(t)
	orgtest.Register(t, k.db, orgtest.Vasilek, orgtest.Kim)
	k.client(orgtest.Romashka)
	op := k.as("operator")
	if g := op.get("/search").want(200); len(g.texts(`#search-filters select[name="region"] option`)) < 80 || len(g.texts("#search-filters [data-combo]")) != 2 {
		t.Errorf("%s", g.text("#search-filters"))
	}
	for _, c := range []struct {
		with  url.Values
		names string
	}{
		{url.Values{"q": {"василек"}, "region": {"78"}}, "АО «Василёк и партнёры»"},
		{url.Values{"q": {"василек"}, "region": {"77"}}, ""},
		{url.Values{"q": {"василек"}, "form": {"123"}, "kind": {"org"}, "active": {"1"}}, "АО «Василёк и партнёры»"},
		{url.Values{"q": {"василек"}, "form": {"75"}}, ""},
		{url.Values{"q": {"ким"}, "kind": {"ip"}}, "ИП Ким Анна Сергеевна"},
		{url.Values{"q": {"ким"}, "kind": {"org"}}, ""},
		{url.Values{"q": {"ромашка"}, "region": {"77"}}, "ООО «Ромашка»"},
		{url.Values{"q": {"ромашка"}, "region": {"78"}}, ""}, // a client of another region does not pass either
		{url.Values{"q": {"ромашка"}, "region": {"') --"}, "okved": {"x%"}, "form": {"%"}, "kind": {"x"}}, "ООО «Ромашка»"},
		{url.Values{"region": {"78"}}, "АО «Василёк и партнёры» | ИП Ким Анна Сергеевна"},
	} {
		g := op.post("/search", c.with, "HX-Request", "true").want(200)
		if got := g.text(".hit-name"); got != c.names {
			t.Errorf("%v: %s, want %s", c.with, got, c.names)
		}
		if c.names == "" && g.text(".actions-row a") != "Снять отбор | Искать на сайте ФНС" {
			t.Errorf("%v: %s", c.with, g.body)
		}
	}
	g := op.post("/search", url.Values{"q": {"ромошка"}}, "HX-Request", "true").want(200)
	if g.text(".results-note") != "Показано по запросу «ромашка»" {
		t.Errorf("%s", g.body)
	}
	g = op.post("/search", url.Values{"q": {"ромашка " + strings.Repeat("ы", 300)}}, "HX-Request", "true").want(200)
	if g.text("html") == "" && !strings.Contains(g.body, "Ничего") {
		t.Errorf("%s", g.body)
	}
}

// The field leads to owners, cases and sections too, each by right.
func TestSearchLooksUp(t *testing.T) {
	k := newDesk(t)
	k.client(orgtest.Romashka)
	for _, c := range []struct{ role, query, titles string }{
		{"operator", "отгруз", "Разделы1"},
		{"operator", "сотрудники", ""},
		{"admin", "сотрудники", "Разделы"},
		{"operator", "подключения", ""},
		{"accountant", "акты", "Разделы"},
		{"reviewer", "проверки скан", "Разделы1"},
		{"operator", "проверки скан", ""},
	} {
		g := k.as(c.role).post("/search", url.Values{"q": {c.query}}, "HX-Request", "true").want(200)
		if got := g.text(".results-title"); c.titles == "" && strings.Contains(got, "Разделы") || !strings.Contains(got, c.titles) {
			t.Errorf("%s %s: %q, want %q", c.role, c.query, got, c.titles)
		}
	}
}

func TestMark(t *testing.T) {
	for _, c := range []struct{ name, terms, want string }{
		{"ООО «Ромашка»", "РОМАШ", "«[Ромаш]ка»"},
		{"ООО «Ромашка»", "МАШ А", "«Ро[маш]ка»"},
		{"АО «Василёк и партнёры»", "ВАСИЛЕК ПАРТНЕРЫ", "«[Василёк] и [партнёры]»"},
		{"АО «Василёк и партнёры»", "И", "«Василёк [и] партнёры»"},
		{"Школа № 5", "5 ШКОЛ", "[Школ]а № [5]"},
		{"ООО «Ромашка»", "", "«Ромашка»"},
	} {
		_, parts := named(c.name, strings.Fields(c.terms))
		got := ""
		for _, p := range parts {
			if p.Found {
				p.Text = "[" + p.Text + "]"
			}
			got += p.Text
		}
		if got != c.want {
			t.Errorf("%s in %s: %s", c.terms, c.name, got)
		}
	}
}

// The start page shows what waits for this role.
func TestHome(t *testing.T) {
	k := newDesk(t)
	if g := k.as("operator").get("/").want(200); !strings.HasSuffix(g.text(".worktile span:not(.muted)"), "Отгрузка | Ответы бухгалтерии | Истекают за 30 дней | Загруженные ЭП") || g.text(".empty h2") != "Клиентов пока нет" {
		t.Errorf("%s", g.text("main"))
	}
	k.client(orgtest.Romashka)
	g := k.as("reviewer").get("/").want(200)
	if g.text(".worktile span:not(.muted)") != "На рассмотрении | Проверки по скану | Аннулирование" || g.text(".hit-name") != "ООО «Ромашка»" {
		t.Errorf("%s", g.text("main"))
	}
	if g := k.as("foreign operator").get("/").want(200); len(g.texts(".hit")) != 0 {
		t.Error("another partner's client")
	}
}
