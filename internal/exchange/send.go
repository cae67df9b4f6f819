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
	"signdesk/internal/vault"
)

// Send puts questions into SMEV's queue, all that are due, or the one that args
// name, and says when to try again; 0 means that nothing waits. Safe to repeat:
// SMEV knows each message by its id. One process sends at a time; another comes
// back soon.
func (p *Post) Send(ctx context.Context, args job.SendMessage) (again time.Duration, err error) {
	ran, err := p.DB.Alone(ctx, "smev.send", func(ctx context.Context) (err error) {
		again, err = p.drain(ctx, args.Message)
		return err
	})
	if err == nil && !ran {
		again = 200 * time.Millisecond
	}
	return again, err
}

func (p *Post) drain(ctx context.Context, only int64) (time.Duration, error) {
	for begun := time.Now(); ; {
		list, err := p.due(ctx, only)
		if err != nil {
			return 0, err
		}
		if len(list) == 0 {
			return p.nextDue(ctx, only)
		}
		tries := p.sendAll(ctx, list)
		if err := ctx.Err(); err != nil {
			return 0, err // what came of them is not known: they go again under the same ids
		}
		if err := p.record(ctx, tries); err != nil {
			return 0, err
		}
		if wait := away(tries); wait > 0 {
			return wait, p.note(ctx, "send", troubleOf(tries[0].err), wait)
		}
		if only != 0 {
			return tries[0].wait, p.note(ctx, "send", nil, 0)
		}
		if time.Since(begun) > span {
			return time.Millisecond, p.note(ctx, "send", nil, 0)
		}
	}
}

// due returns messages whose time has come with their contents opened, at most
// a few calls' worth.
func (p *Post) due(ctx context.Context, only int64) ([]*try, error) {
	var list []*Message
	q := p.DB.Plain().NewSelect().Model(&list).ColumnExpr(columns + ", m.sealed, m.key_id").Where("m.status = 'queued'")
	if only != 0 {
		q = q.Where("m.id = ?", only)
	} else {
		q = q.Where("m.next_at <= ?", p.Now()).OrderExpr("m.next_at, m.id").Limit(8 * p.parallel())
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	tries := make([]*try, len(list))
	for i, m := range list {
		tries[i] = &try{Message: m}
	}
	return tries, nil
}

// nextDue is when the outbox is to be looked at again; 0 = it is empty.
func (p *Post) nextDue(ctx context.Context, only int64) (time.Duration, error) {
	if only != 0 {
		return 0, nil
	}
	var next bun.NullTime
	if err := p.DB.Plain().QueryRowContext(ctx, `SELECT min(next_at) FROM exchange_message WHERE status = 'queued'`).Scan(&next); err != nil {
		return 0, err
	}
	wait := time.Duration(0)
	if !next.IsZero() {
		wait = max(next.Sub(p.Now()), time.Millisecond)
	}
	if p.SMEV == nil {
		return wait, nil
	}
	return wait, p.note(ctx, "send", nil, wait)
}

// try is one attempt to send a message and what came of it.
type try struct {
	*Message
	err   error
	at    time.Time
	wait  time.Duration // until the next one
	wires []Wire
}

// sendAll sends messages, several at a time, and returns those it has tried:
// once SMEV cannot be reached the rest is left for the next time.
func (p *Post) sendAll(ctx context.Context, list []*try) []*try {
	ctx = p.sealing(ctx)
	turn := make(chan *try)
	var wg sync.WaitGroup
	var away atomic.Bool
	for range min(p.parallel(), len(list)) {
		wg.Go(func() {
			for t := range turn {
				if away.Load() {
					continue
				}
				p.sendOne(ctx, t)
				if e := troubleOf(t.err); e != nil && e.Temporary() && e.Status == 0 {
					away.Store(true)
				}
			}
		})
	}
	for _, t := range list {
		turn <- t
	}
	close(turn)
	wg.Wait()
	return slices.DeleteFunc(list, func(t *try) bool { return t.at.IsZero() })
}

var (
	errNotConnected = errors.New("SMEV is not connected")
	errExpired      = errors.New("the question's time is over")
)

// until is the question's end of life; zero = none.
func (p *Post) until(m *Message) time.Time {
	if m.ExpiresAt.IsZero() && p.Lifetime > 0 {
		return m.CreatedAt.Add(p.Lifetime)
	}
	return m.ExpiresAt
}

func (p *Post) sendOne(ctx context.Context, t *try) {
	defer func() { t.at = p.Now() }()
	if p.SMEV == nil {
		t.err = errNotConnected
		return
	}
	until := p.until(t.Message)
	if !until.IsZero() && !until.After(p.Now()) {
		t.err = errExpired
		return
	}
	content, err := openMessage(ctx, t.Message)
	if err != nil {
		t.err = err
		return
	}
	call, tape := listen(ctx)
	call, cancel := context.WithTimeout(call, onCall)
	defer cancel()
	_, t.err = p.SMEV.SendRequest(call, smev.Request{MessageID: t.MessageID, Content: content, EndOfLife: until})
	if rows, err := tape.rows(ctx, t.ID, "", t.err); err != nil {
		t.err = err
	} else {
		t.wires = rows
	}
}

// away is how long to leave SMEV alone when it took nothing of what it was
// sent, for a reason that passes; 0 when it took or refused something.
func away(tries []*try) (wait time.Duration) {
	for _, t := range tries {
		if e := troubleOf(t.err); t.err == nil || errors.Is(t.err, errExpired) || e != nil && !e.Temporary() {
			return 0
		}
		wait = max(wait, t.wait)
	}
	return wait
}

// record writes in one transaction what came of the tries.
func (p *Post) record(ctx context.Context, tries []*try) error {
	return p.tx(ctx, func(ctx context.Context, tx bun.IDB) error {
		var sent, late []int64
		var texts, faults []string
		var nexts []time.Time
		var wires []Wire
		for _, t := range tries {
			wires = append(wires, t.wires...)
			e := troubleOf(t.err)
			text, why := "", ""
			switch {
			case t.err == nil:
				sent = append(sent, t.ID)
				continue
			case errors.Is(t.err, errExpired):
				if err := p.refuse(ctx, tx, t.ID, "expired", expired, ""); err != nil {
					return err
				}
				continue
			case e != nil && e.Refused():
				if err := p.refuse(ctx, tx, t.ID, word(e), e.Outline(), e.Said()); err != nil {
					return err
				}
				continue
			case e != nil && e.Stale():
				if err := p.rename(ctx, tx, t.Message); err != nil {
					return err
				}
				text, why = e.Outline(), word(e)
			case e != nil:
				text, why = e.Outline(), word(e)
			case errors.Is(t.err, errNotConnected):
				text, why = "СМЭВ не подключена: обратитесь к администратору.", "not_connected"
			default: // the sealed content does not open
				text, why = "Запрос не расшифрован: нет ключа хранения. Сообщите администратору.", "sealed"
			}
			t.wait = backoff(t.Attempts)
			late, texts, faults, nexts = append(late, t.ID), append(texts, text), append(faults, why), append(nexts, t.at.Add(t.wait))
		}
		if len(sent) > 0 {
			if _, err := tx.ExecContext(ctx, `WITH l AS (SELECT id FROM exchange_message WHERE id = ANY(?) AND status = 'queued' ORDER BY id FOR UPDATE)
				UPDATE exchange_message AS m SET status = 'sent', sent_at = ?, last_error = '', fault = '', next_at = NULL,
					expires_at = COALESCE(expires_at, created_at + NULLIF(?, 0) * interval '1 second') FROM l WHERE m.id = l.id`,
				pgdialect.Array(sent), p.Now(), int64(p.Lifetime/time.Second)); err != nil {
				return err
			}
			if err := p.hasten(ctx, tx); err != nil {
				return err
			}
		}
		if len(late) > 0 {
			if _, err := tx.ExecContext(ctx, `WITH l AS (SELECT v.* FROM unnest(?::bigint[], ?::text[], ?::text[], ?::timestamptz[]) AS v(id, text, fault, next)
					JOIN exchange_message AS q ON q.id = v.id AND q.status = 'queued' ORDER BY v.id FOR UPDATE OF q)
				UPDATE exchange_message AS m SET attempts = attempts + 1, last_error = l.text, fault = l.fault, next_at = l.next FROM l WHERE m.id = l.id`,
				pgdialect.Array(late), pgdialect.Array(texts), pgdialect.Array(faults), pgdialect.Array(nexts)); err != nil {
				return err
			}
		}
		return keepWires(ctx, tx, wires)
	})
}

// hasten brings the pollers forward: answers may come soon.
func (p *Post) hasten(ctx context.Context, tx bun.IDB) error {
	for _, a := range p.Polls() {
		if err := job.Hasten(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
}

// refuse ends the question: SMEV will never take it, or nobody needs it any
// more. text is ours, said SMEV's own words, which are sealed. The domain is
// told by the same job as by an answer.
func (p *Post) refuse(ctx context.Context, tx bun.IDB, id int64, why, text, said string) error {
	var m Message
	err := tx.NewRaw(`UPDATE exchange_message SET status = 'refused', fault = ?, last_error = ?, answered_at = ?, next_at = NULL
		WHERE id = ? AND status IN ('queued', 'sent') RETURNING id, partner_id, kind`, why, text, p.Now(), id).Scan(ctx, &m)
	if err != nil {
		return ignoreNone(err)
	}
	if said != "" {
		if err := p.seal(ctx, tx, id, said); err != nil {
			return err
		}
	}
	a, err := told(&m)
	if err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, a)
}

// seal hides what SMEV said of the question.
func (p *Post) seal(ctx context.Context, tx bun.IDB, id int64, said string) error {
	sealed, key, err := vault.Of(ctx).Seal(saidPlace(id), []byte(said))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO exchange_said (id, at, sealed, key_id) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at, sealed = excluded.sealed, key_id = excluded.key_id`,
		id, p.Now(), sealed, key)
	return err
}

func saidPlace(id int64) string { return fmt.Sprint("exchange_said:", id) }

// rename gives the question a new MessageID; an answer to the old one is still
// recognised: SMEV may have taken it after all.
func (p *Post) rename(ctx context.Context, tx bun.IDB, m *Message) error {
	if _, err := tx.ExecContext(ctx, `INSERT INTO exchange_former_id SELECT message_id, id, ? FROM exchange_message WHERE id = ? AND status = 'queued'`, p.Now(), m.ID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE exchange_message SET message_id = ? WHERE id = ? AND status = 'queued'`, smev.NewMessageID(p.Now()), m.ID)
	return err
}
