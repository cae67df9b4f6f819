package worker

import (
	"context"
	"time"

	"signdesk/internal/cert"
	"signdesk/internal/job"
	"signdesk/internal/org"
	"signdesk/internal/staff"
)

func (w *Worker) extractAnswered(ctx context.Context, a job.ExtractAnswered) (time.Duration, error) {
	return 0, org.ExtractAnswered(ctx, w.DB, w.Files, w.Now(), org.Rules{MaxAge: w.Cases.ExtractAge}, a)
}

func (w *Worker) accountAnswered(ctx context.Context, a job.AccountAnswered) (time.Duration, error) {
	return 0, cert.AccountAnswered(ctx, w.DB, w.Now(), a)
}

// followRegister puts what has changed in the country's register about clients
// onto the partners' lists.
type followRegister struct{}

func (followRegister) Kind() string { return "org.follow_register" }

func (w *Worker) followRegister(ctx context.Context, _ followRegister) (time.Duration, error) {
	partners, err := staff.Partners(ctx, w.DB)
	if err != nil {
		return 0, err
	}
	for _, p := range partners {
		if err := org.Follow(ctx, w.DB, w.Now(), p); err != nil {
			return 0, err
		}
	}
	return 0, nil
}
