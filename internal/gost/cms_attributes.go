package gost

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Attributes of a signature that are read here (RFC 5652, section 11; RFC 5035;
// RFC 5126, section 6; ISO 32000-1, 12.8.3.3.2).
var (
	oidContentType          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidSigningCertificateV1 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSigningCertificate   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidTimestamp            = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidCertificateValues    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 23}
	oidRevocationValues     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 24}
	oidRevocationArchival   = asn1.ObjectIdentifier{1, 2, 840, 113583, 1, 1, 8}
)

// attributeNames are the attributes people meet, by the names of their standards.
var attributeNames = map[string]string{
	oidContentType.String():          "content-type",
	oidMessageDigest.String():        "message-digest",
	oidSigningTime.String():          "signing-time",
	"1.2.840.113549.1.9.6":           "countersignature",
	"1.2.840.113549.1.9.15":          "smime-capabilities",
	"1.2.840.113549.1.9.52":          "cms-algorithm-protection",
	oidSigningCertificateV1.String(): "signing-certificate",
	oidTimestamp.String():            "signature-time-stamp",
	"1.2.840.113549.1.9.16.2.15":     "signature-policy",
	"1.2.840.113549.1.9.16.2.16":     "commitment-type",
	"1.2.840.113549.1.9.16.2.17":     "signer-location",
	"1.2.840.113549.1.9.16.2.18":     "signer-attributes",
	"1.2.840.113549.1.9.16.2.20":     "content-time-stamp",
	"1.2.840.113549.1.9.16.2.21":     "complete-certificate-references",
	"1.2.840.113549.1.9.16.2.22":     "complete-revocation-references",
	oidCertificateValues.String():    "certificate-values",
	oidRevocationValues.String():     "revocation-values",
	"1.2.840.113549.1.9.16.2.25":     "cades-c-time-stamp",
	"1.2.840.113549.1.9.16.2.26":     "references-time-stamp",
	"1.2.840.113549.1.9.16.2.27":     "archive-time-stamp",
	oidSigningCertificate.String():   "signing-certificate-v2",
	"1.2.840.113549.1.9.16.2.48":     "archive-time-stamp-v2",
	"0.4.0.1733.2.4":                 "archive-time-stamp-v3",
	"0.4.0.1733.2.5":                 "ats-hash-index",
	"0.4.0.19122.1.5":                "ats-hash-index-v3",
	oidRevocationArchival.String():   "adbe-revocation-info-archival",
}

// MessageAttribute is a signed or unsigned attribute of a signature.
type MessageAttribute struct {
	Type   asn1.ObjectIdentifier
	Values [][]byte // DER elements
}

// Name is the attribute's name in its standard, or its identifier.
func (a MessageAttribute) Name() string {
	if name, ok := attributeNames[a.Type.String()]; ok {
		return name
	}
	return a.Type.String()
}

const maxMessageAttributes = 64

func readMessageAttributes(s cryptobyte.String) (all []MessageAttribute, err error) {
	for !s.Empty() {
		var attribute, values cryptobyte.String
		var a MessageAttribute
		if !s.ReadASN1(&attribute, cbasn1.SEQUENCE) || !attribute.ReadASN1ObjectIdentifier(&a.Type) ||
			!attribute.ReadASN1(&values, cbasn1.SET) || !attribute.Empty() || len(all) == maxMessageAttributes {
			return nil, errors.New("bad attribute")
		}
		var ok bool
		if a.Values, ok = appendElements(nil, values); !ok {
			return nil, errors.New("bad attribute values")
		}
		all = append(all, a)
	}
	return all, nil
}

// sortedAttributes is the SET OF in the order of DER, under which it is signed
// (RFC 5652, 5.4); some senders transmit another. The sets of values are sorted
// too. The headers are DER already.
func sortedAttributes(all []MessageAttribute) []byte {
	var elements [][]byte
	for _, a := range all {
		values := slices.SortedFunc(slices.Values(a.Values), bytes.Compare)
		element, err := sequence(func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(a.Type)
			b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(values, nil)) })
		})
		if err != nil {
			return nil // an identifier that cannot be written: the bytes as they came remain
		}
		elements = append(elements, element)
	}
	slices.SortFunc(elements, bytes.Compare)
	return appendElement(0x31, bytes.Join(elements, nil))
}

// single returns the value of a signed attribute that may come once, with one
// value; nil when it is absent.
func (i *SignerInfo) single(oid asn1.ObjectIdentifier) (value cryptobyte.String, err error) {
	for _, a := range i.Signed {
		if !a.Type.Equal(oid) {
			continue
		}
		if value != nil || len(a.Values) != 1 {
			return nil, fmt.Errorf("%w: %s more or less than once", ErrAttributes, a.Name())
		}
		value = a.Values[0]
	}
	return value, nil
}

// signingTime is the signer's word for the time; zero when it is absent.
func (i *SignerInfo) signingTime() (t time.Time, err error) {
	value, err := i.single(oidSigningTime)
	if err != nil || value == nil {
		return time.Time{}, err
	}
	if !readTime(&value, &t) || !value.Empty() {
		return time.Time{}, fmt.Errorf("%w: signing time", ErrAttributes)
	}
	return t, nil
}

// checkAttributes checks the signed attributes against content type and
// certificate, and returns the digest of the content they name.
func (i *SignerInfo) checkAttributes(contentType asn1.ObjectIdentifier, c *Certificate) (digest []byte, err error) {
	var oid asn1.ObjectIdentifier
	value, err := i.single(oidContentType)
	if err != nil {
		return nil, err
	}
	if !value.ReadASN1ObjectIdentifier(&oid) || !value.Empty() || !oid.Equal(contentType) {
		return nil, fmt.Errorf("%w: content type", ErrAttributes)
	}
	if value, err = i.single(oidMessageDigest); err != nil {
		return nil, err
	}
	if !value.ReadASN1Bytes(&digest, cbasn1.OCTET_STRING) || !value.Empty() {
		return nil, fmt.Errorf("%w: message digest", ErrAttributes)
	}
	if _, err := i.signingTime(); err != nil {
		return nil, err
	}
	return digest, i.checkSigningCertificate(c)
}
