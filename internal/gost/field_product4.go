package gost

import "math/bits"

// Products by columns, the way they are done on paper: t[k] collects all
// x[i]*y[j] with i+j = k in a sum of three words, c2:c1:c0, whose lowest word
// is then done. The columns are written out, in the order of a loop, because
// the compiler does not unroll loops and a loop takes two to three times as
// long.

// mulAdd returns c2:c1:c0 + x*y.
func mulAdd(c2, c1, c0, x, y uint64) (uint64, uint64, uint64) {
	high, low := bits.Mul64(x, y)
	var c uint64
	c0, c = bits.Add64(c0, low, 0)
	c1, c = bits.Add64(c1, high, c)
	return c2 + c, c1, c0
}

// mulAdd2 returns c2:c1:c0 + 2*x*y.
func mulAdd2(c2, c1, c0, x, y uint64) (uint64, uint64, uint64) {
	high, low := bits.Mul64(x, y)
	c2 += high >> 63
	high = high<<1 | low>>63
	var c uint64
	c0, c = bits.Add64(c0, low<<1, 0)
	c1, c = bits.Add64(c1, high, c)
	return c2 + c, c1, c0
}

// mul4 sets t to x*y.
func mul4(t *[8]uint64, x, y *elem) {
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
	y0, y1, y2, y3 := y[0], y[1], y[2], y[3]
	var c2, c1, c0 uint64
	c1, t[0] = bits.Mul64(x0, y0)

	c2, c1, c0 = mulAdd(0, 0, c1, x0, y1)
	c2, c1, c0 = mulAdd(c2, c1, c0, x1, y0)
	t[1] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x0, y2)
	c2, c1, c0 = mulAdd(c2, c1, c0, x1, y1)
	c2, c1, c0 = mulAdd(c2, c1, c0, x2, y0)
	t[2] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x0, y3)
	c2, c1, c0 = mulAdd(c2, c1, c0, x1, y2)
	c2, c1, c0 = mulAdd(c2, c1, c0, x2, y1)
	c2, c1, c0 = mulAdd(c2, c1, c0, x3, y0)
	t[3] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x1, y3)
	c2, c1, c0 = mulAdd(c2, c1, c0, x2, y2)
	c2, c1, c0 = mulAdd(c2, c1, c0, x3, y1)
	t[4] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x2, y3)
	c2, c1, c0 = mulAdd(c2, c1, c0, x3, y2)
	t[5] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x3, y3)
	t[6] = c0
	t[7] = c1
}

// sqr4 sets t to x*x: what stands twice in a column is multiplied once.
func sqr4(t *[8]uint64, x *elem) {
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
	var c2, c1, c0 uint64
	c1, t[0] = bits.Mul64(x0, x0)

	c2, c1, c0 = mulAdd2(0, 0, c1, x0, x1)
	t[1] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x0, x2)
	c2, c1, c0 = mulAdd(c2, c1, c0, x1, x1)
	t[2] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x0, x3)
	c2, c1, c0 = mulAdd2(c2, c1, c0, x1, x2)
	t[3] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x1, x3)
	c2, c1, c0 = mulAdd(c2, c1, c0, x2, x2)
	t[4] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x2, x3)
	t[5] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x3, x3)
	t[6] = c0
	t[7] = c1
}
