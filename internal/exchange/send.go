package exchange

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/job"
)

// Send puts one question into SMEV's queue and says when to try again; 0 means
// that it is there. Safe to repeat: SMEV knows the message by its id.
func Send(ctx context.Context, d *db.DB, client *smev.Client, now func() time.Time, args job.SendMessage) (time.Duration, error) {
	m, err := Find(ctx, d.Plain(), args.Message)
	if err != nil {
		return 0, err
	}
	if m.Status != "queued" {
		return 0, nil
	}
	if client == nil {
		return later(ctx, d, now(), m, "СМЭВ не подключена: обратитесь к администратору.")
	}
	_, err = client.SendRequest(ctx, smev.Request{MessageID: m.MessageID, Content: m.Content})
	var e *smev.Error
	switch {
	case err == nil:
		return 0, sent(ctx, d, now(), m)
	case errors.As(err, &e) && e.Stale():
		if _, err := d.Plain().ExecContext(ctx, `UPDATE exchange_message SET message_id = ? WHERE id = ? AND status = 'queued'`, smev.NewMessageID(now()), m.ID); err != nil {
			return 0, err
		}
		return later(ctx, d, now(), m, e.Text())
	case errors.As(err, &e) && e.Refused():
		return 0, refuse(ctx, d, now(), m, e.Text())
	case errors.As(err, &e):
		return later(ctx, d, now(), m, e.Text())
	default:
		return 0, err
	}
}

func sent(ctx context.Context, d *db.DB, now time.Time, m *Message) error {
	return d.Tx(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.ExecContext(ctx, `UPDATE exchange_message SET status = 'sent', sent_at = ?, last_error = '', next_at = NULL WHERE id = ? AND status = 'queued'`, now, m.ID); err != nil {
			return err
		}
		return job.Hasten(ctx, tx, job.PollSMEV{})
	})
}

// refuse ends the question: SMEV will never take it. The domain is told by the
// same job as by an answer.
func refuse(ctx context.Context, d *db.DB, now time.Time, m *Message, text string) error {
	return d.Tx(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.ExecContext(ctx, `UPDATE exchange_message SET status = 'refused', last_error = ?, answered_at = ?, next_at = NULL WHERE id = ? AND status = 'queued'`,
			text, now, m.ID); err != nil {
			return err
		}
		return tell(ctx, tx, m)
	})
}

// later notes why the question waits and when it is tried again: 2, 4 … 60 seconds.
func later(ctx context.Context, d *db.DB, now time.Time, m *Message, text string) (time.Duration, error) {
	wait := min(time.Duration(2<<min(m.Attempts, 5))*time.Second, time.Minute)
	_, err := d.Plain().ExecContext(ctx, `UPDATE exchange_message SET attempts = attempts + 1, last_error = ?, next_at = ? WHERE id = ?`, text, now.Add(wait), m.ID)
	return wait, err
}

// tell enqueues the job by which the asking domain learns of the outcome.
func tell(ctx context.Context, tx bun.IDB, m *Message) error {
	switch m.Kind {
	case Passport, SNILS, INN:
		return job.Enqueue(ctx, tx, job.CheckAnswered{Partner: m.PartnerID, Message: m.ID})
	case ESIA:
		return job.Enqueue(ctx, tx, job.RegistrationAnswered{Partner: m.PartnerID, Message: m.ID})
	}
	return fault.New(fault.Invalid, "Неизвестный вид запроса «"+m.Kind+"».")
}
