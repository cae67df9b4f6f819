package gost

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"time"
)

// VerifyOptions say what a certificate is verified against.
type VerifyOptions struct {
	Roots         []*Certificate // trusted
	Intermediates []*Certificate // may be anything: they are verified too

	// CRLs and OCSP answers, when there are any, must speak for the
	// certificate. Those about the authorities above it count when they are
	// there; Revocation demands more or less.
	CRLs       []*CRL
	OCSP       []*OCSPResponse
	Revocation RevocationNeed
	Freshness

	At  time.Time // the moment of the question; must not be zero
	Now time.Time // the clock, ahead of At when the question is about the past; zero = At

	// SignedAt is when the certificate's key signed something: its
	// privateKeyUsagePeriod must hold then. Zero = not asked.
	SignedAt time.Time
	// KeyUsage is what the key is asked for: one of these bits, when the
	// certificate says any. 0 = not asked.
	KeyUsage x509.KeyUsage
	// ExtKeyUsage must all be allowed by the certificate, and by every
	// authority below the root that restricts its usages.
	ExtKeyUsage []asn1.ObjectIdentifier

	// Legacy accepts signatures of GOST R 34.10-2001 on the certificates and
	// revocation lists: for old extracts, never for anything new.
	Legacy bool
}

// RevocationNeed says whose status must be known for a chain to be good; a
// certificate that is known to be revoked always refuses it.
type RevocationNeed int

// The needs.
const (
	RevocationWhenGiven RevocationNeed = iota // the leaf's, if CRLs or OCSP answers are given
	RevocationOfAll                           // of every certificate below the root
	RevocationReported                        // nobody's: the caller reads Path.Revocations and decides
)

// Why a chain is refused.
var (
	ErrNoIssuer      = errors.New("no trusted chain")
	ErrDates         = errors.New("outside its dates")
	ErrNotCA         = errors.New("may not issue certificates")
	ErrExtension     = errors.New("unknown critical extension")
	ErrPurpose       = errors.New("not for this purpose")
	ErrNames         = errors.New("outside the names its authority may give")
	ErrPolicy        = errors.New("without a policy that its authority demands")
	ErrRevoked       = errors.New("revoked")
	ErrUnknownStatus = errors.New("revocation status is unknown")
)

const (
	maxChain      = 8
	maxSignatures = 100 // checks of one Verify: anybody may send intermediates
)

// Path is a good chain.
type Path struct {
	Certificates []*Certificate // the leaf first, the root last
	Revocations  []Revocation   // of each certificate but the root
}

// Verify builds a chain to a trusted root and checks everything along it at
// o.At. The chain is returned leaf first.
func (c *Certificate) Verify(o VerifyOptions) ([]*Certificate, error) {
	p, err := c.VerifyPath(o)
	if err != nil {
		return nil, err
	}
	return p.Certificates, nil
}

// VerifyPath is Verify that also says what is known of revocations. An issuer
// is the certificate with the right name (RFC 5280, 7.1), the right key
// identifier when both sides have one, and the key that made the signature:
// names alone do not do, since several state roots share one. When a chain
// fails another one is tried, as cross-certificates make several; when all
// fail, the error is the first one's.
func (c *Certificate) VerifyPath(o VerifyOptions) (*Path, error) {
	if o.At.IsZero() {
		return nil, errors.New("verify certificate: no moment given")
	}
	if o.Now.IsZero() {
		o.Now = o.At
	}
	v := &verification{o: o, left: maxSignatures}
	v.build([]*Certificate{c})
	if v.good != nil {
		return v.good, nil
	}
	if v.err == nil {
		v.err = fmt.Errorf("%w (issuer key %X)", ErrNoIssuer, c.AuthorityKeyID)
	}
	return nil, fmt.Errorf("certificate %s: %w", c.SerialHex(), v.err)
}

type verification struct {
	o      VerifyOptions
	left   int
	signed map[signature]bool // lists and who signed them
	good   *Path
	err    error // of the first chain that reached a root
}

// build extends the chain upwards until a root ends a good one.
func (v *verification) build(chain []*Certificate) {
	last := chain[len(chain)-1]
	if contains(v.o.Roots, last) {
		revocations, err := v.check(chain)
		if err == nil {
			v.good = &Path{slices.Clone(chain), revocations}
		} else if v.err == nil {
			v.err = err
		}
		return
	}
	if len(chain) == maxChain {
		return
	}
	for _, pool := range [][]*Certificate{v.o.Roots, v.o.Intermediates} {
		for _, issuer := range pool {
			if v.good != nil {
				return
			}
			if v.left == 0 || !mayIssue(issuer, last.issuerForm, last.issuerHint()) || loops(chain, issuer) {
				continue
			}
			v.left--
			if last.frame.checkFrom(issuer, v.o.Legacy) == nil {
				v.build(append(slices.Clone(chain), issuer))
			}
		}
	}
}

func contains(all []*Certificate, c *Certificate) bool {
	return slices.ContainsFunc(all, func(other *Certificate) bool { return bytes.Equal(other.Raw, c.Raw) })
}

// loops reports whether the chain has been at this authority before: the same
// name with the same key, by whichever certificate.
func loops(chain []*Certificate, issuer *Certificate) bool {
	return slices.ContainsFunc(chain, func(c *Certificate) bool {
		return c.subjectForm == issuer.subjectForm && bytes.Equal(c.RawSPKI, issuer.RawSPKI)
	})
}

// label names a certificate in an error by its serial number: names are
// personal data.
func label(c *Certificate) string { return "certificate " + c.SerialHex() }

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }
