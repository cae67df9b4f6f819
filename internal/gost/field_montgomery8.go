package gost

// mulMontgomery8 is mulMontgomery4 for eight words.
func (f *field) mulMontgomery8(z, x, y *elem) {
	p, inv := &f.p, f.inv
	var t elem
	var c2, c1, c0 uint64

	c2, c1, c0 = mulAdd(0, 0, 0, x[0], y[0])
	m0 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m0, p[0])

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[1])
	m1 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m1, p[0])

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[1])
	m2 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m2, p[0])

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[1])
	m3 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m3, p[0])

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[1])
	m4 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m4, p[0])

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[1])
	m5 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m5, p[0])

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[1])
	m6 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m6, p[0])

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[1])
	m7 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m7, p[0])

	c2, c1, c0 = mulAdd(0, c2, c1, x[1], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[1])
	t[0] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[2], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[2])
	t[1] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[3], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[3])
	t[2] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[4], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[4])
	t[3] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[5], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[5])
	t[4] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[6], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[6])
	t[5] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[7], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[7])
	t[6] = c0
	t[7] = c1
	sub8(z, &t, c2, p, p)
}
