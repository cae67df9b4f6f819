// Package job is the only door to the queue.
//
// The queue is River, whose tables live in our database; Enqueue puts a row
// there inside the caller's transaction, so a job exists exactly when the act
// that asks for it does. Workers (package worker) take them with River's own
// client. The row is what River's clients in other languages insert: a notify
// on commit wakes the workers.
package job

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// Args are a job's arguments: ids, never rows or personal data. Kind names the worker.
type Args interface{ Kind() string }

// Enqueue makes sure that the job runs after the transaction commits. One that
// waits already is brought forward instead; its row is locked until the commit,
// so it cannot start before and miss what the transaction has done. One that is
// running has read the state from before and does not count: another is added.
func Enqueue(ctx context.Context, tx bun.IDB, args Args) error {
	body, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	if _, err := tx.ExecContext(ctx, `WITH waiting AS (
			UPDATE river_job SET state = 'available', scheduled_at = LEAST(scheduled_at, now()) WHERE id = (
				SELECT id FROM river_job WHERE kind = ?0 AND args = ?1::jsonb AND state IN ('available', 'retryable', 'scheduled')
				LIMIT 1 FOR UPDATE SKIP LOCKED)
			RETURNING id)
		INSERT INTO river_job (args, kind, max_attempts, queue, priority, state)
		SELECT ?1::jsonb, ?0, 1000, 'default', 1, 'available' WHERE NOT EXISTS (SELECT FROM waiting)`, args.Kind(), string(body)); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return wake(ctx, tx)
}

// EnqueueAll adds many jobs at once, whatever waits already.
func EnqueueAll(ctx context.Context, tx bun.IDB, list []Args) error {
	if len(list) == 0 {
		return nil
	}
	kinds, bodies := make([]string, len(list)), make([]string, len(list))
	for i, args := range list {
		body, err := json.Marshal(args)
		if err != nil {
			return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
		}
		kinds[i], bodies[i] = args.Kind(), string(body)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO river_job (args, kind, max_attempts, queue, priority, state)
		SELECT a::jsonb, k, 1000, 'default', 1, 'available' FROM unnest(?::text[], ?::text[]) AS v(k, a)`, pgdialect.Array(kinds), pgdialect.Array(bodies)); err != nil {
		return fmt.Errorf("enqueue %d jobs: %w", len(list), err)
	}
	return wake(ctx, tx)
}

// liveStates is River's bitmask of available, pending, retryable, running and
// scheduled: bits 7, 3, 2, 1 and 0 of river_job_state_in_bitmask.
const liveStates = "11110001"

// EnqueueOnly adds the job unless one of its kind and arguments waits or runs:
// for work that only one process may do at a time and that comes back by itself.
func EnqueueOnly(ctx context.Context, tx bun.IDB, args Args) error {
	body, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	key := sha256.Sum256(append([]byte(args.Kind()+"\x00"), body...))
	if _, err := tx.ExecContext(ctx, `INSERT INTO river_job
		(args, kind, max_attempts, queue, priority, state, unique_key, unique_states)
		VALUES (?::jsonb, ?, 1000, 'default', 1, 'available', ?, B'`+liveStates+`')
		ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL AND unique_states IS NOT NULL
			AND river_job_state_in_bitmask(unique_states, state) DO NOTHING`,
		string(body), args.Kind(), key[:]); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return wake(ctx, tx)
}

// Hasten brings a job that comes back by itself forward to now. One that runs
// at this moment may have looked before the transaction and go to sleep for
// long: another job, Hastened, wakes it then.
func Hasten(ctx context.Context, tx bun.IDB, args Args) error {
	body, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("hasten %s: %w", args.Kind(), err)
	}
	h := Hastened{Job: args.Kind(), Args: body}
	if runs, err := h.Wake(ctx, tx); err != nil || !runs {
		return err
	}
	return Enqueue(ctx, tx, h)
}

// Leave hands what a running job has left to do, after again, to another of its
// kind and arguments that waits, so that they do not become ever more; left is
// false when none waits.
func Leave(ctx context.Context, tx bun.IDB, args Args, again time.Duration) (left bool, err error) {
	body, err := json.Marshal(args)
	if err != nil {
		return false, fmt.Errorf("leave %s: %w", args.Kind(), err)
	}
	res, err := tx.ExecContext(ctx, `UPDATE river_job SET scheduled_at = LEAST(scheduled_at, now() + ? * interval '1 microsecond') WHERE id = (
		SELECT id FROM river_job WHERE kind = ? AND args = ?::jsonb AND state IN ('available', 'retryable', 'scheduled') LIMIT 1 FOR UPDATE SKIP LOCKED)`,
		again.Microseconds(), args.Kind(), string(body))
	if err != nil {
		return false, fmt.Errorf("leave %s: %w", args.Kind(), err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// Hastened is the job that brings another forward, which was running when that
// was asked for.
type Hastened struct {
	Job  string          `json:"job"`
	Args json.RawMessage `json:"args"`
}

func (Hastened) Kind() string { return "job.hastened" }

// Wake brings the job forward, unless it still runs. The row's lock keeps the
// worker that runs it from putting it to sleep in between.
func (h Hastened) Wake(ctx context.Context, tx bun.IDB) (runs bool, err error) {
	var id int64
	err = tx.QueryRowContext(ctx, `SELECT id, state = 'running' FROM river_job
		WHERE kind = ? AND args = ?::jsonb AND state IN ('available', 'retryable', 'scheduled', 'running')
		ORDER BY state = 'running' LIMIT 1 FOR UPDATE`, h.Job, string(h.Args)).Scan(&id, &runs)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil && !runs {
		_, err = tx.ExecContext(ctx, `UPDATE river_job SET state = 'available', scheduled_at = LEAST(scheduled_at, now()) WHERE id = ?`, id)
	}
	if err != nil {
		return runs, fmt.Errorf("hasten %s: %w", h.Job, err)
	}
	return runs, wake(ctx, tx)
}

// wake tells the workers, on commit, that there is something to do.
func wake(ctx context.Context, tx bun.IDB) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_notify(current_schema() || '.river_insert', '{"queue":"default"}')`)
	return err
}
