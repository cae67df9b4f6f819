package gost

import (
	"encoding/asn1"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// ErrForeignKey means a key of another algorithm, such as RSA or the previous
// standard GOST R 34.10-2001 (see LegacyKey).
var ErrForeignKey = errors.New("not a GOST R 34.10-2012 key")

// MarshalPublicKey returns the SubjectPublicKeyInfo of RFC 9215, section 4:
// the parameters name the digest for the CryptoPro sets only.
func MarshalPublicKey(p *PublicKey) ([]byte, error) {
	return sequence(func(b *cryptobyte.Builder) {
		addKeyAlgorithm(b, p.Curve)
		point, err := build(func(b *cryptobyte.Builder) { b.AddASN1OctetString(p.point()) })
		if err != nil {
			b.SetError(err)
			return
		}
		b.AddASN1BitString(point)
	})
}

// point is X||Y, each little-endian.
func (p *PublicKey) point() []byte {
	size := p.Curve.Bits / 8
	return append(littleEndian(p.X, size), littleEndian(p.Y, size)...)
}

func addKeyAlgorithm(b *cryptobyte.Builder, c *Curve) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(c.keyOID())
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(c.OID)
			if c.cryptoPro() {
				b.AddASN1ObjectIdentifier(c.digestOID())
			}
		})
	})
}

// ParsePublicKey reads a SubjectPublicKeyInfo in DER and checks that the point
// belongs to the group.
func ParsePublicKey(spki []byte) (*PublicKey, error) {
	p, err := parsePublicKey(spki)
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return p, nil
}

func parsePublicKey(spki []byte) (*PublicKey, error) {
	alg, bitString, err := readSPKI(spki)
	if err != nil {
		return nil, err
	}
	c, agreement, err := keyCurve(alg)
	if err != nil {
		return nil, err
	}
	p, err := parsePoint(c, bitString)
	if err != nil {
		return nil, err
	}
	p.agreement = agreement
	return p, nil
}

// readSPKI splits a SubjectPublicKeyInfo.
func readSPKI(spki []byte) (alg algorithm, bitString []byte, err error) {
	seq, err := outer(spki)
	if err != nil {
		return alg, nil, err
	}
	alg, ok := readAlgorithm(&seq)
	if !ok {
		return alg, nil, errors.New("bad algorithm")
	}
	if !seq.ReadASN1BitStringAsBytes(&bitString) || !seq.Empty() {
		return alg, nil, errors.New("bad bit string")
	}
	return alg, bitString, nil
}

// parsePoint reads OCTET STRING{X||Y}.
func parsePoint(c *Curve, der []byte) (*PublicKey, error) {
	s, xy := cryptobyte.String(der), cryptobyte.String(nil)
	size := c.Bits / 8
	if !s.ReadASN1(&xy, cbasn1.OCTET_STRING) || !s.Empty() || len(xy) != 2*size {
		return nil, errors.New("bad point")
	}
	return NewPublicKey(c, fromLittleEndian(xy[:size]), fromLittleEndian(xy[size:]))
}

// keyCurve reads the parameters {curve, digest OPTIONAL} and refuses a curve
// or a digest of another size than the algorithm's.
func keyCurve(alg algorithm) (c *Curve, agreement bool, err error) {
	var bits int
	switch {
	case alg.oid.Equal(oidKey256):
		bits = 256
	case alg.oid.Equal(oidKey512):
		bits = 512
	case alg.oid.Equal(oidAgreement256):
		bits, agreement = 256, true
	case alg.oid.Equal(oidAgreement512):
		bits, agreement = 512, true
	default:
		return nil, false, fmt.Errorf("%w: %v", ErrForeignKey, alg.oid)
	}
	var seq cryptobyte.String
	var curve, digest asn1.ObjectIdentifier
	s := cryptobyte.String(alg.parameters)
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !s.Empty() || !seq.ReadASN1ObjectIdentifier(&curve) {
		return nil, false, errors.New("bad key parameters")
	}
	if !seq.Empty() && (!seq.ReadASN1ObjectIdentifier(&digest) || !seq.Empty()) {
		return nil, false, errors.New("bad digest parameter")
	}
	if c, err = CurveByOID(curve); err != nil {
		return nil, false, err
	}
	if c.Bits != bits {
		return nil, false, fmt.Errorf("%d-bit curve in a %d-bit key", c.Bits, bits)
	}
	if digest != nil && !digest.Equal(c.digestOID()) {
		return nil, false, fmt.Errorf("digest %v in a %d-bit key", digest, bits)
	}
	return c, agreement, nil
}
