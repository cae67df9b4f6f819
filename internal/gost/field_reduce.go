package gost

import "math/bits"

// fold4 sets z to t mod p, p = 2^256 - c: what stands above 2^256 is multiplied
// by c and comes back below, twice.
func fold4(z *elem, t *[8]uint64, c uint64) {
	high, z0 := mulAdd1(t[4], c, t[0], 0)
	high, z1 := mulAdd1(t[5], c, t[1], high)
	high, z2 := mulAdd1(t[6], c, t[2], high)
	high, z3 := mulAdd1(t[7], c, t[3], high)

	// high <= c. With one c too many the sum passes 2^256 exactly when it
	// was p or more, and what is left of it is then the residue.
	var carry uint64
	z0, carry = bits.Add64(z0, (high+1)*c, 0)
	z1, carry = bits.Add64(z1, 0, carry)
	z2, carry = bits.Add64(z2, 0, carry)
	z3, carry = bits.Add64(z3, 0, carry)
	z0, carry = bits.Sub64(z0, c&(carry-1), 0)
	z1, carry = bits.Sub64(z1, 0, carry)
	z2, carry = bits.Sub64(z2, 0, carry)
	z3, _ = bits.Sub64(z3, 0, carry)
	z[0], z[1], z[2], z[3] = z0, z1, z2, z3
}

// fold8 sets z to t mod p, p = 2^512 - c, as fold4.
func fold8(z *elem, t *[16]uint64, c uint64) {
	var high, carry uint64
	for i := range z {
		high, z[i] = mulAdd1(t[i+8], c, t[i], high)
	}
	z[0], carry = bits.Add64(z[0], (high+1)*c, 0)
	for i := 1; i < 8; i++ {
		z[i], carry = bits.Add64(z[i], 0, carry)
	}
	z[0], carry = bits.Sub64(z[0], c&(carry-1), 0)
	for i := 1; i < 8; i++ {
		z[i], carry = bits.Sub64(z[i], 0, carry)
	}
}

// mulAdd1 returns x*y + a + b, which fits into two words.
func mulAdd1(x, y, a, b uint64) (high, low uint64) {
	high, low = bits.Mul64(x, y)
	low, c := bits.Add64(low, a, 0)
	high += c
	low, c = bits.Add64(low, b, 0)
	return high + c, low
}

// sub4 sets z to x-y, or x-y+p if that is below zero; the fifth word of x may
// be 1.
func sub4(z *elem, x0, x1, x2, x3, x4 uint64, y, p *elem) {
	x0, b := bits.Sub64(x0, y[0], 0)
	x1, b = bits.Sub64(x1, y[1], b)
	x2, b = bits.Sub64(x2, y[2], b)
	x3, b = bits.Sub64(x3, y[3], b)
	mask := -(b &^ x4)
	var c uint64
	z[0], c = bits.Add64(x0, p[0]&mask, 0)
	z[1], c = bits.Add64(x1, p[1]&mask, c)
	z[2], c = bits.Add64(x2, p[2]&mask, c)
	z[3], _ = bits.Add64(x3, p[3]&mask, c)
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
	var c uint64
	z[0], c = bits.Add64(x0, p[0]&mask, 0)
	z[1], c = bits.Add64(x1, p[1]&mask, c)
	z[2], c = bits.Add64(x2, p[2]&mask, c)
	z[3], c = bits.Add64(x3, p[3]&mask, c)
	z[4], c = bits.Add64(x4, p[4]&mask, c)
	z[5], c = bits.Add64(x5, p[5]&mask, c)
	z[6], c = bits.Add64(x6, p[6]&mask, c)
	z[7], _ = bits.Add64(x7, p[7]&mask, c)
}
