package bench

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"signdesk/internal/db"
	"signdesk/internal/db/cluster"
	"signdesk/internal/staff"
)

const searchSeed = 5

// country is a register of many organisations in a private cluster of its own,
// as production configures it. Loading takes minutes, so the database stays and
// serves every later run with as many organisations and the same code around it.
type country struct {
	*world
	orgs   int
	dir    string // the cluster, the rival's file, the lists left for reading
	sqlite string // the rival's file
}

// orgsAsked is how many organisations a run is about.
func orgsAsked(b *testing.B) int {
	b.Helper()
	text := os.Getenv("ORGS")
	if text == "" {
		text = "100000"
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1000 {
		b.Fatalf("ORGS=%s: a number, 1000 or more", text)
	}
	return n
}

func openCountry(b *testing.B, orgs int) *country {
	b.Helper()
	home := os.Getenv("CONSOLE_VAR")
	if home == "" {
		home = "../../var"
	}
	dir, err := filepath.Abs(filepath.Join(home, "bench-search"))
	if err != nil {
		b.Fatal(err)
	}
	c, err := cluster.Start(b.Context(), dir, os.Stderr)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := c.Stop(); err != nil {
			b.Error(err)
		}
	})
	name := fmt.Sprintf("search_%d_%d_%s", orgs, searchSeed, madeBy(b))
	n := &country{world: &world{dsn: c.DSN(name)}, orgs: orgs, dir: dir, sqlite: filepath.Join(dir, name+".sqlite")}
	admin := n.connect(b, c.DSN("postgres"))
	var known bool
	if err := admin.QueryRow(b.Context(), `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&known); err != nil {
		b.Fatal(err)
	}
	if !known {
		n.load(b, admin, c, name)
	} else if err := db.Migrate(b.Context(), n.dsn); err != nil { // what answers may be newer than what was loaded
		b.Fatal(err)
	}
	if n.db, err = db.Open(b.Context(), n.dsn, db.Options{MaxConns: 8}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { n.db.Close() })
	var id int64
	if err := n.db.Plain().NewRaw(`SELECT id FROM employee WHERE login = 'supervisor'`).Scan(b.Context(), &id); err != nil {
		b.Fatal(err)
	}
	if n.by, err = staff.Load(b.Context(), n.db, id); err != nil {
		b.Fatal(err)
	}
	n.asOwner(b, `DELETE FROM session`)
	n.signIn(b)
	return n
}

func (n *country) connect(b *testing.B, dsn string) *pgx.Conn {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), dsn)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// madeBy is a digest of what the rows come from: the schema, the generator, the
// batches of the import and what it builds for the search (index*.go).
func madeBy(b *testing.B) string {
	b.Helper()
	files := []string{"search_load_test.go"}
	for _, pattern := range []string{"batch", "copy", "doc", "draft", "generate*", "index*", "merge", "normalize*", "pack", "words*", "writer"} {
		found, err := filepath.Glob("../registry/" + pattern + ".go")
		if err != nil {
			b.Fatal(err)
		}
		files = append(files, found...)
	}
	migrations, err := filepath.Glob("../../migrations/*registry*.up.sql")
	if err != nil || len(migrations) == 0 {
		b.Fatal("no migrations of the register", err)
	}
	sum := sha256.New()
	for _, path := range append(files, migrations...) {
		if strings.HasSuffix(path, "_test.go") && path != files[0] {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(sum, "%s %d\n%s", filepath.Base(path), len(text), text)
	}
	return fmt.Sprintf("%.4x", sum.Sum(nil))
}
