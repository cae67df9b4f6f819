package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"signdesk/internal/ext/smev"
	"signdesk/internal/job"
)

// Polling slows down from pollFast to pollSlow as the newest open question ages.
const (
	pollFast = time.Second
	pollSlow = time.Minute
)

// Polls lists the pollers that the rules ask for.
func (r Rules) Polls() []job.PollSMEV {
	if len(r.Selectors) == 0 {
		return []job.PollSMEV{{}}
	}
	list := make([]job.PollSMEV, len(r.Selectors))
	for i, s := range r.Selectors {
		list[i] = job.PollSMEV{Namespace: s.Namespace, Root: s.Root}
	}
	return list
}

// line is the poller's name, of its lock too.
func line(a job.PollSMEV) string {
	if a == (job.PollSMEV{}) {
		return "poll"
	}
	return "poll {" + a.Namespace + "}" + a.Root
}

// Poll drains one of SMEV's queues of answers and says when to look again: soon
// while questions are young, once a minute otherwise; 0 = never, nobody asks for
// this queue any more. Whatever the number of processes, one polls a queue at a time.
func (p *Post) Poll(ctx context.Context, a job.PollSMEV) (again time.Duration, err error) {
	if err := p.expire(ctx); err != nil {
		return 0, err
	}
	if p.SMEV == nil {
		return pollSlow, nil
	}
	if !slices.Contains(p.Polls(), a) {
		return 0, nil
	}
	ran, err := p.DB.Alone(ctx, "smev."+line(a), func(ctx context.Context) error {
		got, more, trouble, err := p.receive(ctx, smev.Selector{Namespace: a.Namespace, Root: a.Root})
		if err == nil && trouble == nil && got == 0 && a == p.Polls()[0] {
			err = p.inquire(ctx)
			trouble, err = troubleOf(err), notTrouble(err)
		}
		if err != nil {
			return err
		}
		switch {
		case trouble != nil:
			var failures int
			if err := p.DB.Plain().NewRaw(`SELECT COALESCE(max(failures), 0) FROM exchange_line WHERE name = ?`, line(a)).Scan(ctx, &failures); err != nil {
				return err
			}
			again = backoff(failures)
		case more:
			again = time.Millisecond
		case got > 0:
			again = pollFast
		default:
			if again, err = p.cadence(ctx); err != nil {
				return err
			}
		}
		return p.note(ctx, line(a), trouble, again)
	})
	if err == nil && !ran {
		again = pollFast
	}
	return again, err
}

// cadence is a second for questions younger than two minutes, a minute for those
// older than two hours, and in proportion between.
func (p *Post) cadence(ctx context.Context) (time.Duration, error) {
	var last bun.NullTime
	if err := p.DB.Plain().QueryRowContext(ctx, `SELECT GREATEST((SELECT max(created_at) FROM exchange_message WHERE status = 'queued'),
		(SELECT max(created_at) FROM exchange_message WHERE status = 'sent'))`).Scan(&last); err != nil {
		return 0, err
	}
	if last.IsZero() {
		return pollSlow, nil
	}
	return min(max(p.Now().Sub(last.Time)/120, pollFast), pollSlow), nil
}

// delivery is one response on its way into the database.
type delivery struct {
	*smev.Response
	tape  *tape
	saved chan error // nil when it is committed
	held  bool       // acknowledged only when its files are here

	question int64 // 0: nobody asked
	ack      *tape // of the acknowledgement
}

// receive takes what lies in the queue until it is empty, several responses at
// a time: each is taken, committed in a group with others, then acknowledged.
// more says that time was over before the queue was empty, trouble is what SMEV
// or the line had, err is ours.
func (p *Post) receive(ctx context.Context, s smev.Selector) (got int, more bool, trouble *smev.Error, err error) {
	if err := p.acknowledgeLeft(ctx); err != nil {
		return 0, false, troubleOf(err), notTrouble(err)
	}
	first, err := p.take(ctx, s)
	if err != nil || first == nil {
		return 0, false, troubleOf(err), notTrouble(err)
	}
	var (
		in    = make(chan *delivery)
		acked = make(chan *delivery, 4*p.parallel())
		mu    sync.Mutex
		fails []error
		wg    sync.WaitGroup
		hands atomic.Int64 // with a delivery, or after one
		dry   atomic.Bool  // somebody has found the queue empty, or SMEV in trouble
		turn  = make(chan struct{}, p.parallel())
	)
	until := time.Now().Add(span)
	next := func() (d *delivery, err error) {
		turn <- struct{}{}
		defer func() { <-turn }()
		if dry.Load() || time.Now().After(until) || ctx.Err() != nil {
			return nil, nil
		}
		if d, err = p.take(ctx, s); d == nil {
			dry.Store(true)
		}
		return d, err
	}
	ack := func(d *delivery) (err error) {
		turn <- struct{}{}
		defer func() { <-turn }()
		d.ack, err = p.ack(ctx, d.MessageID)
		return err
	}
	// work carries one delivery after another; while they come it calls others
	// to help: a queue that is nearly always empty is not asked by many. There
	// are more of them than calls at a time: most wait for a commit, and the more
	// wait the fewer commits there are.
	var work func(d *delivery)
	work = func(d *delivery) {
		defer hands.Add(-1)
		var err error
		for d != nil && err == nil {
			if hands.Add(1) <= int64(4*p.parallel()) {
				wg.Go(func() {
					d, err := next()
					if err != nil {
						mu.Lock()
						fails = append(fails, err)
						mu.Unlock()
					}
					work(d)
				})
			} else {
				hands.Add(-1)
			}
			in <- d
			if err = <-d.saved; err != nil {
				break
			}
			if d.held { // it comes again at once where nothing else waits
				dry.Store(true)
				break
			}
			if err = ack(d); err == nil {
				acked <- d
				d, err = next()
			}
		}
		if err != nil {
			dry.Store(true)
			mu.Lock()
			fails = append(fails, err)
			mu.Unlock()
		}
	}
	hands.Add(1)
	wg.Go(func() { work(first) })
	go func() { wg.Wait(); close(in); close(acked) }()
	var done []*delivery
	for d := range in {
		group := gather(d, in, 4*p.parallel())
		done = empty(acked, done)
		err := p.save(ctx, group, done)
		if err == nil {
			got, done = got+len(group), nil
		}
		for _, d := range group {
			d.saved <- err
		}
	}
	for d := range acked {
		done = append(done, d)
	}
	if err := p.tx(ctx, func(ctx context.Context, tx bun.IDB) error { return p.noteAcked(ctx, tx, done) }); err != nil {
		return got, false, nil, err
	}
	for _, e := range fails {
		if notTrouble(e) != nil {
			return got, false, nil, fmt.Errorf("take answers: %w", e)
		}
		trouble = troubleOf(e)
	}
	return got, !dry.Load(), trouble, nil
}

// gather adds what else waits to be saved.
func gather(first *delivery, in <-chan *delivery, most int) []*delivery {
	group := []*delivery{first}
	for len(group) < most {
		select {
		case d, ok := <-in:
			if !ok {
				return group
			}
			group = append(group, d)
		default:
			return group
		}
	}
	return group
}

func empty(from <-chan *delivery, into []*delivery) []*delivery {
	for {
		select {
		case d, ok := <-from:
			if !ok {
				return into
			}
			into = append(into, d)
		default:
			return into
		}
	}
}

// take asks for one response; nil when the queue is empty. One that is not to
// be believed stays in SMEV's queue, and its octets in the journal.
func (p *Post) take(ctx context.Context, s smev.Selector) (*delivery, error) {
	call, tape := listen(ctx)
	call, cancel := context.WithTimeout(call, onCall)
	defer cancel()
	r, err := p.SMEV.GetResponse(call, s)
	switch e := troubleOf(err); {
	case errors.Is(err, smev.ErrEmpty):
		return nil, nil
	case e != nil && e.Untrusted():
		return nil, errors.Join(err, p.keepDoubtful(ctx, tape, err))
	case err != nil:
		return nil, err
	}
	return &delivery{Response: r, tape: tape, saved: make(chan error, 1)}, nil
}

// keepDoubtful keeps an answer that was not believed, one in ten minutes: it
// comes again and again.
func (p *Post) keepDoubtful(ctx context.Context, t *tape, err error) error {
	return p.tx(ctx, func(ctx context.Context, tx bun.IDB) error {
		recent, dbErr := tx.NewSelect().Table("exchange_wire").Where("verdict = 'bad' AND at > ?", p.Now().Add(-10*time.Minute)).Exists(ctx)
		if dbErr != nil || recent {
			return dbErr
		}
		rows, rowErr := t.rows(ctx, 0, "", err)
		if rowErr != nil {
			return rowErr
		}
		return keepWires(ctx, tx, rows)
	})
}

func (p *Post) ack(ctx context.Context, id string) (*tape, error) {
	call, tape := listen(ctx)
	call, cancel := context.WithTimeout(call, onCall)
	defer cancel()
	return tape, p.SMEV.Ack(call, id, true)
}

// acknowledgeLeft tells SMEV of everything committed by a run that did not come
// to it, or whose word was lost. SMEV does not mind hearing it twice.
func (p *Post) acknowledgeLeft(ctx context.Context) error {
	var left []struct {
		MessageID string
		Question  int64
	}
	if err := p.DB.Plain().NewRaw(`SELECT message_id, COALESCE(question, 0) AS question FROM exchange_answer AS a WHERE acked_at IS NULL
		AND (received_at < ? OR NOT EXISTS (SELECT FROM exchange_file WHERE answer_id = a.message_id AND status = 'waiting')) ORDER BY received_at LIMIT 200`, p.Now().Add(-hold)).Scan(ctx, &left); err != nil {
		return err
	}
	for len(left) > 0 {
		n := min(len(left), p.parallel())
		errs, tries := make([]error, n), make([]*delivery, n)
		var wg sync.WaitGroup
		for i, l := range left[:n] {
			wg.Go(func() {
				tries[i] = &delivery{Response: &smev.Response{MessageID: l.MessageID}, question: l.Question}
				tries[i].ack, errs[i] = p.ack(ctx, l.MessageID)
			})
		}
		wg.Wait()
		var done []*delivery
		for i, err := range errs {
			if err == nil {
				done = append(done, tries[i])
			}
		}
		noted := p.tx(ctx, func(ctx context.Context, tx bun.IDB) error { return p.noteAcked(ctx, tx, done) })
		if err := errors.Join(append(errs, noted)...); err != nil {
			return err
		}
		left = left[n:]
	}
	return nil
}

// noteAcked writes down which answers SMEV need not give again, with the
// messages that told it.
func (p *Post) noteAcked(ctx context.Context, tx bun.IDB, done []*delivery) error {
	if len(done) == 0 {
		return nil
	}
	ids := make([]string, len(done))
	var wires []Wire
	for i, d := range done {
		ids[i] = d.MessageID
		rows, err := d.ack.rows(ctx, d.question, d.MessageID, nil)
		if err != nil {
			return err
		}
		wires = append(wires, rows...)
	}
	if err := keepWires(ctx, tx, wires); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE exchange_answer SET acked_at = ? WHERE message_id = ANY(?)`, p.Now(), pgdialect.Array(ids))
	return err
}

// notTrouble is err unless it is SMEV's.
func notTrouble(err error) error {
	if troubleOf(err) != nil {
		return nil
	}
	return err
}
