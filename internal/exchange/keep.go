package exchange

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

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

// destroy empties a portion of what is older than before, partner by partner:
// each has a journal of its own.
func (p *Post) destroy(ctx context.Context, before time.Time) (n int64, err error) {
	var old []struct {
		Kind    string // m, a, s, f or w
		ID      string
		Partner int64 // 0: an answer nobody asked for
	}
	if err := p.DB.Plain().NewRaw(`(SELECT 'm' AS kind, id::text, partner_id AS partner FROM exchange_message WHERE sealed IS NOT NULL AND answered_at < ?0 ORDER BY answered_at LIMIT ?1)
		UNION ALL (SELECT 'a', a.message_id, COALESCE(m.partner_id, 0) FROM exchange_answer AS a LEFT JOIN exchange_message AS m ON m.id = a.question
			WHERE a.sealed IS NOT NULL AND a.received_at < ?0 AND (m.answered_at IS NOT NULL OR a.question IS NULL)
			ORDER BY a.received_at LIMIT ?1)
		UNION ALL (SELECT 's', s.id::text, m.partner_id FROM exchange_said AS s JOIN exchange_message AS m ON m.id = s.id
			WHERE s.sealed IS NOT NULL AND s.at < ?0 ORDER BY s.at LIMIT ?1)
		UNION ALL (SELECT 'f', p.id::text, COALESCE(m.partner_id, 0) FROM exchange_file_part AS p JOIN exchange_file AS f ON f.id = p.file
			JOIN exchange_answer AS a ON a.message_id = f.answer_id LEFT JOIN exchange_message AS m ON m.id = a.question
			WHERE p.sealed IS NOT NULL AND p.at < ?0 AND f.status <> 'waiting' ORDER BY p.at LIMIT ?1)
		UNION ALL (SELECT 'w', w.id::text, COALESCE(m.partner_id, 0) FROM exchange_wire AS w LEFT JOIN exchange_message AS m ON m.id = w.message
			WHERE w.sealed IS NOT NULL AND w.at < ?0 ORDER BY w.at LIMIT ?1)`, before, portion).Scan(ctx, &old); err != nil {
		return 0, err
	}
	by := map[int64]map[string][]string{}
	for _, r := range old {
		if by[r.Partner] == nil {
			by[r.Partner] = map[string][]string{}
		}
		by[r.Partner][r.Kind] = append(by[r.Partner][r.Kind], r.ID)
	}
	for _, partner := range slices.Sorted(maps.Keys(by)) {
		err := p.DB.Tx(ctx, partner, func(ctx context.Context, tx bun.IDB) error {
			var gone int64
			for kind, where := range map[string]string{"m": "exchange_message SET %s WHERE id = ANY(?::bigint[])", "a": "exchange_answer SET %s WHERE message_id = ANY(?)", "w": "exchange_wire SET %s WHERE id = ANY(?::uuid[])", "s": "exchange_said SET %s WHERE id = ANY(?::bigint[])", "f": "exchange_file_part SET %s WHERE id = ANY(?::uuid[])"} {
				res, err := tx.ExecContext(ctx, "UPDATE "+fmt.Sprintf(where, "sealed = NULL, key_id = NULL")+" AND sealed IS NOT NULL", pgdialect.Array(by[partner][kind]))
				if err != nil {
					return err
				}
				rows, err := res.RowsAffected()
				if err != nil {
					return err
				}
				gone += rows
			}
			n += gone
			if partner == 0 || gone == 0 {
				return nil
			}
			return audit.Write(ctx, tx, p.Now(), audit.Act{Partner: partner, Actor: audit.Program, Action: "exchange.destroy", Object: fmt.Sprint("partner:", partner),
				Details: map[string]any{"rows": gone, "before": before.UTC().Format(time.DateOnly)}})
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
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
	for table, id := range map[string]string{"exchange_message": "id = ?::bigint", "exchange_answer": "message_id = ?", "exchange_wire": "id = ?::uuid", "exchange_said": "id = ?::bigint", "exchange_file": "id = ?::bigint", "exchange_file_part": "id = ?::uuid"} {
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
