package gost

import "math/bits"

// mul8 sets t to x*y, by columns as mul4.
func mul8(t *[16]uint64, x, y *elem) {
	var c2, c1, c0 uint64
	c1, t[0] = bits.Mul64(x[0], y[0])

	c2, c1, c0 = mulAdd(0, 0, c1, x[0], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[0])
	t[1] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[0])
	t[2] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[0])
	t[3] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[0])
	t[4] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[0])
	t[5] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[0])
	t[6] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[0])
	t[7] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[1], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[1])
	t[8] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[2], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[2])
	t[9] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[3], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[3])
	t[10] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[4], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[4])
	t[11] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[5], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[5])
	t[12] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[6], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[6])
	t[13] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[7], y[7])
	t[14] = c0
	t[15] = c1
}

// sqr8 sets t to x*x, by columns as sqr4.
func sqr8(t *[16]uint64, x *elem) {
	var c2, c1, c0 uint64
	c1, t[0] = bits.Mul64(x[0], x[0])

	c2, c1, c0 = mulAdd2(0, 0, c1, x[0], x[1])
	t[1] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], x[1])
	t[2] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[3])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[1], x[2])
	t[3] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[4])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[1], x[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], x[2])
	t[4] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[5])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[1], x[4])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[2], x[3])
	t[5] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[6])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[1], x[5])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[2], x[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], x[3])
	t[6] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[7])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[1], x[6])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[2], x[5])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[3], x[4])
	t[7] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[1], x[7])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[2], x[6])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[3], x[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], x[4])
	t[8] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[2], x[7])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[3], x[6])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[4], x[5])
	t[9] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[3], x[7])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[4], x[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], x[5])
	t[10] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[4], x[7])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[5], x[6])
	t[11] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[5], x[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], x[6])
	t[12] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[6], x[7])
	t[13] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[7], x[7])
	t[14] = c0
	t[15] = c1
}
