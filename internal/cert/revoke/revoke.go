// Package revoke takes issued certificates out of force: F243–F254 as far as
// the desk goes.
//
// Who works with applications asks, naming the reason and, now or later, a base
// document; somebody else who reviews approves or declines; until then the
// author may take it back. What is approved goes to the authority that issued
// the certificate by a job that repeats itself under one transaction id until
// there is an answer. Revoked at the authority is revoked here, and the owner's
// active choice falls; then the job watches the authority's list until the
// serial number stands on it. Every step is kept for ever.
package revoke

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/staff"
)

// Revocation is one application for it.
type Revocation struct {
	bun.BaseModel `bun:"table:revocation,alias:v"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OrgID         int64
	OwnerID       int64
	CertificateID int64
	Status        Status
	StatusAt      time.Time
	StatusText    string    // for people: why it stands, why it ended
	Reason        int       // CRLReason
	Words         string    // the reason in people's words
	BaseFileID    uuid.UUID `bun:",nullzero"` // «документ-основание»
	TransactionID []byte    // at the authority
	Attempts      int
	NextAt        time.Time `bun:",nullzero"`
	AskedAt       time.Time
	AskedBy       int64
	DecidedAt     time.Time `bun:",nullzero"`
	DecidedBy     int64     `bun:",nullzero"`
	ListedFrom    string
	ListedNumber  string
	Serial        string `bun:",scanonly"` // of the certificate
	OwnerName     string `bun:",scanonly"`
	OrgName       string `bun:",scanonly"`
	AskedName     string `bun:",scanonly"`
	DecidedName   string `bun:",scanonly"`
	BaseName      string `bun:",scanonly"`
}

// Event is one line of its history.
type Event struct {
	bun.BaseModel `bun:"table:revocation_event,alias:e"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	RevocationID  int64
	At            time.Time
	ByID          int64 `bun:",nullzero"` // none = the program
	Kind          string
	Text          string
	ByName        string `bun:",scanonly"`
}

func (v *Revocation) object() string { return fmt.Sprintf("revocation:%d", v.ID) }

// lock returns the revocation, held still until the transaction ends.
func lock(ctx context.Context, tx bun.IDB, partner, id int64) (*Revocation, error) {
	var v Revocation
	if err := tx.NewSelect().Model(&v).Where("partner_id = ? AND id = ?", partner, id).For("NO KEY UPDATE").Scan(ctx); err != nil {
		return nil, db.Missing(err)
	}
	return &v, nil
}

// set moves a locked revocation and writes its history and the journal; by is
// nil when the program does it.
func set(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, v *Revocation, to Status, text string) error {
	if !v.Status.Can(to) {
		return fmt.Errorf("revocation %d: no move from %s to %s", v.ID, v.Status, to)
	}
	if err := db.Swapped(tx.ExecContext(ctx, `UPDATE revocation SET status = ?, status_at = ?, status_text = ?, attempts = 0 WHERE partner_id = ? AND id = ? AND status = ?`,
		to, now, text, v.PartnerID, v.ID, v.Status)); err != nil {
		return err
	}
	v.Status, v.StatusAt, v.StatusText = to, now, text
	actor, who := audit.Program, int64(0)
	if by != nil {
		actor, who = by.Actor(), by.ID
	}
	line := to.RU() + "."
	if text != "" {
		line += " " + text
	}
	if err := note(ctx, tx, now, v, who, to.Chip(), line); err != nil {
		return err
	}
	return audit.Write(ctx, tx, now, audit.Act{Partner: v.PartnerID, Actor: actor, Action: "cert.revocation_" + string(to), Object: v.object(), Org: v.OrgID,
		Details: map[string]any{"certificate": v.CertificateID, "reason": v.Reason}})
}

func note(ctx context.Context, tx bun.IDB, now time.Time, v *Revocation, by int64, kind, text string) error {
	if kind == "idle" {
		kind = "note"
	}
	if _, err := tx.NewInsert().Model(&Event{PartnerID: v.PartnerID, RevocationID: v.ID, At: now, ByID: by, Kind: kind, Text: text}).Exec(ctx); err != nil {
		return fmt.Errorf("insert event of revocation: %w", err)
	}
	return nil
}
