package gost

import (
	"math/big"
	"math/bits"
)

// elem is a residue in Montgomery form, words from the least significant; a
// 256-bit field leaves the upper four words zero.
type elem [8]uint64

// field is arithmetic modulo an odd number of 256 or 512 bits. Its operations
// take the same time for all values.
type field struct {
	n    int // words in use: 4 or 8
	p    elem
	r2   elem   // 2^(128n) mod p, for the way into Montgomery form
	one  elem   // 1 in Montgomery form
	inv  uint64 // -1/p mod 2^64
	big  *big.Int
	less *big.Int // p-2, the exponent that inverts
}

func newField(p *big.Int, bitSize int) *field {
	f := &field{n: bitSize / 64, big: p, less: new(big.Int).Sub(p, big.NewInt(2))}
	f.p = words(p)
	f.inv = 1
	for range 6 { // Newton: each step doubles the correct low bits
		f.inv *= 2 - f.p[0]*f.inv
	}
	f.inv = -f.inv
	r2 := new(big.Int).Lsh(big.NewInt(1), uint(128*f.n))
	f.r2 = words(r2.Mod(r2, p))
	f.mul(&f.one, &f.r2, &elem{1})
	return f
}

func words(x *big.Int) (z elem) {
	var b [64]byte
	x.FillBytes(b[:])
	for i := range z {
		for j := range 8 {
			z[i] |= uint64(b[63-8*i-j]) << (8 * j)
		}
	}
	return z
}

// set puts 0 <= x < p into Montgomery form.
func (f *field) set(z *elem, x *big.Int) {
	w := words(x)
	f.mul(z, &w, &f.r2)
}

// int takes x out of Montgomery form.
func (f *field) int(x *elem) *big.Int {
	var w elem
	f.mul(&w, x, &elem{1})
	var b [64]byte
	for i := range w {
		for j := range 8 {
			b[63-8*i-j] = byte(w[i] >> (8 * j))
		}
	}
	return new(big.Int).SetBytes(b[:])
}

// reduce sets z to t or t-p, t with the given word above it being below 2p.
func (f *field) reduce(z, t *elem, high uint64) {
	var d elem
	var borrow uint64
	for i := 0; i < f.n; i++ {
		d[i], borrow = bits.Sub64(t[i], f.p[i], borrow)
	}
	_, borrow = bits.Sub64(high, 0, borrow)
	keep := -borrow // all ones: t was already below p
	for i := 0; i < f.n; i++ {
		z[i] = t[i]&keep | d[i]&^keep
	}
}

func (f *field) add(z, x, y *elem) {
	var t elem
	var carry uint64
	for i := 0; i < f.n; i++ {
		t[i], carry = bits.Add64(x[i], y[i], carry)
	}
	f.reduce(z, &t, carry)
}

func (f *field) sub(z, x, y *elem) {
	var borrow, carry uint64
	for i := 0; i < f.n; i++ {
		z[i], borrow = bits.Sub64(x[i], y[i], borrow)
	}
	mask := -borrow
	for i := 0; i < f.n; i++ {
		z[i], carry = bits.Add64(z[i], f.p[i]&mask, carry)
	}
}

// mul sets z to x*y in Montgomery form (coarsely integrated operand scanning).
func (f *field) mul(z, x, y *elem) {
	var t elem
	var high uint64
	n := f.n
	for i := 0; i < n; i++ {
		var c, carry uint64
		for j := 0; j < n; j++ {
			h, l := bits.Mul64(x[j], y[i])
			l, carry = bits.Add64(l, c, 0)
			h += carry
			t[j], carry = bits.Add64(l, t[j], 0)
			c = h + carry
		}
		var over uint64
		high, over = bits.Add64(high, c, 0)

		m := t[0] * f.inv
		h, l := bits.Mul64(m, f.p[0])
		_, carry = bits.Add64(l, t[0], 0)
		c = h + carry
		for j := 1; j < n; j++ {
			h, l = bits.Mul64(m, f.p[j])
			l, carry = bits.Add64(l, c, 0)
			h += carry
			t[j-1], carry = bits.Add64(l, t[j], 0)
			c = h + carry
		}
		t[n-1], carry = bits.Add64(high, c, 0)
		high = over + carry
	}
	f.reduce(z, &t, high)
}

// invert sets z to 1/x by Fermat; p must be prime. Zero stays zero.
func (f *field) invert(z, x *elem) {
	r, base := f.one, *x
	for i := f.less.BitLen() - 1; i >= 0; i-- {
		f.mul(&r, &r, &r)
		if f.less.Bit(i) == 1 {
			f.mul(&r, &r, &base)
		}
	}
	*z = r
}

// zero reports whether x is 0 (which looks the same in both forms).
func (x *elem) zero() bool {
	var any uint64
	for _, w := range x {
		any |= w
	}
	return any == 0
}
