package gost

import "math/big"

// affine is a point other than infinity, its coordinates residues modulo P.
type affine struct{ x, y elem }

// point is a point in projective coordinates (X:Y:Z); infinity is (0:1:0).
// With secret scalars these are used, because their addition has no
// exceptions; with public ones jacobian is faster.
type point struct{ x, y, z elem }

func (g *group) residue(x *big.Int) (z elem) {
	w := words(x)
	g.field.set(&z, &w)
	return z
}

func (g *group) point(x, y *big.Int) affine { return affine{g.residue(x), g.residue(y)} }

// mulA sets z to a*x.
func (g *group) mulA(z, x *elem) {
	f := g.field
	if !g.minus3 {
		f.mul(z, x, &g.a)
		return
	}
	var t elem
	f.add(&t, x, x)
	f.add(&t, &t, x)
	f.sub(z, &elem{}, &t)
}

// addMixed sets r to p+q by the complete formulas for short Weierstrass curves
// (Renes, Costello, Batina: Complete addition formulas for prime order
// elliptic curves, 2015, algorithm 2). They fail only when p-q is a point of
// order two (section 2 there, after Bosma and Lenstra): never here, where both
// are multiples of the base point, whose order is odd, on the curves with a
// cofactor too. So equal and opposite points and an infinite p take the same
// path and time as all others.
func (g *group) addMixed(r, p *point, q *affine) {
	f := g.field
	var t0, t1, t2, t3, t4, t5, x3, y3, z3 elem
	f.mul(&t0, &p.x, &q.x)
	f.mul(&t1, &p.y, &q.y)
	f.add(&t3, &q.x, &q.y)
	f.add(&t4, &p.x, &p.y)
	f.mul(&t3, &t3, &t4)
	f.add(&t4, &t0, &t1)
	f.sub(&t3, &t3, &t4)
	f.mul(&t4, &q.x, &p.z)
	f.add(&t4, &t4, &p.x)
	f.mul(&t5, &q.y, &p.z)
	f.add(&t5, &t5, &p.y)
	g.mulA(&z3, &t4)
	f.mul(&x3, &g.b3, &p.z)
	f.add(&z3, &x3, &z3)
	f.sub(&x3, &t1, &z3)
	f.add(&z3, &t1, &z3)
	f.mul(&y3, &x3, &z3)
	f.add(&t1, &t0, &t0)
	f.add(&t1, &t1, &t0)
	g.mulA(&t2, &p.z)
	f.mul(&t4, &g.b3, &t4)
	f.add(&t1, &t1, &t2)
	f.sub(&t2, &t0, &t2)
	g.mulA(&t2, &t2)
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

// mulBase returns k times the base point for k < q, in the same time for all
// k: every window costs one look at all its entries and one addition, whose
// result is thrown away where the digit is 0.
func (g *group) mulBase(k *elem) point {
	table, digits := g.baseWindows(), g.digits(k)
	r := point{y: g.field.one}
	var sum point
	var q affine
	var minus elem
	for i := range table {
		negative, absolute, mask := split(digits[i])
		g.pick(&q, &table[i], absolute)
		g.field.sub(&minus, &elem{}, &q.y)
		q.y.choose(&minus, negative)
		g.addMixed(&sum, &r, &q)
		r.x.choose(&sum.x, mask)
		r.y.choose(&sum.y, mask)
		r.z.choose(&sum.z, mask)
	}
	return r
}

// affine returns the coordinates of p as plain numbers; ok is false for
// infinity.
func (g *group) affine(p *point) (x, y elem, ok bool) {
	var zi elem
	f := g.field
	f.invert(&zi, &p.z)
	f.mul(&x, &p.x, &zi)
	f.mul(&y, &p.y, &zi)
	f.plain(&x, &x)
	f.plain(&y, &y)
	return x, y, !p.z.zero()
}
