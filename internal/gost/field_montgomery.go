package gost

import "math/bits"

// Montgomery's reduction by columns, as the products: the numbers m are chosen
// so that the lower half of t + m*p is zero; the upper half, t/2^Bits mod p
// and below 2p, remains.

// next moves the sum one column up, c2:c1 becoming its lower words, and adds t.
func next(c2, c1, t uint64) (uint64, uint64, uint64) {
	c0, c := bits.Add64(c1, t, 0)
	c1, c2 = bits.Add64(c2, 0, c)
	return c2, c1, c0
}

// montgomery4 sets z to t/2^256 mod p, for t < 2^256*p; inv is -1/p mod 2^64.
func montgomery4(z *elem, t *[8]uint64, p *elem, inv uint64) {
	p0, p1, p2, p3 := p[0], p[1], p[2], p[3]
	var c2, c1 uint64
	c0 := t[0]
	m0 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m0, p0)

	c2, c1, c0 = next(c2, c1, t[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p1)
	m1 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m1, p0)

	c2, c1, c0 = next(c2, c1, t[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p2)
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p1)
	m2 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m2, p0)

	c2, c1, c0 = next(c2, c1, t[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p3)
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p2)
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p1)
	m3 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m3, p0)

	c2, c1, c0 = next(c2, c1, t[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p3)
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p2)
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p1)
	z0 := c0

	c2, c1, c0 = next(c2, c1, t[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p3)
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p2)
	z1 := c0

	c2, c1, c0 = next(c2, c1, t[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p3)
	z2 := c0

	c2, c1, c0 = next(c2, c1, t[7])
	z3 := c0

	sub4(z, z0, z1, z2, z3, c1, p, p)
}

// montgomery8 sets z to t/2^512 mod p, for t < 2^512*p.
func montgomery8(z *elem, t *[16]uint64, p *elem, inv uint64) {
	var u elem
	var c2, c1 uint64
	c0 := t[0]
	m0 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m0, p[0])

	c2, c1, c0 = next(c2, c1, t[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[1])
	m1 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m1, p[0])

	c2, c1, c0 = next(c2, c1, t[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[1])
	m2 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m2, p[0])

	c2, c1, c0 = next(c2, c1, t[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[1])
	m3 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m3, p[0])

	c2, c1, c0 = next(c2, c1, t[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[1])
	m4 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m4, p[0])

	c2, c1, c0 = next(c2, c1, t[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[1])
	m5 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m5, p[0])

	c2, c1, c0 = next(c2, c1, t[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[1])
	m6 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m6, p[0])

	c2, c1, c0 = next(c2, c1, t[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m0, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[1])
	m7 := c0 * inv
	c2, c1, _ = mulAdd(c2, c1, c0, m7, p[0])

	c2, c1, c0 = next(c2, c1, t[8])
	c2, c1, c0 = mulAdd(c2, c1, c0, m1, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[1])
	u[0] = c0

	c2, c1, c0 = next(c2, c1, t[9])
	c2, c1, c0 = mulAdd(c2, c1, c0, m2, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[2])
	u[1] = c0

	c2, c1, c0 = next(c2, c1, t[10])
	c2, c1, c0 = mulAdd(c2, c1, c0, m3, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[3])
	u[2] = c0

	c2, c1, c0 = next(c2, c1, t[11])
	c2, c1, c0 = mulAdd(c2, c1, c0, m4, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[4])
	u[3] = c0

	c2, c1, c0 = next(c2, c1, t[12])
	c2, c1, c0 = mulAdd(c2, c1, c0, m5, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[5])
	u[4] = c0

	c2, c1, c0 = next(c2, c1, t[13])
	c2, c1, c0 = mulAdd(c2, c1, c0, m6, p[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[6])
	u[5] = c0

	c2, c1, c0 = next(c2, c1, t[14])
	c2, c1, c0 = mulAdd(c2, c1, c0, m7, p[7])
	u[6] = c0

	c2, c1, c0 = next(c2, c1, t[15])
	u[7] = c0

	sub8(z, &u, c1, p, p)
}
