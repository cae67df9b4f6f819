package worker

import (
	"context"
	"time"

	"signdesk/internal/job"
	"signdesk/internal/probe"
)

func (w *Worker) testConnection(ctx context.Context, a job.TestConnection) (time.Duration, error) {
	return 0, probe.Run(ctx, w.DB, probe.Systems{SMEV: w.SMEV, CA: w.CA, OneC: w.OneC, Mail: w.Mail, Address: w.Addresses}, w.Now, a)
}
