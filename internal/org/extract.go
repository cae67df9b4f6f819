package org

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// Extract is one extract read from the storage folder.
type Extract struct {
	bun.BaseModel   `bun:"table:extract,alias:x"`
	ID              int64 `bun:",pk,autoincrement"`
	PartnerID       int64
	OrgID           int64
	FileID          uuid.UUID
	SignatureFileID uuid.UUID `bun:",nullzero"`
	ExtractDate     time.Time `bun:",nullzero"`
	Signature       string    // as in Signature.Verdict
	SignatureText   string
	Signer          string
	SignedAt        time.Time `bun:",nullzero"` // none = no right signature, or read before this was kept
	SignedSource    string
	CertificateThen CertificateState
	CertificateNow  CertificateState // when the extract was read
	CertificateFrom time.Time        `bun:",nullzero"`
	CertificateTill time.Time        `bun:"certificate_until,nullzero"`
	Verdict         string           // same, note, warn or stop: the worst of the rows and the signature
	CreatedAt       time.Time
	CreatedBy       int64  `bun:",nullzero"`
	FileName        string `bun:",scanonly"`
	CreatedName     string `bun:",scanonly"`
}

// Row is one line of the comparison «карточка / выписка / вердикт».
type Row struct {
	bun.BaseModel `bun:"table:extract_row,alias:r"`
	PartnerID     int64
	ExtractID     int64
	Position      int
	Field         string
	Label         string
	CardValue     string
	ExtractValue  string
	Verdict       string
	Hint          string
	Takeable      bool
	TakenAt       time.Time `bun:",nullzero"`
	TakenBy       int64     `bun:",nullzero"`
	TakenName     string    `bun:",scanonly"`
}

// Fresh reports whether the extract may carry an issue: its signature is good,
// nothing in it stops the work, and it is not older than maxAge.
func (x *Extract) Fresh(now time.Time, maxAge time.Duration) bool {
	return x.Signature == "good" && x.Verdict != "stop" && !x.ExtractDate.IsZero() && !tooOld(x.ExtractDate, now, maxAge)
}

// Facts is what is known of the signature, as it was read.
func (x *Extract) Facts() *Signature {
	return &Signature{Verdict: x.Signature, Signer: x.Signer, At: x.SignedAt, Source: x.SignedSource, Then: x.CertificateThen, Now: x.CertificateNow, From: x.CertificateFrom, Until: x.CertificateTill}
}

// gravity orders verdicts.
var gravity = map[string]int{"same": 0, "note": 1, "warn": 2, "stop": 3}

// takeExtract stores the extract and its comparison. Another organisation's is refused.
func takeExtract(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, rules Rules, id int64, s *seen, f *file.File, sign *seen, signFile *file.File) (int64, error) {
	card, err := Find(ctx, tx, by.PartnerID, id)
	if err != nil {
		return 0, err
	}
	if s.record.OGRN != card.OGRN {
		return 0, fault.New(fault.Invalid, "Файл «"+s.Name+"» не принят: это выписка другой организации — "+s.record.Name()+", ОГРН "+s.record.OGRN+".")
	}
	x := &Extract{PartnerID: by.PartnerID, OrgID: id, FileID: f.ID, ExtractDate: day(s.record.Extracted), CreatedAt: now, CreatedBy: by.ID}
	if signFile != nil {
		x.SignatureFileID = signFile.ID
	}
	x.verify(now, rules, s, sign)
	rows := compare(card, s.record, now, rules.MaxAge)
	x.Verdict = worst(x, rows)
	if _, err := tx.NewInsert().Model(x).Exec(ctx); err != nil {
		return 0, fmt.Errorf("insert extract: %w", err)
	}
	for i := range rows {
		rows[i].PartnerID, rows[i].ExtractID, rows[i].Position = by.PartnerID, x.ID, i
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return 0, fmt.Errorf("insert extract rows: %w", err)
	}
	return x.ID, wake(ctx, tx, x)
}

// wake tells the organisation's live cases that the extract has changed.
func wake(ctx context.Context, tx bun.IDB, x *Extract) error {
	return job.Enqueue(ctx, tx, job.OrgMoved{Partner: x.PartnerID, Org: x.OrgID})
}

func worst(x *Extract, rows []Row) string {
	v := "same"
	for _, r := range rows {
		cured := !r.TakenAt.IsZero() && r.Field != "status" // a closed firm stays closed on the card
		if gravity[r.Verdict] > gravity[v] && !cured {
			v = r.Verdict
		}
	}
	if x.Signature == "bad" || x.Signature == "untrusted" || x.Signature == "past" {
		v = "stop"
	}
	return v
}

// LatestExtract returns the organisation's last extract, or nil.
func LatestExtract(ctx context.Context, tx bun.IDB, partner, id int64) (*Extract, error) {
	list, err := Extracts(ctx, tx, partner, id, 1)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Extracts lists the organisation's extracts, the newest first.
func Extracts(ctx context.Context, tx bun.IDB, partner, id int64, limit int) ([]Extract, error) {
	var list []Extract
	err := tx.NewSelect().Model(&list).ColumnExpr("x.*").
		ColumnExpr("(SELECT name FROM stored_file WHERE id = x.file_id) AS file_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = x.created_by) AS created_name").
		Where("x.partner_id = ? AND x.org_id = ?", partner, id).OrderExpr("x.id DESC").Limit(limit).Scan(ctx)
	return list, err
}

// GetExtract returns one extract of the organisation.
func GetExtract(ctx context.Context, tx bun.IDB, partner, org, id int64) (*Extract, error) {
	var x Extract
	err := tx.NewSelect().Model(&x).ColumnExpr("x.*").
		ColumnExpr("(SELECT name FROM stored_file WHERE id = x.file_id) AS file_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = x.created_by) AS created_name").
		Where("x.partner_id = ? AND x.org_id = ? AND x.id = ?", partner, org, id).Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &x, nil
}

// Rows returns an extract's comparison.
func Rows(ctx context.Context, tx bun.IDB, partner, extract int64) ([]Row, error) {
	var list []Row
	err := tx.NewSelect().Model(&list).ColumnExpr("r.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = r.taken_by) AS taken_name").
		Where("r.partner_id = ? AND r.extract_id = ?", partner, extract).OrderExpr("r.position").Scan(ctx)
	return list, err
}
