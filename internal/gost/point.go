package gost

import (
	"crypto/subtle"
	"math/big"
)

// point is a point in projective coordinates (X:Y:Z); infinity is (0:1:0).
type point struct{ x, y, z elem }

// add sets r to p+q by the complete formulas for short Weierstrass curves
// (Renes, Costello, Batina 2015, algorithm 1): no exceptions for equal points
// or infinity as long as both lie in the subgroup of odd prime order.
func (c *Curve) add(r, p, q *point) {
	f := c.field
	var t0, t1, t2, t3, t4, t5, x3, y3, z3 elem
	f.mul(&t0, &p.x, &q.x)
	f.mul(&t1, &p.y, &q.y)
	f.mul(&t2, &p.z, &q.z)
	f.add(&t3, &p.x, &p.y)
	f.add(&t4, &q.x, &q.y)
	f.mul(&t3, &t3, &t4)
	f.add(&t4, &t0, &t1)
	f.sub(&t3, &t3, &t4)
	f.add(&t4, &p.x, &p.z)
	f.add(&t5, &q.x, &q.z)
	f.mul(&t4, &t4, &t5)
	f.add(&t5, &t0, &t2)
	f.sub(&t4, &t4, &t5)
	f.add(&t5, &p.y, &p.z)
	f.add(&x3, &q.y, &q.z)
	f.mul(&t5, &t5, &x3)
	f.add(&x3, &t1, &t2)
	f.sub(&t5, &t5, &x3)
	f.mul(&z3, &c.a, &t4)
	f.mul(&x3, &c.b3, &t2)
	f.add(&z3, &x3, &z3)
	f.sub(&x3, &t1, &z3)
	f.add(&z3, &t1, &z3)
	f.mul(&y3, &x3, &z3)
	f.add(&t1, &t0, &t0)
	f.add(&t1, &t1, &t0)
	f.mul(&t2, &c.a, &t2)
	f.mul(&t4, &c.b3, &t4)
	f.add(&t1, &t1, &t2)
	f.sub(&t2, &t0, &t2)
	f.mul(&t2, &c.a, &t2)
	f.add(&t4, &t4, &t2)
	f.mul(&t0, &t1, &t4)
	f.add(&y3, &y3, &t0)
	f.mul(&t0, &t5, &t4)
	f.mul(&x3, &t3, &x3)
	f.sub(&x3, &x3, &t0)
	f.mul(&t0, &t3, &t1)
	f.mul(&z3, &t5, &z3)
	f.add(&z3, &z3, &t0)
	r.x, r.y, r.z = x3, y3, z3
}

// multiples are 0*p .. 15*p.
type multiples [16]point

func (c *Curve) multiplesOf(p *point) (t multiples) {
	t[0] = point{y: c.field.one}
	for i := 1; i < len(t); i++ {
		c.add(&t[i], &t[i-1], p)
	}
	return t
}

// pick returns t[digit], touching every entry.
func (t *multiples) pick(digit byte) (r point) {
	for i := range t {
		mask := -uint64(subtle.ConstantTimeByteEq(byte(i), digit))
		for w := range r.x {
			r.x[w] |= t[i].x[w] & mask
			r.y[w] |= t[i].y[w] & mask
			r.z[w] |= t[i].z[w] & mask
		}
	}
	return r
}

// digits are k in base 16 from the least significant, as many for every k.
func (c *Curve) digits(k *big.Int) []byte {
	b := k.FillBytes(make([]byte, c.Bits/8))
	d := make([]byte, 0, 2*len(b))
	for i := len(b) - 1; i >= 0; i-- {
		d = append(d, b[i]&15, b[i]>>4)
	}
	return d
}

// mul returns k*p for 0 <= k < 2^Bits.
func (c *Curve) mul(k *big.Int, p *point) point {
	t := c.multiplesOf(p)
	d := c.digits(k)
	r := t.pick(d[len(d)-1])
	for i := len(d) - 2; i >= 0; i-- {
		for range 4 {
			c.add(&r, &r, &r)
		}
		q := t.pick(d[i])
		c.add(&r, &r, &q)
	}
	return r
}

// mulBase returns k times the base point from a table made on first use.
func (c *Curve) mulBase(k *big.Int) point {
	c.baseOnce.Do(func() {
		p := c.base
		c.baseTable = make([]multiples, c.Bits/4)
		for i := range c.baseTable {
			c.baseTable[i] = c.multiplesOf(&p)
			c.add(&p, &c.baseTable[i][15], &p)
		}
	})
	r := point{y: c.field.one}
	for i, d := range c.digits(k) {
		q := c.baseTable[i].pick(d)
		c.add(&r, &r, &q)
	}
	return r
}

func (c *Curve) point(x, y *big.Int) (p point) {
	c.field.set(&p.x, x)
	c.field.set(&p.y, y)
	p.z = c.field.one
	return p
}

// affine returns the coordinates of p; ok is false for infinity.
func (c *Curve) affine(p *point) (x, y *big.Int, ok bool) {
	if p.z.zero() {
		return nil, nil, false
	}
	var zi, t elem
	c.field.invert(&zi, &p.z)
	c.field.mul(&t, &p.x, &zi)
	x = c.field.int(&t)
	c.field.mul(&t, &p.y, &zi)
	return x, c.field.int(&t), true
}
