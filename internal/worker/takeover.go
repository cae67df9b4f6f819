package worker

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// takeoverEvery is how often a worker looks for jobs of the dead.
const takeoverEvery = 10 * time.Second

// Every worker holds an advisory lock named by its id on a connection of its
// own. The kernel closes the socket of a killed process and PostgreSQL frees the
// lock at once, so a running job whose worker's lock can be had belongs to
// nobody: it goes back to the queue. River's own rescue waits for minutes.
const takeover = `WITH dead AS (
		SELECT id FROM river_job WHERE state = 'running' AND attempted_by IS NOT NULL
			AND pg_try_advisory_xact_lock(hashtextextended('worker:' || attempted_by[array_length(attempted_by, 1)], 0))
		FOR UPDATE SKIP LOCKED)
	UPDATE river_job SET state = 'available', scheduled_at = now() WHERE id IN (SELECT id FROM dead)`

// alive takes the worker's lock and keeps it for as long as the worker lives.
func alive(ctx context.Context, conf *pgxpool.Config, id string) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, conf.ConnConfig.Copy())
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtextextended('worker:' || $1, 0))`, id); err != nil {
		conn.Close(ctx)
		return nil, fmt.Errorf("queue: hold the worker's lock: %w", err)
	}
	return conn, nil
}

// rescue returns the jobs of dead workers to the queue until ctx ends. A lost
// connection of our own is made anew, and our lock with it.
func (w *Worker) rescue(ctx context.Context, conf *pgxpool.Config, id string, own *pgx.Conn) {
	defer func() { own.Close(context.WithoutCancel(ctx)) }()
	tick := time.NewTicker(takeoverEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := own.Ping(ctx); err != nil {
			if again, err := alive(ctx, conf, id); err == nil {
				own.Close(ctx)
				own = again
			}
		}
		if tag, err := w.pool.Exec(ctx, takeover); err != nil && ctx.Err() == nil {
			w.Log.Warn("take over jobs of dead workers", "err", err)
		} else if n := tag.RowsAffected(); n > 0 {
			w.Log.Info("took over jobs of dead workers", "jobs", n)
		}
	}
}
