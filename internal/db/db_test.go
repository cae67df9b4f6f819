package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/fault"
)

// two partners with an organisation each.
func two(t *testing.T, d *db.DB) (ours, theirs int64) {
	t.Helper()
	for i, p := range []*int64{&ours, &theirs} {
		if err := d.Plain().QueryRowContext(t.Context(), `INSERT INTO partner (name, inn) VALUES (?, '7700000000') RETURNING id`, fmt.Sprint("Партнёр ", i)).Scan(p); err != nil {
			t.Fatal(err)
		}
		if err := d.Tx(t.Context(), *p, func(ctx context.Context, tx bun.IDB) error { return addOrg(ctx, tx, *p) }); err != nil {
			t.Fatal(err)
		}
	}
	return ours, theirs
}

func addOrg(ctx context.Context, tx bun.IDB, partner int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO organisation (partner_id, kind, inn, ogrn, full_name) VALUES (?, 'legal', '7701234560', ?, 'ООО «Ромашка»')`,
		partner, fmt.Sprint("10277001321", partner))
	return err
}

func count(t *testing.T, q bun.IDB, query string, args ...any) (n int) {
	t.Helper()
	if err := q.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// The second wall: even without WHERE a partner sees and changes only his own.
func TestPartnersSeeOnlyTheirOwn(t *testing.T) {
	d := dbtest.New(t)
	ours, theirs := two(t, d)
	err := d.Tx(t.Context(), ours, func(ctx context.Context, tx bun.IDB) error {
		if n := count(t, tx, `SELECT count(*) FROM organisation`); n != 1 {
			t.Errorf("ours sees %d organisations, want 1", n)
		}
		res, err := tx.ExecContext(ctx, `UPDATE organisation SET full_name = 'наша'`)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n != 1 {
			t.Errorf("ours changed %d organisations, want 1", n)
		}
		res, err = tx.ExecContext(ctx, `DELETE FROM organisation WHERE partner_id = ?`, theirs)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n != 0 {
			t.Error("ours deleted theirs")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Tx(t.Context(), ours, func(ctx context.Context, tx bun.IDB) error { return addOrg(ctx, tx, theirs) })
	if err == nil || !strings.Contains(err.Error(), "row-level security") {
		t.Errorf("a row for the other partner: %v", err)
	}
	for name, q := range map[string]func(func(bun.IDB)){
		"nobody": func(see func(bun.IDB)) { see(d.Plain()) },
		"partner 0": func(see func(bun.IDB)) {
			_ = d.Tx(t.Context(), 0, func(_ context.Context, tx bun.IDB) error { see(tx); return nil })
		},
	} {
		q(func(tx bun.IDB) {
			if n := count(t, tx, `SELECT count(*) FROM organisation`); n != 0 {
				t.Errorf("%s sees %d organisations, want 0", name, n)
			}
		})
	}
}

// A connection goes back to the pool without the partner it served.
func TestThePartnerEndsWithItsTransaction(t *testing.T) {
	d, err := db.Open(t.Context(), dbtest.DSN(t), db.Options{MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ours, _ := two(t, d)
	for _, fails := range []bool{false, true} {
		_ = d.Tx(t.Context(), ours, func(context.Context, bun.IDB) error {
			if fails {
				return errors.New("no")
			}
			return nil
		})
		var partner int64
		if err := d.Plain().QueryRowContext(t.Context(), `SELECT app_partner()`).Scan(&partner); err != nil || partner != 0 {
			t.Errorf("after a transaction (failed: %v) the connection serves partner %d, %v", fails, partner, err)
		}
	}
}

func TestTheProgramHasNoSpecialPowers(t *testing.T) {
	d := dbtest.New(t)
	var user string
	var super, bypass bool
	err := d.Plain().QueryRowContext(t.Context(), `SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user`).Scan(&user, &super, &bypass)
	if err != nil || user != db.Role || super || bypass {
		t.Errorf("the program runs as %s, superuser %v, bypasses row-level security %v, %v", user, super, bypass, err)
	}
	for _, sql := range []string{`ALTER TABLE organisation DISABLE ROW LEVEL SECURITY`, `DROP TABLE audit_record`, `UPDATE audit_record SET actor = 'x'`, `DELETE FROM audit_record`,
		`UPDATE personal_view SET reason = 'x'`, `DELETE FROM personal_view`, `TRUNCATE audit_record`} {
		if _, err := d.Plain().ExecContext(t.Context(), sql); err == nil {
			t.Errorf("%s: allowed", sql)
		}
	}
}

// Every table of clients' data stands behind the wall and is found by partner.
func TestEveryClientTableHasTheWall(t *testing.T) {
	d := dbtest.New(t)
	open := map[string]string{
		"centre": "staff", "employee": "staff", "workstation": "staff", "role_permission": "rights", "audit_head": "one number a partner",
		"org_search": "under a policy its indexes are lost", "org_word": "under a policy its indexes are lost", "product": "prices", "exchange_message": "an answer arrives before anybody knows whose it is",
	}
	rows, err := d.Plain().QueryContext(t.Context(), `
		SELECT c.relname, c.relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid) AS walled,
			EXISTS (SELECT FROM pg_index AS i JOIN pg_attribute AS f ON f.attrelid = c.oid AND f.attnum = i.indkey[0]
				WHERE i.indrelid = c.oid AND f.attname = 'partner_id') AS indexed,
			EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary) AS keyed
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'partner_id'
		WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen := 0
	for rows.Next() {
		var table string
		var walled, indexed, keyed bool
		if err := rows.Scan(&table, &walled, &indexed, &keyed); err != nil {
			t.Fatal(err)
		}
		seen++
		if why, ok := open[table]; ok {
			if walled {
				t.Errorf("%s is walled, though listed as open (%s)", table, why)
			}
			continue
		}
		if !walled {
			t.Errorf("%s has partner_id and no policy", table)
		}
		if !indexed {
			t.Errorf("%s has no index that begins with partner_id", table)
		}
	}
	if err := rows.Err(); err != nil || seen < 20 {
		t.Fatal(seen, err)
	}
}

func TestATransactionIsAllOrNothing(t *testing.T) {
	d := dbtest.New(t)
	ours, _ := two(t, d)
	left := func() int {
		t.Helper()
		var n int
		if err := d.Read(t.Context(), ours, func(ctx context.Context, tx bun.IDB) error {
			n = count(t, tx, `SELECT count(*) FROM organisation`)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	second := func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO organisation (partner_id, kind, inn, ogrn, full_name) VALUES (?, 'legal', '7701234560', '1', 'ООО «Вторая»')`, ours)
		return err
	}
	t.Run("error", func(t *testing.T) {
		want := errors.New("no")
		err := d.Tx(t.Context(), ours, func(ctx context.Context, tx bun.IDB) error {
			if err := second(ctx, tx); err != nil {
				return err
			}
			return want
		})
		if !errors.Is(err, want) || left() != 1 {
			t.Error(err, left())
		}
	})
	t.Run("panic", func(t *testing.T) {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = d.Tx(t.Context(), ours, func(ctx context.Context, tx bun.IDB) error {
				if err := second(ctx, tx); err != nil {
					return err
				}
				panic("no")
			})
		}()
		if left() != 1 {
			t.Error("the row of a panicked transaction stayed")
		}
	})
	t.Run("the person goes away", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Tx(ctx, ours, func(ctx context.Context, tx bun.IDB) error {
			if err := second(ctx, tx); err != nil {
				return err
			}
			cancel()
			_, err := tx.ExecContext(ctx, `SELECT pg_sleep(0.2)`)
			return err
		})
		if err == nil || left() != 1 {
			t.Error(err, left())
		}
	})
	t.Run("a broken statement", func(t *testing.T) {
		err := d.Tx(t.Context(), ours, func(ctx context.Context, tx bun.IDB) error {
			if err := second(ctx, tx); err != nil {
				return err
			}
			_, _ = tx.ExecContext(ctx, `SELECT 1 / 0`)
			return nil // the error overlooked: the COMMIT must not claim success
		})
		if err == nil {
			t.Error("a transaction that rolled back said that it committed")
		}
		if left() != 1 {
			t.Error("the row stayed")
		}
	})
	t.Run("nested", func(t *testing.T) {
		err := d.Tx(t.Context(), ours, func(ctx context.Context, tx bun.IDB) error {
			return tx.RunInTx(ctx, nil, func(context.Context, bun.Tx) error { return nil })
		})
		if err == nil {
			t.Error("a transaction inside a transaction was allowed")
		}
	})
	t.Run("read only", func(t *testing.T) {
		if err := d.Read(t.Context(), ours, second); err == nil {
			t.Error("a read wrote")
		}
	})
	if d.Stats().InUse != 0 {
		t.Errorf("%d connections were not given back", d.Stats().InUse)
	}
}

func TestErrorsSayWhatPeopleNeed(t *testing.T) {
	d := dbtest.New(t)
	var n int
	err := d.Plain().QueryRowContext(t.Context(), `SELECT 1 WHERE false`).Scan(&n)
	if !errors.Is(err, sql.ErrNoRows) || !fault.Is(db.Missing(err), fault.NotFound) {
		t.Error(err)
	}
	for range 2 {
		_, err = d.Plain().ExecContext(t.Context(), `INSERT INTO role (code, name, position) VALUES ('x', 'X', 9)`)
	}
	if db.UniqueViolation(err) != "role_pkey" {
		t.Errorf("constraint %q of %v", db.UniqueViolation(err), err)
	}
	if err := db.Swapped(d.Plain().ExecContext(t.Context(), `UPDATE role SET name = 'Y' WHERE code = 'nobody'`)); !fault.Is(err, fault.Conflict) {
		t.Error(err)
	}
}

func TestUnknownServerIsAnError(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for _, dsn := range []string{"postgres://nobody@/none?host=" + t.TempDir(), "postgres://nobody@127.0.0.1:1/none?sslmode=disable", "://"} {
		if _, err := db.Open(ctx, dsn, db.Options{}); err == nil {
			t.Errorf("%s opened", dsn)
		}
	}
}
