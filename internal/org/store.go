package org

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/registry"
)

// Get returns the partner's organisation with the names of its stamps.
func Get(ctx context.Context, tx bun.IDB, partner, id int64) (*Organisation, error) {
	var o Organisation
	err := tx.NewSelect().Model(&o).ExcludeColumn("register_card").
		ColumnExpr("(SELECT name FROM employee WHERE id = o.created_by) AS created_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = o.updated_by) AS updated_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = o.deleted_by) AS deleted_name").
		Where("o.partner_id = ? AND o.id = ?", partner, id).Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &o, nil
}

// lock returns the row locked for a change.
func lock(ctx context.Context, tx bun.IDB, partner, id int64) (*Organisation, error) {
	var o Organisation
	err := tx.NewSelect().Model(&o).Where("o.partner_id = ? AND o.id = ?", partner, id).For("NO KEY UPDATE").Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &o, nil
}

// lockLive is lock for changes that a deleted organisation does not take.
func lockLive(ctx context.Context, tx bun.IDB, partner, id int64) (*Organisation, error) {
	o, err := lock(ctx, tx, partner, id)
	if err == nil && o.Deleted {
		return nil, fault.New(fault.Conflict, "Организация удалена. Восстановите её на вкладке «Реквизиты» и повторите действие.")
	}
	return o, err
}

// Card is everything the organisation's page shows.
type Card struct {
	Organisation
	Heads     []Head
	Addresses []Address
	Accounts  []BankAccount
}

// Head is the first head, or an empty one.
func (c *Card) Head() Head {
	if len(c.Heads) == 0 {
		return Head{}
	}
	return c.Heads[0]
}

// Address returns the address of the kind, or an empty one.
func (c *Card) Address(kind string) Address {
	for _, a := range c.Addresses {
		if a.Kind == kind {
			return a
		}
	}
	return Address{Kind: kind}
}

// Find returns the partner's card.
func Find(ctx context.Context, tx bun.IDB, partner, id int64) (*Card, error) {
	o, err := Get(ctx, tx, partner, id)
	if err != nil {
		return nil, err
	}
	card := &Card{Organisation: *o}
	if err := tx.NewSelect().Model(&card.Heads).Where("partner_id = ? AND org_id = ?", partner, id).OrderExpr("id").Scan(ctx); err != nil {
		return nil, err
	}
	if err := tx.NewSelect().Model(&card.Addresses).Where("partner_id = ? AND org_id = ?", partner, id).OrderExpr("kind").Scan(ctx); err != nil {
		return nil, err
	}
	err = tx.NewSelect().Model(&card.Accounts).Where("partner_id = ? AND org_id = ?", partner, id).OrderExpr("main DESC, id").Scan(ctx)
	return card, err
}

// keptRecord returns the register record that was copied onto the card; nil when there is none.
func keptRecord(ctx context.Context, tx bun.IDB, partner, id int64) (*registry.Record, error) {
	var card []byte
	err := tx.QueryRowContext(ctx, `SELECT register_card FROM organisation WHERE partner_id = ? AND id = ?`, partner, id).Scan(&card)
	if err != nil || card == nil {
		return nil, db.Missing(err)
	}
	r := &registry.Record{}
	if err := json.Unmarshal(card, r); err != nil {
		return nil, fmt.Errorf("register card of organisation %d: %w", id, err)
	}
	return r, nil
}

// Changes lists what changed on the card, the newest first.
func Changes(ctx context.Context, tx bun.IDB, partner, id, before int64, limit int) ([]Change, error) {
	var list []Change
	q := tx.NewSelect().Model(&list).ColumnExpr("c.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = c.by_id) AS by_name").
		Where("c.partner_id = ? AND c.org_id = ?", partner, id).OrderExpr("c.id DESC").Limit(limit)
	if before > 0 {
		q.Where("c.id < ?", before)
	}
	err := q.Scan(ctx)
	return list, err
}

// note writes one field's change; equal values are no change.
func note(ctx context.Context, tx bun.IDB, now time.Time, o *Organisation, by int64, source, field, before, after string) error {
	if before == after {
		return nil
	}
	_, err := tx.NewInsert().Model(&Change{PartnerID: o.PartnerID, OrgID: o.ID, At: now, ByID: by,
		Field: field, OldValue: before, NewValue: after, Source: source}).Exec(ctx)
	return err
}

func joinWords(words ...string) string {
	var list []string
	for _, w := range words {
		if w != "" {
			list = append(list, w)
		}
	}
	return strings.Join(list, " ")
}
