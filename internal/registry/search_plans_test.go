package registry

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

// planNode is what matters of a node of EXPLAIN (FORMAT JSON).
type planNode struct {
	Kind  string     `json:"Node Type"`
	Table string     `json:"Relation Name"`
	Rows  float64    `json:"Actual Rows"`
	Loops float64    `json:"Actual Loops"`
	Below []planNode `json:"Plans"`
}

// Every statement inside every search walks indexes and reads a bounded number
// of rows, whatever is typed: the server itself writes down the plans it took.
func TestSearchPlans(t *testing.T) {
	dsn := dbtest.DSN(t)
	d, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := Import(t.Context(), d, []string{file(t, "dump.zip", generate(t, 5000, 4))}, nil); err != nil {
		t.Fatal(err)
	}
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	var plans []string
	cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		if at := strings.Index(n.Message, "{"); strings.Contains(n.Message, "plan:") && at > 0 {
			plans = append(plans, n.Message[at:])
		}
	}
	cfg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	conn, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), `LOAD 'auto_explain'; SET auto_explain.log_nested_statements = on; SET auto_explain.log_analyze = on; SET auto_explain.log_timing = off;
		SET auto_explain.log_format = json; SET auto_explain.log_min_duration = 0; SET client_min_messages = log`)
	if refused := (*pgconn.PgError)(nil); errors.As(err, &refused) {
		t.Skip("plans are written down for a superuser only: ", refused.Message)
	}
	if err != nil {
		t.Fatal(err)
	}
	surname := ""
	if err := conn.QueryRow(t.Context(), `SELECT split_part(head, ' ', 1) FROM registry_doc WHERE head <> '' ORDER BY ord LIMIT 1`).Scan(&surname); err != nil {
		t.Fatal(err)
	}
	ask := func(class string, sql string, args ...any) {
		plans = nil
		if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
			t.Errorf("%s: %v", class, err)
		}
		if len(plans) < 2 {
			t.Errorf("%s: %d plans only", class, len(plans))
		}
		for _, p := range plans {
			var explained struct {
				Text string   `json:"Query Text"`
				Plan planNode `json:"Plan"`
			}
			if err := json.Unmarshal([]byte(p), &explained); err != nil {
				t.Fatal(err)
			}
			explained.Plan.check(t, class, explained.Text)
		}
	}
	for class, query := range map[string]string{
		"number": "770", "long number": "7701234", "one letter": "с", "hot": "строй", "two letters": "ро", "form": "ООО", "form and word": "ООО строй", "two hot": "строй сервис",
		"hot and begun": "сервис п", "words": "ромашка центр", "begun": "ром цен", "substring": "трой", "layout": "hjvfirf", "mixed layout": "центр hjvfirf", "director": surname,
		"director begun": surname + " а", "absent": "ъйцу щзхъфы", "many": "а б в г д е ж з", "long": strings.Repeat("ромашка", 20), "nothing": "", "typo": "рамашка цинтр",
	} {
		w := wordsOf(query)
		for with, f := range map[string]Filter{"": {}, " in a region": {Regions: []string{"77"}, Active: true}, " of nobody": {OKVED: "99", Kind: Organisation, Forms: []string{"123"}}} {
			ask(class+with, `SELECT * FROM registry_search($1, $2, $3, $4, 20)`, w.number, array(w.typed), array(w.other), f.Literal("77"))
		}
		ask(class+", own", `SELECT org_find(1, $1, $2, $3, $4, 20)`, w.number, array(w.typed), "{1027700132195}", Filter{}.Literal(""))
		hashes := "{1,2,3}"
		ask(class+", misspelt", `SELECT * FROM registry_alike($1, $2, $3)`, hashes, array(w.typed), array(w.typed))
	}
}

// rowsRead is the most rows that a scan of a search may give, all its loops together.
const rowsRead = 2500

func (n planNode) check(t *testing.T, class, sql string) {
	t.Helper()
	if strings.Contains(n.Kind, "Seq Scan") && n.Table != "registry_index" || strings.Contains(n.Kind, "Bitmap") {
		t.Errorf("%s: %s of %s in %s", class, n.Kind, n.Table, sql)
	}
	if strings.Contains(n.Kind, "Index") && n.Rows*n.Loops > rowsRead {
		t.Errorf("%s: %.0f rows of %s in %s", class, n.Rows*n.Loops, n.Table, sql)
	}
	for _, below := range n.Below {
		below.check(t, class, sql)
	}
}
