package report

import (
	"strings"
	"testing"
	"time"

	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

const good = `-- title: Проба
-- about: Для проверки.
-- who: report.all
-- param: from date "С" month_start
-- param: kind enum "Вид" act=Акты licence="Акты передачи"
-- column: day date "День"
-- column: cost money "Стоимость, ₽" total
-- chart: line x=day:week y=cost "Стоимость"
SELECT :from::date AS day, 1 AS cost -- ':comment'
FROM x WHERE partner_id = :partner AND kind = :kind AND note <> ':text' AND y[1:2] <> '{}'
ORDER BY 1`

func TestHeader(t *testing.T) {
	r, err := parse("proba", good)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Param{Name: "kind", Type: "enum", Label: "Вид", Max: 1 << 31}); r.Params[1].Label != want.Label || len(r.Params[1].Choices) != 2 || r.Params[1].Choices[1].Label != "Акты передачи" {
		t.Errorf("param: %+v", r.Params[1])
	}
	if !r.Columns[1].Total || r.Columns[1].Kind != Money || r.Chart.X != 0 || r.Chart.Y != 1 || r.Chart.Bucket != "week" {
		t.Errorf("columns %+v, chart %+v", r.Columns, r.Chart)
	}
	if got := strings.Join(r.query.args, " "); got != "from partner kind" || !strings.Contains(r.query.sql, "?::date::date") || !strings.Contains(r.query.sql, "':text'") || !strings.Contains(r.query.sql, "y[1:2]") {
		t.Errorf("args %s of\n%s", got, r.query.sql)
	}
}

// What a careless author may write must not start.
func TestWrongHeader(t *testing.T) {
	for _, c := range []struct{ old, new, says string }{
		{"-- title: Проба\n", "", "missing"},
		{"report.all", "org.view", "no right to reports"},
		{"report.all", "report.own report.all", "needs the parameter operator"},
		{"-- about: Для проверки.", "-- colour: red", "unknown key"},
		{`from date "С" month_start`, `from date "С"`, "no default"},
		{`from date "С" month_start`, `from moment "С" now`, "want: param"},
		{`from date "С" month_start`, `partner int "Партнёр" 1`, "twice"},
		{`act=Акты licence="Акты передачи"`, ``, "enum"},
		{`"День"`, `"День`, "quote"},
		{`day date "День"`, `day date "День" total`, "cannot be total"},
		{`cost money`, `cost roubles`, "want: column"},
		{`x=day:week`, `x=cost:week`, "x must be a date"},
		{`x=day:week`, `x=day:year`, "x must be a date"},
		{`y=cost`, `y=day`, "y must be a number"},
		{`chart: line`, `chart: pie`, "neither bar nor line"},
		{"partner_id = :partner", "partner_id = 1", "does not use :partner"},
		{"kind = :kind", "kind = 'act'", "does not use :kind"},
		{"kind = :kind", "kind = :kind AND org_id = :org", "no parameter \"org\""},
		{"kind = :kind", "kind = :kind AND j ? 'a'", "has ?"},
		{"ORDER BY 1", "ORDER BY 1; DROP TABLE partner", "has ? or ;"},
		{"ORDER BY 1", "ORDER BY 1 LIMIT 5", "without LIMIT"},
		{"\nORDER BY 1", "", "ORDER BY"},
		{"SELECT :from", "DELETE :from", "must be a SELECT"},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if text == good {
			t.Fatalf("%q is not in the sample", c.old)
		}
		if _, err := parse("proba", text); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q -> %q: %v, want %q", c.old, c.new, err, c.says)
		}
	}
}

// The engine's limits are said to the person, never passed over in silence.
func TestLimits(t *testing.T) {
	w := newWorld(t)
	const head = "-- title: Числа\n-- about: Много.\n-- who: report.all\n-- column: n number \"Число\" total\n"
	big, err := parse("big", head+"SELECT g AS n FROM generate_series(1, 60000) AS g WHERE :partner > 0 ORDER BY g")
	if err != nil {
		t.Fatal(err)
	}
	res, err := big.Run(t.Context(), w.db, w.staff["boss"], now, nil)
	if err != nil || len(res.Rows) != maxRows || !res.Cut || res.Totals != nil || !strings.Contains(res.Notice(500), "больше 50"+nbsp+"000 строк") {
		t.Errorf("60 000 rows: %d, cut %t, totals %v, %q, %v", len(res.Rows), res.Cut, res.Totals, res.Notice(500), err)
	}
	timeout = 50 * time.Millisecond
	defer func() { timeout = 20 * time.Second }()
	slow, err := parse("slow", head+"SELECT 1 AS n FROM pg_sleep(5) WHERE :partner > 0 ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if _, err := slow.Run(t.Context(), w.db, w.staff["boss"], now, nil); !fault.Is(err, fault.Unavailable) || time.Since(begin) > 3*time.Second {
		t.Errorf("a slow report: %v after %s", err, time.Since(begin))
	}
	wrong, err := parse("wrong", strings.Replace(head, "column: n", "column: m", 1)+"SELECT 1 AS n FROM partner WHERE :partner > 0 ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wrong.Run(t.Context(), w.db, w.staff["boss"], now, nil); err == nil || fault.As(err) != nil {
		t.Errorf("columns that are not in the header: %v", err)
	}
}

// A report cannot write, even if its author tried.
func TestReadOnly(t *testing.T) {
	w := newWorld(t)
	r, err := parse("evil", "-- title: Т\n-- about: Т.\n-- who: report.all\n-- column: n number \"Н\"\n"+
		"WITH gone AS (DELETE FROM session RETURNING 1) SELECT count(*) AS n FROM gone WHERE :partner > 0 ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Run(t.Context(), w.db, w.staff["boss"], now, nil); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("a writing report: %v", err)
	}
}

func TestForNobody(t *testing.T) {
	if list := For(&staff.Employee{}); len(list) != 0 {
		t.Errorf("without rights: %d reports", len(list))
	}
}
