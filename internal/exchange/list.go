package exchange

import (
	"context"
	"database/sql"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"signdesk/internal/db"
)

// Filter narrows List; zero fields do not.
type Filter struct {
	Status, Kind, Fault string
	Subject             int64 // with Kind: the history of one question
	From, To            time.Time
	Before              int64 // id of the last row of the page before
	Limit               int   // 0 = 50
}

// narrow is the filter's conditions.
func (f Filter) narrow(q *bun.SelectQuery, partner int64) *bun.SelectQuery {
	q = q.Where("m.partner_id = ?", partner)
	for _, c := range []struct{ where, value string }{{"m.status = ?", f.Status}, {"m.kind = ?", f.Kind}, {"m.fault = ?", f.Fault}} {
		if c.value != "" {
			q = q.Where(c.where, c.value)
		}
	}
	if f.Subject != 0 {
		q = q.Where("m.subject_id = ?", f.Subject)
	}
	if !f.From.IsZero() {
		q = q.Where("m.created_at >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where("m.created_at < ?", f.To)
	}
	return q
}

// List returns the partner's messages without their contents, the newest first.
func List(ctx context.Context, tx bun.IDB, partner int64, f Filter) ([]Message, error) {
	if f.Limit == 0 {
		f.Limit = 50
	}
	var list []Message
	q := f.narrow(tx.NewSelect().Model(&list).ColumnExpr(columns), partner)
	if f.Before != 0 {
		q = q.Where("m.id < ?", f.Before)
	}
	if err := q.OrderExpr("m.id DESC").Limit(f.Limit).Scan(ctx); err != nil {
		return nil, err
	}
	return list, resent(ctx, tx, list)
}

// resent marks the refused messages of the list that another was sent instead of.
func resent(ctx context.Context, tx bun.IDB, list []Message) error {
	at := map[int64]*Message{}
	var ids []int64
	for i := range list {
		if m := &list[i]; m.Status == "refused" {
			at[m.ID], ids = m, append(ids, m.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var done []int64
	if err := tx.NewRaw(`SELECT resends FROM exchange_message WHERE resends = ANY(?)`, pgdialect.Array(ids)).Scan(ctx, &done); err != nil {
		return err
	}
	for _, id := range done {
		at[id].Resent = true
	}
	return nil
}

// Count is how many messages List has on all its pages, at most a hundred
// thousand: beyond that nobody counts.
func Count(ctx context.Context, tx bun.IDB, partner int64, f Filter) (n int, err error) {
	rows := f.narrow(tx.NewSelect().Model((*Message)(nil)).ColumnExpr("1"), partner).Limit(100_000)
	return n, tx.NewSelect().TableExpr("(?) AS r", rows).ColumnExpr("count(*)").Scan(ctx, &n)
}

// Card is a message with everything the journal has of it but contents.
type Card struct {
	Message
	FormerIDs []string // MessageIDs it had before SMEV called them stale
	ResentAs  int64    // the message sent instead of it; 0 = none
	Answers   []Answer // without text and content
	Wires     []Wire   // without octets, in order
	Files     []File   // that came with the answers
}

// Open returns the partner's message.
func Open(ctx context.Context, tx bun.IDB, partner, id int64) (*Card, error) {
	m, err := find(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if m.PartnerID != partner {
		return nil, db.Missing(sql.ErrNoRows)
	}
	c := &Card{Message: *m}
	if err := tx.NewRaw(`SELECT message_id FROM exchange_former_id WHERE message = ? ORDER BY at`, id).Scan(ctx, &c.FormerIDs); err != nil {
		return nil, err
	}
	if err := tx.NewRaw(`SELECT COALESCE(max(id), 0) FROM exchange_message WHERE resends = ?`, id).Scan(ctx, &c.ResentAs); err != nil {
		return nil, err
	}
	if err := tx.NewSelect().Model(&c.Answers).ExcludeColumn("text", "content", "sealed", "key_id").
		Where("reference_id IN (?)", bun.List(append(c.FormerIDs, m.MessageID))).OrderExpr("received_at, message_id").Scan(ctx); err != nil {
		return nil, err
	}
	if c.Files, err = Files(ctx, tx, m); err != nil {
		return nil, err
	}
	err = tx.NewSelect().Model(&c.Wires).ExcludeColumn("sealed", "key_id").ColumnExpr("w.sealed IS NULL AS destroyed").Where("w.message = ?", id).OrderExpr("w.id").Scan(ctx)
	return c, err
}

// Strays are answers that nobody asked for, the newest first, without contents:
// acknowledged, kept, and looked into by people.
func Strays(ctx context.Context, tx bun.IDB, limit int) ([]Answer, error) {
	var list []Answer
	err := tx.NewSelect().Model(&list).ExcludeColumn("text", "content", "sealed", "key_id").Where("question IS NULL").OrderExpr("received_at DESC").Limit(limit).Scan(ctx)
	return list, err
}
