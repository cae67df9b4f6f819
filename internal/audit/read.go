package audit

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// Looked notes that a person looked at personal data.
func Looked(ctx context.Context, tx bun.IDB, now time.Time, partner int64, actor Actor, object, reason string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO personal_view (partner_id, at, actor_id, object, reason) VALUES (?, ?, ?, ?, ?)`,
		partner, now.UTC(), actor.ID, object, reason)
	return err
}

// Filter narrows List and Looks; zero fields do not.
type Filter struct {
	Actors   []int64 // only these people's; nil = everybody's
	ActorID  int64
	Area     string // first word of the action: "owner"
	Org      int64
	From, To time.Time
	Before   int64 // records with a smaller number
	Limit    int   // 0 = 50
}

// narrow puts the conditions common to both logs on q.
func (f Filter) narrow(q *bun.SelectQuery) {
	if f.Actors != nil {
		q.Where("actor_id IN (?)", bun.List(append([]int64{0}, f.Actors...))) // nobody has 0: an empty list matches nothing
	}
	if f.ActorID != 0 {
		q.Where("actor_id = ?", f.ActorID)
	}
	if !f.From.IsZero() {
		q.Where("at >= ?", f.From)
	}
	if !f.To.IsZero() {
		q.Where("at < ?", f.To)
	}
}

func (f Filter) limit() int {
	if f.Limit == 0 {
		return 50
	}
	return f.Limit
}

const columns = "partner_id, seq, at, COALESCE(actor_id, 0) AS actor_id, actor, action, object, COALESCE(org_id, 0) AS org_id, details, prev_hash, hash"

// List returns the partner's records, the newest first, and how many there are
// without Before and Limit.
func List(ctx context.Context, tx bun.IDB, partner int64, f Filter) (records []Record, total int, err error) {
	query := func() *bun.SelectQuery {
		q := tx.NewSelect().TableExpr("audit_record").Where("partner_id = ?", partner)
		f.narrow(q)
		if f.Area != "" {
			q.Where("split_part(action, '.', 1) = ?", f.Area)
		}
		if f.Org != 0 {
			q.Where("org_id = ?", f.Org)
		}
		return q
	}
	if total, err = query().Count(ctx); err != nil {
		return nil, 0, err
	}
	q := query().ColumnExpr(columns).OrderExpr("seq DESC").Limit(f.limit())
	if f.Before != 0 {
		q.Where("seq < ?", f.Before)
	}
	err = q.Scan(ctx, &records)
	return records, total, err
}

// Look is one look at personal data.
type Look struct {
	ID      int64
	At      time.Time
	ActorID int64
	Actor   string // name now
	Object  string // "passport:12"
	Reason  string
}

// Looks returns who looked at personal data of the partner's clients, the
// newest first, and how many looks there are without Before and Limit.
func Looks(ctx context.Context, tx bun.IDB, partner int64, f Filter) (looks []Look, total int, err error) {
	query := func() *bun.SelectQuery {
		q := tx.NewSelect().TableExpr("personal_view").Where("partner_id = ?", partner)
		f.narrow(q)
		return q
	}
	if total, err = query().Count(ctx); err != nil {
		return nil, 0, err
	}
	q := query().ColumnExpr("id, at, actor_id, object, reason").ColumnExpr("COALESCE((SELECT name FROM employee WHERE id = actor_id), '') AS actor").
		OrderExpr("id DESC").Limit(f.limit())
	if f.Before != 0 {
		q.Where("id < ?", f.Before)
	}
	err = q.Scan(ctx, &looks)
	return looks, total, err
}

// Verifier checks a chain record by record, in order.
type Verifier struct {
	seq  int64
	hash []byte
}

// Next checks that r follows the record before it; the error says what is wrong with which record.
func (v *Verifier) Next(r Record) error {
	if v.hash == nil {
		v.hash = make([]byte, 32)
	}
	switch {
	case r.Seq != v.seq+1:
		return fmt.Errorf("record %d: expected number %d", r.Seq, v.seq+1)
	case !bytes.Equal(r.Prev, v.hash):
		return fmt.Errorf("record %d: does not follow record %d", r.Seq, v.seq)
	case !bytes.Equal(r.Sum(), r.Hash):
		return fmt.Errorf("record %d: content does not match its hash", r.Seq)
	}
	v.seq, v.hash = r.Seq, r.Hash
	return nil
}

// Walk gives every record of the partner's chain to do, in order.
func Walk(ctx context.Context, tx bun.IDB, partner int64, do func(Record) error) error {
	for last := int64(-1); ; {
		var page []Record
		err := tx.NewSelect().TableExpr("audit_record").ColumnExpr(columns).
			Where("partner_id = ?", partner).Where("seq > ?", last).OrderExpr("seq").Limit(1000).Scan(ctx, &page)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, r := range page {
			if err := do(r); err != nil {
				return err
			}
			last = r.Seq
		}
	}
}

// Verify walks the partner's whole chain in the database and returns how many records hold.
func Verify(ctx context.Context, tx bun.IDB, partner int64) (int64, error) {
	var v Verifier
	if err := Walk(ctx, tx, partner, v.Next); err != nil {
		return v.seq, err
	}
	var head int64
	var hash []byte
	err := tx.QueryRowContext(ctx, `SELECT seq, hash FROM audit_head WHERE partner_id = ?`, partner).Scan(&head, &hash)
	if errors.Is(err, sql.ErrNoRows) && v.seq == 0 {
		return 0, nil
	}
	if err != nil {
		return v.seq, err
	}
	if head != v.seq {
		return v.seq, fmt.Errorf("the journal ends at record %d, its head says %d", v.seq, head)
	}
	if !bytes.Equal(hash, v.hash) {
		return v.seq, fmt.Errorf("record %d is not the one that the head was written for", v.seq)
	}
	return v.seq, nil
}
