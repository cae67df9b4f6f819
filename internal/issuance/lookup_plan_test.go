package issuance

import (
	"context"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

// Among twenty thousand owners of two partners every way to look walks an
// index led by the partner, under the policy too.
func TestLookUpPlans(t *testing.T) {
	dsn := dbtest.DSN(t)
	asOwner, err := db.Open(t.Context(), dsn, db.Options{AsOwner: true})
	if err != nil {
		t.Fatal(err)
	}
	defer asOwner.Close()
	for _, sql := range []string{
		`INSERT INTO partner (id, name, inn) OVERRIDING SYSTEM VALUE VALUES (1, 'А', '7701234560'), (2, 'Б', '7701234561') ON CONFLICT DO NOTHING`,
		`INSERT INTO organisation (partner_id, kind, inn, ogrn, full_name) SELECT n, 'legal', '780000000' || n, '102000000000' || n, 'Фирма ' || n FROM generate_series(1, 2) AS n`,
		`INSERT INTO owner (partner_id, org_id, surname, name, patronymic, snils)
			SELECT o.partner_id, o.id, 'Фамилия' || md5((n / 20)::text), 'Имя' || n % 50, 'Отчество' || n % 70, lpad((n * 7919 % 100000000000)::text, 11, '0')
			FROM generate_series(1, 10000) AS n, organisation AS o`,
		`ANALYZE`,
	} {
		if _, err := asOwner.Plain().ExecContext(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	d, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for query, index := range map[string]string{
		"З-000431":       "application_by_number",
		"431":            "application_by_number",
		"00012345":       "owner_snils",
		"12345678901":    "owner_snils",
		"Фамилия имя":    "owner_word_pkey",
		"Фамилия":        "owner_word_pkey",
		"0A3F19":         "certificate_carrier",
		"57B6A3F1C2D4E5": "certificate_serial",
		"57b6a3f1":       "ready_certificate_serial",
	} {
		sql := lookSQL(1, query)
		if sql == "" {
			if index != "" {
				t.Errorf("%s is not looked up", query)
			}
			continue
		}
		var plan []string
		err := d.Read(t.Context(), 1, func(ctx context.Context, tx bun.IDB) error {
			if _, err := tx.ExecContext(ctx, `SET LOCAL enable_seqscan = off`); err != nil { // what is empty here would be read whole
				return err
			}
			return tx.NewRaw("EXPLAIN (ANALYZE, TIMING OFF) "+strings.ReplaceAll(sql, "?", "??")).Scan(ctx, &plan)
		})
		text := strings.Join(plan, "\n")
		t.Logf("%s: %s", query, plan[max(0, len(plan)-1)])
		if err != nil || index == "" || !strings.Contains(text, index) || strings.Contains(text, "Seq Scan") {
			t.Errorf("%s: %v\n%s", query, err, text)
		}
	}
}
