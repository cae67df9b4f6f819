package dbtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"signdesk/internal/db/dbtest"
)

// What one test writes, another does not see; both have the schema.
func TestOwnDatabase(t *testing.T) {
	for _, name := range []string{"первый", "второй"} {
		t.Run(name, func(t *testing.T) {
			conn, err := pgx.Connect(t.Context(), dbtest.DSN(t))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Exec(t.Context(), `CREATE TABLE mark ()`); err != nil {
				t.Fatal(err)
			}
			var migrated bool
			const query = `SELECT to_regclass('bun_migrations') IS NOT NULL AND to_regclass('river_job') IS NOT NULL`
			if err := conn.QueryRow(t.Context(), query).Scan(&migrated); err != nil || !migrated {
				t.Errorf("migrated: %t, %v", migrated, err)
			}
		}) // the connection is left open: dropping must not mind
	}
}

func TestRole(t *testing.T) {
	var super bool
	const query = `SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user`
	if err := dbtest.New(t).Plain().NewRaw(query).Scan(t.Context(), &super); err != nil || super {
		t.Errorf("tests must run under row-level security: superuser %t, %v", super, err)
	}
}

// A database must cost a test next to nothing.
func BenchmarkDatabase(b *testing.B) {
	dbtest.DSN(b) // the cluster and the template
	for b.Loop() {
		dbtest.DSN(b) // dropped after the loop
	}
}
