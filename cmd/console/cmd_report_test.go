package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

func TestReport(t *testing.T) {
	dsn := dbtest.DSN(t)
	file := filepath.Join(t.TempDir(), "acts.xlsx")
	report := func(args ...string) (string, string, int) {
		var out, errs bytes.Buffer
		code := run(&env{ctx: t.Context(), stdin: strings.NewReader(""), stdout: &out, stderr: &errs, now: time.Now,
			getenv: func(name string) string { return map[string]string{"DATABASE_URL": dsn}[name] }}, append([]string{"report"}, args...))
		return out.String(), errs.String(), code
	}
	seedReport(t, dsn)
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"list"}, exitOK, "expiring_60"},
		{[]string{"list", "--as", "buh"}, exitOK, "acts_invoices"},
		{[]string{"list", "--as", "nobody"}, exitUsage, "nobody"},
		{[]string{"run", "acts_invoices", "--as", "buh", "--param", "from=2026-01-01", "--param", "to=2026-12-31"}, exitOK, "Сумма с НДС, ₽"},
		{[]string{"run", "acts_invoices", "--as", "BUH", "--format", "json"}, exitOK, `"report": "acts_invoices"`},
		{[]string{"run", "acts_invoices", "--as", "buh", "--format", "xlsx", "-o", file}, exitOK, ""},
		{[]string{"run", "acts_invoices"}, exitUsage, "--as"},
		{[]string{"run", "issued", "--as", "buh"}, exitNo, "нет права"},
		{[]string{"run", "unknown", "--as", "buh"}, exitUsage, "Такого отчёта нет"},
		{[]string{"run", "acts_invoices", "--as", "buh", "--param", "from=вчера"}, exitUsage, "--param from"},
		{[]string{"run", "acts_invoices", "--as", "buh", "--param", "partner=2"}, exitUsage, "--param partner"},
		{[]string{"run", "acts_invoices", "--as", "buh", "--format", "exe"}, exitUsage, "format"},
	} {
		out, errs, code := report(c.args...)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("report %s: exit %d, %q %q; want %d, %q", strings.Join(c.args, " "), code, out, errs, c.code, c.says)
		}
	}
	if b, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(b, []byte("PK")) {
		t.Errorf("file: %v", err)
	}
	if out, _, _ := report("list", "--as", "buh"); strings.Contains(out, "issued") {
		t.Errorf("an accountant is offered: %s", out)
	}
}

// seedReport makes a partner with an accountant, buh.
func seedReport(t *testing.T, dsn string) {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, err = d.Plain().ExecContext(t.Context(), `
		WITH p AS (INSERT INTO partner (name, inn) VALUES ('ООО «Партнёр»', '7700000000') RETURNING id),
		     c AS (INSERT INTO centre (partner_id, name) SELECT id, 'Тверская' FROM p RETURNING id, partner_id)
		INSERT INTO employee (partner_id, centre_id, role, login, name) SELECT partner_id, id, 'accountant', 'buh', 'Кассина Вера' FROM c`)
	if err != nil {
		t.Fatal(err)
	}
}
