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
// A residue is kept as it is where 2^Bits = c or -c modulo p with a small c
// (p = 2^Bits - c: CryptoPro A, tc26-256-A, tc26-512-A and C; 2p = 2^Bits + c:
// CryptoPro B, tc26-512-B): reducing a product costs a short multiplication
// then. Elsewhere (CryptoPro C, all q) it is kept in Montgomery form,
// x*2^Bits mod p. set and plain are the only way in and out, the rest does not
// care.
type field struct {
	n      int    // words in use: 4 or 8
	p      elem   // the modulus
	length int    // of p in bits
	c      uint64 // below 2^31, or 0: Montgomery form
	flip   uint64 // all ones where 2^Bits = -c modulo p, else 0
	start  uint64 // c(c+1) there, else 0
	inv    uint64 // -1/p modulo 2^64
	way    elem   // what set multiplies by: 1, or 2^(2*Bits) mod p
	one    elem   // 1 as a residue
	less   elem   // p-2, the exponent that inverts
}

func newField(p *big.Int, bitSize int) *field {
	f := &field{n: bitSize / 64, p: words(p), length: p.BitLen(), way: elem{1}}
	f.less = words(new(big.Int).Sub(p, big.NewInt(2)))
	top := new(big.Int).Lsh(big.NewInt(1), uint(bitSize))
	minus, plus := new(big.Int).Sub(top, p), new(big.Int).Lsh(p, 1)
	switch plus.Sub(plus, top); {
	case minus.BitLen() < 32:
		f.c = minus.Uint64()
	case plus.Sign() > 0 && plus.BitLen() < 32:
		f.c, f.flip = plus.Uint64(), ^uint64(0)
		f.start = f.c * (f.c + 1)
	default:
		f.way = words(top.Exp(top, big.NewInt(2), p))
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
	switch {
	case f.n == 4 && f.c != 0:
		f.mulFold4(z, x, y)
	case f.n == 4:
		f.mulMontgomery4(z, x, y)
	case f.c != 0:
		f.mulFold8(z, x, y)
	default:
		f.mulMontgomery8(z, x, y)
	}
}

// sqr sets z to x*x; Montgomery's product would gain next to nothing.
func (f *field) sqr(z, x *elem) {
	switch {
	case f.c == 0:
		f.mul(z, x, x)
	case f.n == 4:
		f.sqrFold4(z, x)
	default:
		f.sqrFold8(z, x)
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
