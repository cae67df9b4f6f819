package worker

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/file"
	"signdesk/internal/job"
)

// start works the database's queue until the test ends.
func start(t *testing.T, d *db.DB) *Worker {
	t.Helper()
	files, err := file.NewStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w, err := Start(t.Context(), Deps{DB: d, Files: files, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func enqueue(t *testing.T, d *db.DB, args job.Args) {
	t.Helper()
	if err := d.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error { return job.Enqueue(ctx, tx, args) }); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, d *db.DB, where string, args ...any) (n int) {
	t.Helper()
	if err := d.Plain().QueryRowContext(t.Context(), "SELECT count(*) FROM river_job WHERE "+where, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A job that a killed worker left running is taken over at the next start; one
// of a living worker is left alone.
func TestJobsOfTheDeadAreTakenOver(t *testing.T) {
	d := dbtest.New(t)
	enqueue(t, d, job.CaseMoved{Partner: 1, Application: 1})
	if _, err := d.Plain().ExecContext(t.Context(), `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = ARRAY['killed']`); err != nil {
		t.Fatal(err)
	}
	w := start(t, d)
	defer w.Stop(t.Context())
	deadline := time.Now().Add(10 * time.Second)
	for count(t, d, "kind = 'issuance.case_moved' AND state = 'completed'") == 0 {
		if time.Now().After(deadline) {
			t.Fatal("the dead worker's job was not done")
		}
		time.Sleep(50 * time.Millisecond)
	}

	enqueue(t, d, job.CaseMoved{Partner: 1, Application: 2})
	var id string
	if err := d.Plain().QueryRowContext(t.Context(), `SELECT attempted_by[1] FROM river_job WHERE kind = 'smev.poll'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Plain().ExecContext(t.Context(), `INSERT INTO river_job (args, kind, max_attempts, queue, priority, state, attempt, attempted_at, attempted_by)
		VALUES ('{}', 'test.alive', 1, 'other', 1, 'running', 1, now(), ARRAY[?])`, id); err != nil {
		t.Fatal(err)
	}
	if _, err := w.pool.Exec(t.Context(), takeover); err != nil {
		t.Fatal(err)
	}
	if count(t, d, "kind = 'test.alive' AND state = 'running'") != 1 {
		t.Error("a living worker's job was taken from it")
	}
}

// While a job waits, asking again adds nothing; while it runs, another is added,
// since the running one may have read what was there before.
func TestEnqueueNeverLosesAWakeUp(t *testing.T) {
	d := dbtest.New(t)
	args := job.OwnerMoved{Partner: 1, Owner: 7}
	enqueue(t, d, args)
	enqueue(t, d, args)
	if n := count(t, d, "kind = ?", args.Kind()); n != 1 {
		t.Errorf("%d jobs wait, want 1", n)
	}
	if _, err := d.Plain().ExecContext(t.Context(), `UPDATE river_job SET state = 'running'`); err != nil {
		t.Fatal(err)
	}
	enqueue(t, d, args)
	enqueue(t, d, args)
	if n := count(t, d, "kind = ?", args.Kind()); n != 2 {
		t.Errorf("%d jobs beside a running one, want 2 in all", n)
	}
	// a waiting job is locked by whoever counts on it, until his commit
	err := d.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		if err := job.Enqueue(ctx, tx, args); err != nil {
			return err
		}
		var free int
		if err := d.Plain().QueryRowContext(ctx, `WITH f AS (SELECT id FROM river_job WHERE state = 'available' FOR UPDATE SKIP LOCKED) SELECT count(*) FROM f`).Scan(&free); err != nil {
			return err
		}
		if free != 0 {
			t.Errorf("%d jobs could start before the commit", free)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
