package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/vault"
)

// Conn is what a transaction's function works with. Screens name it so, since
// they do not know bun.
type Conn = bun.IDB

// Tx runs fn in one transaction that sees and writes the partner's rows only.
// It commits when fn returns nil and rolls back otherwise, a panic included.
// No network calls belong inside fn.
func (d *DB) Tx(ctx context.Context, partner int64, fn func(ctx context.Context, tx bun.IDB) error) error {
	return d.run(ctx, "BEGIN", partner, fn)
}

// Read is Tx without the right to write: one consistent picture for a page.
func (d *DB) Read(ctx context.Context, partner int64, fn func(ctx context.Context, tx bun.IDB) error) error {
	return d.run(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", partner, fn)
}

// run begins and names the partner in one round trip: pgdriver sends text
// without arguments by the simple protocol, which takes several statements.
func (d *DB) run(ctx context.Context, begin string, partner int64, fn func(context.Context, bun.IDB) error) (err error) {
	conn, err := d.bun.Conn(ctx)
	if err != nil {
		return fmt.Errorf("take connection: %w", err)
	}
	defer conn.Close()
	done := false
	defer func() {
		if !done {
			abandon(conn)
		}
	}()
	start := begin + "; SELECT set_config('app.partner', '" + strconv.FormatInt(partner, 10) + "', true)"
	if _, err := conn.ExecContext(ctx, start); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := fn(vault.With(ctx, d.keys), txConn{conn}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil { // the driver does not notice: nobody waits for this any more
		return err
	}
	// COMMIT of a transaction that an overlooked error has aborted rolls back
	// and calls that success; the SELECT fails there.
	if _, err := conn.ExecContext(ctx, "SELECT 1; COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	done = true
	return nil
}

// txConn is a connection inside a transaction. A verb has one transaction, so
// another inside it is refused.
type txConn struct{ bun.Conn }

var errNested = errors.New("already in a transaction")

// BeginTx is refused: the caller is in a transaction already.
func (txConn) BeginTx(context.Context, *sql.TxOptions) (bun.Tx, error) { return bun.Tx{}, errNested }

// RunInTx is refused like BeginTx.
func (txConn) RunInTx(context.Context, *sql.TxOptions, func(context.Context, bun.Tx) error) error {
	return errNested
}

// abandon rolls back; a connection that cannot is thrown away.
func abandon(conn bun.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if _, err := conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		discard(conn)
	}
}

// release frees a lock of the connection; one that cannot is thrown away, and
// the lock with it.
func release(conn bun.Conn, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_unlock(hashtextextended(?, 0))`, name); err != nil {
		discard(conn)
	}
}

// discard closes a connection of which nobody knows what it holds.
func discard(conn bun.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
}
