package org

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/job"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// Extract is what a source says of the organisation beside its card: an extract
// read from the storage folder, the tax service's answer through SMEV, or the
// answer of a reference service.
type Extract struct {
	bun.BaseModel   `bun:"table:extract,alias:x"`
	ID              int64 `bun:",pk,autoincrement"`
	PartnerID       int64
	OrgID           int64
	FileID          uuid.UUID `bun:",nullzero"` // none = no file: a reference service's answer
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
	Verdict         string           // same, note, warn, renew or stop: the worst of the rows and the signature
	Blocks          bool             // a difference stands that no certificate may be issued with
	Source          string           // file (of the tax service), smev or dadata
	Number          string           // of a printed one
	Record          *registry.Record `bun:"type:jsonb,nullzero"` // what was read; nil = compared before this was kept
	Signatures      []Signature      `bun:"type:jsonb"`
	CardVersion     int              // of the card that the rows were made of
	ComparedAt      time.Time        `bun:",nullzero"`
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
	Blocks        bool
	Hint          string
	Takeable      bool
	TakenAt       time.Time `bun:",nullzero"`
	TakenBy       int64     `bun:",nullzero"`
	TakenName     string    `bun:",scanonly"`
}

// Fresh reports whether the extract may carry an issue: its signature is good,
// nothing in it stops the work, and it is not older than maxAge.
func (x *Extract) Fresh(now time.Time, maxAge time.Duration) bool {
	return x.Signature == "good" && x.Verdict != "stop" && !x.Blocks && !x.ExtractDate.IsZero() && !tooOld(x.ExtractDate, now, maxAge)
}

// Facts is what is known of the signature, as it was read.
func (x *Extract) Facts() *Signature {
	return &Signature{Verdict: x.Signature, Signer: x.Signer, At: x.SignedAt, Source: x.SignedSource, Then: x.CertificateThen, Now: x.CertificateNow, From: x.CertificateFrom, Until: x.CertificateTill}
}

// MayTake reports whether values may be taken from it onto the card: a reference
// service is as good as a hand, an extract must be the tax service's.
func (x *Extract) MayTake() bool {
	return x.Record != nil && (x.Signature == "good" || x.Source == sourceDaData)
}

// The sources.
const (
	sourceFile   = "file"
	sourceSMEV   = "smev"
	sourceDaData = "dadata"
)

// SourceRU names where the record came from.
func (x *Extract) SourceRU() string {
	return map[string]string{sourceFile: "выписка ФНС", sourceSMEV: "ФНС через СМЭВ", sourceDaData: "справочный сервис"}[x.Source]
}

// gravity orders verdicts.
var gravity = map[string]int{"same": 0, "note": 1, "warn": 2, "renew": 3, "stop": 4}

// takeExtract stores the extract and its comparison. Another organisation's is
// refused: one with neither number of ours.
func takeExtract(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, rules Rules, id int64, s *seen, f *file.File, sign *seen, signFile *file.File) (int64, error) {
	card, err := Find(ctx, tx, by.PartnerID, id)
	if err != nil {
		return 0, err
	}
	if s.record.OGRN != card.OGRN && (s.record.INN == "" || s.record.INN != card.INN) {
		return 0, fault.New(fault.Invalid, "Файл «"+s.Name+"» не принят: это выписка другой организации — "+s.record.Name()+", ОГРН "+s.record.OGRN+".")
	}
	x := &Extract{PartnerID: by.PartnerID, OrgID: id, FileID: f.ID, ExtractDate: day(s.record.Extracted), CreatedAt: now, CreatedBy: by.ID,
		Source: sourceFile, Record: s.record, Number: s.number}
	if s.source != "" {
		x.Source = s.source
	}
	if signFile != nil {
		x.SignatureFileID = signFile.ID
	}
	if err := x.verify(now, rules, s.Content, sign); err != nil {
		return 0, fault.Wrap(fault.Invalid, "Файл «"+s.Name+"» не принят: подписи в нём прочитать нельзя, файл повреждён. Получите выписку заново.", err)
	}
	rows := x.compare(card, now, rules.MaxAge)
	if _, err := tx.NewInsert().Model(x).Exec(ctx); err != nil {
		return 0, fmt.Errorf("insert extract: %w", err)
	}
	return x.ID, x.keep(ctx, tx, rows)
}

// compare sets the card beside the record and sums up.
func (x *Extract) compare(card *Card, now time.Time, maxAge time.Duration) []Row {
	rows := compare(card, x.Record, now, maxAge)
	x.CardVersion, x.ComparedAt = card.Version, now
	x.sum(rows)
	return rows
}

// always is an age that nothing reaches: Fresh asks the age itself.
const always = 100 * 365 * 24 * time.Hour

// Against sums up anew when the card has changed since the comparison: what has
// come onto it must stand against the extract, too. The rows on the screen stay
// as they were until they are made anew.
func (x *Extract) Against(card *Card) {
	if x.Record == nil || x.CardVersion == card.Version {
		return
	}
	x.sum(compare(card, x.Record, x.ComparedAt, always))
}

// keep writes the rows and tells the cases.
func (x *Extract) keep(ctx context.Context, tx bun.IDB, rows []Row) error {
	for i := range rows {
		rows[i].PartnerID, rows[i].ExtractID, rows[i].Position = x.PartnerID, x.ID, i
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("insert extract rows: %w", err)
	}
	return wake(ctx, tx, x)
}

// wake tells the organisation's live cases that the extract has changed.
func wake(ctx context.Context, tx bun.IDB, x *Extract) error {
	return job.Enqueue(ctx, tx, job.OrgMoved{Partner: x.PartnerID, Org: x.OrgID})
}

// sum finds the worst of what still stands, and whether it blocks an issue.
func (x *Extract) sum(rows []Row) {
	x.Verdict, x.Blocks = "same", false
	for _, r := range rows {
		if !r.TakenAt.IsZero() && r.Field != "status" { // a closed firm stays closed on the card
			continue
		}
		if gravity[r.Verdict] > gravity[x.Verdict] {
			x.Verdict = r.Verdict
		}
		x.Blocks = x.Blocks || r.Blocks
	}
	if x.Signature == "bad" || x.Signature == "untrusted" || x.Signature == "past" {
		x.Verdict = "stop"
	}
}
