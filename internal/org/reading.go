package org

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/file"
	"signdesk/internal/registry/printed"
	"signdesk/internal/staff"
)

// Reading is what a PDF turned out to be that is no extract.
type Reading struct {
	bun.BaseModel `bun:"table:file_reading,alias:r"`
	FileID        uuid.UUID `bun:",pk"`
	PartnerID     int64
	Kind          string
	Text          string
	At            time.Time
}

// noteReading keeps what a file was taken for, so that nobody takes it for an
// extract. Of a paper that nobody could mix up with one nothing is said.
func noteReading(ctx context.Context, tx bun.IDB, now time.Time, f *file.File, r *printed.Reading) error {
	if r == nil || r.Kind == printed.Extract || r.Kind == printed.Paper {
		return nil
	}
	_, err := tx.NewInsert().Model(&Reading{FileID: f.ID, PartnerID: f.PartnerID, Kind: string(r.Kind), Text: r.Text(), At: now}).Exec(ctx)
	return err
}

// Readings returns what the PDFs among the files are, by file.
func Readings(ctx context.Context, d *db.DB, by *staff.Employee, files []file.File) (map[uuid.UUID]Reading, error) {
	if err := by.Must(staff.OrgView); err != nil {
		return nil, err
	}
	at := map[uuid.UUID]Reading{}
	var ids []uuid.UUID
	for _, f := range files {
		if f.Mime == "application/pdf" {
			ids = append(ids, f.ID)
		}
	}
	if len(ids) == 0 {
		return at, nil
	}
	var list []Reading
	err := d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		return tx.NewSelect().Model(&list).Where("r.partner_id = ? AND r.file_id IN (?)", by.PartnerID, bun.List(ids)).Scan(ctx)
	})
	for _, r := range list {
		at[r.FileID] = r
	}
	return at, err
}
