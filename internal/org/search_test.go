package org_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// F002, F036: own clients first, by any number or words in any order.
func TestSearch(t *testing.T) {
	k := newDesk(t)
	for _, c := range []struct{ query, own, register string }{
		{"Ромашка", "ООО «Ромашка»", ""},
		{"ром", "ООО «Ромашка»", ""},
		{"машк", "ООО «Ромашка»", ""},
		{"петров ромашка", "ООО «Ромашка»", ""},
		{"hjvfirf", "ООО «Ромашка»", ""}, // the other layout
		{"ромошка", "ООО «Ромашка»", ""}, // a typo, found by the register
		{orgtest.Romashka.INN, "ООО «Ромашка»", ""},
		{"7701 2345", "ООО «Ромашка»", ""},
		{orgtest.Romashka.OGRN, "ООО «Ромашка»", ""},
		{orgtest.Romashka.OGRN[:8], "ООО «Ромашка»", ""},
		{"770101001", "ООО «Ромашка»", ""},
		{"василёк", "", "АО «Василёк и партнёры»"},
		{"василек партнеры", "", "АО «Василёк и партнёры»"},
		{"ким анна", "", "ИП Ким Анна Сергеевна"},
		{"", "", ""},
		{"   ", "", ""},
		{"%", "", ""},
		{"_", "", ""},
		{"Ром%ка", "", ""}, // two words, no wildcard
		{"Р_машка", "ООО «Ромашка»", ""},
		{"Р%зка", "", ""},
		{"'; DROP TABLE organisation; --", "", ""},
		{"\\", "", ""},
		{strings.Repeat("9", 10000), "", ""},
		{strings.Repeat("ы", 10000), "", ""},
		{strings.Repeat("ъэ ", 4000), "", ""},
	} {
		found, err := org.Search(t.Context(), k.db, k.by, org.Query{Text: c.query, Limit: 10})
		if err != nil {
			t.Errorf("%.40q: %v", c.query, err)
			continue
		}
		var own, register []string
		for _, h := range found.Own {
			own = append(own, h.Name())
		}
		for _, h := range found.Register {
			register = append(register, h.Name)
		}
		if strings.Join(own, "|") != c.own || strings.Join(register, "|") != c.register {
			t.Errorf("%.40q: own %q, register %q", c.query, own, register)
		}
	}
	found, err := org.Search(t.Context(), k.db, k.people["foreign operator"], org.Query{Text: "ромашка", Limit: 10})
	if err != nil || len(found.Own) != 0 || len(found.Register) != 1 {
		t.Errorf("another partner: %+v, %v", found, err)
	}
	if recent, err := org.Recent(t.Context(), k.db, k.by, 5); err != nil || len(recent) != 1 || recent[0].Locality != "Г. Москва" {
		t.Errorf("%+v, %v", recent, err)
	}
}

// Among many partners' clients the search walks an index led by the partner.
func TestSearchUsesIndexes(t *testing.T) {
	k := newDesk(t)
	p := k.by.PartnerID
	err := k.db.Tx(t.Context(), p, func(ctx context.Context, tx bun.IDB) error {
		for _, q := range []string{
			`INSERT INTO organisation (partner_id, kind, inn, ogrn, full_name) SELECT ?, 'legal', (7800000000 + n)::text, (1020000000000 + n)::text, 'Фирма ' || md5(n::text) FROM generate_series(1, 20000) AS n`,
			`INSERT INTO org_search SELECT id, CASE WHEN id % 2 = 0 THEN ? ELSE 1000 END, inn, ogrn, kpp, ' ' || upper(full_name) || ' ', true FROM organisation WHERE full_name LIKE 'Фирма %'`,
		} {
			if _, err := tx.ExecContext(ctx, q, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	owner, err := db.Open(t.Context(), k.db.DSN(), db.Options{AsOwner: true})
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	if _, err := owner.Plain().ExecContext(t.Context(), `VACUUM ANALYZE org_search`); err != nil {
		t.Fatal(err)
	}
	for query, index := range map[string]string{
		`SELECT org_id FROM org_search WHERE partner_id = %d AND inn >= '780000' AND inn < '780001'`:         "org_search_inn",
		`SELECT org_id FROM org_search WHERE partner_id = %d AND ogrn >= '102000001' AND ogrn < '102000002'`: "org_search_ogrn",
		`SELECT org_id FROM org_word WHERE partner_id = %d AND word >= 'РОМАШ' AND word < 'РОМАШЯ'`:          "org_word_pkey",
	} {
		plan := ""
		err := k.db.Read(t.Context(), p, func(ctx context.Context, tx bun.IDB) error {
			rows, err := tx.QueryContext(ctx, "EXPLAIN "+fmt.Sprintf(query, p))
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var line string
				if err := rows.Scan(&line); err != nil {
					return err
				}
				plan += line + "\n"
			}
			return rows.Err()
		})
		if err != nil || !strings.Contains(plan, index) || strings.Contains(plan, "Seq Scan") || !strings.Contains(plan, "partner_id = ") {
			t.Errorf("%v\n%s", err, plan)
		}
	}
}
