package db

import (
	"context"
	"fmt"
)

// Alone runs fn unless somebody runs it under the same name, in this process or
// any other on this database; ran is false then. PostgreSQL holds the lock for
// the connection, so a killed process frees it at once. fn works on other
// connections and may be slow; a lost connection frees the lock early, so what
// fn does must be safe to do twice.
func (d *DB) Alone(ctx context.Context, name string, fn func(context.Context) error) (ran bool, err error) {
	conn, err := d.bun.Conn(ctx)
	if err != nil {
		return false, fmt.Errorf("take connection: %w", err)
	}
	defer conn.Close()
	if err := conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock(hashtextextended(?, 0))`, name).Scan(&ran); err != nil {
		discard(conn) // who is cut off here does not know whether he has the lock
		return false, err
	}
	if !ran {
		return false, nil
	}
	defer release(conn, name)
	return true, fn(ctx)
}
