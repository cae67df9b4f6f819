package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/registry"
)

// slowQuery is a query and how long its answer took.
type slowQuery struct {
	class, query string
	took         time.Duration
}

// leave writes the slowest queries down, and with PLANS=1 how PostgreSQL went
// about the slowest ones of each class.
func (n *country) leave(b *testing.B, slow []slowQuery) {
	b.Helper()
	var text, plans strings.Builder
	explained := map[string]int{}
	seen := map[string]bool{}
	for _, s := range slow {
		fmt.Fprintf(&text, "%s\t%.2f ms\t%s\n", s.class, ms(s.took), s.query)
		if os.Getenv("PLANS") != "" && explained[s.class] < 3 && !seen[s.query] {
			explained[s.class]++
			seen[s.query] = true
			fmt.Fprintf(&plans, "=== %s «%s», %.2f ms\n%s\n", s.class, s.query, ms(s.took), n.explain(b, s.query))
		}
	}
	for name, content := range map[string]string{"slow": text.String(), "plans": plans.String()} {
		if content == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(n.dir, fmt.Sprintf("%s-%d.txt", name, n.orgs)), []byte(content), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}

var asking = regexp.MustCompile(`(?i)^\s*(SELECT|WITH)\b`)

// explain listens to what a search really asks and has PostgreSQL explain each
// statement under the same settings.
func (n *country) explain(b *testing.B, query string) string {
	b.Helper()
	listening, throughTap := newTap(b, n.dsn)
	d, err := db.Open(b.Context(), throughTap, db.Options{MaxConns: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	listening.heard(b)
	if _, err := registry.Search(b.Context(), d, registry.Query{Text: query, Limit: 20}); err != nil {
		b.Fatal(err)
	}
	conn := n.connect(b, n.dsn)
	defer conn.Close(b.Context())
	var text strings.Builder
	for _, s := range listening.heard(b) {
		if strings.Contains(s, "statement_timeout") { // the plan is worth its time
			s = regexp.MustCompile(`SET LOCAL statement_timeout = \d+`).ReplaceAllString(s, "SET LOCAL statement_timeout = 30000")
		}
		if asking.MatchString(s) {
			s = "EXPLAIN (ANALYZE, BUFFERS) " + s
			fmt.Fprintln(&text, strings.Join(strings.Fields(s), " "))
		}
		results, err := conn.PgConn().Exec(b.Context(), s).ReadAll()
		if err != nil {
			fmt.Fprintln(&text, "  ", err)
			return text.String()
		}
		for _, r := range results {
			for _, row := range r.Rows {
				fmt.Fprintf(&text, "   %s\n", row[0])
			}
		}
	}
	return text.String()
}
