package exchange

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// State is the exchange of one partner at a glance.
type State struct {
	Queued, Sent Queue
	Refused      int // in the last week, not resent
	Untold       int // answers whose domain has not been told yet
	Unacked      int // stored answers that SMEV has not been told of yet
	Strays       int // answers nobody asked for, of the whole installation
	Retried      int // of the queued: failed at least once
	Failures     []Failure
	Lines        []Line
}

// Queue is questions in one state: how many, how old.
type Queue struct {
	Count  int
	Oldest time.Time     // zero = none
	Half   time.Duration // age that half of them have reached
	Most   time.Duration // and one in twenty
}

// Failure counts questions of a kind that failed for one reason in the last week.
type Failure struct {
	Kind, Fault string
	Queued      int // tried again
	Refused     int
	Last        time.Time
}

// Line is the connection as it was last seen: of sending, or of one queue polled.
type Line struct {
	bun.BaseModel `bun:"table:exchange_line,alias:l"`
	Name          string // send, poll, poll {namespace}root
	Holder        string // machine:process
	At            time.Time
	OkAt          time.Time `bun:",nullzero"`
	Error         string    // for people; "" while it works
	Fault         string
	ErrorAt       time.Time `bun:",nullzero"`
	Failures      int       // in a row
	SkewMs        int64     // SMEV's clock less ours
	SkewAt        time.Time `bun:",nullzero"`
	NextAt        time.Time `bun:",nullzero"`
}

// Skew is SMEV's clock less ours; ok is false while it was not seen.
func (l *Line) Skew() (by time.Duration, ok bool) {
	return time.Duration(l.SkewMs) * time.Millisecond, !l.SkewAt.IsZero()
}

// Lines returns the connections, sending last.
func Lines(ctx context.Context, tx bun.IDB) ([]Line, error) {
	var list []Line
	err := tx.NewSelect().Model(&list).OrderExpr("name").Scan(ctx)
	return list, err
}

const week = 7 * 24 * time.Hour

// Look sums up the partner's exchange.
func Look(ctx context.Context, tx bun.IDB, partner int64, now time.Time) (*State, error) {
	s := &State{}
	var rows []struct {
		Status     string
		Count      int
		Oldest     time.Time
		Half, Most float64
	}
	if err := tx.NewRaw(`SELECT status, count(*) AS count, min(created_at) AS oldest,
			COALESCE(extract(epoch FROM ?1::timestamptz - percentile_disc(0.5) WITHIN GROUP (ORDER BY created_at)), 0)::float8 AS half,
			COALESCE(extract(epoch FROM ?1::timestamptz - percentile_disc(0.05) WITHIN GROUP (ORDER BY created_at)), 0)::float8 AS most
		FROM exchange_message WHERE status IN ('queued', 'sent') AND partner_id = ?0 GROUP BY status`, partner, now).Scan(ctx, &rows); err != nil {
		return nil, err
	}
	for _, r := range rows {
		q := Queue{Count: r.Count, Oldest: r.Oldest, Half: time.Duration(r.Half * float64(time.Second)), Most: time.Duration(r.Most * float64(time.Second))}
		if r.Status == "queued" {
			s.Queued = q
		} else {
			s.Sent = q
		}
	}
	if err := tx.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM exchange_message AS m WHERE partner_id = ?0 AND answered_at >= ?1 AND status = 'refused' AND NOT EXISTS (SELECT FROM exchange_message WHERE resends = m.id)),
		(SELECT count(*) FROM river_job WHERE kind IN ('owner.check_answered', 'cert.registration_answered', 'cert.account_answered', 'org.extract_answered') AND state IN ('available', 'retryable', 'scheduled') AND (args->>'partner')::bigint = ?0),
		(SELECT count(*) FROM (SELECT FROM exchange_answer WHERE acked_at IS NULL LIMIT 10000) AS u),
		(SELECT count(*) FROM (SELECT FROM exchange_answer WHERE question IS NULL LIMIT 10000) AS n),
		(SELECT count(*) FROM exchange_message WHERE status = 'queued' AND partner_id = ?0 AND attempts > 0)`, partner, now.Add(-week)).
		Scan(&s.Refused, &s.Untold, &s.Unacked, &s.Strays, &s.Retried); err != nil {
		return nil, err
	}
	if err := tx.NewRaw(`SELECT kind, fault, count(*) FILTER (WHERE status = 'queued') AS queued, count(*) FILTER (WHERE status = 'refused') AS refused, max(at) AS last FROM (
			SELECT kind, fault, status, created_at AS at FROM exchange_message WHERE partner_id = ?0 AND status = 'queued' AND fault <> ''
			UNION ALL SELECT kind, fault, status, answered_at FROM exchange_message WHERE partner_id = ?0 AND answered_at >= ?1 AND status = 'refused') AS f
		GROUP BY kind, fault ORDER BY count(*) DESC, kind, fault`, partner, now.Add(-week)).Scan(ctx, &s.Failures); err != nil {
		return nil, err
	}
	var err error
	s.Lines, err = Lines(ctx, tx)
	return s, err
}

// Hour is what passed in one hour.
type Hour struct {
	At                      time.Time // its beginning
	Sent, Answered, Refused int
	Wait                    time.Duration // mean, from asking to the outcome
}

// Hours returns the partner's hours from the one of from up to now, each one
// there, busy or not.
func Hours(ctx context.Context, tx bun.IDB, partner int64, from, now time.Time) ([]Hour, error) {
	var rows []struct {
		At                      time.Time
		Sent, Answered, Refused int
		Wait                    float64
	}
	from = from.UTC().Truncate(time.Hour)
	err := tx.NewRaw(`WITH s AS (SELECT date_trunc('hour', sent_at) AS at, count(*) AS n FROM exchange_message WHERE partner_id = ?0 AND sent_at >= ?1 GROUP BY 1),
		c AS (SELECT date_trunc('hour', answered_at) AS at, count(*) FILTER (WHERE status = 'answered') AS ok, count(*) FILTER (WHERE status = 'refused') AS bad,
			avg(extract(epoch FROM answered_at - created_at)) AS wait FROM exchange_message WHERE partner_id = ?0 AND answered_at >= ?1 GROUP BY 1)
		SELECT h AS at, COALESCE(s.n, 0) AS sent, COALESCE(c.ok, 0) AS answered, COALESCE(c.bad, 0) AS refused, COALESCE(c.wait, 0)::float8 AS wait
		FROM generate_series(?1::timestamptz, ?2::timestamptz, interval '1 hour') AS h LEFT JOIN s ON s.at = h LEFT JOIN c ON c.at = h ORDER BY h`, partner, from, now).Scan(ctx, &rows)
	hours := make([]Hour, len(rows))
	for i, r := range rows {
		hours[i] = Hour{r.At, r.Sent, r.Answered, r.Refused, time.Duration(r.Wait * float64(time.Second))}
	}
	return hours, err
}
