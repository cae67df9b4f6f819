package worker

import (
	"context"
	"time"

	"signdesk/internal/cert"
	"signdesk/internal/job"
	"signdesk/internal/org"
)

func (w *Worker) extractAnswered(ctx context.Context, a job.ExtractAnswered) (time.Duration, error) {
	return 0, org.ExtractAnswered(ctx, w.DB, w.Files, w.Now(), org.Rules{MaxAge: w.Cases.ExtractAge}, a)
}

func (w *Worker) accountAnswered(ctx context.Context, a job.AccountAnswered) (time.Duration, error) {
	return 0, cert.AccountAnswered(ctx, w.DB, w.Now(), a)
}
