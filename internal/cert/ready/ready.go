// Package ready takes the certificate that an owner has already: somebody
// else's accredited authority issued it, the key is on the owner's carrier, and
// only the certificate comes here, never a private key.
//
// A file goes through the technical check first: each rule is a row with its
// verdict and its cure, and one red row means that nothing is stored. What is
// left to ask is revocation, and that needs the network: the certificate is
// stored as «Проверяется», a job asks OCSP and the revocation lists at the
// addresses that stand in it, and only a fresh answer makes it «Действительный»
// and active. When nobody answers it is «Не проверено», the job tries again, and
// it is never active meanwhile. Afterwards it is asked again every day: revoked,
// suspended and expired certificates stop being active and people are told.
//
// The verdicts are a technical check: the console is not a certified means.
package ready

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/gost"
)

// Rules of the installation.
type Rules struct {
	Trust    *Trust
	MaxBytes int           // of a file (F376)
	MinLeft  time.Duration // of validity (F202)
	Recheck  time.Duration // between two questions about revocation
}

// Certificate is a loaded certificate.
type Certificate struct {
	bun.BaseModel `bun:"table:ready_certificate,alias:r"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OrgID         int64
	OwnerID       int64
	Serial        string // upper-case hex
	Issuer        string
	Subject       string
	NotBefore     time.Time
	NotAfter      time.Time
	DER           []byte `bun:"der"`
	Chain         []byte // certificates above it, DER one after another, the root last
	CryptoType    string
	Checks        []Check   `bun:"type:jsonb"`
	Limits        string    // of use, a line each, as they were shown
	LimitsReadAt  time.Time `bun:",nullzero"`
	LimitsReadBy  int64     `bun:",nullzero"`
	Status        Status
	StatusAt      time.Time
	StatusText    string
	Evidence      Evidence  `bun:"type:jsonb"`
	CheckedAt     time.Time `bun:",nullzero"`
	NextAt        time.Time `bun:",nullzero"`
	Attempts      int
	LoadedAt      time.Time
	LoadedBy      int64
	Version       int
	LoadedName    string `bun:",scanonly"`
	ReaderName    string `bun:",scanonly"` // who read the limits
	Active        bool   `bun:",scanonly"`
}

// Evidence is what spoke about revocation last.
type Evidence struct {
	Source     string    `json:"source"` // ocsp, crl; "" = nothing yet
	URL        string    `json:"url"`
	Signer     string    `json:"signer"` // of the answer
	ThisUpdate time.Time `json:"this_update"`
	NextUpdate time.Time `json:"next_update"` // zero = not said
	RevokedAt  time.Time `json:"revoked_at"`  // zero = not revoked
	Reason     int       `json:"reason"`      // RFC 5280, 5.3.1
	SHA256     string    `json:"sha256"`      // of the answer's bytes
}

// Event is one line of a certificate's history.
type Event struct {
	bun.BaseModel `bun:"table:ready_certificate_event,alias:e"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	CertificateID int64
	At            time.Time
	ByID          int64 `bun:",nullzero"` // none = the program
	Kind          string
	Text          string
	ByName        string `bun:",scanonly"`
}

// ShortSerial is the serial as people say it: 57B6…3A.
func (c *Certificate) ShortSerial() string {
	if len(c.Serial) <= 8 {
		return c.Serial
	}
	return c.Serial[:4] + "…" + c.Serial[len(c.Serial)-2:]
}

// Parsed reads the stored certificate and those above it.
func (c *Certificate) Parsed() (leaf *gost.Certificate, above []*gost.Certificate, err error) {
	if leaf, err = gost.ParseCertificate(c.DER); err != nil {
		return nil, nil, fmt.Errorf("stored certificate: %w", err)
	}
	if above, err = gost.ParseCertificateRun(c.Chain); err != nil {
		return nil, nil, fmt.Errorf("stored chain: %w", err)
	}
	return leaf, above, nil
}

// OfOwner lists the owner's loaded certificates, the newest first.
func OfOwner(ctx context.Context, tx bun.IDB, partner, owner int64) ([]Certificate, error) {
	return list(ctx, tx, "r.partner_id = ? AND r.owner_id = ?", partner, owner)
}

// ActiveOf returns the active loaded certificates of an organisation, by owner.
func ActiveOf(ctx context.Context, tx bun.IDB, partner, org int64) (map[int64]*Certificate, error) {
	all, err := list(ctx, tx, "r.partner_id = ? AND r.org_id = ? AND a.ready_id IS NOT NULL", partner, org)
	byOwner := map[int64]*Certificate{}
	for i := range all {
		byOwner[all[i].OwnerID] = &all[i]
	}
	return byOwner, err
}

// Find returns the partner's loaded certificate.
func Find(ctx context.Context, tx bun.IDB, partner, id int64) (*Certificate, error) {
	all, err := list(ctx, tx, "r.partner_id = ? AND r.id = ?", partner, id)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, db.Missing(sql.ErrNoRows)
	}
	return &all[0], nil
}

func list(ctx context.Context, tx bun.IDB, where string, args ...any) ([]Certificate, error) {
	var all []Certificate
	err := tx.NewSelect().Model(&all).ColumnExpr("r.*").ColumnExpr("a.ready_id IS NOT NULL AS active").
		ColumnExpr("(SELECT name FROM employee WHERE id = r.loaded_by) AS loaded_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = r.limits_read_by) AS reader_name").
		Join("LEFT JOIN active_certificate AS a ON a.partner_id = r.partner_id AND a.ready_id = r.id").
		Where(where, args...).OrderExpr("r.id DESC").Limit(500).Scan(ctx)
	return all, err
}

// History lists what happened to the certificate, the newest first.
func History(ctx context.Context, tx bun.IDB, partner, id int64) ([]Event, error) {
	var all []Event
	err := tx.NewSelect().Model(&all).ColumnExpr("e.*").ColumnExpr("(SELECT name FROM employee WHERE id = e.by_id) AS by_name").
		Where("e.partner_id = ? AND e.certificate_id = ?", partner, id).OrderExpr("e.id DESC").Limit(200).Scan(ctx)
	return all, err
}

// lock returns the certificate's row locked for a change.
func lock(ctx context.Context, tx bun.IDB, partner, id int64) (*Certificate, error) {
	var c Certificate
	err := tx.NewSelect().Model(&c).Where("partner_id = ? AND id = ?", partner, id).For("UPDATE").Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, db.Missing(err)
	}
	return &c, err
}

func note(ctx context.Context, tx bun.IDB, now time.Time, c *Certificate, by int64, kind, text string) error {
	_, err := tx.NewInsert().Model(&Event{PartnerID: c.PartnerID, CertificateID: c.ID, At: now, ByID: by, Kind: kind, Text: text}).Exec(ctx)
	return err
}
