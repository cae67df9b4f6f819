package gost

// jacobian is the point (x/z^2, y/z^3), or infinity when z is 0. Its
// arithmetic branches on the values: it is for public numbers only, those of
// verification and of tables.
type jacobian struct {
	affine
	z elem
}

// double sets r to 2p: M = 3x^2 + az^4, S = 4xy^2, x' = M^2 - 2S,
// y' = M(S - x') - 8y^4, z' = 2yz. There is no point of order two to care
// about that would not come out as z' = 0, infinity.
func (g *group) double(r, p *jacobian) {
	f := g.field
	var yy, zz, s, m, t elem
	f.sqr(&yy, &p.y)
	f.sqr(&zz, &p.z)
	if g.minus3 { // M = 3(x - z^2)(x + z^2)
		f.sub(&m, &p.x, &zz)
		f.add(&t, &p.x, &zz)
		f.mul(&m, &m, &t)
	} else {
		f.sqr(&m, &p.x)
	}
	f.add(&t, &m, &m)
	f.add(&m, &t, &m)
	if !g.minus3 {
		f.sqr(&zz, &zz)
		f.mul(&zz, &zz, &g.a)
		f.add(&m, &m, &zz)
	}
	f.add(&yy, &yy, &yy)
	f.mul(&s, &p.x, &yy)
	f.add(&s, &s, &s)
	f.mul(&t, &p.y, &p.z)
	f.add(&r.z, &t, &t)
	f.sqr(&t, &m)
	f.sub(&t, &t, &s)
	f.sub(&r.x, &t, &s)
	f.sub(&s, &s, &r.x)
	f.mul(&s, &s, &m)
	f.sqr(&yy, &yy)
	f.add(&yy, &yy, &yy) // 8y^4 = 2(2y^2)^2
	f.sub(&r.y, &s, &yy)
}

// add sets r to p + (q.x, q.y, z), a nil z being 1: with U = x*z'^2 and
// S = y*z'^3 of either point, z' the other's z, H = U2 - U1 and R = S2 - S1,
// x = R^2 - H^3 - 2*U1*H^2, y = R(U1*H^2 - x) - S1*H^3, z = z1*z2*H.
func (g *group) add(r, p *jacobian, q *affine, z *elem) {
	f := g.field
	if p.z.zero() {
		*r = jacobian{*q, f.one}
		if z != nil {
			r.z = *z
		}
		return
	}
	if z != nil && z.zero() {
		*r = *p
		return
	}
	u1, s1, z3 := p.x, p.y, p.z
	var u2, s2, t elem
	f.sqr(&t, &p.z)
	f.mul(&u2, &q.x, &t)
	f.mul(&t, &t, &p.z)
	f.mul(&s2, &q.y, &t)
	if z != nil {
		f.sqr(&t, z)
		f.mul(&u1, &u1, &t)
		f.mul(&t, &t, z)
		f.mul(&s1, &s1, &t)
		f.mul(&z3, &z3, z)
	}
	f.sub(&u2, &u2, &u1) // H
	f.sub(&s2, &s2, &s1) // R
	if u2.zero() {
		if s2.zero() {
			g.double(r, p)
		} else {
			*r = jacobian{}
		}
		return
	}
	f.mul(&r.z, &z3, &u2)
	f.sqr(&t, &u2)
	f.mul(&u1, &u1, &t) // U1*H^2
	f.mul(&t, &t, &u2)  // H^3
	f.mul(&s1, &s1, &t)
	f.sqr(&u2, &s2)
	f.sub(&u2, &u2, &t)
	f.sub(&u2, &u2, &u1)
	f.sub(&r.x, &u2, &u1)
	f.sub(&u1, &u1, &r.x)
	f.mul(&u1, &u1, &s2)
	f.sub(&r.y, &u1, &s1)
}

// addSigned adds (q.x, q.y, z), or takes it away, in place.
func (g *group) addSigned(r *jacobian, q *affine, z *elem, negative bool) {
	if negative {
		minus := *q
		g.field.sub(&minus.y, &elem{}, &q.y)
		q = &minus
	}
	g.add(r, r, q, z)
}

// mul returns k*p; k < 2^Bits may exceed q and p may lie outside the subgroup.
func (g *group) mul(k *elem, p *affine) (r jacobian) {
	var odd [8]jacobian // 1, 3, .. 15 times p
	odd[0] = jacobian{*p, g.field.one}
	var twice jacobian
	g.double(&twice, &odd[0])
	for i := 1; i < len(odd); i++ {
		g.add(&odd[i], &odd[i-1], &twice.affine, &twice.z)
	}
	naf := g.naf(k)
	for i := g.bits; i >= 0; i-- {
		g.double(&r, &r)
		if d := naf[i]; d != 0 {
			q := &odd[abs(d)/2]
			g.addSigned(&r, &q.affine, &q.z, d < 0)
		}
	}
	return r
}

// mulBoth returns k times the base point plus l*p.
func (g *group) mulBoth(k, l *elem, p *affine) jacobian {
	r := g.mul(l, p)
	table, digits := g.baseWindows(), g.digits(k)
	for i := range table {
		if d := digits[i]; d != 0 {
			g.addSigned(&r, &table[i][abs(d)-1], nil, d < 0)
		}
	}
	return r
}
