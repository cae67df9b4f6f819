package gost

// mulMontgomery4 sets z to x*y/2^256 mod p, for x < 2^256 and y < p, by columns
// as mulFold4: the numbers m are chosen so that the lower columns of x*y + m*p
// are zero; the upper ones, below 2p, remain.
func (f *field) mulMontgomery4(z, x, y *elem) {
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
	y0, y1, y2, y3 := y[0], y[1], y[2], y[3]
	p, inv := &f.p, f.inv
	p0, p1, p2, p3 := p[0], p[1], p[2], p[3]
	var c2, c1, c0 uint64

	c2, c1, c0 = mulAdd(0, 0, 0, x0, y0)
	m0 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m0, p0)

	c2, c1, c0 = mulAdd(0, c2, c1, x0, y1)
	c2, c1, c0 = mulAdd(c2, c1, c0, x1, y0)
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p1)
	m1 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m1, p0)

	c2, c1, c0 = mulAdd(0, c2, c1, x0, y2)
	c2, c1, c0 = mulAdd(c2, c1, c0, x1, y1)
	c2, c1, c0 = mulAdd(c2, c1, c0, x2, y0)
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p2)
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p1)
	m2 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m2, p0)

	c2, c1, c0 = mulAdd(0, c2, c1, x0, y3)
	c2, c1, c0 = mulAdd(c2, c1, c0, x1, y2)
	c2, c1, c0 = mulAdd(c2, c1, c0, x2, y1)
	c2, c1, c0 = mulAdd(c2, c1, c0, x3, y0)
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p3)
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p2)
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p1)
	m3 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m3, p0)

	c2, c1, c0 = mulAdd(0, c2, c1, x1, y3)
	c2, c1, c0 = mulAdd(c2, c1, c0, x2, y2)
	c2, c1, c0 = mulAdd(c2, c1, c0, x3, y1)
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p3)
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p2)
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p1)
	t0 := c0

	c2, c1, c0 = mulAdd(0, c2, c1, x2, y3)
	c2, c1, c0 = mulAdd(c2, c1, c0, x3, y2)
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p3)
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p2)
	t1 := c0

	c2, c1, c0 = mulAdd(0, c2, c1, x3, y3)
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p3)
	t2 := c0
	sub4(z, t0, t1, t2, c1, c2, p, p)
}
