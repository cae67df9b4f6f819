package gost

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// readers decode the extensions the product looks into; the value must be
// used up by the reader. What stands here may be critical: the rules of all of
// them are obeyed by Verify, or they restrict nothing.
var readers = map[string]func(*Certificate, *cryptobyte.String) bool{
	oidBasicConstraints.String():   readBasicConstraints,
	oidKeyUsage.String():           readKeyUsage,
	oidExtKeyUsage.String():        readExtKeyUsage,
	oidSubjectKeyID.String():       readSubjectKeyID,
	oidAuthorityKeyID.String():     readAuthorityKeyID,
	oidSubjectAltName.String():     readSubjectAltName,
	oidIssuerAltName.String():      readIssuerAltName,
	oidNameConstraints.String():    readNameConstraints,
	oidPolicies.String():           readPolicies,
	oidPolicyMappings.String():     readPolicyMappings,
	oidPolicyConstraints.String():  readPolicyConstraints,
	oidInhibitAnyPolicy.String():   readInhibitAnyPolicy,
	oidPrivateKeyPeriod.String():   readKeyPeriod,
	oidCRLPoints.String():          readCRLPoints,
	oidFreshestCRL.String():        readFreshestCRL,
	oidAuthorityInfo.String():      readAuthorityInfo,
	oidNoCheck.String():            readNoCheck,
	OIDSubjectSignTool.String():    readSubjectSignTool,
	OIDIssuerSignTool.String():     readIssuerSignTool,
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

// unknownCritical returns the first extension that must be understood and is
// not.
func (c *Certificate) unknownCritical() (asn1.ObjectIdentifier, bool) {
	for _, e := range c.Extensions {
		if _, known := readers[e.Id.String()]; e.Critical && !known {
			return e.Id, true
		}
	}
	return nil, false
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
	return c.KeyUsage != 0 // RFC 5280, 4.2.1.3: at least one
}

func readExtKeyUsage(c *Certificate, s *cryptobyte.String) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || seq.Empty() {
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

func readAuthorityKeyID(c *Certificate, s *cryptobyte.String) bool {
	var ok bool
	c.AuthorityKeyID, c.AuthorityNames, c.AuthoritySerial, ok = authorityKeyID(s)
	return ok
}

// authorityKeyID reads the key identifier, and the issuer's names and serial
// number, which come together or not at all (RFC 5280, 4.2.1.1).
func authorityKeyID(s *cryptobyte.String) (id []byte, names []GeneralName, serial *big.Int, ok bool) {
	var seq, key, list, number cryptobyte.String
	var named, numbered bool
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadOptionalASN1(&key, nil, cbasn1.Tag(0).ContextSpecific()) ||
		!seq.ReadOptionalASN1(&list, &named, cbasn1.Tag(1).ContextSpecific().Constructed()) ||
		!seq.ReadOptionalASN1(&number, &numbered, cbasn1.Tag(2).ContextSpecific()) || !seq.Empty() {
		return nil, nil, nil, false
	}
	if names, ok = readGeneralNames(&list); !ok || named != numbered {
		return nil, nil, nil, false
	}
	if numbered {
		b, err := build(func(b *cryptobyte.Builder) { // the tag apart it is an INTEGER, and as strict
			b.AddASN1(cbasn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(number) })
		})
		serial = new(big.Int)
		if integer := cryptobyte.String(b); err != nil || !integer.ReadASN1Integer(serial) {
			return nil, nil, nil, false
		}
	}
	return key, names, serial, true
}

// readKeyPeriod reads PrivateKeyUsagePeriod, which RFC 5280 left out and
// Russian authorities write.
func readKeyPeriod(c *Certificate, s *cryptobyte.String) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || seq.Empty() {
		return false
	}
	return readTagged(&seq, 0, &c.KeyNotBefore) && readTagged(&seq, 1, &c.KeyNotAfter) && seq.Empty()
}

func readNoCheck(c *Certificate, s *cryptobyte.String) bool {
	var null cryptobyte.String
	c.NoCheck = s.ReadASN1(&null, cbasn1.NULL) && null.Empty()
	return c.NoCheck
}
