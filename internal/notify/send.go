package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/ext/mail"
	"signdesk/internal/ext/sms"
	"signdesk/internal/job"
)

// lease is how long an attempt owns its notice: longer than relay and gateway
// are waited for, so a second worker does not send beside the first.
const lease = time.Minute

// Send hands one notice to the relay or the gateway and says when to try again;
// 0 means that it is over. Safe to repeat.
func Send(ctx context.Context, d *db.DB, letters *mail.Client, texts *sms.Client, now func() time.Time, args job.Notify) (time.Duration, error) {
	n, wait, err := claim(ctx, d, now(), args)
	if err != nil || n == nil {
		return wait, err
	}
	switch {
	case !now().Before(n.ExpiresAt):
		return 0, finish(ctx, d, now(), n, "failed", expired(n))
	case n.Channel == channelMail && letters == nil:
		return later(ctx, d, now(), n, "Почта не подключена: обратитесь к администратору.")
	case n.Channel == channelMail:
		err = letters.Send(ctx, mail.Letter{ID: n.wireID(), To: n.Recipient, Subject: n.Subject, Body: n.Body})
	case texts == nil:
		return later(ctx, d, now(), n, "Отправка СМС не подключена: обратитесь к администратору.")
	default:
		err = texts.Send(ctx, sms.Message{ID: n.wireID(), To: n.Recipient, Text: n.Body})
	}
	final, text := verdict(err)
	// the outcome is written down even when the worker is being stopped
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	switch {
	case err == nil:
		return 0, finish(ctx, d, now(), n, "sent", "")
	case final:
		return 0, finish(ctx, d, now(), n, "failed", text)
	case text == "":
		return 0, err
	}
	return later(ctx, d, now(), n, text)
}

// claim takes a queued notice whose time has come for one attempt. A nil notice
// means that there is nothing to do now.
func claim(ctx context.Context, d *db.DB, now time.Time, args job.Notify) (n *Notice, wait time.Duration, err error) {
	err = d.Tx(ctx, args.Partner, func(ctx context.Context, tx bun.IDB) error {
		var found Notice
		if err := tx.NewSelect().Model(&found).Where("partner_id = ? AND id = ?", args.Partner, args.Notice).For("UPDATE").Scan(ctx); err != nil {
			return db.Missing(err)
		}
		if found.Status != "queued" {
			return nil
		}
		if wait = found.NextAt.Sub(now); !found.NextAt.IsZero() && wait > 0 {
			return nil
		}
		wait, n = 0, &found
		n.Attempts++
		_, err := tx.ExecContext(ctx, `UPDATE notice SET attempts = ?, next_at = ? WHERE id = ?`, n.Attempts, now.Add(lease), n.ID)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("claim notice: %w", err)
	}
	return n, wait, nil
}

// verdict reads a client's error; an empty text means that it is none of a client's.
func verdict(err error) (final bool, text string) {
	var letter *mail.Error
	var message *sms.Error
	switch {
	case errors.As(err, &letter):
		return letter.Final, letter.Text
	case errors.As(err, &message):
		return message.Final, message.Text
	}
	return false, ""
}

// expired says why a notice that was never taken is given up.
func expired(n *Notice) string {
	if n.LastError != "" {
		return "Не отправлено вовремя. " + n.LastError
	}
	return "Не отправлено вовремя: срок сообщения прошёл."
}

// finish ends a notice; a secret text is forgotten.
func finish(ctx context.Context, d *db.DB, now time.Time, n *Notice, status, text string) error {
	return d.Tx(ctx, n.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE notice SET status = ?, last_error = ?, next_at = NULL, sent_at = ?,
			body = CASE WHEN secret THEN '' ELSE body END WHERE id = ? AND status = 'queued'`,
			status, text, sql.NullTime{Time: now, Valid: status == "sent"}, n.ID)
		return err
	})
}

// later notes why the notice waits and when it is tried again: 2, 4 … 60
// seconds, at its last moment at the latest, when it is given up.
func later(ctx context.Context, d *db.DB, now time.Time, n *Notice, text string) (time.Duration, error) {
	wait := min(time.Duration(2<<min(n.Attempts-1, 5))*time.Second, time.Minute)
	wait = max(min(wait, n.ExpiresAt.Sub(now)), time.Millisecond)
	err := d.Tx(ctx, n.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE notice SET last_error = ?, next_at = ? WHERE id = ? AND status = 'queued'`, text, now.Add(wait), n.ID)
		return err
	})
	return wait, err
}
