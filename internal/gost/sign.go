package gost

import (
	"crypto"
	"errors"
	"fmt"
	"io"
)

// ErrSignature means that a signature does not belong to the key and digest.
var ErrSignature = errors.New("signature does not match")

// Sign signs a Streebog digest of the key's size and returns s||r, each half
// big-endian (RFC 9215, section 2). The nonce is derived from the key, the
// digest and 32 bytes of rand (RFC 6979, section 3.6), so that a weak source
// of randomness does not give the key away; with a nil rand the signature is
// deterministic. opts is not used: the key's size fixes the hash. The time
// taken says nothing about the key and the nonce.
func (k *PrivateKey) Sign(rand io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	c := k.Curve
	if len(digest) != c.Bits/8 {
		return nil, fmt.Errorf("sign: digest of %d bytes, the key needs %d", len(digest), c.Bits/8)
	}
	var extra []byte
	if rand != nil {
		extra = make([]byte, 32)
		if _, err := io.ReadFull(rand, extra); err != nil {
			return nil, fmt.Errorf("sign: %w", err)
		}
	}
	e := c.digestNumber(digest)
	nonces := newNonces(c.group, &k.d, &e, extra)
	for {
		nonce := nonces.next()
		if sig, ok := k.signWith(&nonce, &e); ok {
			return sig, nil
		}
	}
}

// signWith is the signature of the number e with the given nonce in [1, q-1]
// (GOST R 34.10-2012, section 6.1; RFC 7091, section 6.1); ok is false when the
// nonce does not serve (probability about 1/q).
func (k *PrivateKey) signWith(nonce, e *elem) (sig []byte, ok bool) {
	g, f := k.Curve.group, k.Curve.scalars
	p := g.mulBase(nonce)
	x, _, ok := g.affine(&p)
	if !ok {
		return nil, false
	}
	var r, s, t, u elem
	f.set(&r, &x) // modulo q
	f.set(&t, &k.d)
	f.mul(&s, &r, &t)
	f.set(&t, nonce)
	f.set(&u, e)
	f.mul(&t, &t, &u)
	f.add(&s, &s, &t) // r*d + k*e
	if r.zero() || s.zero() {
		return nil, false
	}
	f.plain(&r, &r)
	f.plain(&s, &s)
	size := g.bits / 8
	sig = make([]byte, 2*size)
	s.putBigEndian(sig[:size])
	r.putBigEndian(sig[size:])
	return sig, true
}

// Verify checks a signature s||r of a Streebog digest (GOST R 34.10-2012,
// section 6.2; RFC 7091, section 6.2); nil means good.
func Verify(pub *PublicKey, digest, sig []byte) error {
	if pub == nil {
		return fmt.Errorf("%w: no GOST R 34.10-2012 key", ErrSignature)
	}
	g := pub.Curve.group
	size := g.bits / 8
	if len(digest) != size || len(sig) != 2*size {
		return fmt.Errorf("%w: wrong length", ErrSignature)
	}
	f := g.scalars
	s, r := bigEndian(sig[:size]), bigEndian(sig[size:])
	if s.zero() || r.zero() || !s.below(&f.p) || !r.below(&f.p) {
		return fmt.Errorf("%w: number out of range", ErrSignature)
	}
	e := g.digestNumber(digest)
	var v, z1, z2 elem
	f.set(&v, &e)
	f.invert(&v, &v)
	f.set(&z1, &s)
	f.mul(&z1, &z1, &v)
	f.plain(&z1, &z1) // s/e
	f.set(&z2, &r)
	f.mul(&z2, &z2, &v)
	f.sub(&z2, &elem{}, &z2)
	f.plain(&z2, &z2) // -r/e

	q := g.point(pub.X, pub.Y)
	if p := g.mulBoth(&z1, &z2, &q); p.z.zero() || !g.hasXModQ(&p, r) {
		return ErrSignature
	}
	return nil
}

// hasXModQ reports whether the first coordinate of p is r modulo q. It is
// below P, so it is r, r+q, .. as long as that is below P too; comparing these
// with X/Z^2 saves the inversion.
func (g *group) hasXModQ(p *jacobian, r elem) bool {
	f := g.field
	var zz, x elem
	f.sqr(&zz, &p.z)
	for r.below(&f.p) {
		f.set(&x, &r)
		f.mul(&x, &x, &zz)
		if x == p.x {
			return true
		}
		if r.increase(&g.scalars.p, f.n) {
			break
		}
	}
	return false
}

// digestNumber is the number e of GOST R 34.10-2012: the digest read as
// little-endian (RFC 9215, section 2), modulo q, with 1 in place of 0.
func (g *group) digestNumber(digest []byte) elem {
	e := littleEndianWords(digest)
	g.scalars.set(&e, &e)
	if e.zero() {
		return elem{1}
	}
	g.scalars.plain(&e, &e)
	return e
}
