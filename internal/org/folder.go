package org

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/staff"
)

// Folder lists the files of the organisation's storage or cabinet folder.
func Folder(ctx context.Context, d *db.DB, by *staff.Employee, id int64, folder string) (list []file.File, err error) {
	if err := by.Must(staff.OrgView); err != nil {
		return nil, err
	}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		list, err = file.List(ctx, tx, by.PartnerID, id, folder)
		return err
	})
	return list, err
}

// OpenExtracts lists the organisation's extracts for a screen.
func OpenExtracts(ctx context.Context, d *db.DB, by *staff.Employee, id int64, limit int) (list []Extract, err error) {
	if err := by.Must(staff.OrgView); err != nil {
		return nil, err
	}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		list, err = Extracts(ctx, tx, by.PartnerID, id, limit)
		return err
	})
	return list, err
}

// Comparison is an extract beside the card, for a screen.
type Comparison struct {
	Extract   *Extract
	Rows      []Row
	Decisions []Decision
	Latest    bool // there is no newer one of its source
	Version   int  // of the card, which a taking is decided by
}

// Stale reports whether the card has changed since the comparison was made.
func (c *Comparison) Stale() bool {
	return c.Extract.Record != nil && c.Version != c.Extract.CardVersion
}

// OpenExtract returns one extract with its comparison.
func OpenExtract(ctx context.Context, d *db.DB, by *staff.Employee, id, extract int64) (c *Comparison, err error) {
	if err := by.Must(staff.OrgView); err != nil {
		return nil, err
	}
	c = &Comparison{}
	err = d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if c.Extract, err = GetExtract(ctx, tx, by.PartnerID, id, extract); err != nil {
			return err
		}
		if c.Latest, err = lastOfSource(ctx, tx, c.Extract); err != nil {
			return err
		}
		if c.Decisions, err = Decisions(ctx, tx, by.PartnerID, extract); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT version FROM organisation WHERE partner_id = ? AND id = ?`, by.PartnerID, id).Scan(&c.Version); err != nil {
			return err
		}
		c.Rows, err = Rows(ctx, tx, by.PartnerID, extract)
		return err
	})
	return c, err
}

// ShareFiles puts files into the folder that the client sees in his cabinet:
// all of them or none.
func ShareFiles(ctx context.Context, d *db.DB, files *file.Store, by *staff.Employee, now time.Time, id int64, uploads []Upload) error {
	if err := by.Must(staff.OrgEdit); err != nil {
		return err
	}
	all, err := lookAll(uploads)
	if err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if _, err := lockLive(ctx, tx, by.PartnerID, id); err != nil {
			return err
		}
		for _, s := range all {
			f := &file.File{PartnerID: by.PartnerID, OrgID: id, Folder: file.Cabinet, Name: s.Name, Mime: s.mime, CreatedAt: now, CreatedBy: by.ID}
			if err := files.Add(ctx, tx, f, s.Content); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.share_files",
			Object: fmt.Sprintf("organisation:%d", id), Org: id, Details: map[string]int{"files": len(all)}})
	})
}

// OpenFile returns a stored file and its bytes. Accounting's files need the
// right to see services; scans and printed papers of a person, passport rights,
// and who looked is noted.
func OpenFile(ctx context.Context, d *db.DB, files *file.Store, by *staff.Employee, now time.Time, id uuid.UUID) (*file.File, []byte, error) {
	var f *file.File
	err := d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) (err error) {
		f, err = file.Get(ctx, tx, by.PartnerID, id)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	personal := f.OwnerID != 0 || f.Folder == file.Scan || f.Folder == file.Printed
	switch {
	case personal:
		err = by.Must(staff.PassportView)
	case f.Folder == file.OneC:
		err = by.Must(staff.ServicesView)
	case f.Folder == file.Storage || f.Folder == file.Cabinet:
		err = by.Must(staff.OrgView)
	default:
		err = fault.Missing()
	}
	if err != nil {
		return nil, nil, err
	}
	if personal {
		if err := d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
			return audit.Looked(ctx, tx, now, by.PartnerID, by.Actor(), "file:"+f.ID.String(), "")
		}); err != nil {
			return nil, nil, err
		}
	}
	content, err := files.Read(f)
	return f, content, err
}
