package bench

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"signdesk/internal/db"
	"signdesk/internal/db/cluster"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/registry"
)

// load makes the database under another name, so that a killed run leaves
// nothing that looks ready, and forgets those of older code.
func (n *country) load(b *testing.B, admin *pgx.Conn, c *cluster.Cluster, name string) {
	b.Helper()
	exec := func(sql string) {
		b.Helper()
		if _, err := admin.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	rows, err := admin.Query(b.Context(), `SELECT datname FROM pg_database WHERE datname LIKE $1`, fmt.Sprintf(`search\_%d\_%%`, n.orgs))
	if err != nil {
		b.Fatal(err)
	}
	old, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		b.Fatal(err)
	}
	for _, o := range old {
		exec("DROP DATABASE " + o + " WITH (FORCE)")
		os.Remove(filepath.Join(n.dir, o+".sqlite"))
	}
	half := name + "_half"
	exec("CREATE DATABASE " + half)
	ready := n.dsn
	n.dsn = c.DSN(half)
	if err := db.Migrate(b.Context(), n.dsn); err != nil {
		b.Fatal(err)
	}
	if n.db, err = db.Open(b.Context(), n.dsn, db.Options{}); err != nil {
		b.Fatal(err)
	}
	n.takeIn(b)
	n.by = orgtest.Staff(b, n.db)["supervisor"]
	n.makeClients(b, min(10000, n.orgs/10))
	n.makeRivals(b)
	n.slowly(b, "VACUUM ANALYZE")
	n.db.Close()
	n.dsn = ready
	exec("ALTER DATABASE " + half + " RENAME TO " + name)
}

func (n *country) takeIn(b *testing.B) {
	b.Helper()
	path := filepath.Join(n.dir, "dump.zip")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer os.Remove(path)
	defer f.Close()
	made := timed(func() {
		if err := registry.Generate(f, registry.GenerateOptions{Orgs: n.orgs, Seed: searchSeed, Date: dumpDay, Compact: true}); err != nil {
			b.Fatal(err)
		}
	})
	report, err := registry.Import(b.Context(), n.db, []string{path}, nil)
	if err != nil || report.Rejected > 0 {
		b.Fatalf("%+v, %v", report, err)
	}
	fmt.Fprintf(os.Stderr, "%d organisations: generated in %v, imported in %v, %.1f MB/s\n", n.orgs, made.Round(time.Second), report.Elapsed.Round(time.Second), report.MBPerSecond())
}

// The rivals hold the same rows: per organisation one line of its normalised
// name, its head and its numbers, under a ranked trigram index and in SQLite's
// FTS5, there by words and, for what stands inside words, by trigrams.
const (
	rivalRows = `SELECT ogrn, concat_ws(' ', norm, upper(head), inn, ogrn) AS doc FROM registry_doc`
	ftsTables = `PRAGMA journal_mode = off; PRAGMA synchronous = off;
		CREATE VIRTUAL TABLE word USING fts5(ogrn UNINDEXED, doc, tokenize = 'unicode61', prefix = '2 3 4');
		CREATE VIRTUAL TABLE gram USING fts5(ogrn UNINDEXED, doc, tokenize = 'trigram');`
)

func (n *country) makeRivals(b *testing.B) {
	b.Helper()
	n.slowly(b, `CREATE SCHEMA rival; CREATE TABLE rival.trigram AS `+rivalRows)
	n.slowly(b, `CREATE INDEX ON rival.trigram USING gin (doc gin_trgm_ops)`)
	os.Remove(n.sqlite)
	cmd := exec.CommandContext(b.Context(), program(b, "sqlite3"), n.sqlite, ftsTables, ".mode csv", ".import /dev/stdin word",
		"INSERT INTO gram SELECT ogrn, doc FROM word;", "INSERT INTO word (word) VALUES ('optimize');", "INSERT INTO gram (gram) VALUES ('optimize');")
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	conn := n.connect(b, n.dsn)
	sent := make(chan error, 1)
	go func() {
		_, err := conn.PgConn().CopyTo(b.Context(), in, `COPY rival.trigram TO STDOUT (FORMAT csv)`)
		sent <- errors.Join(err, in.Close())
	}()
	run(b, cmd)
	if err := <-sent; err != nil {
		b.Fatal(err)
	}
	conn.Close(b.Context())
}

// slowly runs what may take longer than the console waits for an answer.
func (n *country) slowly(b *testing.B, sql string) {
	b.Helper()
	conn := n.connect(b, n.dsn)
	defer conn.Close(b.Context())
	if _, err := conn.Exec(b.Context(), sql); err != nil {
		b.Fatal(err)
	}
}
