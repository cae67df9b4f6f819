package gost

import (
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// CRLPoint is a DistributionPoint (RFC 5280, 4.2.1.13): where a list that may
// speak of the certificate lies.
type CRLPoint struct {
	Names []GeneralName
	// Relative: the name is a piece to be added to the issuer's; such a point
	// is never matched.
	Relative bool
	// Reasons: the list is for some reasons only; such a list clears nothing.
	Reasons bool
	// Issuers sign the list when they are not the certificate's own issuer.
	Issuers []GeneralName
}

var tag0 = cbasn1.Tag(0).ContextSpecific().Constructed()

func readCRLPoints(c *Certificate, s *cryptobyte.String) (ok bool) {
	c.CRLPoints, ok = readPoints(s)
	for _, p := range c.CRLPoints {
		c.CRLURLs = append(c.CRLURLs, urls(p.Names)...)
	}
	return ok
}

func readFreshestCRL(c *Certificate, s *cryptobyte.String) (ok bool) {
	c.FreshestCRL, ok = readPoints(s)
	return ok
}

func readPoints(s *cryptobyte.String) (all []CRLPoint, ok bool) {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return nil, false
	}
	for !seq.Empty() {
		var point, reasons, issuers cryptobyte.String
		var p CRLPoint
		if !seq.ReadASN1(&point, cbasn1.SEQUENCE) || !p.readName(&point) ||
			!point.ReadOptionalASN1(&reasons, &p.Reasons, cbasn1.Tag(1).ContextSpecific()) ||
			!point.ReadOptionalASN1(&issuers, nil, cbasn1.Tag(2).ContextSpecific().Constructed()) || !point.Empty() {
			return nil, false
		}
		if p.Issuers, ok = readGeneralNames(&issuers); !ok || len(all) == maxNames {
			return nil, false
		}
		all = append(all, p)
	}
	return all, true
}

// readName reads the optional DistributionPointName.
func (p *CRLPoint) readName(s *cryptobyte.String) (ok bool) {
	var name, full cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&name, &present, tag0) || !present {
		return !present
	}
	if p.Relative = name.PeekASN1Tag(cbasn1.Tag(1).ContextSpecific().Constructed()); p.Relative {
		return true
	}
	if !name.ReadASN1(&full, tag0) || !name.Empty() || full.Empty() {
		return false
	}
	p.Names, ok = readGeneralNames(&full)
	return ok
}

func readAuthorityInfo(c *Certificate, s *cryptobyte.String) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return false
	}
	for !seq.Empty() {
		var access cryptobyte.String
		var method asn1.ObjectIdentifier
		if !seq.ReadASN1(&access, cbasn1.SEQUENCE) || !access.ReadASN1ObjectIdentifier(&method) {
			return false
		}
		location, ok := readGeneralName(&access)
		if !ok || !access.Empty() {
			return false
		}
		switch {
		case location.Kind == URIName && method.Equal(oidAccessOCSP):
			c.OCSPURLs = append(c.OCSPURLs, location.Text)
		case location.Kind == URIName && method.Equal(oidAccessCAIssuers):
			c.CAURLs = append(c.CAURLs, location.Text)
		}
	}
	return true
}

// addPointName writes DistributionPointName with full names.
func addPointName(b *cryptobyte.Builder, uris []string) {
	b.AddASN1(tag0, func(b *cryptobyte.Builder) {
		b.AddASN1(tag0, func(b *cryptobyte.Builder) {
			for _, uri := range uris {
				addGeneralName(b, GeneralName{Kind: URIName, Text: uri})
			}
		})
	})
}

func addAccess(b *cryptobyte.Builder, method asn1.ObjectIdentifier, uri string) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(method)
		addGeneralName(b, GeneralName{Kind: URIName, Text: uri})
	})
}
