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

// F324: what accounting takes away, by the employee's rights and partner.
func TestExport(t *testing.T) {
	dsn := dbtest.DSN(t)
	seedReport(t, dsn)
	d, err := db.Open(t.Context(), dsn, db.Options{AsOwner: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Plain().ExecContext(t.Context(), `
		WITH o AS (INSERT INTO organisation (partner_id, kind, inn, ogrn, full_name) SELECT id, 'legal', '7701234560', '1027700132195', 'ООО «Ромашка»' FROM partner RETURNING id, partner_id),
		     c AS (INSERT INTO contract (partner_id, org_id, name, number, signed_on) SELECT partner_id, id, 'Оферта', '2тест', '2026-01-01' FROM o RETURNING id, org_id, partner_id),
		     s AS (INSERT INTO service (partner_id, org_id, contract_id, number, name, kind, quantity, price, cost, vat, invoice_on)
		           SELECT partner_id, org_id, id, 'ОФ030-479929', 'Выпуск сертификата', 'issue', 1, 104500, 104500, '22', '2026-11-10' FROM c),
		     h AS (INSERT INTO shipment (partner_id, org_id, contract_id, idempotency_key, ship_date, amount, vat_amount, status, status_at, created_at, created_by)
		           SELECT partner_id, org_id, id, gen_random_uuid(), '2026-11-11', 104500, 18844, 'delivered', now(), now(), (SELECT id FROM employee) FROM c RETURNING id, org_id, partner_id)
		INSERT INTO accounting_document (partner_id, org_id, shipment_id, kind, number, issued_on, amount, vat_amount, ref, created_at)
		SELECT partner_id, org_id, id, k, n, '2026-11-11', 104500, 18844, k, now() FROM h, (VALUES ('act', 'АКТ-1'), ('invoice', 'СФ-1')) AS v(k, n)`); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "acts.pdf")
	for _, c := range []struct {
		args string
		code int
		says string
		not  string
	}{
		{"acts --from 2026-11-01 --to 2026-11-30 --format csv --as buh", exitOK, "АКТ-1", "СФ-1"},
		{"invoices --from 2026-11-11 --to 2026-11-11 --format csv --as buh", exitOK, "СФ-1", "АКТ-1"},
		{"services --from 2026-11-01 --to 2026-11-30 --format csv --as buh", exitOK, "ОФ030-479929", ""},
		{"acts --from 2026-12-01 --to 2026-12-31 --format csv --as buh", exitOK, "Сумма с НДС", "АКТ-1"},
		{"acts --from 2026-11-01 --to 2026-11-30 --as buh", exitOK, "PK", ""},
		{"acts --from 2026-11-01 --to 2026-11-30 --format pdf --as buh -o " + file, exitOK, "", "%PDF"},
		{"acts --from 1.11.2026 --to 2026-11-30 --as buh", exitUsage, "--from", ""},
		{"acts --from 2026-11-30 --to 2026-11-01 --as buh", exitUsage, "--to", ""},
		{"licences --from 2026-11-01 --to 2026-11-30 --as buh", exitUsage, "acts", ""},
		{"acts --from 2026-11-01 --to 2026-11-30", exitUsage, "--as", ""},
		{"acts --from 2026-11-01 --to 2026-11-30 --as nobody", exitUsage, "nobody", ""},
	} {
		var out, errs bytes.Buffer
		code := run(&env{ctx: t.Context(), stdin: strings.NewReader(""), stdout: &out, stderr: &errs, now: time.Now,
			getenv: func(name string) string { return map[string]string{"DATABASE_URL": dsn}[name] }}, append([]string{"export"}, strings.Fields(c.args)...))
		said := out.String() + errs.String()
		if code != c.code || !strings.Contains(said, c.says) || c.not != "" && strings.Contains(said, c.not) {
			t.Errorf("export %s: exit %d, %.200q; want %d", c.args, code, said, c.code)
		}
	}
	if b, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(b, []byte("%PDF-")) {
		t.Errorf("file: %v", err)
	}
}
