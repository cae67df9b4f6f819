package db_test

import (
	"context"
	"flag"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

var update = flag.Bool("update", false, "write migrations/schema.sql anew")

// TestSchemaDump keeps migrations/schema.sql what the migrations make. Written
// anew by: go test ./internal/db -run TestSchemaDump -update
func TestSchemaDump(t *testing.T) {
	dump := pgDump(t, dbtest.DSN(t))
	path := filepath.Join("..", "..", "migrations", "schema.sql")
	if *update {
		if err := os.WriteFile(path, []byte(dump), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if wrote, now, _ := strings.Cut(string(kept), "\n"); wrote != strings.SplitN(dump, "\n", 2)[0] && now != "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("schema.sql was written with another PostgreSQL: %s", wrote)
		}
		t.Skipf("schema.sql was written with another PostgreSQL: %s", wrote)
	}
	if diff := cmp.Diff(string(kept), dump); diff != "" {
		t.Errorf("migrations/schema.sql is not what the migrations make; run go test ./internal/db -run TestSchemaDump -update\n%s", diff)
	}
}

// noise differs between servers and tells nothing: versions, settings, comments, random keys.
var noise = regexp.MustCompile(`(?m)^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*)\n`)

func pgDump(t *testing.T, dsn string) string {
	t.Helper()
	program, err := exec.LookPath("pg_dump")
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump"); err != nil && len(found) > 0 {
		program, err = found[len(found)-1], nil
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	out, err := exec.CommandContext(t.Context(), program, "--schema-only", "--no-owner", dsn).Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	text := noise.ReplaceAllString(string(out), "")
	owner := regexp.MustCompile(`ALTER DEFAULT PRIVILEGES FOR ROLE \S+ `) // whoever migrates
	text = owner.ReplaceAllString(text, "ALTER DEFAULT PRIVILEGES ")
	text = regexp.MustCompile(`\n{3,}`).ReplaceAllString(text, "\n\n")
	major := regexp.MustCompile(`Dumped from database version (\d+)`).FindStringSubmatch(string(out))
	return "-- What the migrations make, by pg_dump --schema-only of PostgreSQL " + major[1] + ". Not edited by hand.\n" + strings.TrimSpace(text) + "\n"
}

// emptyDatabase is one that nobody has migrated, on the test server.
func emptyDatabase(t *testing.T) string {
	t.Helper()
	dsn := dbtest.DSN(t)
	owner, err := db.Open(t.Context(), dsn, db.Options{AsOwner: true, MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/") + "e"
	if _, err := owner.Plain().ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := owner.Plain().ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		owner.Close()
	})
	u.Path = "/" + name
	return u.String()
}

// Processes that start together migrate once, and again does nothing.
func TestProcessesMigrateTogether(t *testing.T) {
	dsn := emptyDatabase(t)
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { errs[i] = db.Migrate(t.Context(), dsn) })
	}
	wg.Wait()
	for _, err := range append(errs, db.Migrate(t.Context(), dsn)) {
		if err != nil {
			t.Error(err)
		}
	}
	d, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if n := count(t, d.Plain(), `SELECT count(*) FROM role`); n != 6 {
		t.Errorf("%d roles: the migrations ran twice", n)
	}
	if pgDump(t, dsn) != pgDump(t, dbtest.DSN(t)) {
		t.Error("migrated together makes another schema than migrated alone")
	}
}
