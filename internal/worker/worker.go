// Package worker runs the jobs: one short function per kind, each decoding ids
// and calling one verb of a domain. The queue is River on a small pgx pool of
// its own; any number of processes may work it.
package worker

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/file"
	"signdesk/internal/job"
)

// Deps is what the jobs need. A nil client means that the system is not connected.
type Deps struct {
	DB    *db.DB
	Files *file.Store
	Log   *slog.Logger
	Now   func() time.Time
	Outside
}

// Worker works the queue until Stop.
type Worker struct {
	Deps
	pool   *pgxpool.Pool
	client *river.Client[pgxTx]
	quit   context.CancelFunc // of rescue
	gone   chan struct{}      // closed when rescue has ended
}

// Start begins to work the queue of the database.
func Start(ctx context.Context, d Deps) (*Worker, error) {
	w := &Worker{Deps: d}
	conf, err := pgxpool.ParseConfig(d.DB.DSN())
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	conf.MaxConns = 8
	conf.ConnConfig.RuntimeParams["role"] = db.Role
	conf.ConnConfig.RuntimeParams["application_name"] = "console-work"
	if w.pool, err = pgxpool.NewWithConfig(ctx, conf); err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	id := rand.Text()
	own, err := alive(ctx, conf, id)
	if err != nil {
		w.pool.Close()
		return nil, err
	}
	if _, err := w.pool.Exec(ctx, takeover); err != nil {
		own.Close(ctx)
		w.pool.Close()
		return nil, fmt.Errorf("queue: take over jobs of dead workers: %w", err)
	}
	keep, quit := context.WithCancel(context.WithoutCancel(ctx))
	w.quit, w.gone = quit, make(chan struct{})
	go func() { defer close(w.gone); w.rescue(keep, conf, id, own) }()
	workers := river.NewWorkers()
	w.register(workers)
	w.client, err = river.NewClient(riverpgxv5.New(w.pool), &river.Config{
		ID: id, Logger: d.Log, Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 6}},
		FetchPollInterval: 500 * time.Millisecond, JobTimeout: time.Minute, RescueStuckJobsAfter: 2 * time.Minute,
		ErrorHandler: &failures{d.Log}, PeriodicJobs: w.periodic(), RetryPolicy: steadyRetry{},
	})
	if err != nil {
		w.close()
		return nil, fmt.Errorf("queue: %w", err)
	}
	// the one poller of each queue of SMEV: present from the first start, snoozing itself for ever
	for _, poll := range d.Exchange.Polls() {
		if err := d.DB.Tx(ctx, 0, func(ctx context.Context, tx bun.IDB) error { return job.EnqueueOnly(ctx, tx, poll) }); err != nil {
			w.close()
			return nil, err
		}
	}
	if err := w.client.Start(context.WithoutCancel(ctx)); err != nil {
		w.close()
		return nil, fmt.Errorf("start queue: %w", err)
	}
	return w, nil
}

// Stop lets running jobs end, for as long as ctx allows, then cuts them off:
// each is safe to run again.
func (w *Worker) Stop(ctx context.Context) error {
	defer w.close()
	if err := w.client.Stop(ctx); err != nil {
		hard, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		return w.client.StopAndCancel(hard)
	}
	return nil
}

// close ends the rescue, which frees the worker's lock, and the pool.
func (w *Worker) close() {
	w.quit()
	<-w.gone
	w.pool.Close()
}

// steadyRetry retries after 2, 4, 8 … 60 seconds, then every minute.
type steadyRetry struct{}

func (steadyRetry) NextRetry(j *rivertype.JobRow) time.Time {
	wait := time.Minute
	if n := len(j.Errors); n < 5 {
		wait = time.Duration(2<<n) * time.Second
	}
	return time.Now().Add(wait)
}

type failures struct{ log *slog.Logger }

func (f *failures) HandleError(_ context.Context, j *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	f.log.Warn("job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "err", err)
	return nil
}

func (f *failures) HandlePanic(_ context.Context, j *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	f.log.Error("job panicked", "kind", j.Kind, "job", j.ID, "value", fmt.Sprint(value), "trace", trace)
	return nil
}

// doer is one kind of job. It returns when to look again (0 = finished).
type doer[A job.Args] struct {
	river.WorkerDefaults[A]
	do func(context.Context, A) (time.Duration, error)
}

func (d *doer[A]) Work(ctx context.Context, j *river.Job[A]) error {
	again, err := d.do(ctx, j.Args)
	if err != nil {
		return err
	}
	if again > 0 {
		return river.JobSnooze(again)
	}
	return nil
}

func add[A job.Args](ws *river.Workers, do func(context.Context, A) (time.Duration, error)) {
	river.AddWorker(ws, &doer[A]{do: do})
}
