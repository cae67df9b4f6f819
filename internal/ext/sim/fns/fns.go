// Package fns plays the tax service's register of organisations: an extract is
// one record cut from a dump as it is, in windows-1251, with a detached CMS
// signature on a GOST key and without signed attributes, as the service's own
// files have it. Only the date of the extract and the count of documents are
// written anew.
package fns

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"signdesk/internal/ext/sim/pki"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
)

// Service is the register with the service's signature.
type Service struct {
	*state.System
	Register  string // the dump, a zip of VO_RUGFO_*.xml and VO_RIGFO_*.xml; "" = none
	Authority *pki.Identity
	Signer    *pki.Identity

	mu    sync.Mutex
	index *index
}

var ogrnForm = regexp.MustCompile(`^(\d{13}|\d{15})$`)

var errUnknown = errors.New("no such record")

// Handler serves GET …/extract?ogrn=N[&part=xml|p7s] and GET …/ca.pem.
func (s *Service) Handler(prefix string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+prefix+"/extract", s.serve)
	mux.HandleFunc("GET "+prefix+"/ca.pem", func(w http.ResponseWriter, r *http.Request) {
		state.Quiet(w)
		w.Header().Set("Content-Type", "application/x-pem-file")
		_ = pem.Encode(w, &pem.Block{Type: "CERTIFICATE", Bytes: s.Authority.Cert.Raw})
	})
	return mux
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	number, part := r.URL.Query().Get("ogrn"), r.URL.Query().Get("part")
	if !ogrnForm.MatchString(number) {
		http.Error(w, "ogrn: 13 или 15 цифр", http.StatusBadRequest)
		return
	}
	if reason := s.Knobs().Refuse; reason != "" {
		http.Error(w, reason, http.StatusForbidden)
		return
	}
	doc, err := s.Extract(number)
	if errors.Is(err, errUnknown) {
		http.Error(w, "Запись не найдена", http.StatusNotFound)
		return
	}
	var sig []byte
	if err == nil {
		sig, err = s.Sign(doc)
	}
	if err != nil {
		s.Log.Error("extract", "err", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	if err := s.Store.Update(func(tx *state.Tx) error { return s.Count(tx, "extracts") }); err != nil {
		s.Log.Error("count extract", "err", err)
	}
	name := "extract_" + number
	switch part {
	case "xml":
		give(w, name+".xml", "application/xml", doc)
	case "p7s":
		give(w, name+".p7s", "application/pkcs7-signature", sig)
	default:
		both, err := pack(name, doc, sig)
		if err != nil {
			http.Error(w, "internal error", http.StatusInternalServerError)
			return
		}
		give(w, name+".zip", "application/zip", both)
	}
}

func give(w http.ResponseWriter, name, kind string, b []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	_, _ = w.Write(b)
}

func pack(name string, doc, sig []byte) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range []struct {
		name string
		b    []byte
	}{{name + ".xml", doc}, {name + ".p7s", sig}} {
		w, err := z.Create(f.name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.b); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

var (
	issueDate = cp1251(` ДатаВып="`)
	countAttr = cp1251(` КолДок="`)
	fileEnd   = cp1251("\n</Файл>")
)

// Extract cuts the record of the OGRN and dates it today.
func (s *Service) Extract(number string) ([]byte, error) {
	if s.Register == "" {
		return nil, errUnknown
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.open(); err != nil {
		return nil, err
	}
	p, ok := s.index.places[number]
	if !ok {
		return nil, errUnknown
	}
	header, record, err := s.index.cut(s.Register, p)
	if err != nil {
		return nil, err
	}
	header = setAttr(header, countAttr, "1")
	record = setAttr(record, issueDate, s.Now().Format("2006-01-02"))
	return bytes.Join([][]byte{header, record, fileEnd}, nil), nil
}

// open reads the dump once; the caller holds mu.
func (s *Service) open() error {
	if s.index != nil {
		return nil
	}
	ix, err := build(s.Register)
	if err != nil {
		return fmt.Errorf("index register dump: %w", err)
	}
	s.index = ix
	return nil
}

// Named lists numbers of organisations whose full name has all the words.
func (s *Service) Named(words string, count int) (numbers []string, err error) {
	if s.Register == "" {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.open(); err != nil {
		return nil, err
	}
	wanted := strings.Fields(strings.ToUpper(words))
next:
	for _, n := range s.index.names {
		for _, w := range wanted {
			if !strings.Contains(n.name, w) {
				continue next
			}
		}
		if numbers = append(numbers, n.number); len(numbers) >= count {
			break
		}
	}
	return numbers, nil
}

// Record is Extract for the tax service's answers through SMEV, by OGRN or INN.
func (s *Service) Record(number string) (doc []byte, found bool, err error) {
	doc, err = s.Extract(number)
	if errors.Is(err, errUnknown) {
		return nil, false, nil
	}
	return doc, err == nil, err
}

// setAttr rewrites the first such attribute, padded with spaces on the left to
// the width it had.
func setAttr(b, attr []byte, value string) []byte {
	at := bytes.Index(b, attr)
	if at < 0 {
		return b
	}
	from := at + len(attr)
	end := bytes.IndexByte(b[from:], '"')
	if end < 0 {
		return b
	}
	padded := fmt.Sprintf("%*s", end, value)
	return append(append(append([]byte{}, b[:from]...), padded...), b[from+end:]...)
}

// Sign makes the detached signature; with the knob «wrong signature» over
// other bytes than the document's.
func (s *Service) Sign(doc []byte) ([]byte, error) {
	if s.Knobs().WrongSignature {
		doc = append([]byte{' '}, doc...)
	}
	return gost.SignCMS(rand.Reader, doc, s.Signer.Cert, s.Signer.Key, gost.SignOptions{Detached: true, Chain: []*gost.Certificate{s.Authority.Cert}})
}
