package gost_test

import (
	"math/big"
	"slices"
	"testing"

	"signdesk/internal/gost"
)

// GOST R 34.10-2012 once more, as its text has it: affine points, numbers of
// math/big, no thought of speed or time. It makes the special signatures of
// the case files and is a second opinion on the package's arithmetic.

// affine is a point; nil is infinity.
type affine struct{ x, y *big.Int }

func base(c *gost.Curve) *affine { return &affine{c.X, c.Y} }

// add is the sum by GOST R 34.10-2012, 5.2 (formulas 3 and 4).
func add(c *gost.Curve, p, q *affine) *affine {
	if p == nil {
		return q
	}
	if q == nil {
		return p
	}
	top, bottom := new(big.Int).Sub(q.y, p.y), new(big.Int).Sub(q.x, p.x)
	if bottom.Mod(bottom, c.P).Sign() == 0 {
		if sum := new(big.Int).Add(p.y, q.y); sum.Mod(sum, c.P).Sign() == 0 {
			return nil
		}
		top.Mul(p.x, p.x).Mul(top, big.NewInt(3)).Add(top, c.A)
		bottom.Lsh(p.y, 1)
	}
	l := top.Mul(top, bottom.ModInverse(bottom, c.P))
	x := new(big.Int).Mul(l, l)
	x.Sub(x, p.x).Sub(x, q.x).Mod(x, c.P)
	y := new(big.Int).Sub(p.x, x)
	y.Mul(y, l).Sub(y, p.y).Mod(y, c.P)
	return &affine{x, y}
}

func times(c *gost.Curve, k *big.Int, p *affine) (r *affine) {
	for i := k.BitLen() - 1; i >= 0; i-- {
		if r = add(c, r, r); k.Bit(i) == 1 {
			r = add(c, r, p)
		}
	}
	return r
}

// number is the digest's number e (6.1, step 2).
func number(c *gost.Curve, digest []byte) *big.Int {
	e := new(big.Int).SetBytes(backwards(digest))
	if e.Mod(e, c.Q).Sign() == 0 {
		e.SetInt64(1)
	}
	return e
}

// digestOf is the digest whose number is e.
func digestOf(c *gost.Curve, e *big.Int) []byte {
	return backwards(e.FillBytes(make([]byte, c.Bits/8)))
}

func backwards(b []byte) []byte {
	b = slices.Clone(b)
	slices.Reverse(b)
	return b
}

// signNumber is r and s of the number e with the nonce k (6.1).
func signNumber(c *gost.Curve, d, k, e *big.Int) (r, s *big.Int) {
	r = new(big.Int).Mod(times(c, k, base(c)).x, c.Q)
	s = new(big.Int).Mul(r, d)
	s.Add(s, new(big.Int).Mul(k, e)).Mod(s, c.Q)
	return r, s
}

// verifyNumber is the verdict of 6.2 on any numbers.
func verifyNumber(c *gost.Curve, key *affine, e, r, s *big.Int) bool {
	if r.Sign() <= 0 || s.Sign() <= 0 || r.Cmp(c.Q) >= 0 || s.Cmp(c.Q) >= 0 {
		return false
	}
	z1, z2 := factors(c, e, r, s)
	p := add(c, times(c, z1, base(c)), times(c, z2, key))
	return p != nil && new(big.Int).Mod(p.x, c.Q).Cmp(r) == 0
}

// factors are z1 and z2 of 6.2, step 5.
func factors(c *gost.Curve, e, r, s *big.Int) (z1, z2 *big.Int) {
	v := new(big.Int).ModInverse(e, c.Q)
	z1 = new(big.Int).Mul(s, v)
	z2 = new(big.Int).Mul(new(big.Int).Neg(r), v)
	return z1.Mod(z1, c.Q), z2.Mod(z2, c.Q)
}

// encode is s||r.
func encode(c *gost.Curve, r, s *big.Int) []byte {
	sig := make([]byte, c.Bits/4)
	s.FillBytes(sig[:c.Bits/8])
	r.FillBytes(sig[c.Bits/8:])
	return sig
}

// lift returns the first point of the curve at x or further, in the subgroup
// of prime order, and its x.
func lift(c *gost.Curve, x *big.Int) *affine {
	for x = new(big.Int).Set(x); ; x.Add(x, big.NewInt(1)) {
		y := new(big.Int).Mul(x, x)
		y.Add(y, c.A).Mul(y, x).Add(y, c.B).Mod(y, c.P)
		if y.ModSqrt(y, c.P) == nil {
			continue
		}
		if p := (&affine{x, y}); times(c, c.Q, p) == nil {
			return p
		}
	}
}

// The package against the text of the standard, on every set.
func TestReference(t *testing.T) {
	t.Parallel()
	for _, c := range distinct() {
		s := newSource("reference " + c.Name)
		for range 5 {
			key := must(gost.GenerateKey(s, c))(t)
			if p := times(c, key.D(), base(c)); p.x.Cmp(key.X) != 0 || p.y.Cmp(key.Y) != 0 {
				t.Errorf("%s (GOST_SEED=%d): secret %x: another public key", c.Name, seed(), key.D())
			}
			digest := s.bytes(c.Bits / 8)
			k := must(gost.GenerateKey(s, c))(t).D()
			r, sn := signNumber(c, key.D(), k, number(c, digest))
			if err := gost.Verify(&key.PublicKey, digest, encode(c, r, sn)); err != nil {
				t.Errorf("%s (GOST_SEED=%d): %v", c.Name, seed(), err)
			}
			sig := must(key.Sign(s, digest, nil))(t)
			size := c.Bits / 8
			if !verifyNumber(c, &affine{key.X, key.Y}, number(c, digest), new(big.Int).SetBytes(sig[size:]), new(big.Int).SetBytes(sig[:size])) {
				t.Errorf("%s (GOST_SEED=%d): signature %x of %x does not verify by the text", c.Name, seed(), sig, digest)
			}
		}
	}
}
