package onec

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"signdesk/internal/ext/sim/state"
)

// Document is an act or an invoice with its files.
type Document struct {
	Type   string `json:"type"`   // act, invoice (счёт-фактура)
	Number string `json:"number"` // given by 1C
	Date   string `json:"date"`   // 2006-01-02, given by 1C
	Ref    string `json:"ref"`    // 1C's own reference
	Posted bool   `json:"posted"`
	Amount string `json:"amount"`
	VAT    string `json:"vat"`
	Files  []File `json:"files"`
}

// File describes bytes that GET /files/{id} gives.
type File struct {
	FileID string `json:"file_id"`
	Name   string `json:"name"`
	Mime   string `json:"mime"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"` // lower-case hex
}

type stored struct {
	File  File   `json:"file"`
	Bytes []byte `json:"bytes"`
}

var moscow = time.FixedZone("MSK", 3*3600)

// kinds are the documents of one shipment, with their Russian titles.
var kinds = []struct{ kind, prefix, title string }{
	{"act", "АКТ", "Акт об оказании услуг"},
	{"invoice", "СФ", "Счёт-фактура"},
}

// makeDocuments posts the documents and stores their files.
func (s *Service) makeDocuments(tx *tx, rec *record) error {
	now := s.Now().In(moscow)
	for _, k := range kinds {
		no, err := tx.Next(s.Bucket("numbers:" + k.kind))
		if err != nil {
			return err
		}
		ref, err := uuid.NewRandom()
		if err != nil {
			return err
		}
		d := Document{Type: k.kind, Number: fmt.Sprintf("УЧ00-%06d", no), Date: now.Format(time.DateOnly), Ref: ref.String(),
			Posted: true, Amount: rec.Shipment.Total, VAT: rec.Shipment.TotalVAT}
		p, err := pdf(k.title, &d, &rec.Shipment, now)
		if err != nil {
			return err
		}
		x, err := document(k.title, &d, &rec.Shipment)
		if err != nil {
			return err
		}
		base := fmt.Sprintf("%s_%06d_%s", k.prefix, no, now.Format("20060102"))
		for _, f := range []struct {
			name, mime string
			bytes      []byte
		}{{base + ".pdf", "application/pdf", p}, {base + ".xml", "application/xml", x}} {
			file, err := s.keep(tx, f.name, f.mime, f.bytes)
			if err != nil {
				return err
			}
			d.Files = append(d.Files, file)
		}
		rec.Job.Documents = append(rec.Job.Documents, d)
	}
	return s.Count(tx, "documents")
}

func (s *Service) keep(tx *tx, name, mime string, b []byte) (File, error) {
	id, err := uuid.NewRandom()
	if err != nil {
		return File{}, err
	}
	sum := sha256.Sum256(b)
	f := File{FileID: id.String(), Name: name, Mime: mime, Size: len(b), SHA256: hex.EncodeToString(sum[:])}
	return f, tx.Put(s.Bucket("files"), f.FileID, stored{f, b})
}

// file gives the bytes; with the knob «wrong signature» one of them is spoilt,
// so that size is right and sha256 is not.
func (s *Service) file(w http.ResponseWriter, r *http.Request) {
	var f stored
	if err := s.Store.View(func(tx *tx) error { return tx.Get(s.Bucket("files"), r.PathValue("id"), &f) }); err != nil {
		s.reply(w, 0, nil, errMissing)
		return
	}
	state.Quiet(w)
	if s.Knobs().WrongSignature {
		f.Bytes[len(f.Bytes)/2] ^= 1
	}
	w.Header().Set("Content-Type", f.File.Mime)
	w.Header().Set("Content-Length", strconv.Itoa(len(f.Bytes)))
	w.Header().Set("Content-Disposition", "attachment")
	_, _ = w.Write(f.Bytes)
}

func newest(all []record, n int) []Job {
	slices.SortFunc(all, func(a, b record) int { return b.At.Compare(a.At) })
	var out []Job
	for _, r := range all[:min(n, len(all))] {
		out = append(out, r.Job)
	}
	return out
}
