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
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// Args are a job's arguments: ids, never rows or personal data. Kind names the worker.
type Args interface{ Kind() string }

// liveStates is River's bitmask of available, pending, retryable, running and
// scheduled: bits 7, 3, 2, 1 and 0 of river_job_state_in_bitmask.
const liveStates = "11110001"

// Enqueue adds the job to be run as soon as the transaction commits. While a
// job of the same kind and arguments is waiting or running, nothing is added.
func Enqueue(ctx context.Context, tx bun.IDB, args Args) error {
	return EnqueueAt(ctx, tx, args, time.Time{})
}

// EnqueueAt is Enqueue for a later moment.
func EnqueueAt(ctx context.Context, tx bun.IDB, args Args, at time.Time) error {
	body, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	key := sha256.Sum256(append([]byte(args.Kind()+"\x00"), body...))
	state, when := "available", "now()"
	if !at.IsZero() {
		state, when = "scheduled", "'"+at.UTC().Format("2006-01-02 15:04:05.999999")+"Z'::timestamptz"
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO river_job
		(args, kind, max_attempts, queue, priority, scheduled_at, state, unique_key, unique_states)
		VALUES (?::jsonb, ?, 1000, 'default', 1, `+when+`, ?::river_job_state, ?, B'`+liveStates+`')
		ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL AND unique_states IS NOT NULL
			AND river_job_state_in_bitmask(unique_states, state) DO NOTHING`,
		string(body), args.Kind(), state, key[:]); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	_, err = tx.ExecContext(ctx, `SELECT pg_notify(current_schema() || '.river_insert', '{"queue":"default"}')`)
	return err
}

// Hasten brings a waiting job of this kind and arguments forward to now.
func Hasten(ctx context.Context, tx bun.IDB, args Args) error {
	body, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("hasten %s: %w", args.Kind(), err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE river_job SET scheduled_at = now(), state = 'available'
		WHERE kind = ? AND args = ?::jsonb AND state IN ('scheduled', 'retryable', 'available') AND scheduled_at > now()`, args.Kind(), string(body)); err != nil {
		return fmt.Errorf("hasten %s: %w", args.Kind(), err)
	}
	return Enqueue(ctx, tx, args)
}
