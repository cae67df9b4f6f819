package gost

import (
	"crypto"
	"crypto/hmac"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// ErrSignature means that a signature does not belong to the key and digest.
var ErrSignature = errors.New("signature does not match")

// Sign signs a Streebog digest of the key's size and returns s||r, each half
// big-endian (RFC 9215, section 2). The nonce is derived from the key, the
// digest and 32 bytes of rand (RFC 6979, section 3.6), so that a weak source
// of randomness does not give the key away; with a nil rand the signature is
// deterministic. opts is not used: the key's size fixes the hash.
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
	for nonces := newNonces(c, k.D, digest, extra); ; {
		if sig, ok := k.signWith(nonces.next(), digest); ok {
			return sig, nil
		}
	}
}

// signWith is the signature with the given nonce in [1, q-1]; ok is false when
// the nonce does not serve (probability about 1/q).
func (k *PrivateKey) signWith(nonce *big.Int, digest []byte) (sig []byte, ok bool) {
	c, f := k.Curve, k.Curve.scalars
	p := c.mulBase(nonce)
	x, _, ok := c.affine(&p)
	if !ok {
		return nil, false
	}
	r := x.Mod(x, c.Q)
	var rm, dm, km, em elem
	f.set(&rm, r)
	f.set(&dm, k.D)
	f.set(&km, nonce)
	f.set(&em, c.digestNumber(digest))
	f.mul(&rm, &rm, &dm)
	f.mul(&km, &km, &em)
	f.add(&rm, &rm, &km)
	s := f.int(&rm) // r*d + k*e
	if r.Sign() == 0 || s.Sign() == 0 {
		return nil, false
	}
	size := c.Bits / 8
	sig = make([]byte, 2*size)
	s.FillBytes(sig[:size])
	r.FillBytes(sig[size:])
	return sig, true
}

// Verify checks a signature s||r of a Streebog digest; nil means good.
func Verify(pub *PublicKey, digest, sig []byte) error {
	if pub == nil {
		return fmt.Errorf("%w: no GOST R 34.10-2012 key", ErrSignature)
	}
	c := pub.Curve
	size := c.Bits / 8
	if len(digest) != size || len(sig) != 2*size {
		return fmt.Errorf("%w: wrong length", ErrSignature)
	}
	s, r := new(big.Int).SetBytes(sig[:size]), new(big.Int).SetBytes(sig[size:])
	if s.Sign() == 0 || r.Sign() == 0 || s.Cmp(c.Q) >= 0 || r.Cmp(c.Q) >= 0 {
		return fmt.Errorf("%w: number out of range", ErrSignature)
	}
	f := c.scalars
	var v, z1, z2 elem
	f.set(&v, c.digestNumber(digest))
	f.invert(&v, &v)
	f.set(&z1, s)
	f.mul(&z1, &z1, &v)
	f.set(&z2, new(big.Int).Sub(c.Q, r))
	f.mul(&z2, &z2, &v)

	q := c.point(pub.X, pub.Y)
	p1, p2 := c.mulBase(f.int(&z1)), c.mul(f.int(&z2), &q)
	c.add(&p1, &p1, &p2)
	x, _, ok := c.affine(&p1)
	if !ok || x.Mod(x, c.Q).Cmp(r) != 0 {
		return ErrSignature
	}
	return nil
}

// digestNumber is the number e of GOST R 34.10-2012: the digest read as
// little-endian, modulo q, with 1 in place of 0.
func (c *Curve) digestNumber(digest []byte) *big.Int {
	e := fromLittleEndian(digest)
	if e.Mod(e, c.Q).Sign() == 0 {
		e.SetInt64(1)
	}
	return e
}

// nonces is the generator of RFC 6979, section 3.2, over HMAC-Streebog-512.
type nonces struct {
	c    *Curve
	k, v []byte
}

func newNonces(c *Curve, d *big.Int, digest, extra []byte) *nonces {
	size := c.Bits / 8
	seed := d.FillBytes(make([]byte, size))
	seed = append(seed, c.digestNumber(digest).FillBytes(make([]byte, size))...)
	seed = append(seed, extra...)
	n := &nonces{c: c, k: make([]byte, 64), v: make([]byte, 64)}
	for i := range n.v {
		n.v[i] = 1
	}
	for _, step := range []byte{0, 1} {
		n.k = n.mac(n.v, []byte{step}, seed)
		n.v = n.mac(n.v)
	}
	return n
}

func (n *nonces) mac(parts ...[]byte) []byte {
	h := hmac.New(New512, n.k)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// next returns a number in [1, q-1].
func (n *nonces) next() *big.Int {
	for {
		n.v = n.mac(n.v)
		t := new(big.Int).SetBytes(n.v[:n.c.Bits/8])
		t.Rsh(t, uint(n.c.Bits-n.c.Q.BitLen()))
		if t.Sign() > 0 && t.Cmp(n.c.Q) < 0 {
			return t
		}
		n.k = n.mac(n.v, []byte{0})
		n.v = n.mac(n.v)
	}
}
