package gost

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Extensions of RFC 5280 and 6960 and of FSB order 795.
var (
	oidSubjectKeyID       = asn1.ObjectIdentifier{2, 5, 29, 14}
	oidKeyUsage           = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidPrivateKeyPeriod   = asn1.ObjectIdentifier{2, 5, 29, 16}
	oidSubjectAltName     = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidIssuerAltName      = asn1.ObjectIdentifier{2, 5, 29, 18}
	oidBasicConstraints   = asn1.ObjectIdentifier{2, 5, 29, 19}
	oidCRLNumber          = asn1.ObjectIdentifier{2, 5, 29, 20}
	oidReasonCode         = asn1.ObjectIdentifier{2, 5, 29, 21}
	oidInvalidityDate     = asn1.ObjectIdentifier{2, 5, 29, 24}
	oidDeltaCRL           = asn1.ObjectIdentifier{2, 5, 29, 27}
	oidCRLScope           = asn1.ObjectIdentifier{2, 5, 29, 28} // issuingDistributionPoint
	oidCertificateIssuer  = asn1.ObjectIdentifier{2, 5, 29, 29} // of an entry of an indirect list
	oidNameConstraints    = asn1.ObjectIdentifier{2, 5, 29, 30}
	oidCRLPoints          = asn1.ObjectIdentifier{2, 5, 29, 31}
	oidPolicies           = asn1.ObjectIdentifier{2, 5, 29, 32}
	oidAnyPolicy          = asn1.ObjectIdentifier{2, 5, 29, 32, 0}
	oidPolicyMappings     = asn1.ObjectIdentifier{2, 5, 29, 33}
	oidAuthorityKeyID     = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidPolicyConstraints  = asn1.ObjectIdentifier{2, 5, 29, 36}
	oidExtKeyUsage        = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidAnyUsage           = asn1.ObjectIdentifier{2, 5, 29, 37, 0}
	oidFreshestCRL        = asn1.ObjectIdentifier{2, 5, 29, 46}
	oidInhibitAnyPolicy   = asn1.ObjectIdentifier{2, 5, 29, 54}
	oidAuthorityInfo      = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}
	oidAccessOCSP         = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1}
	oidAccessCAIssuers    = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 2}
	oidNoCheck            = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}
	OIDSubjectSignTool    = asn1.ObjectIdentifier{1, 2, 643, 100, 111}
	OIDIssuerSignTool     = asn1.ObjectIdentifier{1, 2, 643, 100, 112}
	OIDIdentificationKind = asn1.ObjectIdentifier{1, 2, 643, 100, 114}
)

// What a key may be used for (extendedKeyUsage).
var (
	OIDClientAuth      = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 2}
	OIDEmailProtection = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 4}
	OIDTimeStamping    = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 8}
	OIDOCSPSigning     = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 9}
)

// maxExtensions bounds the extensions of one object.
const maxExtensions = 100

// readExtensions reads SEQUENCE OF Extension; a repeated one is an error.
func readExtensions(s *cryptobyte.String) ([]pkix.Extension, error) {
	var list cryptobyte.String
	if !s.ReadASN1(&list, cbasn1.SEQUENCE) {
		return nil, errors.New("bad extensions")
	}
	var all []pkix.Extension
	for !list.Empty() {
		var seq, value cryptobyte.String
		var e pkix.Extension
		if !list.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1ObjectIdentifier(&e.Id) {
			return nil, errors.New("bad extension")
		}
		if seq.PeekASN1Tag(cbasn1.BOOLEAN) && !seq.ReadASN1Boolean(&e.Critical) {
			return nil, fmt.Errorf("bad extension %v", e.Id)
		}
		if !seq.ReadASN1(&value, cbasn1.OCTET_STRING) || !seq.Empty() {
			return nil, fmt.Errorf("bad extension %v", e.Id)
		}
		e.Value = value
		if find(all, e.Id) != nil {
			return nil, fmt.Errorf("extension %v twice", e.Id)
		}
		if all = append(all, e); len(all) > maxExtensions {
			return nil, errors.New("too many extensions")
		}
	}
	return all, nil
}

func find(all []pkix.Extension, oid asn1.ObjectIdentifier) *pkix.Extension {
	for i := range all {
		if all[i].Id.Equal(oid) {
			return &all[i]
		}
	}
	return nil
}

func addExtensions(b *cryptobyte.Builder, all []pkix.Extension) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, e := range all {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(e.Id)
				if e.Critical {
					b.AddASN1Boolean(true)
				}
				b.AddASN1OctetString(e.Value)
			})
		}
	})
}

// extension makes one whose value fill writes.
func extension(oid asn1.ObjectIdentifier, critical bool, fill func(*cryptobyte.Builder)) (pkix.Extension, error) {
	value, err := build(fill)
	if err != nil {
		return pkix.Extension{}, fmt.Errorf("extension %v: %w", oid, err)
	}
	return pkix.Extension{Id: oid, Critical: critical, Value: value}, nil
}
