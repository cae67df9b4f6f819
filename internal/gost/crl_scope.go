package gost

import (
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// crlScope says of which certificates a list speaks; the zero value is all of
// the issuer's. Large centres cut their lists into parts by address.
type crlScope struct {
	names      []GeneralName // of the part; none = all
	usersOnly  bool
	issuerOnly bool // certificates of authorities
}

// read reads IssuingDistributionPoint (RFC 5280, 5.2.5); why says what makes
// the list unusable.
func (s *crlScope) read(value *cryptobyte.String) (why string, ok bool) {
	var seq, reasons cryptobyte.String
	var someReasons, indirect, attributes bool
	var point CRLPoint
	if !value.ReadASN1(&seq, cbasn1.SEQUENCE) || !point.readName(&seq) ||
		!readFlag(&seq, 1, &s.usersOnly) || !readFlag(&seq, 2, &s.issuerOnly) ||
		!seq.ReadOptionalASN1(&reasons, &someReasons, cbasn1.Tag(3).ContextSpecific()) ||
		!readFlag(&seq, 4, &indirect) || !readFlag(&seq, 5, &attributes) || !seq.Empty() {
		return "", false
	}
	s.names = point.Names
	switch {
	case someReasons:
		why = "for some reasons of revocation only"
	case indirect:
		why = "an indirect list"
	case attributes:
		why = "for attribute certificates only"
	case point.Relative:
		why = "its point is named relative to the issuer"
	case s.usersOnly && s.issuerOnly:
		why = "for no certificate at all"
	}
	return why, true
}

// readFlag reads [n] IMPLICIT BOOLEAN DEFAULT FALSE.
func readFlag(s *cryptobyte.String, n uint8, flag *bool) bool {
	var value cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&value, &present, cbasn1.Tag(n).ContextSpecific()) || present && len(value) != 1 {
		return false
	}
	*flag = present && value[0] != 0
	return true
}

// covers reports whether the list speaks of the certificate: by its kind, and
// when the list is a part, by a point of the certificate that names the part
// and leaves the signing to the certificate's own issuer.
func (s *crlScope) covers(c *Certificate) bool {
	if s.usersOnly && c.IsCA || s.issuerOnly && !c.IsCA {
		return false
	}
	return len(s.names) == 0 || slices.ContainsFunc(c.CRLPoints, func(p CRLPoint) bool {
		return len(p.Issuers) == 0 && slices.ContainsFunc(p.Names, func(n GeneralName) bool {
			return slices.ContainsFunc(s.names, func(part GeneralName) bool { return sameGeneralName(n, part) })
		})
	})
}

// add writes IssuingDistributionPoint.
func (t *CRLTemplate) addScope(b *cryptobyte.Builder) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		if len(t.URLs) > 0 {
			addPointName(b, t.URLs)
		}
		for n, on := range []bool{1: t.UsersOnly, 2: t.AuthoritiesOnly} {
			if on {
				b.AddASN1(cbasn1.Tag(n).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddUint8(0xff) })
			}
		}
	})
}
