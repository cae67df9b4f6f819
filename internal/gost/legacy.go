package gost

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// ErrLegacy means a signature of GOST R 34.10-2001, which was forbidden for new
// ones from 2020 on: it is looked into only where VerifyOptions.Legacy or
// SignedData.Legacy says so.
var ErrLegacy = errors.New("GOST R 34.10-2001 is out of use")

// Identifiers of the previous standard (RFC 4491, RFC 4490).
var (
	oidKey2001       = asn1.ObjectIdentifier{1, 2, 643, 2, 2, 19}
	oidSignature2001 = asn1.ObjectIdentifier{1, 2, 643, 2, 2, 3}
	oidDigest94      = asn1.ObjectIdentifier{1, 2, 643, 2, 2, 9}
)

// LegacyKey is a public key of GOST R 34.10-2001, whose signatures are over the
// hash GOST R 34.11-94. It is a type of its own, so that old signatures can be
// read and nothing more: whatever signs, asks for a certificate or issues one
// takes a PublicKey, which this never becomes.
type LegacyKey struct {
	Curve *Curve
	X, Y  *big.Int

	boxes *sboxes // of the hash, as the key's parameters name it
}

// ParseLegacyKey reads a SubjectPublicKeyInfo of RFC 4491, section 2.3.2, in
// DER and checks that the point belongs to the group. A key of another
// algorithm is ErrForeignKey.
func ParseLegacyKey(spki []byte) (*LegacyKey, error) {
	k, err := parseLegacyKey(spki)
	if err != nil {
		return nil, fmt.Errorf("public key of GOST R 34.10-2001: %w", err)
	}
	return k, nil
}

func parseLegacyKey(spki []byte) (*LegacyKey, error) {
	alg, bitString, err := readSPKI(spki)
	if err != nil {
		return nil, err
	}
	if !alg.oid.Equal(oidKey2001) {
		return nil, fmt.Errorf("%w: %v", ErrForeignKey, alg.oid)
	}
	c, boxes, err := legacyParameters(alg.parameters)
	if err != nil {
		return nil, err
	}
	p, err := parsePoint(c, bitString)
	if err != nil {
		return nil, err
	}
	return &LegacyKey{Curve: c, X: p.X, Y: p.Y, boxes: boxes}, nil
}

// legacyParameters reads {curve, digest, cipher OPTIONAL}. Parameters that are
// inherited from the issuer (RFC 4491 allows it) are refused.
func legacyParameters(der []byte) (*Curve, *sboxes, error) {
	s, seq := cryptobyte.String(der), cryptobyte.String(nil)
	var curve, digest, cipher asn1.ObjectIdentifier
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !s.Empty() ||
		!seq.ReadASN1ObjectIdentifier(&curve) || !seq.ReadASN1ObjectIdentifier(&digest) ||
		!seq.Empty() && (!seq.ReadASN1ObjectIdentifier(&cipher) || !seq.Empty()) {
		return nil, nil, errors.New("bad key parameters")
	}
	c, err := CurveByOID(curve)
	if err != nil {
		return nil, nil, err
	}
	if c.Bits != 256 || !c.cryptoPro() {
		return nil, nil, fmt.Errorf("%w: %v in a key of GOST R 34.10-2001", ErrCurve, curve)
	}
	switch {
	case digest.Equal(oidDigest94CryptoPro):
		return c, boxesCryptoPro, nil
	case digest.Equal(oidDigest94Test):
		return c, boxesTest, nil
	}
	return nil, nil, fmt.Errorf("digest %v in a key of GOST R 34.10-2001", digest)
}

// LegacyKey returns the certificate's key when it is one of GOST R 34.10-2001;
// PublicKey is nil then. Nil means that it is none, or a broken one.
func (c *Certificate) LegacyKey() *LegacyKey {
	k, err := ParseLegacyKey(c.RawSPKI)
	if err != nil {
		return nil
	}
	return k
}

// Verify checks a signature s||r of the message; nil means good.
func (k *LegacyKey) Verify(message, sig []byte) error { return k.verify(k.digest(message), sig) }

// digest hashes b for a signature of this key.
func (k *LegacyKey) digest(b []byte) []byte {
	h := newGOST94(k.boxes)
	h.Write(b)
	return h.Sum(nil)
}

// verify is the arithmetic, which the new standard of 2012 took over unchanged.
func (k *LegacyKey) verify(digest, sig []byte) error {
	return Verify(&PublicKey{Curve: k.Curve, X: k.X, Y: k.Y}, digest, sig)
}

// checkFrom verifies the signature of the frame by the issuer's key; one of
// GOST R 34.10-2001 only when legacy says so.
func (s *signed) checkFrom(issuer *Certificate, legacy bool) error {
	if !s.algorithm.oid.Equal(oidSignature2001) || !legacy {
		return s.check(issuer.PublicKey)
	}
	key := issuer.LegacyKey()
	if key == nil || !s.algorithm.bare() {
		return fmt.Errorf("%w: no GOST R 34.10-2001 key", ErrSignature)
	}
	return key.Verify(s.body, s.signature)
}
