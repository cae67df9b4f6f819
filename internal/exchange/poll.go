package exchange

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/ext/smev"
)

// Polling slows down from pollFast to pollSlow while nothing is expected.
const (
	pollFast = time.Second
	pollSlow = time.Minute
)

// Poll drains SMEV's queue of answers and says when to look again: soon while
// questions are open, once a minute otherwise.
func Poll(ctx context.Context, d *db.DB, client *smev.Client, now func() time.Time) (time.Duration, error) {
	if client == nil {
		return pollSlow, nil
	}
	if err := acknowledge(ctx, d, client, now); err != nil {
		return pollFast * 5, nil // SMEV is away; answers stay there
	}
	for range 1000 { // bounded: a queue that never ends is looked at again soon
		r, err := client.GetResponse(ctx, smev.Selector{})
		if errors.Is(err, smev.ErrEmpty) {
			return cadence(ctx, d, now())
		}
		var e *smev.Error
		if errors.As(err, &e) {
			if err := distrust(ctx, d, e); err != nil {
				return 0, err
			}
			return pollFast * 5, nil
		}
		if err != nil {
			return 0, err
		}
		if err := take(ctx, d, now(), r); err != nil {
			return 0, fmt.Errorf("take answer: %w", err)
		}
		if err := acknowledge(ctx, d, client, now); err != nil {
			return pollFast * 5, nil
		}
	}
	return pollFast, nil
}

// cadence is a second for questions younger than ten minutes, then slower.
func cadence(ctx context.Context, d *db.DB, now time.Time) (time.Duration, error) {
	var last sql.NullTime
	if err := d.Plain().QueryRowContext(ctx, `SELECT max(created_at) FROM exchange_message WHERE status IN ('queued', 'sent')`).Scan(&last); err != nil {
		return 0, err
	}
	switch age := now.Sub(last.Time); {
	case !last.Valid:
		return pollSlow, nil
	case age < 10*time.Minute:
		return pollFast, nil
	case age < time.Hour:
		return 10 * pollFast, nil
	default:
		return pollSlow, nil
	}
}

// take stores an answer once, closes its question and tells the domain. An
// answer nobody asked for is stored too, so that it is acknowledged and seen.
func take(ctx context.Context, d *db.DB, now time.Time, r *smev.Response) error {
	return d.Tx(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		a := &Answer{MessageID: r.MessageID, ReferenceID: r.OriginalID, ReceivedAt: now, Final: r.Final()}
		a.Kind, a.Text, a.Content = read(r)
		res, err := tx.NewInsert().Model(a).On("CONFLICT (message_id) DO NOTHING").Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil // delivered again
		}
		var m Message
		err = tx.NewSelect().Model(&m).Where("message_id = ?", r.OriginalID).For("UPDATE").Scan(ctx)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if a.Kind == "progress" && !a.Final {
			return nil
		}
		if !expectsMore(&m, a) && (m.Status == "queued" || m.Status == "sent") {
			if _, err := tx.ExecContext(ctx, `UPDATE exchange_message SET status = 'answered', answered_at = ?, last_error = '', next_at = NULL WHERE id = ?`, now, m.ID); err != nil {
				return err
			}
		}
		return tell(ctx, tx, &m)
	})
}

// expectsMore reports whether the answer is a step on the way: ESIA says first
// that it is validating.
func expectsMore(m *Message, a *Answer) bool {
	if m.Kind != ESIA || a.Kind != "content" {
		return false
	}
	x, err := smev.DecodeCertificate(a.Content)
	return err == nil && !x.Final()
}

// read sums an answer up: what kind it is, its words for people, its content.
func read(r *smev.Response) (kind, text string, content []byte) {
	switch {
	case r.Content != nil:
		return "content", "", r.Content
	case r.Progress != nil:
		return "progress", r.Progress.Description, nil
	case r.Async != nil:
		return "failed", strings.TrimSpace("СМЭВ отклонила запрос. " + r.Async.Details), nil
	case r.NoData():
		return "no_data", "Ведомство ответило: сведений нет.", nil
	}
	text = "Ведомство отказалось отвечать."
	for _, x := range r.Rejections {
		text += " " + x.Description
	}
	return "rejected", strings.TrimSpace(text), nil
}

// acknowledge tells SMEV of everything committed and not yet acknowledged.
func acknowledge(ctx context.Context, d *db.DB, client *smev.Client, now func() time.Time) error {
	var ids []string
	if err := d.Plain().NewRaw(`SELECT message_id FROM exchange_answer WHERE acked_at IS NULL ORDER BY received_at LIMIT 100`).Scan(ctx, &ids); err != nil {
		return err
	}
	for _, id := range ids {
		if err := client.Ack(ctx, id, true); err != nil {
			return err
		}
		if _, err := d.Plain().ExecContext(ctx, `UPDATE exchange_answer SET acked_at = ? WHERE message_id = ?`, now(), id); err != nil {
			return err
		}
	}
	return nil
}

// distrust shows on every open question why its answer does not come.
func distrust(ctx context.Context, d *db.DB, e *smev.Error) error {
	_, err := d.Plain().ExecContext(ctx, `UPDATE exchange_message SET last_error = ? WHERE status = 'sent'`, e.Text())
	return err
}
