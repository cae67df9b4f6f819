package gost

import "math/bits"

// sub4 sets z to x-y, or x-y+p if that is below zero; the fifth word of x may
// be 1.
func sub4(z *elem, x0, x1, x2, x3, x4 uint64, y, p *elem) {
	x0, b := bits.Sub64(x0, y[0], 0)
	x1, b = bits.Sub64(x1, y[1], b)
	x2, b = bits.Sub64(x2, y[2], b)
	x3, b = bits.Sub64(x3, y[3], b)
	mask := -(b &^ x4)
	back := [4]uint64{p[0] & mask, p[1] & mask, p[2] & mask, p[3] & mask} // apart, as masking clobbers the carry
	z[0], b = bits.Add64(x0, back[0], 0)
	z[1], b = bits.Add64(x1, back[1], b)
	z[2], b = bits.Add64(x2, back[2], b)
	z[3], _ = bits.Add64(x3, back[3], b)
}

// sub8 is sub4 for eight words and a ninth.
func sub8(z, x *elem, x8 uint64, y, p *elem) {
	x0, b := bits.Sub64(x[0], y[0], 0)
	x1, b := bits.Sub64(x[1], y[1], b)
	x2, b := bits.Sub64(x[2], y[2], b)
	x3, b := bits.Sub64(x[3], y[3], b)
	x4, b := bits.Sub64(x[4], y[4], b)
	x5, b := bits.Sub64(x[5], y[5], b)
	x6, b := bits.Sub64(x[6], y[6], b)
	x7, b := bits.Sub64(x[7], y[7], b)
	mask := -(b &^ x8)
	back := [8]uint64{p[0] & mask, p[1] & mask, p[2] & mask, p[3] & mask, p[4] & mask, p[5] & mask, p[6] & mask, p[7] & mask} // apart, as masking clobbers the carry
	z[0], b = bits.Add64(x0, back[0], 0)
	z[1], b = bits.Add64(x1, back[1], b)
	z[2], b = bits.Add64(x2, back[2], b)
	z[3], b = bits.Add64(x3, back[3], b)
	z[4], b = bits.Add64(x4, back[4], b)
	z[5], b = bits.Add64(x5, back[5], b)
	z[6], b = bits.Add64(x6, back[6], b)
	z[7], _ = bits.Add64(x7, back[7], b)
}
