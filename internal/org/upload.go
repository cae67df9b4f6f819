package org

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"signdesk/internal/ext/dadata"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/gost"
	"signdesk/internal/registry"
	"signdesk/internal/registry/printed"
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
	Lists  func() []*gost.CRL  // those of revoked certificates that are at hand; nil = none
	MaxAge time.Duration       // an older extract must be renewed

	Reference *dadata.Client // a second opinion; nil = not connected
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
	number string           // of a printed extract
	paper  *printed.Reading // what a PDF is
	source string           // "" = a file that somebody dropped
}

func isPDF(content []byte) bool { return bytes.HasPrefix(content, []byte("%PDF-")) }

// readPDFs finds out what the PDFs among the files are. It works in other
// processes and may take seconds: never inside a transaction.
func readPDFs(ctx context.Context, all []*seen) error {
	for _, s := range all {
		if s.mime != "application/pdf" {
			continue
		}
		r, err := printed.ReadApart(ctx, s.Content)
		var damaged *printed.DamagedError
		var trouble *printed.TroubleError
		switch {
		case errors.As(err, &damaged):
			return fault.Wrap(fault.Invalid, "Файл «"+s.Name+"» не принят: это выписка, но "+damaged.Reason+". Получите её на сайте ФНС заново.", err)
		case errors.As(err, &trouble):
			return fault.Wrap(fault.Invalid, "Файл «"+s.Name+"» не принят. "+trouble.Text, err)
		case err != nil:
			return err
		}
		s.paper, s.record, s.number = r, r.Record, r.Number
	}
	return nil
}

// look recognises an upload by content; a file that is not what its name says is refused.
func look(u Upload) (*seen, error) { return lookUpTo(file.MaxDesk, u) }

func lookUpTo(limit int, u Upload) (*seen, error) {
	refuse := func(why string) error {
		return fault.New(fault.Invalid, "Файл «"+u.Name+"» не принят: "+why)
	}
	if len(u.Content) == 0 {
		return nil, refuse("он пуст.")
	}
	if len(u.Content) > limit {
		return nil, refuse(fmt.Sprintf("он больше %d МБ.", limit>>20))
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
	return nil, refuse("папка принимает выписку PDF или XML с подписью P7S, JPEG, PNG, GIF и TIFF; содержимое другое.")
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
