package gost

import (
	"crypto/rand"
	"math/big"
	"testing"
)

// eachField runs fn for the two fields of every curve.
func eachField(t *testing.T, fn func(t *testing.T, f *field, p *big.Int)) {
	for _, c := range Curves {
		t.Run(c.Name+"/p", func(t *testing.T) { fn(t, c.field, c.P) })
		t.Run(c.Name+"/q", func(t *testing.T) { fn(t, c.scalars, c.Q) })
	}
}

// The numbers of a field where carries and reductions change their course, and
// some in the middle.
func fieldValues(t *testing.T, f *field, p *big.Int) (values []*big.Int) {
	top := new(big.Int).Lsh(big.NewInt(1), uint(64*f.n))
	for _, start := range []*big.Int{new(big.Int), new(big.Int).Sub(top, p), p, new(big.Int).Rsh(p, 1), new(big.Int).Rsh(top, 1), new(big.Int).Rsh(top, 64)} {
		for i := int64(-2); i <= 2; i++ {
			n := new(big.Int).Add(start, big.NewInt(i))
			values = append(values, n.Mod(n, p))
		}
	}
	for range 20 {
		values = append(values, must[*big.Int](t)(rand.Int(rand.Reader, p)))
	}
	return values
}

func (f *field) test(x *big.Int) (z elem) {
	w := words(x)
	f.set(&z, &w)
	return z
}

func (f *field) number(x *elem) *big.Int {
	var z elem
	f.plain(&z, x)
	return z.int()
}

// Field arithmetic against math/big.
func TestField(t *testing.T) {
	eachField(t, func(t *testing.T, f *field, p *big.Int) {
		var z elem
		check := func(what string, want *big.Int, operands ...*big.Int) {
			t.Helper()
			if got := f.number(&z); got.Cmp(want.Mod(want, p)) != 0 || !z.below(&f.p) {
				t.Fatalf("%s %x is %x, want %x", what, operands, got, want)
			}
		}
		want := new(big.Int)
		values := fieldValues(t, f, p)
		for _, x := range values {
			a := f.test(x)
			z = a
			check("set", want.Set(x), x)
			f.sqr(&z, &a)
			check("square of", want.Mul(x, x), x)
			for _, y := range values {
				b := f.test(y)
				f.add(&z, &a, &b)
				check("sum of", want.Add(x, y), x, y)
				f.sub(&z, &a, &b)
				check("difference of", want.Sub(x, y), x, y)
				f.mul(&z, &a, &b)
				check("product of", want.Mul(x, y), x, y)
				z = b
				f.mul(&z, &z, &z) // in place
				check("square in place of", want.Mul(y, y), y)
			}
			f.invert(&z, &a)
			if want.ModInverse(x, p) == nil {
				want.SetInt64(0)
			}
			check("inverse of", want, x)
		}
		// What set is given may be p or more.
		for _, w := range []elem{f.p, {1, 2, 3, ^uint64(0)}, filled(f.n)} {
			f.set(&z, &w)
			check("set", w.int(), w.int())
		}
		if f.c == 0 {
			return
		}
		// A folded product may have any factors, so the sums reach their limits.
		var high, last elem
		high[f.n-1], last[f.n-1] = ^uint64(0), 1<<63
		for _, x := range []elem{filled(f.n), {}, {1}, {f.c}, high, last, f.p} {
			f.sqr(&z, &x)
			check("square of", want.Mul(x.int(), x.int()), x.int())
			for _, y := range []elem{filled(f.n), {1}, {-f.c}, high, last} {
				f.mul(&z, &x, &y)
				check("product of", want.Mul(x.int(), y.int()), x.int(), y.int())
			}
		}
	})
}

func filled(n int) (x elem) {
	for i := range n {
		x[i] = ^uint64(0)
	}
	return x
}

func TestFieldAllocates(t *testing.T) {
	eachField(t, func(t *testing.T, f *field, _ *big.Int) {
		x, y := f.one, f.less
		if n := testing.AllocsPerRun(10, func() {
			f.set(&x, &y)
			f.mul(&x, &x, &y)
			f.sqr(&x, &x)
			f.add(&x, &x, &y)
			f.sub(&x, &x, &y)
			f.invert(&x, &x)
			f.plain(&x, &x)
		}); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}
