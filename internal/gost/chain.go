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
	// CRLs, when there are any, must speak for the certificate: a list of its
	// issuer that is not out of date at At. Those of the authorities above it
	// count when they are there.
	CRLs []*CRL
	At   time.Time // the moment of the question; must not be zero
}

// Why a chain is refused.
var (
	ErrNoIssuer   = errors.New("no trusted chain")
	ErrDates      = errors.New("outside its dates")
	ErrNotCA      = errors.New("may not issue certificates")
	ErrExtension  = errors.New("unknown critical extension")
	ErrRevoked    = errors.New("revoked")
	ErrUnknownCRL = errors.New("no usable revocation list")
)

const (
	maxChain      = 8
	maxSignatures = 100 // checks of one Verify: anybody may send intermediates
)

// Verify builds a chain to a trusted root and checks everything along it at
// o.At. An issuer is the certificate with the right name, the right key
// identifier when both sides have one, and the key that made the signature:
// names alone do not do, since several state roots share one. The chain is
// returned leaf first. When every chain fails, the error is the first chain's.
func (c *Certificate) Verify(o VerifyOptions) ([]*Certificate, error) {
	if o.At.IsZero() {
		return nil, errors.New("verify certificate: no moment given")
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
	o    VerifyOptions
	left int
	good []*Certificate
	err  error // of the first chain that reached a root
}

// build extends the chain upwards until a root ends a good one.
func (v *verification) build(chain []*Certificate) {
	last := chain[len(chain)-1]
	if contains(v.o.Roots, last) {
		err := v.check(chain)
		if err == nil {
			v.good = slices.Clone(chain)
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
			if !mayIssue(issuer, last.RawIssuer, last.AuthorityKeyID) || contains(chain, issuer) || v.left == 0 {
				continue
			}
			v.left--
			if last.CheckSignatureFrom(issuer) == nil {
				v.build(append(slices.Clone(chain), issuer))
			}
		}
	}
}

func contains(all []*Certificate, c *Certificate) bool {
	return slices.ContainsFunc(all, func(other *Certificate) bool { return bytes.Equal(other.Raw, c.Raw) })
}

// mayIssue compares names and key identifiers.
func mayIssue(issuer *Certificate, rawName, keyID []byte) bool {
	return bytes.Equal(issuer.RawSubject, rawName) &&
		(len(keyID) == 0 || len(issuer.SubjectKeyID) == 0 || bytes.Equal(keyID, issuer.SubjectKeyID))
}

// check applies the rules of RFC 5280, section 6, to a chain whose signatures
// are good.
func (v *verification) check(chain []*Certificate) error {
	below := 0 // authorities between the leaf and this certificate
	for i, c := range chain {
		if v.o.At.Before(c.NotBefore) || v.o.At.After(c.NotAfter) {
			return fmt.Errorf("%w: %s is valid %s to %s", ErrDates, label(c), day(c.NotBefore), day(c.NotAfter))
		}
		for _, e := range c.Extensions {
			if e.Critical && !understood(e.Id) {
				return fmt.Errorf("%w %v in %s", ErrExtension, e.Id, label(c))
			}
		}
		if i > 0 {
			if !c.IsCA || c.KeyUsage != 0 && c.KeyUsage&x509.KeyUsageCertSign == 0 {
				return fmt.Errorf("%s %w", label(c), ErrNotCA)
			}
			if c.MaxPathLen >= 0 && below > c.MaxPathLen {
				return fmt.Errorf("%s %w at this depth", label(c), ErrNotCA)
			}
			if !c.selfIssued() {
				below++
			}
		}
		if i+1 < len(chain) {
			if err := v.checkRevocation(c, chain[i+1], i == 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// understood lists the extensions that may be critical: those read here, and
// those that restrict nothing the product relies on.
func understood(oid asn1.ObjectIdentifier) bool {
	for _, known := range []asn1.ObjectIdentifier{oidBasicConstraints, oidKeyUsage, oidExtKeyUsage, oidPolicies,
		oidSubjectAltName, oidIssuerAltName, oidSubjectKeyID, oidAuthorityKeyID, oidCRLPoints, oidAuthorityInfo,
		oidPrivateKeyPeriod, OIDSubjectSignTool, OIDIssuerSignTool, OIDIdentificationKind} {
		if oid.Equal(known) {
			return true
		}
	}
	return false
}

// checkRevocation looks the certificate up in the lists of its issuer. A list
// of any age revokes; only one that is not out of date clears.
func (v *verification) checkRevocation(c, issuer *Certificate, must bool) error {
	if len(v.o.CRLs) == 0 {
		return nil
	}
	cleared := false
	for _, list := range v.o.CRLs {
		if !list.scope.covers(c) || !mayIssue(issuer, list.RawIssuer, list.AuthorityKeyID) || v.left == 0 {
			continue
		}
		if issuer.KeyUsage != 0 && issuer.KeyUsage&x509.KeyUsageCRLSign == 0 {
			continue
		}
		v.left--
		if list.CheckSignatureFrom(issuer) != nil {
			continue
		}
		if entry, ok := list.Find(c.Serial); ok && !entry.At.After(v.o.At) {
			return fmt.Errorf("%s %w on %s", label(c), ErrRevoked, day(entry.At))
		}
		// A list made after At still tells about At, unless the certificate
		// had expired and been dropped by then.
		if v.o.At.Before(list.NextUpdate) && !list.ThisUpdate.After(c.NotAfter) {
			cleared = true
		}
	}
	if must && !cleared {
		return fmt.Errorf("%w for %s", ErrUnknownCRL, label(c))
	}
	return nil
}

// label names a certificate in an error by its serial number: names are
// personal data.
func label(c *Certificate) string { return "certificate " + c.SerialHex() }

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }
