package report

import (
	"fmt"
	"strings"
	"testing"

	"signdesk/internal/fault"
)

// Every report, every role: who may run it, and whose rows come out.
func TestWhoMayRunWhat(t *testing.T) {
	w := newWorld(t)
	may := map[string]string{
		"ivanova":  "expiring_60 issued",
		"buh":      "acts_invoices paid_not_shipped services",
		"boss":     "acts_invoices expiring_60 issued paid_not_shipped services",
		"auditor":  "acts_invoices expiring_60 issued paid_not_shipped services",
		"admin":    "",
		"reviewer": "",
	}
	for login, want := range may {
		var listed []string
		for _, r := range For(w.staff[login]) {
			listed = append(listed, r.Name)
		}
		for _, r := range All() {
			allowed := strings.Contains(" "+want+" ", " "+r.Name+" ")
			if got := strings.Contains(" "+strings.Join(listed, " ")+" ", " "+r.Name+" "); got != allowed {
				t.Errorf("%s: %s listed: %t", login, r.Name, got)
			}
			_, err := r.Run(t.Context(), w.db, w.staff[login], now, nil)
			if allowed && err != nil || !allowed && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s runs %s: %v", login, r.Name, err)
			}
			if _, err := Find(w.staff[login], r.Name); (err == nil) != allowed {
				t.Errorf("%s finds %s: %v", login, r.Name, err)
			}
		}
	}
	if _, err := Find(w.staff["boss"], "../../etc/passwd"); !fault.Is(err, fault.NotFound) {
		t.Errorf("unknown report: %v", err)
	}
}

// Rows of the other partner never come out, whoever asks whatever way.
func TestForeignRows(t *testing.T) {
	w := newWorld(t)
	foreign := fmt.Sprint(w.staff["chuzhoy"].ID)
	for _, r := range All() {
		for login, others := range map[string][]string{"boss": {"Чужая", "7809876543", "Чужой"}, "chuzhoy": {"Ромашка", "7701234567", "Иванова", "Сидорова"}} {
			res := w.run(t, login, r.Name)
			if len(res.Rows) == 0 {
				t.Errorf("%s for %s: nothing", r.Name, login)
			}
			for _, other := range others {
				if text := fmt.Sprint(res.Rows); strings.Contains(text, other) {
					t.Errorf("%s for %s shows %s: %s", r.Name, login, other, text)
				}
			}
		}
		if r.param("operator") != nil {
			_, err := r.Run(t.Context(), w.db, w.staff["boss"], now, values("operator", foreign))
			if e := fault.As(err); e == nil || e.Fields["operator"] == "" {
				t.Errorf("%s takes a foreign operator: %v", r.Name, err)
			}
		}
	}
}

func TestIssued(t *testing.T) {
	w := newWorld(t)
	got := lines(w.run(t, "boss", "issued"))
	want := `20.11.2026|Сидорова Ольга Петровна|Центр ООО «Партнёр»|1|0
19.11.2026|Иванова Анна Сергеевна|Центр ООО «Партнёр»|1|0
16.11.2026|Иванова Анна Сергеевна|Центр ООО «Партнёр»|1|0
16.11.2026|Сидорова Ольга Петровна|Центр ООО «Партнёр»|1|0
02.11.2026|Иванова Анна Сергеевна|Центр ООО «Партнёр»|2|0
=|||6|0`
	if got != want {
		t.Errorf("issued:\n%s\nwant:\n%s", got, want)
	}
	if got := lines(w.run(t, "boss", "issued", "from", "2026-11-16", "to", "2026-11-16")); strings.Count(got, "16.11.2026") != 2 || !strings.HasSuffix(got, "=|||2|0") {
		t.Errorf("one day:\n%s", got)
	}
	if got := lines(w.run(t, "boss", "issued", "operator", fmt.Sprint(w.staff["sidorova"].ID))); strings.Contains(got, "Иванова") || !strings.HasSuffix(got, "=|||2|0") {
		t.Errorf("one operator:\n%s", got)
	}
}

// An operator sees his own figures, also when he asks for another's.
func TestOwnFigures(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"issued", "expiring_60"} {
		res := w.run(t, "ivanova", name, "operator", fmt.Sprint(w.staff["sidorova"].ID))
		if got := lines(res); !strings.Contains(got, "Иванова") || strings.Contains(got, "Сидорова") {
			t.Errorf("%s:\n%s", name, got)
		}
		inputs, err := res.Inputs(t.Context(), w.db, w.staff["ivanova"], now, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range inputs {
			if in.Name == "operator" {
				t.Errorf("%s lets an operator choose", name)
			}
		}
	}
}

func TestPaidNotShipped(t *testing.T) {
	w := newWorld(t)
	want := `ООО «Ромашка»|7701234567|ОФ030-479930|=cmd|'/c calc'!A0|не отгружено|01.11.2026|19|1 045,00
ООО «Ромашка»|7701234567|ОФ030-479931|=cmd|'/c calc'!A0|не отгружено|18.11.2026|2|1 045,00
=|||||||2 090,00`
	if got := lines(w.run(t, "buh", "paid_not_shipped")); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if got := lines(w.run(t, "buh", "paid_not_shipped", "older", "10")); strings.Contains(got, "18.11.2026") || !strings.HasSuffix(got, "1 045,00") {
		t.Errorf("older than 10 days:\n%s", got)
	}
}

func TestExpiring(t *testing.T) {
	w := newWorld(t)
	res := w.run(t, "boss", "expiring_60")
	if len(res.Rows) != 6 || !strings.HasPrefix(lines(res), "Петров Иван Иванович|ООО «Ромашка»|7701234567|57B60") {
		t.Errorf("got:\n%s", lines(res))
	}
	if res := w.run(t, "boss", "expiring_60", "days", "1"); len(res.Rows) != 0 || res.SVG() != "" {
		t.Errorf("tomorrow: %s", lines(res))
	}
}

func TestActsInvoices(t *testing.T) {
	w := newWorld(t)
	want := `10.11.2026|Акт|А-1|ООО «Ромашка»|7701234567|770101001|1 045,00|188,44
=||||||1 045,00|188,44`
	if got := lines(w.run(t, "buh", "acts_invoices", "kind", "act")); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if res := w.run(t, "buh", "acts_invoices", "from", "2026-10-01", "to", "2026-10-31"); len(res.Rows) != 0 {
		t.Errorf("October: %s", lines(res))
	}
}

// An auditor may run reports and not see clients.
func TestMasked(t *testing.T) {
	w := newWorld(t)
	for _, r := range All() {
		text := lines(w.run(t, "auditor", r.Name))
		for _, secret := range []string{"Петров И", "Ромашка", "7701234567", "57B60"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s shows an auditor %s", r.Name, secret)
			}
		}
	}
	for in, want := range map[string]string{"Петров Иван": "П*** И***", "7701234567": "***67", "ООО «Ромашка»": "О*** «Р***", "12": "***", "№ 5": "№ ***", "": ""} {
		if got := masked(in); got != want {
			t.Errorf("masked(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBadParameters(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ report, name, value, says string }{
		{"issued", "from", "вчера", "дату"},
		{"issued", "from", "2026-02-30", "дату"},
		{"issued", "to", "0001-01-01", "дату"},
		{"issued", "to", "2026-10-01", "раньше начала"},
		{"issued", "centre", "1 OR 1=1", "из списка"},
		{"issued", "operator", "999999", "из списка"},
		{"issued", "partner", "2", "нет параметра"},
		{"acts_invoices", "kind", "' OR ''='", "из списка"},
		{"expiring_60", "days", "0", "от 1 до 366"},
		{"expiring_60", "days", "99999999999999999999", "от 1 до 366"},
		{"paid_not_shipped", "older", "-1", "от 0"},
	} {
		r, err := Find(w.staff["boss"], c.report)
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.Run(t.Context(), w.db, w.staff["boss"], now, values(c.name, c.value))
		if e := fault.As(err); e == nil || e.Kind != fault.Invalid || !strings.Contains(e.Fields[c.name], c.says) {
			t.Errorf("%s %s=%s: %v", c.report, c.name, c.value, err)
		}
		inputs, err := r.Inputs(t.Context(), w.db, w.staff["boss"], now, values(c.name, c.value))
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range inputs {
			if in.Name == c.name && in.Value != c.value {
				t.Errorf("%s %s: what was typed is lost: %q", c.report, c.name, in.Value)
			}
		}
	}
}

// lines are the rows as people see them, the totals after "=".
func lines(res *Result) string {
	var list []string
	for _, row := range res.Rows {
		list = append(list, strings.Join(res.Line(row), "|"))
	}
	if res.Totals != nil && len(res.Rows) > 0 {
		list = append(list, "="+strings.Join(res.Line(res.Totals), "|"))
	}
	return strings.ReplaceAll(strings.Join(list, "\n"), nbsp, " ")
}
