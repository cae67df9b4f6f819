package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// swap puts the filled tables in the place of those in force, in the transaction
// that read the lines, and forgets the pending ones that it saw. Vacuum is waited
// for first, which keeps nobody from searching. Then every search looks at
// registry_index before anything else: locked first, it is the gate where new
// searches wait while those inside end. They are waited for only briefly, so that
// nobody waits long behind this.
func (ix *indexer) swap(ctx context.Context, docs, hot int64) error {
	ix.progress("вводятся в действие", 0.99)
	old, filled := "public."+strings.Join(searchTables, ", public."), besides+"."+strings.Join(searchTables, ", "+besides+".")
	if _, err := ix.conn.Exec(ctx, fmt.Sprintf(`LOCK TABLE %s IN ACCESS EXCLUSIVE MODE; LOCK TABLE registry_index, %s IN SHARE UPDATE EXCLUSIVE MODE`, filled, old)); err != nil {
		return fmt.Errorf("wait for vacuum: %w", err)
	}
	for try := 1; ; try++ {
		_, err := ix.conn.Exec(ctx, `SAVEPOINT tables; SET LOCAL lock_timeout = '200ms'; LOCK TABLE registry_index, `+old+` IN ACCESS EXCLUSIVE MODE`)
		var refused *pgconn.PgError
		if err == nil {
			break
		}
		if !errors.As(err, &refused) || refused.Code != "55P03" || try == 300 { // lock_not_available
			return fmt.Errorf("wait for searches to end: %w", err)
		}
		if _, err := ix.conn.Exec(ctx, `ROLLBACK TO tables`); err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	sql := "DROP TABLE " + old + ";"
	for _, t := range searchTables {
		sql += fmt.Sprintf(`ALTER TABLE %[1]s.%[2]s RESET (autovacuum_enabled); ALTER TABLE %[1]s.%[2]s SET SCHEMA public;`, besides, t)
	}
	sql += fmt.Sprintf(`DROP SCHEMA %s; DELETE FROM registry_pending; DELETE FROM registry_index; INSERT INTO registry_index VALUES (now(), %d, %d, 0);
		SET LOCAL synchronous_commit = on; COMMIT`, besides, docs, hot)
	if _, err := ix.conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("put search tables in place: %w", err)
	}
	ix.progress("готово", 1)
	return nil
}
