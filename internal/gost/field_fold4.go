package gost

import "math/bits"

// Products by columns, the way they are done on paper: column k collects all
// x[i]*y[j] with i+j = k in a sum of three words, c2:c1:c0, whose lowest word
// is then done. The columns 4 and up, the number h*2^256, come first and are
// counted below: as c*h where 2^256 = c mod p; where it is -c, as c times the
// complement of h, 2^256-1-h, and c(c+1) too few, with which column 0 starts.
// All is written out, in the order of a loop, because the compiler does not
// unroll loops and a loop takes two to three times as long.

// mulAdd returns c2:c1:c0 + x*y.
func mulAdd(c2, c1, c0, x, y uint64) (uint64, uint64, uint64) {
	high, low := bits.Mul64(x, y)
	var c uint64
	c0, c = bits.Add64(c0, low, 0)
	c1, c = bits.Add64(c1, high, c)
	c2, _ = bits.Add64(c2, 0, c)
	return c2, c1, c0
}

// mulAdd2 returns c2:c1:c0 + 2*x*y.
func mulAdd2(c2, c1, c0, x, y uint64) (uint64, uint64, uint64) {
	high, low := bits.Mul64(x, y)
	var c uint64
	c0, c = bits.Add64(c0, low, 0)
	c1, c = bits.Add64(c1, high, c)
	c2, _ = bits.Add64(c2, 0, c)
	c0, c = bits.Add64(c0, low, 0)
	c1, c = bits.Add64(c1, high, c)
	c2, _ = bits.Add64(c2, 0, c)
	return c2, c1, c0
}

// mulFold4 sets z to x*y mod p.
func (f *field) mulFold4(z, x, y *elem) {
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
	y0, y1, y2, y3 := y[0], y[1], y[2], y[3]
	var c2, c1, c0 uint64
	c, flip := f.c, f.flip

	c2, c1, c0 = mulAdd(0, 0, 0, x1, y3)
	c2, c1, c0 = mulAdd(c2, c1, c0, x2, y2)
	c2, c1, c0 = mulAdd(c2, c1, c0, x3, y1)
	h0 := c0 ^ flip

	c2, c1, c0 = mulAdd(0, c2, c1, x2, y3)
	c2, c1, c0 = mulAdd(c2, c1, c0, x3, y2)
	h1 := c0 ^ flip

	_, c1, c0 = mulAdd(0, c2, c1, x3, y3)
	h2 := c0 ^ flip
	h3 := c1 ^ flip

	c2, c1, c0 = mulAdd(0, 0, f.start, x0, y0)
	c2, c1, c0 = mulAdd(c2, c1, c0, h0, c)
	t0 := c0

	c2, c1, c0 = mulAdd(0, c2, c1, x0, y1)
	c2, c1, c0 = mulAdd(c2, c1, c0, x1, y0)
	c2, c1, c0 = mulAdd(c2, c1, c0, h1, c)
	t1 := c0

	c2, c1, c0 = mulAdd(0, c2, c1, x0, y2)
	c2, c1, c0 = mulAdd(c2, c1, c0, x1, y1)
	c2, c1, c0 = mulAdd(c2, c1, c0, x2, y0)
	c2, c1, c0 = mulAdd(c2, c1, c0, h2, c)
	t2 := c0

	c2, c1, c0 = mulAdd(0, c2, c1, x0, y3)
	c2, c1, c0 = mulAdd(c2, c1, c0, x1, y2)
	c2, c1, c0 = mulAdd(c2, c1, c0, x2, y1)
	c2, c1, c0 = mulAdd(c2, c1, c0, x3, y0)
	c2, c1, c0 = mulAdd(c2, c1, c0, h3, c)
	t3 := c0
	f.settle4(z, t0, t1, t2, t3, c2, c1)
}

// sqrFold4 sets z to x*x mod p: what stands twice in a column is multiplied
// once.
func (f *field) sqrFold4(z, x *elem) {
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
	var c2, c1, c0 uint64
	c, flip := f.c, f.flip

	c2, c1, c0 = mulAdd2(0, 0, 0, x1, x3)
	c2, c1, c0 = mulAdd(c2, c1, c0, x2, x2)
	h0 := c0 ^ flip

	c2, c1, c0 = mulAdd2(0, c2, c1, x2, x3)
	h1 := c0 ^ flip

	_, c1, c0 = mulAdd(0, c2, c1, x3, x3)
	h2 := c0 ^ flip
	h3 := c1 ^ flip

	c2, c1, c0 = mulAdd(0, 0, f.start, x0, x0)
	c2, c1, c0 = mulAdd(c2, c1, c0, h0, c)
	t0 := c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x0, x1)
	c2, c1, c0 = mulAdd(c2, c1, c0, h1, c)
	t1 := c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x0, x2)
	c2, c1, c0 = mulAdd(c2, c1, c0, x1, x1)
	c2, c1, c0 = mulAdd(c2, c1, c0, h2, c)
	t2 := c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x0, x3)
	c2, c1, c0 = mulAdd2(c2, c1, c0, x1, x2)
	c2, c1, c0 = mulAdd(c2, c1, c0, h3, c)
	t3 := c0
	f.settle4(z, t0, t1, t2, t3, c2, c1)
}

// settle4 sets z to the number mod p that has two more words, high:low, above
// the four of t; high:low is below 2^70.
func (f *field) settle4(z *elem, t0, t1, t2, t3, high, low uint64) {
	if f.flip != 0 { // p = 2^255 + half
		// What stands above 2^255 is taken away below, times half; a result
		// below zero gets p back.
		half := f.p[0]
		high, low = high<<1|low>>63, low<<1|t3>>63
		over, low := bits.Mul64(low, half)
		t0, b := bits.Sub64(t0, low, 0)
		t1, b := bits.Sub64(t1, over+high*half, b)
		t2, b := bits.Sub64(t2, 0, b)
		t3, b := bits.Sub64(t3&(1<<63-1), 0, b)
		half, top := half&-b, b<<63
		z[0], b = bits.Add64(t0, half, 0)
		z[1], b = bits.Add64(t1, 0, b)
		z[2], b = bits.Add64(t2, 0, b)
		z[3], _ = bits.Add64(t3, top, b)
		return
	}
	// What stands above 2^256 comes back below, times c, and one c too many:
	// so the sum passes 2^256 exactly when it should have been p or more, and
	// what is left of it is then the residue.
	c := f.c
	over, low := bits.Mul64(low, c)
	low, carry := bits.Add64(low, c, 0)
	over += high*c + carry
	t0, carry = bits.Add64(t0, low, 0)
	t1, carry = bits.Add64(t1, over, carry)
	t2, carry = bits.Add64(t2, 0, carry)
	t3, carry = bits.Add64(t3, 0, carry)
	z[0], carry = bits.Sub64(t0, c&(carry-1), 0)
	z[1], carry = bits.Sub64(t1, 0, carry)
	z[2], carry = bits.Sub64(t2, 0, carry)
	z[3], _ = bits.Sub64(t3, 0, carry)
}
