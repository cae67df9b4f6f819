package worker

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"signdesk/internal/cert"
	"signdesk/internal/cert/active"
	"signdesk/internal/cert/ready"
	"signdesk/internal/cert/revoke"
	"signdesk/internal/contract"
	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/dadata"
	"signdesk/internal/ext/mail"
	"signdesk/internal/ext/onec"
	"signdesk/internal/ext/revocation"
	"signdesk/internal/ext/smev"
	"signdesk/internal/ext/sms"
	"signdesk/internal/issuance"
	"signdesk/internal/job"
	"signdesk/internal/notify"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

type pgxTx = pgx.Tx

// Outside is the clients of the systems outside.
type Outside struct {
	SMEV *smev.Client
	OneC *onec.Client
	CA   cert.Authorities
	Mail *mail.Client
	SMS  *sms.Client

	DaData *dadata.Client // nil = not connected
	Cases  issuance.Rules

	SMEVFiles *smev.Files // SMEV's file store; nil = not connected
	Exchange  exchange.Rules
	Addresses map[string]string // of the systems, by probe's names, for their self-tests

	Revocation *revocation.Client // asks the authorities of loaded certificates
	Ready      ready.Rules
}

// register lists every kind of job and the verb it calls.
func (w *Worker) register(ws *river.Workers) {
	add(ws, w.prune)
	add(ws, w.sendMessage)
	add(ws, w.pollSMEV)
	add(ws, w.keepExchange)
	add(ws, w.fetchFiles)
	add(ws, w.checkAnswered)
	add(ws, w.ship)
	add(ws, w.askCA)
	add(ws, w.revoke)
	add(ws, w.registrationAnswered)
	add(ws, w.extractAnswered)
	add(ws, w.accountAnswered)
	add(ws, w.caseMoved)
	add(ws, w.ownerMoved)
	add(ws, w.orgMoved)
	add(ws, w.expire)
	add(ws, w.notify)
	add(ws, w.hastened)
	add(ws, w.checkReady)
	add(ws, w.recheck)
	add(ws, w.testConnection)
	add(ws, w.followRegister)
}

// periodic jobs run by the leader of all workers.
func (w *Worker) periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) { return prune{}, nil }, nil),
		river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) { return expire{}, nil }, nil),
		river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) { return job.KeepExchange{}, nil }, &river.PeriodicJobOpts{RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(5*time.Minute), func() (river.JobArgs, *river.InsertOpts) { return recheck{}, nil }, &river.PeriodicJobOpts{RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(5*time.Minute), func() (river.JobArgs, *river.InsertOpts) { return followRegister{}, nil }, &river.PeriodicJobOpts{RunOnStart: true}),
	}
}

// prune forgets what no limit and no session looks at any more.
type prune struct{}

func (prune) Kind() string { return "staff.prune" }

func (w *Worker) prune(ctx context.Context, _ prune) (time.Duration, error) {
	return 0, staff.Prune(ctx, w.DB, w.Now())
}

func (w *Worker) hastened(ctx context.Context, a job.Hastened) (again time.Duration, err error) {
	err = w.DB.Tx(ctx, 0, func(ctx context.Context, tx db.Conn) error {
		runs, err := a.Wake(ctx, tx)
		if runs {
			again = time.Second
		}
		return err
	})
	return again, err
}

func (w *Worker) sendMessage(ctx context.Context, a job.SendMessage) (time.Duration, error) {
	again, err := w.post().Send(ctx, a)
	if a.Message != 0 {
		return again, err
	}
	return w.handOn(ctx, a)(again, err)
}

// handOn leaves what is still to be done to a job of the same kind that waits
// already, so that they do not become ever more.
func (w *Worker) handOn(ctx context.Context, a job.Args) func(time.Duration, error) (time.Duration, error) {
	return func(again time.Duration, err error) (time.Duration, error) {
		if err != nil || again == 0 {
			return again, err
		}
		err = w.DB.Tx(ctx, 0, func(ctx context.Context, tx db.Conn) error {
			left, err := job.Leave(ctx, tx, a, again)
			if left {
				again = 0
			}
			return err
		})
		return again, err
	}
}

func (w *Worker) pollSMEV(ctx context.Context, a job.PollSMEV) (time.Duration, error) {
	return w.post().Poll(ctx, a)
}

func (w *Worker) keepExchange(ctx context.Context, _ job.KeepExchange) (time.Duration, error) {
	return w.post().Destroy(ctx)
}

func (w *Worker) fetchFiles(ctx context.Context, a job.FetchFiles) (time.Duration, error) {
	return w.handOn(ctx, a)(w.post().Fetch(ctx))
}

func (w *Worker) post() *exchange.Post {
	return &exchange.Post{DB: w.DB, SMEV: w.SMEV, Files: w.SMEVFiles, Now: w.Now, Rules: w.Exchange}
}

func (w *Worker) checkAnswered(ctx context.Context, a job.CheckAnswered) (time.Duration, error) {
	return 0, owner.Answered(ctx, w.DB, w.Now(), a)
}

func (w *Worker) ship(ctx context.Context, a job.Ship) (time.Duration, error) {
	return contract.Follow(ctx, w.DB, w.Files, w.OneC, w.Now, a)
}

func (w *Worker) revoke(ctx context.Context, a job.Revoke) (time.Duration, error) {
	return revoke.Follow(ctx, w.DB, revoke.Outside{Authorities: w.CA, Lists: w.Revocation}, w.Now, a)
}

func (w *Worker) askCA(ctx context.Context, a job.AskCA) (time.Duration, error) {
	return cert.AskCA(ctx, w.DB, w.CA, w.Now, a)
}

func (w *Worker) registrationAnswered(ctx context.Context, a job.RegistrationAnswered) (time.Duration, error) {
	return 0, cert.RegistrationAnswered(ctx, w.DB, w.Now(), a)
}

func (w *Worker) caseMoved(ctx context.Context, a job.CaseMoved) (time.Duration, error) {
	return 0, issuance.Look(ctx, w.DB, w.Now(), w.Cases, a)
}

func (w *Worker) ownerMoved(ctx context.Context, a job.OwnerMoved) (time.Duration, error) {
	return 0, issuance.LookOwner(ctx, w.DB, w.Now(), w.Cases, a)
}

func (w *Worker) orgMoved(ctx context.Context, a job.OrgMoved) (time.Duration, error) {
	return 0, issuance.LookOrganisation(ctx, w.DB, w.Now(), w.Cases, a)
}

// expire rejects applications whose head never signed, partner by partner.
type expire struct{}

func (expire) Kind() string { return "issuance.expire" }

func (w *Worker) expire(ctx context.Context, _ expire) (time.Duration, error) {
	partners, err := staff.Partners(ctx, w.DB)
	if err != nil {
		return 0, err
	}
	for _, p := range partners {
		if err := issuance.Expire(ctx, w.DB, w.Now(), p); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

func (w *Worker) notify(ctx context.Context, a job.Notify) (time.Duration, error) {
	return notify.Send(ctx, w.DB, w.Mail, w.SMS, w.Now, a)
}

func (w *Worker) checkReady(ctx context.Context, a job.CheckReady) (time.Duration, error) {
	return ready.Follow(ctx, w.DB, w.Revocation, w.Ready, w.Now(), a)
}

// recheck brings the loaded certificates whose time has come before their
// authorities again and takes expired ones of ours out of their owners' choices,
// partner by partner.
type recheck struct{}

func (recheck) Kind() string { return "cert.recheck" }

func (w *Worker) recheck(ctx context.Context, _ recheck) (time.Duration, error) {
	partners, err := staff.Partners(ctx, w.DB)
	if err != nil {
		return 0, err
	}
	for _, p := range partners {
		if err := ready.Due(ctx, w.DB, w.Now(), p); err != nil {
			return 0, err
		}
		if err := active.Expire(ctx, w.DB, w.Now(), p); err != nil {
			return 0, err
		}
	}
	return 0, ready.Forget(ctx, w.DB, w.Now())
}
