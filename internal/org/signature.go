package org

import (
	"errors"
	"time"

	"signdesk/internal/gost"
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
	CertificateUntrusted CertificateState = "untrusted" // not of the tax service
)

// Signature is the verdict on an extract's signature: three things apart.
type Signature struct {
	// Verdict sums it up: good; past, when all was right but the certificate has
	// ended since; untrusted; bad, when the signature does not fit the extract;
	// missing. Only good carries an issue: when a signature was made is the
	// signer's own word, so its certificate must hold on the day of the check
	// (Federal Law 63-FZ, article 11, clause 2).
	Verdict string
	Signer  string
	Legacy  bool // of GOST R 34.10-2001

	At        time.Time // when it was made
	Source    string    // whose word At is: claimed (by the signer) or extract (its date)
	Then, Now CertificateState
	From      time.Time // of the certificate
	Until     time.Time
}

// Right reports whether the signature itself fits the extract.
func (s *Signature) Right() bool { return s.Verdict != "bad" && s.Verdict != "missing" }

// JudgeSignature checks the detached signature over the very bytes of an
// extract; nil means that there is none.
func JudgeSignature(now time.Time, roots []*gost.Certificate, content []byte, extracted registry.Date, cms *gost.SignedData) Signature {
	if cms == nil {
		return Signature{Verdict: "missing"}
	}
	results, err := signers(cms, content)
	if err != nil {
		return Signature{Verdict: "bad"}
	}
	first := results[0]
	c := first.Certificate
	s := Signature{Signer: c.Subject.Get(gost.OIDCommonName), Legacy: c.LegacyKey() != nil, At: first.SigningTime, Source: "claimed", From: c.NotBefore, Until: c.NotAfter}
	if s.At.Before(day(extracted).AddDate(0, 0, -1)) { // absent, or before there was anything to sign
		s.At, s.Source = day(extracted).Add(9*time.Hour), "extract" // noon in Moscow
	}
	state := func(at time.Time) CertificateState {
		_, err := c.Verify(gost.VerifyOptions{Roots: roots, Intermediates: cms.Certificates, At: at, Now: later(now, at), Legacy: true})
		switch {
		case err == nil:
			return CertificateGood
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
