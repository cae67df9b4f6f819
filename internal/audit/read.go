package audit

import (
	"bytes"
	"context"
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

// Filter narrows List; zero fields do not.
type Filter struct {
	ActorID int64
	Org     int64
	Before  int64 // records with a smaller number
	Limit   int   // 0 = 50
}

// List returns the partner's records, the newest first.
func List(ctx context.Context, tx bun.IDB, partner int64, f Filter) ([]Record, error) {
	if f.Limit == 0 {
		f.Limit = 50
	}
	q := tx.NewSelect().TableExpr("audit_record").
		ColumnExpr("partner_id, seq, at, COALESCE(actor_id, 0) AS actor_id, actor, action, object, COALESCE(org_id, 0) AS org_id, details, prev_hash, hash").
		Where("partner_id = ?", partner).OrderExpr("seq DESC").Limit(f.Limit)
	if f.ActorID != 0 {
		q.Where("actor_id = ?", f.ActorID)
	}
	if f.Org != 0 {
		q.Where("org_id = ?", f.Org)
	}
	if f.Before != 0 {
		q.Where("seq < ?", f.Before)
	}
	var records []Record
	err := q.Scan(ctx, &records)
	return records, err
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

// Verify walks the partner's whole chain in the database and returns how many records hold.
func Verify(ctx context.Context, tx bun.IDB, partner int64) (int64, error) {
	var v Verifier
	for {
		var page []Record
		err := tx.NewSelect().TableExpr("audit_record").
			ColumnExpr("partner_id, seq, at, COALESCE(actor_id, 0) AS actor_id, actor, action, object, COALESCE(org_id, 0) AS org_id, details, prev_hash, hash").
			Where("partner_id = ?", partner).Where("seq > ?", v.seq).OrderExpr("seq").Limit(1000).Scan(ctx, &page)
		if err != nil {
			return v.seq, err
		}
		if len(page) == 0 {
			break
		}
		for _, r := range page {
			if err := v.Next(r); err != nil {
				return v.seq, err
			}
		}
	}
	var head int64
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT seq FROM audit_head WHERE partner_id = ?), 0)`, partner).Scan(&head); err != nil {
		return v.seq, err
	}
	if head != v.seq {
		return v.seq, fmt.Errorf("the journal ends at record %d, its head says %d", v.seq, head)
	}
	return v.seq, nil
}
