package bench

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"signdesk/internal/registry"
)

// Limits that keep the rivals from taking the night: a query cut there counts as
// having taken so long, and after rivalTime twenty of a class are enough.
const (
	rivalLimit = 3 * time.Second
	rivalTime  = 20 * time.Second
)

// trigrams asks PostgreSQL for the twenty most similar lines.
func (n *country) trigrams(b *testing.B, queries []string) (took []time.Duration) {
	b.Helper()
	conn := n.connect(b, n.dsn)
	defer conn.Close(b.Context())
	set := fmt.Sprintf("SET statement_timeout = %d; SET pg_trgm.word_similarity_threshold = 0.45", rivalLimit.Milliseconds())
	if _, err := conn.Exec(b.Context(), set); err != nil {
		b.Fatal(err)
	}
	begun := time.Now()
	for i, q := range queries {
		if i >= 20 && time.Since(begun) > rivalTime {
			break
		}
		took = append(took, timed(func() {
			tag, err := conn.Exec(b.Context(), `SELECT ogrn, doc FROM rival.trigram WHERE $1 <% doc ORDER BY word_similarity($1, doc) DESC LIMIT 20`, q)
			var refused *pgconn.PgError
			if err != nil && (!errors.As(err, &refused) || refused.Code != "57014") {
				b.Fatal(tag, err)
			}
		}))
	}
	return took
}

// The wall's time is told in milliseconds, the processor's in microseconds.
var sqliteTime = regexp.MustCompile(`Run Time: real ([0-9.]+) user ([0-9.]+) sys ([0-9.]+)`)

// fts asks the sqlite3 program, twenty queries to a session over a warm cache.
func (n *country) fts(b *testing.B, class string, queries []string) (took []time.Duration) {
	b.Helper()
	begun := time.Now()
	for some := range slices.Chunk(queries, 20) {
		if time.Since(begun) > rivalTime {
			break
		}
		var script strings.Builder
		script.WriteString("PRAGMA cache_size = -262144; PRAGMA mmap_size = 8589934592;\n.output /dev/null\n.timer on\n")
		for _, q := range some {
			table, match := "word", wordMatch(q)
			if class == "substring" || class == "typo" {
				table, match = "gram", gramMatch(class, q)
			}
			fmt.Fprintf(&script, "SELECT ogrn, doc FROM %s WHERE %s MATCH '%s' ORDER BY rank LIMIT 20;\n", table, table, match)
		}
		cmd := exec.CommandContext(b.Context(), program(b, "sqlite3"), "-batch", n.sqlite)
		cmd.Stdin = strings.NewReader(script.String())
		out, _ := run(b, cmd)
		var err error
		times := sqliteTime.FindAllStringSubmatch(out, -1)
		if len(times) != len(some) {
			b.Fatalf("sqlite3 told %d times of %d: %s", len(times), len(some), out)
		}
		for _, m := range times {
			var seconds [3]float64
			for i := range seconds {
				if seconds[i], err = strconv.ParseFloat(m[i+1], 64); err != nil {
					b.Fatal(err)
				}
			}
			took = append(took, time.Duration(max(seconds[0], seconds[1]+seconds[2])*float64(time.Second)))
		}
	}
	return took
}

// wordMatch asks for all words, each perhaps unfinished.
func wordMatch(q string) string {
	var parts []string
	for _, word := range strings.Fields(registry.Normalize(q)) {
		parts = append(parts, `"`+word+`"*`)
	}
	return strings.Join(parts, " AND ")
}

// gramMatch asks for the text as it stands, or with a typo for any of its trigrams.
func gramMatch(class, q string) string {
	text := registry.Normalize(q)
	if class == "substring" {
		return `"` + text + `"`
	}
	var parts []string
	for letters := []rune(text); len(letters) >= 3; letters = letters[1:] {
		if part := `"` + string(letters[:3]) + `"`; !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " OR ")
}
