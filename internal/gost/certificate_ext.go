package gost

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// readers decode the extensions the product looks into; the value must be
// used up by the reader.
var readers = map[string]func(*Certificate, *cryptobyte.String) bool{
	oidBasicConstraints.String():   readBasicConstraints,
	oidKeyUsage.String():           readKeyUsage,
	oidExtKeyUsage.String():        readExtKeyUsage,
	oidSubjectKeyID.String():       readSubjectKeyID,
	oidAuthorityKeyID.String():     readAuthorityKeyID,
	oidPolicies.String():           readPolicies,
	oidCRLPoints.String():          readCRLPoints,
	oidAuthorityInfo.String():      readAuthorityInfo,
	OIDSubjectSignTool.String():    readSubjectSignTool,
	OIDIdentificationKind.String(): readIdentificationKind,
}

func (c *Certificate) readExtensions() error {
	for _, e := range c.Extensions {
		read, known := readers[e.Id.String()]
		if !known {
			continue
		}
		value := cryptobyte.String(e.Value)
		if !read(c, &value) || !value.Empty() {
			return fmt.Errorf("bad extension %v", e.Id)
		}
	}
	return nil
}

func readBasicConstraints(c *Certificate, s *cryptobyte.String) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return false
	}
	if seq.PeekASN1Tag(cbasn1.BOOLEAN) && !seq.ReadASN1Boolean(&c.IsCA) {
		return false
	}
	if seq.PeekASN1Tag(cbasn1.INTEGER) {
		return seq.ReadASN1Integer(&c.MaxPathLen) && c.MaxPathLen >= 0 && seq.Empty()
	}
	return seq.Empty()
}

func readKeyUsage(c *Certificate, s *cryptobyte.String) bool {
	var bits asn1.BitString
	if !s.ReadASN1BitString(&bits) {
		return false
	}
	for i := range 9 {
		c.KeyUsage |= x509.KeyUsage(bits.At(i)) << i
	}
	return true
}

func readExtKeyUsage(c *Certificate, s *cryptobyte.String) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return false
	}
	for !seq.Empty() {
		var oid asn1.ObjectIdentifier
		if !seq.ReadASN1ObjectIdentifier(&oid) {
			return false
		}
		c.ExtKeyUsage = append(c.ExtKeyUsage, oid)
	}
	return true
}

func readSubjectKeyID(c *Certificate, s *cryptobyte.String) bool {
	return s.ReadASN1Bytes(&c.SubjectKeyID, cbasn1.OCTET_STRING)
}

// readAuthorityKeyID takes the key identifier; the issuer's name and serial
// number beside it are not needed to tell keys apart.
func readAuthorityKeyID(c *Certificate, s *cryptobyte.String) bool {
	var ok bool
	c.AuthorityKeyID, ok = authorityKeyID(s)
	return ok
}

func authorityKeyID(s *cryptobyte.String) (id []byte, ok bool) {
	var seq, key cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadOptionalASN1(&key, nil, cbasn1.Tag(0).ContextSpecific()) {
		return nil, false
	}
	return key, true
}

func readPolicies(c *Certificate, s *cryptobyte.String) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return false
	}
	for !seq.Empty() {
		var policy cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !seq.ReadASN1(&policy, cbasn1.SEQUENCE) || !policy.ReadASN1ObjectIdentifier(&oid) {
			return false
		}
		c.Policies = append(c.Policies, oid)
	}
	return true
}

// tagURI is uniformResourceIdentifier among the GeneralNames.
var tagURI = cbasn1.Tag(6).ContextSpecific()

func readCRLPoints(c *Certificate, s *cryptobyte.String) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return false
	}
	for !seq.Empty() {
		var point cryptobyte.String
		if !seq.ReadASN1(&point, cbasn1.SEQUENCE) {
			return false
		}
		urls, ok := pointURLs(&point)
		if !ok {
			return false
		}
		c.CRLURLs = append(c.CRLURLs, urls...)
	}
	return true
}

// pointURLs reads the optional DistributionPointName and returns its addresses.
func pointURLs(point *cryptobyte.String) (urls []string, ok bool) {
	tag0 := cbasn1.Tag(0).ContextSpecific().Constructed()
	var name, full cryptobyte.String
	if !point.ReadOptionalASN1(&name, nil, tag0) || !name.ReadOptionalASN1(&full, nil, tag0) {
		return nil, false
	}
	for !full.Empty() {
		var value cryptobyte.String
		var tag cbasn1.Tag
		if !full.ReadAnyASN1(&value, &tag) {
			return nil, false
		}
		if tag == tagURI {
			urls = append(urls, string(value))
		}
	}
	return urls, true
}

func readAuthorityInfo(c *Certificate, s *cryptobyte.String) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return false
	}
	for !seq.Empty() {
		var access, value cryptobyte.String
		var method asn1.ObjectIdentifier
		var tag cbasn1.Tag
		if !seq.ReadASN1(&access, cbasn1.SEQUENCE) || !access.ReadASN1ObjectIdentifier(&method) ||
			!access.ReadAnyASN1(&value, &tag) {
			return false
		}
		switch {
		case tag == tagURI && method.Equal(oidAccessOCSP):
			c.OCSPURLs = append(c.OCSPURLs, string(value))
		case tag == tagURI && method.Equal(oidAccessCAIssuers):
			c.CAURLs = append(c.CAURLs, string(value))
		}
	}
	return true
}

func readSubjectSignTool(c *Certificate, s *cryptobyte.String) bool {
	var value cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadAnyASN1(&value, &tag) {
		return false
	}
	var err error
	c.SubjectSignTool, err = text(value, tag)
	return err == nil
}

func readIdentificationKind(c *Certificate, s *cryptobyte.String) bool {
	return s.ReadASN1Integer(&c.IdentificationKind) && c.IdentificationKind >= 0
}
