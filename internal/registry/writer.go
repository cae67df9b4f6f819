package registry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"signdesk/internal/db"
)

// importLock is the advisory lock that keeps two imports apart; the number is
// arbitrary.
const importLock = 7304110523

// ErrBusy means that another import runs on this database.
var ErrBusy = errors.New("another import is running")

// writer is the one connection an import writes on. It is pgx's because COPY
// through it takes bytes as they are.
type writer struct {
	conn *pgx.Conn

	// all means that the search tables are to be built anew.
	all bool
	// strangers means that the last batch met nobody known: the next one is sent
	// without asking first, and asks only when the table refuses it.
	strangers bool
}

func newWriter(ctx context.Context, dsn string) (*writer, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	cfg.RuntimeParams["role"] = db.Role
	cfg.RuntimeParams["application_name"] = "console registry import"
	cfg.RuntimeParams["synchronous_commit"] = "off" // losing the last commits with the power costs reading them again
	cfg.RuntimeParams["work_mem"] = "64MB"          // a batch is sorted and staged in memory
	cfg.RuntimeParams["temp_buffers"] = "64MB"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connect for import: %w", err)
	}
	w := &writer{conn: conn}
	got, err := w.lock(ctx, importLock)
	if err == nil && !got {
		err = ErrBusy
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// lock waits a little for an advisory lock, held to the end of the connection:
// the server may not have noticed yet that a killed import is gone.
func (w *writer) lock(ctx context.Context, number int64) (bool, error) {
	if _, err := w.conn.Exec(ctx, `SET lock_timeout = '3s'`); err != nil {
		return false, err
	}
	_, err := w.conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, number)
	var refused *pgconn.PgError
	busy := errors.As(err, &refused) && refused.Code == "55P03" // lock_not_available
	if err != nil && !busy {
		return false, err
	}
	_, err = w.conn.Exec(ctx, `RESET lock_timeout`)
	return !busy, err
}

func (w *writer) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = w.conn.Close(ctx) // and with it the lock
}

// reached is how far an earlier import came in one file.
type reached struct {
	records int64
	done    bool
}

func (w *writer) reached(ctx context.Context, dump string) (map[string]reached, error) {
	rows, err := w.conn.Query(ctx, `SELECT member, records, done FROM registry_import WHERE dump = $1`, dump)
	if err != nil {
		return nil, err
	}
	places := map[string]reached{}
	var member string
	var p reached
	_, err = pgx.ForEachRow(rows, []any{&member, &p.records, &p.done}, func() error {
		places[member] = p
		return nil
	})
	return places, err
}

// write takes in one batch with its rejections and the place reached, and
// returns how many records were new or newer.
func (w *writer) write(ctx context.Context, b *batch) (written int64, err error) {
	if len(b.raw) == 0 && !b.last {
		return 0, nil // the file went wrong before another record
	}
	guessed := w.strangers
	written, err = w.take(ctx, b)
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == "23505" && guessed { // unique_violation: somebody known after all
		w.strangers = false
		return w.take(ctx, b)
	}
	return written, err
}

func (w *writer) take(ctx context.Context, b *batch) (written int64, err error) {
	err = pgx.BeginFunc(ctx, w.conn, func(tx pgx.Tx) error {
		if len(b.lines) > 0 {
			if written, err = w.merge(ctx, tx, b); err != nil {
				return fmt.Errorf("merge records: %w", err)
			}
		}
		if err := w.reject(ctx, tx, b); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO registry_import AS i (dump, member, records, rejected, done) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (dump, member) DO UPDATE SET
				records = excluded.records, rejected = i.rejected + excluded.rejected, done = excluded.done, at = now()`,
			b.from.dump.key, b.from.member.name, b.through, len(b.rejects), b.last)
		return err
	})
	return written, err
}
