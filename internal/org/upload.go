package org

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/gost"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// Upload is one file dropped into the storage folder.
type Upload struct {
	Name    string
	Content []byte
}

// Received is what became of the dropped files.
type Received struct {
	Files   []file.File
	Extract int64 // the extract read from them; 0 = none
}

// Rules of reading an extract.
type Rules struct {
	Roots  []*gost.Certificate // who may sign for the tax service
	MaxAge time.Duration       // an older extract must be renewed
}

// kinds of content a storage folder takes, known by their first bytes.
var magics = []struct {
	ext, mime string
	start     []byte
}{
	{".pdf", "application/pdf", []byte("%PDF-")},
	{".png", "image/png", []byte("\x89PNG\r\n\x1a\n")},
	{".jpg", "image/jpeg", []byte("\xff\xd8\xff")},
	{".gif", "image/gif", []byte("GIF8")},
	{".tif", "image/tiff", []byte("II*\x00")},
	{".tif", "image/tiff", []byte("MM\x00*")},
}

var aliases = map[string]string{".jpeg": ".jpg", ".tiff": ".tif", ".sig": ".p7s"}

// seen is an upload as its content shows it.
type seen struct {
	Upload
	mime   string
	record *registry.Record
	cms    *gost.SignedData
}

// look recognises an upload by content; a file that is not what its name says is refused.
func look(u Upload) (*seen, error) {
	refuse := func(why string) error {
		return fault.New(fault.Invalid, "Файл «"+u.Name+"» не принят: "+why)
	}
	if len(u.Content) == 0 {
		return nil, refuse("он пуст.")
	}
	if len(u.Content) > file.MaxDesk {
		return nil, refuse("он больше 10 МБ.")
	}
	ext := strings.ToLower(path.Ext(u.Name))
	if a, ok := aliases[ext]; ok {
		ext = a
	}
	switch ext {
	case ".xml":
		r, _, err := registry.ParseExtract(bytes.NewReader(u.Content))
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "Файл «"+u.Name+"» не принят: это не выписка ЕГРЮЛ/ЕГРИП в формате XML. Получите выписку на сайте ФНС заново.", err)
		}
		return &seen{Upload: u, mime: "application/xml", record: r}, nil
	case ".p7s":
		cms, err := gost.ParseCMS(u.Content)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "Файл «"+u.Name+"» не принят: внутри нет подписи CMS.", err)
		}
		return &seen{Upload: u, mime: "application/pkcs7-signature", cms: cms}, nil
	}
	for _, m := range magics {
		if m.ext == ext {
			if bytes.HasPrefix(u.Content, m.start) {
				return &seen{Upload: u, mime: m.mime}, nil
			}
			continue
		}
		if bytes.HasPrefix(u.Content, m.start) {
			return nil, refuse("имя говорит «" + ext + "», а внутри " + strings.ToUpper(strings.TrimPrefix(m.ext, ".")) + ". Переименуйте файл или выберите другой.")
		}
	}
	return nil, refuse("папка принимает выписку XML с подписью P7S, PDF, JPEG, PNG, GIF и TIFF; содержимое другое.")
}

func lookAll(uploads []Upload) ([]*seen, error) {
	if len(uploads) == 0 {
		return nil, fault.New(fault.Invalid, "Выберите хотя бы один файл.")
	}
	var all []*seen
	for _, u := range uploads {
		s, err := look(u)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

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
	for _, end := range []string{".p7s", ".sig", ".xml"} {
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
		if _, err := signers(s, extract.Content); err == nil {
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
		if err != nil || last == nil || last.Signature == "good" {
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
		x, err := look(Upload{f.Name, content})
		if err != nil {
			return err
		}
		if got.Extract, err = signExtract(ctx, tx, by, now, rules, last, x, s, rows[s]); err != nil {
			return err
		}
	}
	return nil
}
