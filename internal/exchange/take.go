package exchange

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"signdesk/internal/job"
)

// save stores a group of responses in one transaction, each once whatever is
// delivered twice, closes their questions and tells the domains. A response
// nobody asked for is stored too: it is acknowledged and people see it. acked
// are ids whose acknowledgement SMEV has taken meanwhile.
func (p *Post) save(ctx context.Context, group []*delivery, acked []*delivery) error {
	now := p.Now()
	return p.tx(ctx, func(ctx context.Context, tx bun.IDB) error {
		questions, err := p.questions(ctx, tx, group)
		if err != nil {
			return err
		}
		var answers []Answer
		seen := map[string]bool{}
		for _, d := range group {
			if seen[d.MessageID] {
				continue
			}
			seen[d.MessageID] = true
			a := Answer{MessageID: d.MessageID, ReferenceID: d.OriginalID, ReceivedAt: now, Final: d.Final(), Sender: d.Sender, SentAt: d.SentAt}
			if m := questions[d.OriginalID]; m != nil {
				a.Question = m.ID
			}
			a.Kind, a.Text, a.Content = read(d.Response)
			if err := a.seal(ctx); err != nil {
				return err
			}
			answers = append(answers, a)
		}
		var fresh []string
		if err := tx.NewInsert().Model(&answers).On("CONFLICT (message_id) DO NOTHING").Returning("message_id").Scan(ctx, &fresh); err != nil && ignoreNone(err) != nil {
			return fmt.Errorf("store answers: %w", err)
		}
		isFresh := make(map[string]bool, len(fresh))
		for _, id := range fresh {
			isFresh[id] = true
		}
		if err := p.keepFiles(ctx, tx, group, isFresh); err != nil {
			return err
		}
		if err := p.close(ctx, tx, now, group, isFresh, questions); err != nil {
			return err
		}
		var wires []Wire
		for _, d := range group {
			m := questions[d.OriginalID]
			if m == nil {
				m = &Message{}
			}
			rows, err := d.tape.rows(ctx, m.ID, d.MessageID, nil)
			if err != nil {
				return err
			}
			wires = append(wires, rows...)
			d.question = m.ID
		}
		if err := keepWires(ctx, tx, wires); err != nil {
			return err
		}
		return p.noteAcked(ctx, tx, acked)
	})
}

// questions finds and locks what the responses answer, under the id a question
// has or had.
func (p *Post) questions(ctx context.Context, tx bun.IDB, group []*delivery) (map[string]*Message, error) {
	refs := make([]string, len(group))
	for i, d := range group {
		refs[i] = d.OriginalID
	}
	var named []struct {
		ID  int64
		Ref string
	}
	if err := tx.NewRaw(`SELECT id, message_id AS ref FROM exchange_message WHERE message_id = ANY(?0)
		UNION ALL SELECT message, message_id FROM exchange_former_id WHERE message_id = ANY(?0)`, pgdialect.Array(refs)).Scan(ctx, &named); err != nil {
		return nil, err
	}
	ids := make([]int64, len(named))
	for i, n := range named {
		ids[i] = n.ID
	}
	// locked by number alone: a lock that must wait judges its row again, and a
	// join that found it by the former picture would lose it there
	var list []Message
	if err := tx.NewRaw(`SELECT id, partner_id, kind, status FROM exchange_message WHERE id = ANY(?) ORDER BY id FOR UPDATE`, pgdialect.Array(ids)).Scan(ctx, &list); err != nil {
		return nil, err
	}
	byID := make(map[int64]*Message, len(list))
	for i := range list {
		byID[list[i].ID] = &list[i]
	}
	found := make(map[string]*Message, len(named))
	for _, n := range named {
		found[n.Ref] = byID[n.ID]
	}
	return found, nil
}

// close moves the questions of fresh answers on and tells their domains.
func (p *Post) close(ctx context.Context, tx bun.IDB, now time.Time, group []*delivery, isFresh map[string]bool, questions map[string]*Message) error {
	var done []int64
	var jobs []job.Args
	for _, d := range group {
		m := questions[d.OriginalID]
		if m == nil || !isFresh[d.MessageID] {
			continue
		}
		isFresh[d.MessageID] = false // the same response twice in one group
		if kind, _, _ := read(d.Response); kind == "progress" || m.Status != "queued" && m.Status != "sent" {
			continue
		}
		if d.held {
			if _, err := tx.ExecContext(ctx, `UPDATE exchange_message SET progress = ? WHERE id = ?`, fileComing, m.ID); err != nil {
				return err
			}
			continue
		}
		if !expectsMore(m.Kind, d.Response) {
			done = append(done, m.ID)
			m.Status = "answered"
		}
		a, err := told(m)
		if err != nil {
			return err
		}
		jobs = append(jobs, a)
	}
	if len(done) > 0 {
		if _, err := tx.ExecContext(ctx, `UPDATE exchange_message SET status = 'answered', answered_at = ?, last_error = '', fault = '', next_at = NULL
			WHERE id = ANY(?)`, now, pgdialect.Array(done)); err != nil {
			return err
		}
	}
	return job.EnqueueAll(ctx, tx, jobs)
}
