package org

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/file"
	"signdesk/internal/staff"
)

// Receive stores the files dropped into the organisation's storage folder. An
// extract among them is read, its signature verified over the very bytes, its
// fields compared with the card. Either all files are taken or none.
func Receive(ctx context.Context, d *db.DB, files *file.Store, by *staff.Employee, now time.Time, rules Rules, id int64, uploads []Upload) (*Received, error) {
	if err := by.Must(staff.OrgEdit); err != nil {
		return nil, err
	}
	all, err := lookAll(uploads)
	if err != nil {
		return nil, err
	}
	if err := readPDFs(ctx, all); err != nil {
		return nil, err
	}
	got := &Received{}
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if _, err := lockLive(ctx, tx, by.PartnerID, id); err != nil {
			return err
		}
		rows := map[*seen]*file.File{}
		for _, s := range all {
			f := &file.File{PartnerID: by.PartnerID, OrgID: id, Folder: file.Storage, Name: s.Name, Mime: s.mime, CreatedAt: now, CreatedBy: by.ID}
			if err := files.Add(ctx, tx, f, s.Content); err != nil {
				return err
			}
			rows[s] = f
			got.Files = append(got.Files, *f)
			if err := noteReading(ctx, tx, now, f, s.paper); err != nil {
				return err
			}
		}
		for _, s := range all {
			if s.record == nil {
				continue
			}
			sign := beside(all, s)
			if sign == nil {
				var err error
				if sign, err = waitingSignature(ctx, tx, files, by.PartnerID, id, s, rows); err != nil {
					return err
				}
			}
			var err error
			if got.Extract, err = takeExtract(ctx, tx, by, now, rules, id, s, rows[s], sign, rows[sign]); err != nil {
				return err
			}
		}
		if err := lateSignatures(ctx, tx, files, by, now, rules, id, all, rows, got); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "org.receive_files",
			Object: fmt.Sprintf("organisation:%d", id), Org: id, Details: map[string]int{"files": len(all)}})
	})
	if err != nil {
		return nil, err
	}
	return got, nil
}

// stem is a file's name without the endings a signature adds, to pair the two.
func stem(name string) string {
	name = strings.ToLower(name)
	for _, end := range []string{".p7s", ".sig", ".xml", ".pdf"} {
		name = strings.TrimSuffix(name, end)
	}
	return name
}

// beside finds the signature dropped together with an extract: of the same
// name, or the only one when one extract and one signature came.
func beside(all []*seen, extract *seen) *seen {
	var only *seen
	signatures, extracts := 0, 0
	for _, s := range all {
		if s.record != nil {
			extracts++
		}
		if s.cms == nil {
			continue
		}
		if stem(s.Name) == stem(extract.Name) {
			return s
		}
		only = s
		signatures++
	}
	if signatures == 1 && extracts == 1 {
		return only
	}
	return nil
}

// waitingSignature finds a signature that was dropped before its extract: of the
// same name and over the same bytes.
func waitingSignature(ctx context.Context, tx bun.IDB, files *file.Store, partner, id int64, extract *seen, rows map[*seen]*file.File) (*seen, error) {
	list, err := file.List(ctx, tx, partner, id, file.Storage)
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		if f.Mime != "application/pkcs7-signature" || stem(f.Name) != stem(extract.Name) {
			continue
		}
		content, err := files.Read(&f)
		if err != nil {
			return nil, err
		}
		s, err := look(Upload{f.Name, content})
		if err != nil {
			return nil, err
		}
		if _, err := signers(s.cms, extract.Content); err == nil {
			rows[s] = &f
			return s, nil
		}
	}
	return nil, nil
}

// lateSignatures verifies the last extract again when its signature comes after
// it, the first one or a right one after a wrong one.
func lateSignatures(ctx context.Context, tx bun.IDB, files *file.Store, by *staff.Employee, now time.Time, rules Rules, id int64, all []*seen, rows map[*seen]*file.File, got *Received) error {
	for _, s := range all {
		if s.cms == nil || got.Extract != 0 {
			continue
		}
		last, err := LatestExtract(ctx, tx, by.PartnerID, id)
		if err != nil || last == nil || last.Signature == "good" || last.Source != sourceFile {
			if err != nil {
				return err
			}
			continue
		}
		f, err := file.Get(ctx, tx, by.PartnerID, last.FileID)
		if err != nil {
			return err
		}
		if stem(f.Name) != stem(s.Name) {
			continue
		}
		content, err := files.Read(f)
		if err != nil {
			return err
		}
		if got.Extract, err = signExtract(ctx, tx, by, now, rules, last, content, s, rows[s]); err != nil {
			return err
		}
	}
	return nil
}
