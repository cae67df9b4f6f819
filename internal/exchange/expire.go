package exchange

import (
	"context"
	"database/sql"
	"errors"

	"github.com/uptrace/bun"

	"signdesk/internal/vault"
)

// lateness is how long past its end a question in SMEV's hands is still waited
// for: SMEV says by itself that the end has come.
const lateness = "1 hour"

const expired = "Срок запроса истёк, ответа не было. Запросите ещё раз или воспользуйтесь скан-копией."

// expire ends questions whose end of life has passed, so that people decide
// what to do instead. An answer that comes after all is kept and shown.
func (p *Post) expire(ctx context.Context) error {
	return p.tx(ctx, func(ctx context.Context, tx bun.IDB) error {
		var ids []int64
		if err := tx.NewRaw(`SELECT id FROM exchange_message WHERE status IN ('queued', 'sent') AND expires_at IS NOT NULL
			AND expires_at < ?0::timestamptz - CASE status WHEN 'sent' THEN interval '`+lateness+`' ELSE interval '0' END
			AND NOT EXISTS (SELECT FROM exchange_answer AS a JOIN exchange_file AS f ON f.answer_id = a.message_id WHERE a.question = exchange_message.id AND f.status = 'waiting')
			ORDER BY expires_at LIMIT 500`, p.Now()).Scan(ctx, &ids); err != nil {
			return err
		}
		for _, id := range ids {
			if err := p.refuse(ctx, tx, id, "expired", expired, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// openMessage returns what a question asks.
func openMessage(ctx context.Context, m *Message) ([]byte, error) {
	return vault.Of(ctx).Open(m.place(), m.KeyID, m.Sealed)
}

func ignoreNone(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}
