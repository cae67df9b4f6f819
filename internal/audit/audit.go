// Package audit is the journal of acts: append-only records, each bound to the
// one before by a hash, written in the transaction of the act itself. An act
// that is rolled back leaves no record, and a record cannot be taken out or
// changed without breaking every hash after it.
package audit

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// Actor is who acts; the zero ID is the program itself.
type Actor struct {
	ID   int64
	Name string
}

// Program acts when no person does: jobs, deadlines, answers from outside.
var Program = Actor{Name: "программа"}

// Act is one thing done.
type Act struct {
	Partner int64
	Actor   Actor
	Action  string // "application.withdraw"
	Object  string // "application:7"
	Org     int64  // organisation concerned; 0 = none
	Details any    // marshalled to JSON; ids, statuses and field names, no passport data
}

// Write appends the act to the partner's chain inside tx. Call it at the end of
// a verb: it holds the chain's head until the transaction ends.
func Write(ctx context.Context, tx bun.IDB, now time.Time, a Act) error {
	details := []byte("{}")
	if a.Details != nil {
		var err error
		if details, err = json.Marshal(a.Details); err != nil {
			return fmt.Errorf("audit %s: %w", a.Action, err)
		}
	}
	seq, prev, err := lockHead(ctx, tx, a.Partner)
	if err != nil {
		return fmt.Errorf("audit %s: %w", a.Action, err)
	}
	r := Record{Partner: a.Partner, Seq: seq + 1, At: now.UTC().Truncate(time.Microsecond), ActorID: a.Actor.ID, Actor: a.Actor.Name,
		Action: a.Action, Object: a.Object, Org: a.Org, Details: string(details), Prev: prev}
	r.Hash = r.Sum()
	if _, err := tx.ExecContext(ctx, `INSERT INTO audit_record
		(partner_id, seq, at, actor_id, actor, action, object, org_id, details, prev_hash, hash)
		VALUES (?, ?, ?, NULLIF(?, 0), ?, ?, ?, NULLIF(?, 0), ?, ?, ?)`,
		r.Partner, r.Seq, r.At, r.ActorID, r.Actor, r.Action, r.Object, r.Org, r.Details, r.Prev, r.Hash); err != nil {
		return fmt.Errorf("audit %s: %w", a.Action, err)
	}
	_, err = tx.ExecContext(ctx, `UPDATE audit_head SET seq = ?, hash = ? WHERE partner_id = ?`, r.Seq, r.Hash, r.Partner)
	return err
}

// lockHead returns the last number and hash of the chain, locked until commit.
func lockHead(ctx context.Context, tx bun.IDB, partner int64) (seq int64, hash []byte, err error) {
	const q = `SELECT seq, hash FROM audit_head WHERE partner_id = ? FOR UPDATE`
	err = tx.QueryRowContext(ctx, q, partner).Scan(&seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		if _, err = tx.ExecContext(ctx, `INSERT INTO audit_head VALUES (?, 0, ?) ON CONFLICT DO NOTHING`, partner, make([]byte, 32)); err != nil {
			return 0, nil, err
		}
		err = tx.QueryRowContext(ctx, q, partner).Scan(&seq, &hash)
	}
	return seq, hash, err
}

// Record is one link of the chain as stored and exported.
type Record struct {
	Partner int64     `bun:"partner_id" json:"partner"`
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	ActorID int64     `bun:"actor_id" json:"actor_id"`
	Actor   string    `json:"actor"`
	Action  string    `json:"action"`
	Object  string    `json:"object"`
	Org     int64     `bun:"org_id" json:"org"`
	Details string    `json:"details"`
	Prev    []byte    `bun:"prev_hash" json:"prev"`
	Hash    []byte    `json:"hash"`
}

// Sum is SHA-256 over the previous hash and every field, each led by its length.
func (r Record) Sum() []byte {
	h := sha256.New()
	put := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	number := func(v int64) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(v))
		put(n[:])
	}
	put(r.Prev)
	number(r.Partner)
	number(r.Seq)
	number(r.At.UnixMicro())
	number(r.ActorID)
	put([]byte(r.Actor))
	put([]byte(r.Action))
	put([]byte(r.Object))
	number(r.Org)
	put([]byte(r.Details))
	return h.Sum(nil)
}
