package gost

import (
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// crlScope says of which certificates a list speaks; the zero value is all of
// the issuer's. Large centres cut their lists into parts by address.
type crlScope struct {
	limited    bool     // to the certificates that name one of the urls
	urls       []string // of the part
	usersOnly  bool
	issuerOnly bool // certificates of authorities
	unknown    bool // delta, indirect, by reason: never used
}

// read reads IssuingDistributionPoint (RFC 5280, 5.2.5).
func (s *crlScope) read(value *cryptobyte.String) bool {
	var seq cryptobyte.String
	if !value.ReadASN1(&seq, cbasn1.SEQUENCE) || !value.Empty() {
		return false
	}
	if s.limited = seq.PeekASN1Tag(cbasn1.Tag(0).ContextSpecific().Constructed()); s.limited {
		var ok bool
		if s.urls, ok = pointURLs(&seq); !ok {
			return false
		}
	}
	s.usersOnly = readFlag(&seq, 1)
	s.issuerOnly = readFlag(&seq, 2)
	s.unknown = s.unknown || !seq.Empty() // reasons, indirect, attribute certificates
	return true
}

// readFlag reads [n] IMPLICIT BOOLEAN DEFAULT FALSE.
func readFlag(s *cryptobyte.String, n uint8) bool {
	var value cryptobyte.String
	var present bool
	return s.ReadOptionalASN1(&value, &present, cbasn1.Tag(n).ContextSpecific()) &&
		present && len(value) == 1 && value[0] != 0
}

// covers reports whether the list speaks of the certificate.
func (s *crlScope) covers(c *Certificate) bool {
	if s.unknown || s.usersOnly && c.IsCA || s.issuerOnly && !c.IsCA {
		return false
	}
	return !s.limited || slices.ContainsFunc(s.urls, func(url string) bool { return slices.Contains(c.CRLURLs, url) })
}
