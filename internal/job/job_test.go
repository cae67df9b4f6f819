package job_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/job"
)

func jobs(t *testing.T, d *db.DB, where string) (n int) {
	t.Helper()
	if err := d.Plain().QueryRowContext(t.Context(), `SELECT count(*) FROM river_job WHERE `+where).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func enqueue(t *testing.T, d *db.DB, add func(context.Context, bun.IDB, job.Args) error, args job.Args, then error) {
	t.Helper()
	err := d.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error {
		if err := add(ctx, tx, args); err != nil {
			t.Error(err)
		}
		return then
	})
	if !errors.Is(err, then) {
		t.Fatal(err)
	}
}

// A job exists exactly when the act that asks for it does.
func TestAJobLivesAndDiesWithItsTransaction(t *testing.T) {
	d := dbtest.New(t)
	for _, add := range []func(context.Context, bun.IDB, job.Args) error{job.Enqueue, job.EnqueueOnly} {
		enqueue(t, d, add, job.SendMessage{Message: 7}, errors.New("the act failed"))
		if n := jobs(t, d, `true`); n != 0 {
			t.Fatalf("%d jobs of an act that never was", n)
		}
	}
	enqueue(t, d, job.Enqueue, job.SendMessage{Message: 7}, nil)
	if n := jobs(t, d, `kind = 'smev.send' AND args = '{"message": 7}' AND state = 'available'`); n != 1 {
		t.Errorf("%d jobs, want 1", n)
	}
}

// The same question waits once however often it is asked, also at one moment.
func TestAWaitingJobIsNotDoubled(t *testing.T) {
	d := dbtest.New(t)
	for range 3 {
		enqueue(t, d, job.Enqueue, job.OwnerMoved{Partner: 1, Owner: 2}, nil)
	}
	enqueue(t, d, job.Enqueue, job.OwnerMoved{Partner: 1, Owner: 3}, nil)
	if n := jobs(t, d, `kind = 'issuance.owner_moved'`); n != 2 {
		t.Errorf("%d jobs, want one for each owner", n)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := d.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) error { return job.EnqueueOnly(ctx, tx, job.PollSMEV{}) }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := jobs(t, d, `kind = 'smev.poll'`); n != 1 {
		t.Errorf("%d pollers, want the only one", n)
	}
}

// A wake-up that comes while the job runs is a job of its own: what the running
// one has already read may have changed.
func TestARunningJobIsFollowedByANewOne(t *testing.T) {
	d := dbtest.New(t)
	enqueue(t, d, job.Enqueue, job.OwnerMoved{Partner: 1, Owner: 2}, nil)
	if _, err := d.Plain().ExecContext(t.Context(), `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now()`); err != nil {
		t.Fatal(err)
	}
	enqueue(t, d, job.Enqueue, job.OwnerMoved{Partner: 1, Owner: 2}, nil)
	if n := jobs(t, d, `state = 'available'`); n != 1 {
		t.Errorf("%d jobs wait behind the running one, want 1", n)
	}
}

func TestASleepingJobIsBroughtForward(t *testing.T) {
	d := dbtest.New(t)
	for name, hasten := range map[string]func(context.Context, bun.IDB, job.Args) error{"Enqueue": job.Enqueue, "Hasten": job.Hasten} {
		enqueue(t, d, job.EnqueueOnly, job.PollSMEV{}, nil)
		if _, err := d.Plain().ExecContext(t.Context(), `UPDATE river_job SET state = 'scheduled', scheduled_at = now() + interval '1 hour'`); err != nil {
			t.Fatal(err)
		}
		enqueue(t, d, hasten, job.PollSMEV{}, nil)
		if n := jobs(t, d, `state = 'available' AND scheduled_at <= now()`); n != 1 || jobs(t, d, `true`) != 1 {
			t.Errorf("%s: %d jobs are ready of %d", name, n, jobs(t, d, `true`))
		}
	}
}

// The poller that runs while a question goes out may have seen no question and
// sleep for long: somebody wakes it then.
func TestARunningJobIsHastenedAfterwards(t *testing.T) {
	d := dbtest.New(t)
	state := func(sql string) {
		t.Helper()
		if _, err := d.Plain().ExecContext(t.Context(), `UPDATE river_job SET `+sql+` WHERE kind = 'smev.poll'`); err != nil {
			t.Fatal(err)
		}
	}
	h := job.Hastened{Job: "smev.poll", Args: []byte("{}")}
	wake := func() (runs bool) {
		t.Helper()
		if err := d.Tx(t.Context(), 0, func(ctx context.Context, tx bun.IDB) (err error) { runs, err = h.Wake(ctx, tx); return err }); err != nil {
			t.Fatal(err)
		}
		return runs
	}
	if wake() {
		t.Error("a job that is not there runs")
	}
	enqueue(t, d, job.EnqueueOnly, job.PollSMEV{}, nil)
	state(`state = 'running', attempt = 1, attempted_at = now()`)
	for range 2 {
		enqueue(t, d, job.Hasten, job.PollSMEV{}, nil)
	}
	if n := jobs(t, d, `kind = 'job.hastened' AND state = 'available'`); n != 1 {
		t.Fatalf("%d jobs wait to wake it, want 1", n)
	}
	if !wake() {
		t.Error("it does not run")
	}
	state(`state = 'scheduled', scheduled_at = now() + interval '1 minute'`)
	if wake() || jobs(t, d, `kind = 'smev.poll' AND state = 'available' AND scheduled_at <= now()`) != 1 {
		t.Error("it was not woken")
	}
}
