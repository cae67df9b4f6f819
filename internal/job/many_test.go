package job_test

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db/dbtest"
	"signdesk/internal/job"
)

// A running job that has something left hands it to one that waits; alone, it
// keeps it.
func TestWhatIsLeftGoesToAWaitingJob(t *testing.T) {
	d := dbtest.New(t)
	enqueue(t, d, job.Enqueue, job.SendMessage{}, nil)
	if _, err := d.Plain().ExecContext(t.Context(), `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now()`); err != nil {
		t.Fatal(err)
	}
	leave := func() (left bool) {
		t.Helper()
		if err := d.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) (err error) {
			left, err = job.Leave(ctx, tx, job.SendMessage{}, 5*time.Second)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return left
	}
	if leave() {
		t.Error("left to nobody")
	}
	enqueue(t, d, job.Enqueue, job.SendMessage{}, nil)
	if _, err := d.Plain().ExecContext(t.Context(), `UPDATE river_job SET state = 'scheduled', scheduled_at = now() + interval '1 hour' WHERE state = 'available'`); err != nil {
		t.Fatal(err)
	}
	if !leave() {
		t.Error("not left to the job that waits")
	}
	if n := jobs(t, d, `state = 'scheduled' AND scheduled_at < now() + interval '6 seconds'`); n != 1 {
		t.Error("the waiting job sleeps on")
	}
}

// Many jobs are added at once, each with its own arguments.
func TestManyAtOnce(t *testing.T) {
	d := dbtest.New(t)
	err := d.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		if err := job.EnqueueAll(ctx, tx, nil); err != nil {
			return err
		}
		return job.EnqueueAll(ctx, tx, []job.Args{job.CheckAnswered{Partner: 1, Message: 2}, job.RegistrationAnswered{Partner: 1, Message: 3}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := jobs(t, d, `state = 'available' AND (kind, (args->>'message')::int) IN (('owner.check_answered', 2), ('cert.registration_answered', 3))`); n != 2 {
		t.Errorf("%d jobs", n)
	}
}
