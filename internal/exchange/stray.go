package exchange

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/ext/smev"
)

// mostNews bounds how much of SMEV's news is read at one time.
const mostNews = 100

// inquire asks SMEV what became of requests when some question has waited for
// long. SMEV tells what news it has, of whichever request: that it was passed
// on, or found bad, which ends the question.
func (p *Post) inquire(ctx context.Context) error {
	wait := p.Ask
	if wait == 0 {
		wait = time.Hour
	}
	now := p.Now()
	var waiting []int64
	if err := p.DB.Plain().NewRaw(`SELECT id FROM exchange_message WHERE status = 'sent' AND COALESCE(looked_at, sent_at) < ? LIMIT 1`, now.Add(-wait)).Scan(ctx, &waiting); err != nil || len(waiting) == 0 {
		return err
	}
	for range mostNews {
		call, tape := listen(ctx)
		call, cancel := context.WithTimeout(call, onCall)
		news, err := p.SMEV.GetStatus(call)
		cancel()
		if errors.Is(err, smev.ErrEmpty) {
			break
		}
		if e := troubleOf(err); e != nil && e.Untrusted() {
			return errors.Join(err, p.keepDoubtful(ctx, tape, err))
		}
		if err != nil {
			return err
		}
		if err := p.heed(ctx, news, tape); err != nil {
			return fmt.Errorf("note SMEV's news: %w", err)
		}
	}
	_, err := p.DB.Plain().ExecContext(ctx, `UPDATE exchange_message SET looked_at = ? WHERE id = ANY(ARRAY(
		SELECT id FROM exchange_message WHERE status = 'sent' AND COALESCE(looked_at, sent_at) < ? ORDER BY COALESCE(looked_at, sent_at) LIMIT 5000))`, now, now.Add(-wait))
	return err
}

// heed writes SMEV's news to its question, and the messages that brought it.
func (p *Post) heed(ctx context.Context, news *smev.Async, tape *tape) error {
	return p.tx(ctx, func(ctx context.Context, tx bun.IDB) error {
		var id int64
		err := tx.NewRaw(`SELECT id FROM exchange_message WHERE message_id = ?0
			UNION ALL SELECT message FROM exchange_former_id WHERE message_id = ?0 LIMIT 1`, news.OriginalID).Scan(ctx, &id)
		if ignoreNone(err) != nil {
			return err
		}
		wires, wireErr := tape.rows(ctx, id, "", nil)
		if wireErr == nil {
			wireErr = keepWires(ctx, tx, wires)
		}
		if wireErr != nil || err != nil { // news of a request that is not ours
			return wireErr
		}
		r := smev.Response{Async: news}
		if r.Final() {
			why := news.Fault
			if why == "" {
				why = news.Category
			}
			said := ""
			if news.Details != "" {
				said = " " + news.Details
			}
			return p.refuse(ctx, tx, id, why, rejectedBySMEV, said)
		}
		_, err = tx.ExecContext(ctx, `UPDATE exchange_message SET progress = ? WHERE id = ? AND status = 'sent'`, newsWords(news.Category), id)
		return err
	})
}

// newsWords says SMEV's status in words; the details may quote people and are
// left out.
func newsWords(category string) string {
	switch category {
	case "requestIsQueued":
		return "стоит в очереди ведомства."
	case "requestIsAcceptedBySmev":
		return "принят СМЭВ."
	case "requestIsDelivered", "messageIsDelivered":
		return "получен ведомством."
	}
	return "СМЭВ сообщает «" + category + "»."
}
