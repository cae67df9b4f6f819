package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

// The journal proves itself in the database and, exported, without one.
func TestAuditVerify(t *testing.T) {
	dsn := dbtest.DSN(t)
	d, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, name := range []string{"Первый", "Второй"} {
		var p int64
		if err := d.Plain().QueryRowContext(t.Context(), `INSERT INTO partner (name, inn) VALUES (?, '7700000000') RETURNING id`, name).Scan(&p); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			err := d.Tx(t.Context(), p, func(ctx context.Context, tx bun.IDB) error {
				return audit.Write(ctx, tx, time.Now(), audit.Act{Partner: p, Actor: audit.Program, Action: "owner.save", Object: "owner:1", Details: map[string]string{"что": "имя"}})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	console := func(stdin string, args ...string) (int, string) {
		t.Helper()
		var out, errs bytes.Buffer
		code := run(&env{ctx: t.Context(), stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs, now: time.Now, getenv: func(name string) string {
			return map[string]string{"DATABASE_URL": dsn, "CONSOLE_VAR": t.TempDir()}[name]
		}}, append([]string{"audit"}, args...))
		return code, out.String() + errs.String()
	}
	if code, out := console("", "verify"); code != exitOK || out != "Первый: 3 records hold\nВторой: 3 records hold\n" {
		t.Error(code, out)
	}
	code, journal := console("", "export")
	if code != exitOK || strings.Count(journal, "\n") != 6 {
		t.Fatal(code, journal)
	}
	file := filepath.Join(t.TempDir(), "journal.jsonl")
	for name, c := range map[string]struct {
		journal string
		code    int
	}{
		"as exported": {journal, exitOK},
		"changed":     {strings.Replace(journal, "имя", "Имя", 1), exitNo},
		"taken out":   {strings.Join(append(strings.SplitAfter(journal, "\n")[:1:1], strings.SplitAfter(journal, "\n")[2:]...), ""), exitNo},
		"no journal":  {"{]", exitNo},
		"empty":       {"", exitUsage},
	} {
		if err := os.WriteFile(file, []byte(c.journal), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out := console("", "verify", file); code != c.code {
			t.Errorf("%s: exit %d, want %d: %s", name, code, c.code, out)
		}
		if code, _ := console(c.journal, "verify", "-"); code != c.code {
			t.Errorf("%s on standard input: exit %d, want %d", name, code, c.code)
		}
	}
	if code, _ := console("", "verify", filepath.Join(t.TempDir(), "nowhere")); code != exitUsage {
		t.Errorf("a file that is not there: exit %d", code)
	}
	owner, err := db.Open(t.Context(), dsn, db.Options{AsOwner: true})
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	if _, err := owner.Plain().ExecContext(t.Context(), `UPDATE audit_record SET actor = 'никто' WHERE seq = 2 AND partner_id = (SELECT min(id) FROM partner)`); err != nil {
		t.Fatal(err)
	}
	if code, out := console("", "verify"); code != exitNo || !strings.Contains(out, "Первый: 1 records hold, then: record 2") || !strings.Contains(out, "Второй: 3 records hold") {
		t.Error(code, out)
	}
}
