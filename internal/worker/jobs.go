package worker

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"signdesk/internal/staff"
)

type pgxTx = pgx.Tx

// Outside is the clients of the systems outside.
type Outside struct {
}

// register lists every kind of job and the verb it calls.
func (w *Worker) register(ws *river.Workers) {
	add(ws, w.prune)
}

// periodic jobs run by the leader of all workers.
func (w *Worker) periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) { return prune{}, nil }, nil),
	}
}

// prune forgets what no limit and no session looks at any more.
type prune struct{}

func (prune) Kind() string { return "staff.prune" }

func (w *Worker) prune(ctx context.Context, _ prune) (time.Duration, error) {
	return 0, staff.Prune(ctx, w.DB, w.Now())
}
