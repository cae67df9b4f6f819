// Package printed reads extracts of the register as the tax service prints
// them: the PDF of egrul.nalog.ru, about an organisation or an entrepreneur, in
// the layout in use since 2022 and in the one before.
//
// Such a paper is a table of three columns, number, name of the value, value,
// with titles of sections across it. Numbers of rows are no keys: what is said
// depends on the record. So the text is put together by place on the page
// (grid.go), cut into sections and rows (table.go), and every value is found by
// section and name (record.go), into the same registry.Record that the XML gives.
//
// What looks like an extract and is none is named: the print of another
// service, a scan, a certified copy, another paper of the tax service.
//
// A PDF is anybody's bytes. Though the parser is bounded by itself, it works in
// a child process with limits of its own (child.go), so that nothing but the
// answer of that file is lost.
package printed

import (
	"errors"
	"fmt"

	"signdesk/internal/gost/pdfsig"
	"signdesk/internal/registry"
)

// Kind is what a PDF turned out to be.
type Kind string

// The kinds. Only Extract comes with a record.
const (
	Extract   Kind = "extract"
	Service   Kind = "service"   // a print of another service: Контур.Фокус and others
	Copy      Kind = "copy"      // a copy that somebody has certified
	Scan      Kind = "scan"      // pictures without text
	OtherFNS  Kind = "other_fns" // another paper of the tax service
	Encrypted Kind = "encrypted" // under a password
	Paper     Kind = "paper"     // something else
)

// Reading is what was read out of a PDF.
type Reading struct {
	Kind   Kind             `json:"kind"`
	Name   string           `json:"name,omitempty"`   // of the service or the paper, in Russian
	Record *registry.Record `json:"record,omitempty"` // of an extract
	Number string           `json:"number,omitempty"` // of an extract: ЮЭ9965-26-12345678
	Old    bool             `json:"old,omitempty"`    // an extract in the layout before 2022
	Pages  int              `json:"pages"`
}

// Text says what the paper is, and what to do when it is no extract.
func (r *Reading) Text() string {
	const get = " Получите выписку с подписью на сайте ФНС (egrul.nalog.ru)."
	switch r.Kind {
	case Extract:
		return "Выписка ФНС."
	case Service:
		return "Не выписка: это отчёт «" + r.Name + "»." + get
	case Copy:
		return "Не выписка, а её заверенная копия: электронной подписи ФНС в ней нет." + get
	case Scan:
		return "Это скан: текста в нём нет, сверить его нельзя."
	case OtherFNS:
		return "Не выписка, а другой документ ФНС: " + r.Name + "." + get
	case Encrypted:
		return "Файл под паролем: прочитать его нельзя."
	}
	return "Не выписка из реестра."
}

// DamagedError says in Russian why a paper that calls itself an extract cannot
// be taken for one.
type DamagedError struct{ Reason string }

func (e *DamagedError) Error() string { return "damaged extract: " + e.Reason }

// enough pages tell what a paper is; an extract is read to its end.
const enough = 2

// Read reads a PDF in this process; for foreign bytes use ReadApart. Errors are a
// *DamagedError, or those of pdfsig.
func Read(pdf []byte) (*Reading, error) {
	r := &Reading{Kind: Paper}
	var text *sheet
	letters, unread, pictures := 0, 0, 0
	rows := &rows{}
	err := pdfsig.ReadPages(pdf, func(p *pdfsig.Page) bool {
		r.Pages++
		g := arrange(p, rows.columns)
		pictures, unread = pictures+p.Pictures, unread+p.Unread
		for _, t := range p.Texts {
			letters += len(t.S)
		}
		if text == nil {
			text = newSheet()
		}
		if r.Pages <= enough {
			text.add(g)
			r.Kind, r.Name = text.kind()
		}
		if r.Kind == Extract {
			rows.add(g)
		}
		return r.Kind == Extract || r.Pages < enough
	})
	switch {
	case errors.Is(err, pdfsig.ErrEncrypted):
		return &Reading{Kind: Encrypted}, nil
	case err != nil:
		return nil, fmt.Errorf("read PDF: %w", err)
	}
	if r.Kind == Paper && letters < 20 && (pictures > 0 || r.Pages > 0) {
		r.Kind = Scan
	}
	if r.Kind != Extract {
		return r, nil
	}
	if unread > letters/20 {
		return nil, &DamagedError{"шрифт файла не говорит, какие в нём буквы: текст прочитать нельзя"}
	}
	p := paper{head: text.heading(), sections: rows.sections()}
	r.Number, r.Old = p.head.number, p.old()
	r.Record, err = p.record()
	return r, err
}
