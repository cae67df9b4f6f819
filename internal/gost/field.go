package gost

import (
	"math/big"
	"math/bits"
)

// field is arithmetic modulo an odd prime of 256 or 512 bits. Its operations
// take the same time for all values and allocate nothing: every call below is
// static, so that the compiler keeps the temporaries of its callers on the
// stack. Values are always below p.
//
// A residue is kept as it is where p = 2^Bits - c with a small c (CryptoPro A,
// tc26-256-A, tc26-512-A and C: a product is reduced by two short
// multiplications by c), otherwise in Montgomery form, x*2^Bits mod p. set and
// plain are the only way in and out, the rest does not care.
type field struct {
	n      int    // words in use: 4 or 8
	c      uint64 // 2^Bits - p if that is below 2^31, otherwise 0: Montgomery form
	p      elem
	length int    // of p in bits
	way    elem   // what set multiplies by: 1, or 2^(2*Bits) mod p
	one    elem   // 1 as a residue
	inv    uint64 // -1/p mod 2^64
	less   elem   // p-2, the exponent that inverts
}

func newField(p *big.Int, bitSize int) *field {
	two := big.NewInt(2)
	f := &field{n: bitSize / 64, p: words(p), length: p.BitLen(), less: words(new(big.Int).Sub(p, two)), way: elem{1}}
	c := new(big.Int).Lsh(big.NewInt(1), uint(bitSize))
	if c.Sub(c, p).BitLen() < 32 {
		f.c = c.Uint64()
	} else {
		way := new(big.Int).Exp(two, big.NewInt(int64(2*bitSize)), p)
		f.way = words(way)
	}
	f.inv = 1
	for range 6 { // Newton: each step doubles the correct low bits
		f.inv *= 2 - f.p[0]*f.inv
	}
	f.inv = -f.inv
	f.set(&f.one, &elem{1})
	return f
}

// set makes a residue of any number of f.n words; it need not be below p.
func (f *field) set(z, x *elem) { f.mul(z, x, &f.way) }

// plain sets z to the number below p that the residue x stands for.
func (f *field) plain(z, x *elem) { f.mul(z, x, &elem{1}) }

// mul sets z to x*y.
func (f *field) mul(z, x, y *elem) {
	if f.n == 4 {
		var t [8]uint64
		mul4(&t, x, y)
		f.reduce4(z, &t)
	} else {
		var t [16]uint64
		mul8(&t, x, y)
		f.reduce8(z, &t)
	}
}

// sqr sets z to x*x.
func (f *field) sqr(z, x *elem) {
	if f.n == 4 {
		var t [8]uint64
		sqr4(&t, x)
		f.reduce4(z, &t)
	} else {
		var t [16]uint64
		sqr8(&t, x)
		f.reduce8(z, &t)
	}
}

func (f *field) reduce4(z *elem, t *[8]uint64) {
	if f.c != 0 {
		fold4(z, t, f.c)
	} else {
		montgomery4(z, t, &f.p, f.inv)
	}
}

func (f *field) reduce8(z *elem, t *[16]uint64) {
	if f.c != 0 {
		fold8(z, t, f.c)
	} else {
		montgomery8(z, t, &f.p, f.inv)
	}
}

// add sets z to x+y.
func (f *field) add(z, x, y *elem) {
	t0, c := bits.Add64(x[0], y[0], 0)
	t1, c := bits.Add64(x[1], y[1], c)
	t2, c := bits.Add64(x[2], y[2], c)
	t3, c := bits.Add64(x[3], y[3], c)
	if f.n == 4 {
		sub4(z, t0, t1, t2, t3, c, &f.p, &f.p)
		return
	}
	t := elem{t0, t1, t2, t3}
	t[4], c = bits.Add64(x[4], y[4], c)
	t[5], c = bits.Add64(x[5], y[5], c)
	t[6], c = bits.Add64(x[6], y[6], c)
	t[7], c = bits.Add64(x[7], y[7], c)
	sub8(z, &t, c, &f.p, &f.p)
}

// sub sets z to x-y.
func (f *field) sub(z, x, y *elem) {
	if f.n == 4 {
		sub4(z, x[0], x[1], x[2], x[3], 0, y, &f.p)
	} else {
		sub8(z, x, 0, y, &f.p)
	}
}

// invert sets z to 1/x by Fermat: x^(p-2), four bits of the exponent, which is
// public, at a time. Zero stays zero.
func (f *field) invert(z, x *elem) {
	var powers [16]elem
	powers[0] = f.one
	for i := 1; i < len(powers); i++ {
		f.mul(&powers[i], &powers[i-1], x)
	}
	r := f.one
	for i := 64*f.n - 4; i >= 0; i -= 4 {
		for range 4 {
			f.sqr(&r, &r)
		}
		f.mul(&r, &r, &powers[f.less[i/64]>>(i%64)&15])
	}
	*z = r
}
