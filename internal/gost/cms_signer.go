package gost

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// SignerInfo is one signature of a message, not yet verified.
type SignerInfo struct {
	// The signer's certificate by issuer and serial number or by key identifier.
	RawIssuer    []byte
	Serial       *big.Int
	SubjectKeyID []byte

	digest, signature algorithm
	value             []byte
	rawAttributes     []byte // the signed attributes as SET OF; nil = none
	attributes        map[string]cryptobyte.String
}

func readSignerInfo(s *cryptobyte.String) (i SignerInfo, err error) {
	var seq, attributes cryptobyte.String
	var version int
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1Integer(&version) {
		return i, errors.New("bad signer info")
	}
	keyID := cbasn1.Tag(0).ContextSpecific()
	if seq.PeekASN1Tag(keyID) {
		if !seq.ReadASN1Bytes(&i.SubjectKeyID, keyID) {
			return i, errors.New("bad key identifier")
		}
	} else {
		var id, issuer cryptobyte.String
		i.Serial = new(big.Int)
		if !seq.ReadASN1(&id, cbasn1.SEQUENCE) || !id.ReadASN1Element(&issuer, cbasn1.SEQUENCE) ||
			!id.ReadASN1Integer(i.Serial) || !id.Empty() {
			return i, errors.New("bad issuer and serial number")
		}
		i.RawIssuer = issuer
	}
	var ok bool
	if i.digest, ok = readAlgorithm(&seq); !ok {
		return i, errors.New("bad digest algorithm")
	}
	tag0 := cbasn1.Tag(0).ContextSpecific().Constructed()
	if seq.PeekASN1Tag(tag0) {
		if !seq.ReadASN1(&attributes, tag0) {
			return i, errors.New("bad signed attributes")
		}
		// The signature covers them under the SET tag (RFC 5652, 5.4).
		i.rawAttributes = appendElement(0x31, attributes)
		if i.attributes, err = readAttributes(attributes); err != nil {
			return i, err
		}
	}
	if i.signature, ok = readAlgorithm(&seq); !ok {
		return i, errors.New("bad signature algorithm")
	}
	if !seq.ReadASN1Bytes(&i.value, cbasn1.OCTET_STRING) ||
		!seq.SkipOptionalASN1(cbasn1.Tag(1).ContextSpecific().Constructed()) || !seq.Empty() {
		return i, errors.New("bad signature")
	}
	return i, nil
}

// readAttributes reads attributes by type; a type must not come twice.
func readAttributes(s cryptobyte.String) (map[string]cryptobyte.String, error) {
	all := map[string]cryptobyte.String{}
	for !s.Empty() {
		var attribute, values cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !s.ReadASN1(&attribute, cbasn1.SEQUENCE) || !attribute.ReadASN1ObjectIdentifier(&oid) ||
			!attribute.ReadASN1(&values, cbasn1.SET) || !attribute.Empty() {
			return nil, errors.New("bad signed attribute")
		}
		if _, twice := all[oid.String()]; twice {
			return nil, fmt.Errorf("signed attribute %v twice", oid)
		}
		all[oid.String()] = values
	}
	return all, nil
}

// signingTime is the signer's word for the time; zero when it is absent.
func (i *SignerInfo) signingTime() (t time.Time, err error) {
	values, ok := i.attributes[oidSigningTime.String()]
	if !ok {
		return time.Time{}, nil
	}
	if !readTime(&values, &t) || !values.Empty() {
		return time.Time{}, errors.New("bad signing time")
	}
	return t, nil
}
