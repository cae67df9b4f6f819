package gost

import (
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// MarshalPrivateKey returns PKCS#8 in DER: the secret is an OCTET STRING,
// little-endian, in the privateKey OCTET STRING, a form that OpenSSL's gost
// engine and CryptoPro read.
func MarshalPrivateKey(k *PrivateKey) ([]byte, error) {
	return sequence(func(b *cryptobyte.Builder) {
		b.AddASN1Int64(0)
		addKeyAlgorithm(b, k.Curve)
		b.AddASN1(cbasn1.OCTET_STRING, func(b *cryptobyte.Builder) {
			b.AddASN1OctetString(k.d.littleEndian(k.Curve.Bits / 8))
		})
	})
}

// ParsePrivateKey reads PKCS#8 in DER with the secret in any of the forms in
// use: OCTET STRING or bare octets, little-endian (RFC 9215 and CryptoPro),
// INTEGER (old OpenSSL), or a masked key K||M, whose secret is K*M mod q.
// Attributes and the optional public key are not looked at.
func ParsePrivateKey(pkcs8 []byte) (*PrivateKey, error) {
	k, err := parsePrivateKey(pkcs8)
	if err != nil {
		return nil, fmt.Errorf("private key: %w", err)
	}
	return k, nil
}

func parsePrivateKey(pkcs8 []byte) (*PrivateKey, error) {
	seq, err := outer(pkcs8)
	if err != nil {
		return nil, err
	}
	var version uint
	if !seq.ReadASN1Integer(&version) || version > 1 {
		return nil, errors.New("bad PKCS#8 version")
	}
	alg, ok := readAlgorithm(&seq)
	if !ok {
		return nil, errors.New("bad algorithm")
	}
	c, agreement, err := keyCurve(alg)
	if err != nil {
		return nil, err
	}
	var octets cryptobyte.String
	if !seq.ReadASN1(&octets, cbasn1.OCTET_STRING) {
		return nil, errors.New("no private key octets")
	}
	for _, tag := range []cbasn1.Tag{cbasn1.Tag(0).ContextSpecific().Constructed(), cbasn1.Tag(1).ContextSpecific()} {
		if !seq.SkipOptionalASN1(tag) {
			return nil, errors.New("bad end of the key")
		}
	}
	if !seq.Empty() {
		return nil, errTrailingBytes
	}
	d, err := parseSecret(c, octets)
	if err != nil {
		return nil, err
	}
	k, err := NewPrivateKey(c, d)
	if err != nil {
		return nil, err
	}
	k.agreement = agreement
	return k, nil
}

func parseSecret(c *Curve, octets cryptobyte.String) (*big.Int, error) {
	size := c.Bits / 8
	if len(octets) != size && len(octets) != 2*size { // else an element is inside
		var inner cryptobyte.String
		var tag cbasn1.Tag
		s := octets
		if !s.ReadAnyASN1(&inner, &tag) || !s.Empty() {
			return nil, errors.New("bad private key octets")
		}
		switch tag {
		case cbasn1.INTEGER:
			d := new(big.Int)
			if !octets.ReadASN1Integer(d) || d.Sign() <= 0 || d.BitLen() > c.Bits {
				return nil, errors.New("bad private key number")
			}
			return d, nil
		case cbasn1.OCTET_STRING:
			octets = inner
		}
	}
	switch len(octets) {
	case size:
		return fromLittleEndian(octets), nil
	case 2 * size:
		d := fromLittleEndian(octets[:size])
		return d.Mul(d, fromLittleEndian(octets[size:])).Mod(d, c.Q), nil
	}
	return nil, fmt.Errorf("private key of %d bytes", len(octets))
}
