package gost

import "math/bits"

// mulFold8 is mulFold4 for eight words.
func (f *field) mulFold8(z, x, y *elem) {
	var t elem
	var c2, c1, c0 uint64
	c, flip := f.c, f.flip

	c2, c1, c0 = mulAdd(0, 0, 0, x[1], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[1])
	h0 := c0 ^ flip

	c2, c1, c0 = mulAdd(0, c2, c1, x[2], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[2])
	h1 := c0 ^ flip

	c2, c1, c0 = mulAdd(0, c2, c1, x[3], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[3])
	h2 := c0 ^ flip

	c2, c1, c0 = mulAdd(0, c2, c1, x[4], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[4])
	h3 := c0 ^ flip

	c2, c1, c0 = mulAdd(0, c2, c1, x[5], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[5])
	h4 := c0 ^ flip

	c2, c1, c0 = mulAdd(0, c2, c1, x[6], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[6])
	h5 := c0 ^ flip

	_, c1, c0 = mulAdd(0, c2, c1, x[7], y[7])
	h6 := c0 ^ flip
	h7 := c1 ^ flip

	c2, c1, c0 = mulAdd(0, 0, f.start, x[0], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, h0, c)
	t[0] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, h1, c)
	t[1] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, h2, c)
	t[2] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, h3, c)
	t[3] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, h4, c)
	t[4] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, h5, c)
	t[5] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, h6, c)
	t[6] = c0

	c2, c1, c0 = mulAdd(0, c2, c1, x[0], y[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], y[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], y[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], y[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], y[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], y[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], y[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[7], y[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, h7, c)
	t[7] = c0
	f.settle8(z, &t, c2, c1)
}

// sqrFold8 is sqrFold4 for eight words.
func (f *field) sqrFold8(z, x *elem) {
	var t elem
	var c2, c1, c0 uint64
	c, flip := f.c, f.flip

	c2, c1, c0 = mulAdd2(0, 0, 0, x[1], x[7])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[2], x[6])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[3], x[5])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[4], x[4])
	h0 := c0 ^ flip

	c2, c1, c0 = mulAdd2(0, c2, c1, x[2], x[7])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[3], x[6])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[4], x[5])
	h1 := c0 ^ flip

	c2, c1, c0 = mulAdd2(0, c2, c1, x[3], x[7])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[4], x[6])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[5], x[5])
	h2 := c0 ^ flip

	c2, c1, c0 = mulAdd2(0, c2, c1, x[4], x[7])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[5], x[6])
	h3 := c0 ^ flip

	c2, c1, c0 = mulAdd2(0, c2, c1, x[5], x[7])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[6], x[6])
	h4 := c0 ^ flip

	c2, c1, c0 = mulAdd2(0, c2, c1, x[6], x[7])
	h5 := c0 ^ flip

	_, c1, c0 = mulAdd(0, c2, c1, x[7], x[7])
	h6 := c0 ^ flip
	h7 := c1 ^ flip

	c2, c1, c0 = mulAdd(0, 0, f.start, x[0], x[0])
	c2, c1, c0 = mulAdd(c2, c1, c0, h0, c)
	t[0] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, h1, c)
	t[1] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[1], x[1])
	c2, c1, c0 = mulAdd(c2, c1, c0, h2, c)
	t[2] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[3])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[1], x[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, h3, c)
	t[3] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[4])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[1], x[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[2], x[2])
	c2, c1, c0 = mulAdd(c2, c1, c0, h4, c)
	t[4] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[5])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[1], x[4])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[2], x[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, h5, c)
	t[5] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[6])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[1], x[5])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[2], x[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, x[3], x[3])
	c2, c1, c0 = mulAdd(c2, c1, c0, h6, c)
	t[6] = c0

	c2, c1, c0 = mulAdd2(0, c2, c1, x[0], x[7])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[1], x[6])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[2], x[5])
	c2, c1, c0 = mulAdd2(c2, c1, c0, x[3], x[4])
	c2, c1, c0 = mulAdd(c2, c1, c0, h7, c)
	t[7] = c0
	f.settle8(z, &t, c2, c1)
}

// settle8 is settle4 for eight words.
func (f *field) settle8(z, t *elem, high, low uint64) {
	if f.flip != 0 {
		half := f.p[0]
		high, low = high<<1|low>>63, low<<1|t[7]>>63
		over, low := bits.Mul64(low, half)
		t0, b := bits.Sub64(t[0], low, 0)
		t1, b := bits.Sub64(t[1], over+high*half, b)
		t2, b := bits.Sub64(t[2], 0, b)
		t3, b := bits.Sub64(t[3], 0, b)
		t4, b := bits.Sub64(t[4], 0, b)
		t5, b := bits.Sub64(t[5], 0, b)
		t6, b := bits.Sub64(t[6], 0, b)
		t7, b := bits.Sub64(t[7]&(1<<63-1), 0, b)
		half, top := half&-b, b<<63
		z[0], b = bits.Add64(t0, half, 0)
		z[1], b = bits.Add64(t1, 0, b)
		z[2], b = bits.Add64(t2, 0, b)
		z[3], b = bits.Add64(t3, 0, b)
		z[4], b = bits.Add64(t4, 0, b)
		z[5], b = bits.Add64(t5, 0, b)
		z[6], b = bits.Add64(t6, 0, b)
		z[7], _ = bits.Add64(t7, top, b)
		return
	}
	c := f.c
	over, low := bits.Mul64(low, c)
	low, carry := bits.Add64(low, c, 0)
	over += high*c + carry
	t0, carry := bits.Add64(t[0], low, 0)
	t1, carry := bits.Add64(t[1], over, carry)
	t2, carry := bits.Add64(t[2], 0, carry)
	t3, carry := bits.Add64(t[3], 0, carry)
	t4, carry := bits.Add64(t[4], 0, carry)
	t5, carry := bits.Add64(t[5], 0, carry)
	t6, carry := bits.Add64(t[6], 0, carry)
	t7, carry := bits.Add64(t[7], 0, carry)
	z[0], carry = bits.Sub64(t0, c&(carry-1), 0)
	z[1], carry = bits.Sub64(t1, 0, carry)
	z[2], carry = bits.Sub64(t2, 0, carry)
	z[3], carry = bits.Sub64(t3, 0, carry)
	z[4], carry = bits.Sub64(t4, 0, carry)
	z[5], carry = bits.Sub64(t5, 0, carry)
	z[6], carry = bits.Sub64(t6, 0, carry)
	z[7], _ = bits.Sub64(t7, 0, carry)
}
