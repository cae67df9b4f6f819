package exchange

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/job"
	"signdesk/internal/vault"
)

// Post sends and receives. A nil SMEV is not connected.
type Post struct {
	DB    *db.DB
	SMEV  *smev.Client // with Keep: exchange.Keep, or nothing is kept of the wire
	Files *smev.Files  // nil: large files wait
	Now   func() time.Time
	Rules
}

// Rules of the exchange; the zero value is good.
type Rules struct {
	Parallel  int             // calls at a time; 0 = 12
	Lifetime  time.Duration   // of a question that has no end of its own; 0 = for ever
	Ask       time.Duration   // how long an answer is waited for before SMEV is asked where the question is; 0 = 1 h
	Keep      time.Duration   // how long closed questions are kept readable; 0 = for ever
	Selectors []smev.Selector // a queue each; none = one queue for everything
}

// span is how long one run of a job goes on: well below the time a job may take.
const span = 20 * time.Second

// onCall bounds one call, so that a silent SMEV does not hold a run for long.
const onCall = 25 * time.Second

func (p *Post) parallel() int {
	if p.Parallel == 0 {
		return 12
	}
	return p.Parallel
}

// tx is a transaction of no partner.
func (p *Post) tx(ctx context.Context, fn func(context.Context, bun.IDB) error) error {
	return p.DB.Tx(ctx, 0, fn)
}

// sealing gives ctx the keys outside of a transaction.
func (p *Post) sealing(ctx context.Context) context.Context { return vault.With(ctx, p.DB.Keys()) }

// backoff is 2, 4 … 60 seconds after so many failures, less up to a quarter by
// chance, so that what failed together does not come back together.
func backoff(failures int) time.Duration {
	wait := min(time.Duration(2<<min(failures, 5))*time.Second, time.Minute)
	return wait - rand.N(wait/4)
}

// word names a failure for counting: SMEV's fault, or what happened before it could speak.
func word(e *smev.Error) string {
	switch {
	case e.Fault != "":
		return e.Fault
	case e.Untrusted():
		return "untrusted"
	case e.Status != 0:
		return fmt.Sprint("http_", e.Status)
	case e.Refused():
		return "unsendable"
	default:
		return "unreachable"
	}
}

// note writes how the line was last seen. A working line is written when it
// works again, when its clock was seen, and at the end of each run.
func (p *Post) note(ctx context.Context, line string, trouble *smev.Error, next time.Duration) error {
	var skew, skewAt any
	if p.SMEV != nil {
		skew, skewAt = skewOf(p.SMEV)
	}
	text, kind := "", ""
	if trouble != nil {
		text, kind = trouble.Text(), word(trouble)
		if trouble.Refused() && trouble.Description != "" { // SMEV's own words may quote people
			text = "СМЭВ отвечает отказом: " + kind + "."
		}
	}
	return p.writeLine(ctx, p.DB.Plain(), line, text, kind, skew, skewAt, p.Now().Add(next))
}

func (p *Post) writeLine(ctx context.Context, tx bun.IDB, line, text, kind string, skew, skewAt any, next time.Time) error {
	host, _ := os.Hostname() // "" is as good a name
	holder := fmt.Sprintf("%s:%d", host, os.Getpid())
	_, err := tx.ExecContext(ctx, `INSERT INTO exchange_line AS l (name, holder, at, ok_at, error, fault, error_at, failures, skew_ms, skew_at, next_at)
		VALUES (?0, ?1, ?2, CASE WHEN ?3 = '' THEN ?2::timestamptz END, ?4, ?3, CASE WHEN ?3 <> '' THEN ?2::timestamptz END, CASE WHEN ?3 = '' THEN 0 ELSE 1 END, ?5, ?6, ?7)
		ON CONFLICT (name) DO UPDATE SET holder = ?1, at = ?2, ok_at = COALESCE(excluded.ok_at, l.ok_at), error = ?4, fault = ?3,
			error_at = COALESCE(excluded.error_at, l.error_at), failures = CASE WHEN ?3 = '' THEN 0 ELSE l.failures + 1 END,
			skew_ms = COALESCE(excluded.skew_ms, l.skew_ms), skew_at = COALESCE(excluded.skew_at, l.skew_at), next_at = ?7`,
		line, holder, p.Now(), kind, text, skew, skewAt, next)
	return err
}

// troubleOf is the client's error, or nil when err is something of ours.
func troubleOf(err error) *smev.Error {
	var e *smev.Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// told is the job by which the asking domain learns of an outcome.
func told(m *Message) (job.Args, error) {
	switch m.Kind {
	case Passport, SNILS, INN, SNILSByData:
		return job.CheckAnswered{Partner: m.PartnerID, Message: m.ID}, nil
	case ESIA:
		return job.RegistrationAnswered{Partner: m.PartnerID, Message: m.ID}, nil
	case ESIAPerson:
		return job.AccountAnswered{Partner: m.PartnerID, Message: m.ID}, nil
	case EGRUL, EGRIP:
		return job.ExtractAnswered{Partner: m.PartnerID, Message: m.ID}, nil
	}
	return nil, fault.New(fault.Invalid, "Неизвестный вид запроса «"+m.Kind+"».")
}
