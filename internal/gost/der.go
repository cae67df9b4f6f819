package gost

import (
	"encoding/asn1"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// maxObject bounds every object parsed here except CMS content: no
// certificate, request or key comes near it.
const maxObject = 1 << 20

// Identifiers of RFC 9215, section 2; those that end in 2001 or 94 belong to
// the previous standard.
var (
	oidKey256        = asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 1, 1}
	oidKey512        = asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 1, 2}
	oidAgreement256  = asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 6, 1}
	oidAgreement512  = asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 6, 2}
	oidDigest256     = asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 2, 2}
	oidDigest512     = asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 2, 3}
	oidSignature256  = asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 3, 2}
	oidSignature512  = asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 3, 3}
	errTrailingBytes = errors.New("trailing bytes")
)

// The identifiers that belong to the size of a key.
func (c *Curve) keyOID() asn1.ObjectIdentifier { return c.sized(oidKey256, oidKey512) }
func (c *Curve) digestOID() asn1.ObjectIdentifier {
	return c.sized(oidDigest256, oidDigest512)
}
func (c *Curve) signatureOID() asn1.ObjectIdentifier {
	return c.sized(oidSignature256, oidSignature512)
}

func (c *Curve) sized(oid256, oid512 asn1.ObjectIdentifier) asn1.ObjectIdentifier {
	if c.Bits == 256 {
		return oid256
	}
	return oid512
}

// algorithm is an AlgorithmIdentifier with its raw parameters; nil is absent.
type algorithm struct {
	oid        asn1.ObjectIdentifier
	parameters []byte
}

func readAlgorithm(s *cryptobyte.String) (a algorithm, ok bool) {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1ObjectIdentifier(&a.oid) {
		return a, false
	}
	if !seq.Empty() {
		var rest cryptobyte.String
		if !seq.ReadAnyASN1Element(&rest, new(cbasn1.Tag)) || !seq.Empty() {
			return a, false
		}
		a.parameters = rest
	}
	return a, true
}

// bare reports whether the parameters are absent or NULL.
func (a algorithm) bare() bool {
	return a.parameters == nil || string(a.parameters) == "\x05\x00"
}

func addAlgorithm(b *cryptobyte.Builder, oid asn1.ObjectIdentifier) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) })
}

// build runs one DER builder.
func build(fill func(*cryptobyte.Builder)) ([]byte, error) {
	b := cryptobyte.NewBuilder(nil)
	fill(b)
	return b.Bytes()
}

// sequence wraps what fill adds into a SEQUENCE.
func sequence(fill func(*cryptobyte.Builder)) ([]byte, error) {
	return build(func(b *cryptobyte.Builder) { b.AddASN1(cbasn1.SEQUENCE, fill) })
}

// outer reads the SEQUENCE that is all of der.
func outer(der []byte) (cryptobyte.String, error) {
	if len(der) > maxObject {
		return nil, fmt.Errorf("%d bytes are too many", len(der))
	}
	s, seq := cryptobyte.String(der), cryptobyte.String(nil)
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return nil, errors.New("no DER sequence")
	}
	if !s.Empty() {
		return nil, errTrailingBytes
	}
	return seq, nil
}
