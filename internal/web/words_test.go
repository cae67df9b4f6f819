package web_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"signdesk/internal/fault"
	"signdesk/internal/web"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestWords(t *testing.T) {
	at := time.Date(2026, 11, 19, 10, 2, 3, 0, time.UTC)
	for got, want := range map[string]string{
		web.Money(104500): "1 045,00 ₽", web.Money(0): "0,00 ₽", web.Money(-5): "−0,05 ₽", web.Money(123456789012): "1 234 567 890,12 ₽",
		web.Date(at): "19.11.2026", web.Date(time.Time{}) + "—": "—", web.DateTime(at): "19.11.2026 10:02:03",
		web.SNILS("11223344595"): "112-233-445 95", web.SNILS("1122"): "1122",
		web.Plural(1, "день", "дня", "дней"): "день", web.Plural(22, "дня2", "дня", "дней"): "дня", web.Plural(11, "1", "2", "дней"): "дней",
	} {
		if strings.ReplaceAll(got, "\u00a0", " ") != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for n, want := range map[int]string{0: "дней", 1: "день", 2: "дня", 4: "дня", 5: "дней", 11: "дней", 12: "дней", 14: "дней", 21: "день", 101: "день", 111: "дней", 112: "дней", -3: "дня"} {
		if got := web.Plural(n, "день", "дня", "дней"); got != want {
			t.Errorf("%d %s, want %s", n, got, want)
		}
	}
}

func TestCleanText(t *testing.T) {
	for typed, want := range map[string]string{
		"  Петров \r\n": "Петров", "Пётр\x00ов": "Пётров", "Йод": "Йод", "а\nб": "а\nб", "\ufeffИНН": "ИНН", "ok\xff": "ok", "а\tб": "аб",
	} {
		if got := web.Clean(typed); got != want {
			t.Errorf("%q became %q, want %q", typed, got, want)
		}
	}
}

func TestFieldsTakeTheirErrors(t *testing.T) {
	list := web.WithErrors([]web.Field{{Name: "inn"}, {Name: "kpp"}}, &fault.Error{Kind: fault.Invalid, Fields: map[string]string{"inn": "Десять цифр."}})
	if list[0].Error != "Десять цифр." || list[1].Error != "" {
		t.Errorf("%+v", list)
	}
	if got := web.WithErrors([]web.Field{{Name: "inn"}}, nil); got[0].Error != "" {
		t.Error(got)
	}
}

// Pages have their own blocks: two with the same name do not meet; a page not
// asked for is not parsed.
func TestViewsAreApart(t *testing.T) {
	v := web.NewViews(fstest.MapFS{
		"layout/console.html":      {Data: []byte(`{{define "layout/console"}}/{{template "title" .}}|{{template "main" .}}/{{end}}`)},
		"partials/chip.html":       {Data: []byte(`{{define "partials/chip"}}[{{.}}]{{end}}`)},
		"console/a/show.html":      {Data: []byte(`{{template "layout/console" .}}{{define "title"}}A{{end}}{{define "main"}}{{template "partials/chip" .}}{{template "row" .}}{{end}}`)},
		"console/a/_row.html":      {Data: []byte(`{{define "row"}}({{.}}){{end}}`)},
		"console/a/_whole.html":    {Data: []byte(`{{.}}!`)},
		"console/b/show.html":      {Data: []byte(`{{template "layout/console" .}}{{define "title"}}B{{end}}{{define "main"}}{{idleMinutes}}{{end}}`)},
		"console/broken/show.html": {Data: []byte(`{{template "layout/console"`)},
	}, 15*time.Minute)
	show := func(name string) string {
		var b bytes.Buffer
		if err := v.Render(&b, name, "<x>"); err != nil {
			return "error"
		}
		return b.String()
	}
	for name, want := range map[string]string{
		"console/a/show": "/A|[&lt;x&gt;](&lt;x&gt;)/", "console/b/show": "/B|15/", "console/a/show#row": "(&lt;x&gt;)", "console/a/show#whole": "&lt;x&gt;!", "console/broken/show": "error", "console/none/show": "error", "console/a/_row": "error",
	} {
		if got := show(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if !v.Shown("console/a/show") || v.Shown("console/none/show") || len(v.Pages()) != 3 {
		t.Error(v.Pages())
	}
}
