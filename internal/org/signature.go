package org

import (
	"errors"
	"time"

	"signdesk/internal/gost"
	"signdesk/internal/gost/pdfsig"
	"signdesk/internal/registry"
)

// CertificateState is what a certificate was at a moment.
type CertificateState string

// The states; "" means that there is no certificate to speak of.
const (
	CertificateGood      CertificateState = "good"      // within its dates, of the tax service
	CertificateEarly     CertificateState = "early"     // its dates had not begun
	CertificateExpired   CertificateState = "expired"   // its dates were over
	CertificateIssuer    CertificateState = "issuer"    // an authority above it was outside its dates
	CertificateRevoked   CertificateState = "revoked"   // taken back by its authority
	CertificateUntrusted CertificateState = "untrusted" // not of the tax service
)

// Signature is the verdict on one signature of an extract: whether it fits,
// whose it is, and what its certificate was then and is now, each apart.
type Signature struct {
	// Verdict sums it up: good; past, when all was right but the certificate has
	// ended since; untrusted; bad, when the signature does not fit the extract;
	// missing. Only good carries an issue: when a signature was made is the
	// signer's own word, so its certificate must hold on the day of the check
	// (Federal Law 63-FZ, article 11, clause 2).
	Verdict      string   `json:"verdict"`
	Signer       string   `json:"signer,omitempty"`
	Organisation string   `json:"organisation,omitempty"` // of the certificate
	Serial       string   `json:"serial,omitempty"`
	Issuer       string   `json:"issuer,omitempty"`
	Legacy       bool     `json:"legacy,omitempty"`  // of GOST R 34.10-2001
	Problem      string   `json:"problem,omitempty"` // what is wrong with a bad one, Russian
	Later        []string `json:"later,omitempty"`   // what came after it into the PDF, Russian
	Whole        bool     `json:"whole"`             // nothing came after it

	At      time.Time        `json:"at,omitzero"`      // when it was made
	Source  string           `json:"source,omitempty"` // whose word At is: claimed (by the signer) or extract (its date)
	Then    CertificateState `json:"then,omitempty"`
	Now     CertificateState `json:"now,omitempty"`
	From    time.Time        `json:"from,omitzero"` // of the certificate
	Until   time.Time        `json:"until,omitzero"`
	Checked time.Time        `json:"checked,omitzero"` // of the list of revoked certificates that was asked; zero = none was
}

// Right reports whether the signature itself fits the extract.
func (s *Signature) Right() bool { return s.Verdict != "bad" && s.Verdict != "missing" }

// JudgeSignature checks the detached signatures over the very bytes of an
// extract; cms nil means that there is none. The first signer's verdict counts,
// when all signatures are right.
func JudgeSignature(now time.Time, rules Rules, content []byte, extracted registry.Date, cms *gost.SignedData) []Signature {
	if cms == nil {
		return []Signature{{Verdict: "missing"}}
	}
	results, err := signers(cms, content)
	if err != nil {
		return []Signature{{Verdict: "bad", Problem: "подпись не сходится с файлом"}}
	}
	var list []Signature
	for _, r := range results {
		s := judgeSigner(now, rules, extracted, r, cms.Certificates)
		s.Whole = true
		list = append(list, s)
	}
	return list
}

// JudgePDF checks the signatures inside a printed extract. The stamp on its
// page is a picture and says nothing. Errors say that the file cannot be read.
func JudgePDF(now time.Time, rules Rules, content []byte, extracted registry.Date) ([]Signature, error) {
	doc, err := pdfsig.Verify(content, pdfsig.Options{Legacy: true})
	if err != nil {
		return nil, err
	}
	var list []Signature
	for _, p := range doc.Signatures {
		if p.Stamp != nil { // a time-stamp of the document signs nothing for anybody
			continue
		}
		s := Signature{Verdict: "bad", Problem: pdfProblem(&p)}
		if s.Problem == "" && len(p.Signers) == 1 {
			if p.Signers[0].SigningTime.IsZero() {
				p.Signers[0].SigningTime = p.Date
			}
			s = judgeSigner(now, rules, extracted, p.Signers[0], p.Message.Certificates)
		} else if len(p.Signers) > 0 && p.Signers[0].Certificate != nil {
			s.who(p.Signers[0].Certificate)
		}
		s.Whole, s.Later = p.Whole, laterRU(p.Later)
		list = append(list, s)
	}
	switch {
	case len(list) == 0:
		return []Signature{{Verdict: "missing"}}, nil
	case doc.Rebuilt:
		list[0].Verdict, list[0].Problem = "bad", "таблица ссылок файла повреждена: другая программа может показать в нём другое"
	case doc.Stray:
		list[0].Verdict, list[0].Problem = "bad", "в файле есть подпись, которая ни к чему не относится"
	}
	return list, nil
}

// Decisive is the signature that the extract's own verdict is: a bad one among
// several spoils all; else the best counts.
func Decisive(list []Signature) Signature {
	rank := map[string]int{"bad": 0, "good": 1, "past": 2, "untrusted": 3, "missing": 4}
	best := list[0]
	for _, s := range list[1:] {
		if rank[s.Verdict] < rank[best.Verdict] {
			best = s
		}
	}
	return best
}

func (s *Signature) who(c *gost.Certificate) {
	s.Signer, s.Organisation = c.Subject.Get(gost.OIDCommonName), c.Subject.Get(gost.OIDOrganization)
	s.Serial, s.Issuer = c.SerialHex(), c.Issuer.Get(gost.OIDCommonName)
	s.Legacy, s.From, s.Until = c.LegacyKey() != nil, c.NotBefore, c.NotAfter
}

// judgeSigner judges the certificate behind a signature that fits.
func judgeSigner(now time.Time, rules Rules, extracted registry.Date, r gost.SignerResult, more []*gost.Certificate) Signature {
	s := Signature{At: r.SigningTime, Source: "claimed"}
	c := r.Certificate
	s.who(c)
	if s.At.Before(day(extracted).AddDate(0, 0, -1)) { // absent, or before there was anything to sign
		s.At, s.Source = day(extracted).Add(9*time.Hour), "extract" // noon in Moscow
	}
	var lists []*gost.CRL
	if rules.Lists != nil {
		lists = rules.Lists()
	}
	state := func(at time.Time) CertificateState {
		o := gost.VerifyOptions{Roots: rules.Roots, Intermediates: more, CRLs: lists, Revocation: gost.RevocationReported, At: at, Now: later(now, at), Legacy: true}
		path, err := c.VerifyPath(o)
		switch {
		case err == nil:
			if len(path.Revocations) > 0 && path.Revocations[0].State == gost.StatusGood {
				s.Checked = path.Revocations[0].AsOf
			}
			return CertificateGood
		case errors.Is(err, gost.ErrRevoked):
			return CertificateRevoked
		case !errors.Is(err, gost.ErrDates):
			return CertificateUntrusted
		case at.Before(c.NotBefore):
			return CertificateEarly
		case at.After(c.NotAfter):
			return CertificateExpired
		}
		return CertificateIssuer
	}
	s.Then, s.Now = state(s.At), state(now)
	switch {
	case s.Now == CertificateGood:
		s.Verdict = "good"
	case s.Then == CertificateGood && (s.Now == CertificateExpired || s.Now == CertificateIssuer):
		s.Verdict = "past"
	default:
		s.Verdict = "untrusted"
	}
	return s
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// signers returns the verdicts when every signature over the content is right.
func signers(cms *gost.SignedData, content []byte) ([]gost.SignerResult, error) {
	cms.Legacy = true // extracts made before 2020
	results, err := cms.Verify(content)
	for _, r := range results {
		err = errors.Join(err, r.Err)
	}
	if err == nil && len(results) == 0 {
		err = errors.New("no signature")
	}
	return results, err
}
