package gost

import (
	"encoding/asn1"
	"errors"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// What a message carries beside its signatures. Nothing in the bag is signed by
// the message: its order means nothing, and anybody may have put things there.

// readCertificates takes the X.509 certificates, those with foreign keys too.
// Others are counted only: attribute certificates, obsolete forms, and what
// does not parse. A signer's certificate among them is missing then.
func (s *SignedData) readCertificates(set cryptobyte.String) error {
	for !set.Empty() {
		var element cryptobyte.String
		var tag cbasn1.Tag
		if !set.ReadAnyASN1Element(&element, &tag) {
			return errors.New("bad certificates")
		}
		if len(s.Certificates)+s.Skipped == maxCertificates {
			return errors.New("too many certificates")
		}
		if tag != cbasn1.SEQUENCE {
			s.Skipped++
			continue
		}
		c, err := ParseCertificate(element)
		if err != nil {
			s.Skipped++
			continue
		}
		s.Certificates = append(s.Certificates, c)
	}
	return nil
}

// oidOCSPResponse marks an OCSP answer among the revocation lists (RFC 5940, 2.1).
var oidOCSPResponse = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 16, 2}

func (s *SignedData) readRevocation(set cryptobyte.String) error {
	for n := 0; !set.Empty(); n++ {
		var element, other, value cryptobyte.String
		var tag cbasn1.Tag
		if !set.ReadAnyASN1Element(&element, &tag) || n == maxCertificates {
			return errors.New("bad revocation lists")
		}
		switch tag {
		case cbasn1.SEQUENCE:
			s.CRLs = append(s.CRLs, element)
		case context1:
			var format asn1.ObjectIdentifier
			if !element.ReadASN1(&other, tag) || !other.ReadASN1ObjectIdentifier(&format) ||
				!other.ReadAnyASN1Element(&value, &tag) || !other.Empty() {
				return errors.New("bad revocation information")
			}
			if format.Equal(oidOCSPResponse) {
				s.OCSP = append(s.OCSP, value)
			}
		}
	}
	return nil
}

// Values are certificates, revocation lists and OCSP answers that one signature
// carries for its check in later years, in DER, unjudged. An OCSP answer is an
// OCSPResponse or the BasicOCSPResponse out of one.
type Values struct{ Certificates, CRLs, OCSP [][]byte }

// Values collects what the attributes of CAdES-X Long and CAdES-A (RFC 5126,
// 6.3) and the signed one of a PDF (ISO 32000-1, 12.8.3.3.2) hold.
func (i *SignerInfo) Values() (v Values, err error) {
	bad := errors.New("bad attribute of validation values")
	for _, a := range append(i.Unsigned[:len(i.Unsigned):len(i.Unsigned)], i.Signed...) {
		certificates, revocation := a.Type.Equal(oidCertificateValues), a.Type.Equal(oidRevocationValues) || a.Type.Equal(oidRevocationArchival)
		if !certificates && !revocation {
			continue
		}
		for _, value := range a.Values {
			var list cryptobyte.String
			if s := cryptobyte.String(value); !s.ReadASN1(&list, cbasn1.SEQUENCE) || !s.Empty() {
				return v, bad
			}
			ok := true
			if certificates {
				v.Certificates, ok = appendElements(v.Certificates, list)
			} else {
				var crls, answers, inner cryptobyte.String
				if !list.ReadOptionalASN1(&crls, nil, context0) || !list.ReadOptionalASN1(&answers, nil, context1) {
					return v, bad
				}
				if crls.ReadASN1(&inner, cbasn1.SEQUENCE) {
					v.CRLs, ok = appendElements(v.CRLs, inner)
				}
				if ok && answers.ReadASN1(&inner, cbasn1.SEQUENCE) {
					v.OCSP, ok = appendElements(v.OCSP, inner)
				}
			}
			if !ok {
				return v, bad
			}
		}
	}
	return v, nil
}

// appendElements adds the elements of a list, at most maxCertificates in all.
func appendElements(all [][]byte, list cryptobyte.String) ([][]byte, bool) {
	for !list.Empty() {
		n, _, err := scanBER(list) // values of foreign attributes may have any tag
		if err != nil || len(all) == maxCertificates {
			return nil, false
		}
		all, list = append(all, list[:n]), list[n:]
	}
	return all, true
}
