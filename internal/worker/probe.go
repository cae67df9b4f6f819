package worker

import (
	"context"
	"time"

	"signdesk/internal/job"
	"signdesk/internal/probe"
)

func (w *Worker) testConnection(ctx context.Context, a job.TestConnection) (time.Duration, error) {
	issuers := map[string]probe.Issuer{}
	for _, x := range w.CA {
		issuers[probe.OfAuthority(x.Name)] = x
	}
	return 0, probe.Run(ctx, w.DB, probe.Systems{SMEV: w.SMEV, Files: w.SMEVFiles, CA: issuers, OneC: w.OneC, Mail: w.Mail, DaData: w.DaData, Address: w.Addresses}, w.Now, a)
}
