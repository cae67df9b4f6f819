package exchange

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/vault"
)

// portion is how many rows one transaction seals or destroys.
const portion = 500

// Destroy ends the time of what has been kept for long enough: contents and
// octets go, ids, times and outcomes stay, and each partner's journal says how
// many. Before that it seals what lies open from older versions or under a
// former key. It says when to go on; 0 = all is done.
func (p *Post) Destroy(ctx context.Context) (again time.Duration, err error) {
	for begun := time.Now(); time.Since(begun) < span; {
		n, err := p.sealOpen(ctx)
		if err != nil {
			return 0, err
		}
		if n > 0 {
			continue
		}
		if p.Keep <= 0 {
			return 0, nil
		}
		if gone, err := p.destroy(ctx, p.Now().Add(-p.Keep)); err != nil || gone == 0 {
			return 0, err
		}
	}
	return time.Second, nil
}

// destroy empties a portion of what is older than before.
func (p *Post) destroy(ctx context.Context, before time.Time) (n int64, err error) {
	err = p.tx(ctx, func(ctx context.Context, tx bun.IDB) error {
		n = 0
		by := map[int64]int64{} // partner -> rows; 0: answers nobody asked for
		for _, q := range []string{
			`WITH d AS (SELECT id FROM exchange_message WHERE sealed IS NOT NULL AND answered_at < ? ORDER BY answered_at LIMIT ? FOR UPDATE SKIP LOCKED)
				UPDATE exchange_message AS m SET sealed = NULL, key_id = NULL FROM d WHERE m.id = d.id RETURNING m.partner_id`,
			`WITH d AS (SELECT message_id FROM exchange_answer WHERE sealed IS NOT NULL AND received_at < ?0
					AND NOT EXISTS (SELECT FROM exchange_message WHERE id = question AND status IN ('queued', 'sent')) ORDER BY received_at LIMIT ?1 FOR UPDATE SKIP LOCKED)
				UPDATE exchange_answer AS a SET sealed = NULL, key_id = NULL FROM d WHERE a.message_id = d.message_id
				RETURNING COALESCE((SELECT partner_id FROM exchange_message WHERE id = a.question), 0)`,
			`WITH d AS (SELECT id FROM exchange_wire WHERE sealed IS NOT NULL AND at < ? ORDER BY at LIMIT ? FOR UPDATE SKIP LOCKED)
				UPDATE exchange_wire AS w SET sealed = NULL, key_id = NULL FROM d WHERE w.id = d.id
				RETURNING COALESCE((SELECT partner_id FROM exchange_message WHERE id = w.message), 0)`,
		} {
			var partners []int64
			if err := tx.NewRaw(q, before, portion).Scan(ctx, &partners); err != nil {
				return err
			}
			for _, partner := range partners {
				by[partner]++
			}
			n += int64(len(partners))
		}
		for _, partner := range sorted(by) {
			if partner == 0 {
				continue
			}
			if err := audit.Write(ctx, tx, p.Now(), audit.Act{Partner: partner, Actor: audit.Program, Action: "exchange.destroy", Object: "exchange:contents",
				Details: map[string]any{"rows": by[partner], "before": before.UTC().Format(time.DateOnly)}}); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// sealOpen seals a portion of what lies open or under another key than the
// current one.
func (p *Post) sealOpen(ctx context.Context) (n int, err error) {
	err = p.tx(ctx, func(ctx context.Context, tx bun.IDB) error {
		ring := vault.Of(ctx)
		var messages []struct {
			Message `bun:",extend"`
			Content []byte
		}
		if err := tx.NewRaw(`SELECT id, content FROM exchange_message WHERE content IS NOT NULL ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED`, portion).Scan(ctx, &messages); err != nil {
			return err
		}
		for _, m := range messages {
			sealed, key, err := ring.Seal(m.place(), m.Content)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE exchange_message SET content = NULL, sealed = ?, key_id = ? WHERE id = ?`, sealed, key, m.ID); err != nil {
				return err
			}
		}
		var answers []Answer
		if err := tx.NewSelect().Model(&answers).Where("sealed IS NULL AND (content IS NOT NULL OR text <> '')").OrderExpr("message_id").Limit(portion).For("UPDATE SKIP LOCKED").Scan(ctx); err != nil {
			return err
		}
		for _, a := range answers {
			if err := a.seal(ctx); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE exchange_answer SET content = NULL, text = '', sealed = ?, key_id = ? WHERE message_id = ?`, a.Sealed, a.KeyID, a.MessageID); err != nil {
				return err
			}
		}
		turned, err := turnKeys(ctx, tx, ring)
		n = len(messages) + len(answers) + turned
		return err
	})
	return n, err
}

// turnKeys seals a portion of values anew that a former key has sealed.
func turnKeys(ctx context.Context, tx bun.IDB, ring *vault.Ring) (n int, err error) {
	for table, id := range map[string]string{"exchange_message": "id = ?::bigint", "exchange_answer": "message_id = ?", "exchange_wire": "id = ?::uuid"} {
		var rows []struct {
			ID, KeyID string
			Sealed    []byte
		}
		column, _, _ := strings.Cut(id, " ")
		if err := tx.NewRaw(`SELECT ?1::text AS id, key_id, sealed FROM ?0 WHERE key_id < ?2 OR key_id > ?2 LIMIT ?3 FOR UPDATE SKIP LOCKED`,
			bun.Ident(table), bun.Ident(column), ring.Current(), portion).Scan(ctx, &rows); err != nil {
			return 0, err
		}
		for _, r := range rows {
			plain, err := ring.Open(table+":"+r.ID, r.KeyID, r.Sealed)
			if err != nil {
				return 0, fmt.Errorf("seal anew: %w", err)
			}
			sealed, key, err := ring.Seal(table+":"+r.ID, plain)
			if err != nil {
				return 0, err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE ? SET sealed = ?, key_id = ? WHERE `+id, bun.Ident(table), sealed, key, r.ID); err != nil {
				return 0, err
			}
		}
		n += len(rows)
	}
	return n, nil
}

func sorted(by map[int64]int64) []int64 { return slices.Sorted(maps.Keys(by)) }
