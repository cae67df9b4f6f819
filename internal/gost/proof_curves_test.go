package gost_test

import (
	"math/big"
	"testing"

	"signdesk/internal/gost"
)

// Every parameter set is what the standard wants of one (GOST R 34.10-2012,
// 5.2): primes, a curve, a base point of the prime order, the right cofactor.
func TestCurves(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range gost.Curves {
		if seen[c.OID.String()] || seen[c.Name] {
			t.Errorf("%s twice", c.Name)
		}
		seen[c.OID.String()], seen[c.Name] = true, true
	}
	for _, c := range distinct() {
		if !c.P.ProbablyPrime(20) || !c.Q.ProbablyPrime(20) || c.P.Cmp(c.Q) == 0 {
			t.Errorf("%s: not primes", c.Name)
		}
		right := new(big.Int).Mul(c.X, c.X)
		right.Add(right, c.A).Mul(right, c.X).Add(right, c.B).Sub(right, new(big.Int).Mul(c.Y, c.Y))
		if right.Mod(right, c.P).Sign() != 0 {
			t.Errorf("%s: the base point is not on the curve", c.Name)
		}
		if times(c, c.Q, base(c)) != nil {
			t.Errorf("%s: the base point is of another order", c.Name)
		}
		// By Hasse the curve has p+1 points, give or take 2*sqrt(p).
		order := new(big.Int).Mul(c.Q, big.NewInt(int64(c.H)))
		order.Sub(order, c.P).Sub(order, big.NewInt(1))
		if bound := new(big.Int).Lsh(c.P, 2); order.Mul(order, order).Cmp(bound) > 0 {
			t.Errorf("%s: the cofactor is not %d", c.Name, c.H)
		}
		// The embedding degree (5.2: p^t is not 1 modulo q for small t).
		for p, i := new(big.Int).Set(c.P), 1; i <= 131; i++ {
			if p.Mod(p, c.Q).Cmp(big.NewInt(1)) == 0 {
				t.Errorf("%s: p^%d is 1 modulo q", c.Name, i)
			}
			p.Mul(p, c.P)
		}
	}
}

// The two sets with the cofactor 4 have a second form, a twisted Edwards
// curve e*u^2 + v^2 = 1 + d*u^2*v^2, and RFC 7836, appendix A, prints both: the
// form here follows from the other one by its section 5.2.
func TestEdwardsCurves(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		curve *gost.Curve
		d     string
		u     int64
		v     string
	}{
		{gost.TC26A256, "0605f6b7c183fa81578bc39cfad518132b9df62897009af7e522c32d6dc7bffb", 0x0d,
			"60ca1e32aa475b348488c38fab07649ce7ef8dbe87f22e81f92b2592dba300e7"},
		{gost.TC26C512, "9e4f5d8c017d8d9f13a5cf3cdf5bfe4dab402d54198e31ebde28a0621050439c" +
			"a6b39e0a515c06b304e2ce43e79e369e91a0cfc2bc2a22b4ca302dbb33ee7550", 0x12,
			"469af79d1fb1f5e16b99592b77a01e2a0fdfb0d01794368d9a56117f7b386695" +
				"22dd4b650cf789eebf068c5d139732f0905622c04b2baae7600303ee73001a3d"},
	} {
		p := tt.curve.P
		number := func(s string) *big.Int { return new(big.Int).SetBytes(unhex(t, s)) }
		mul := func(all ...*big.Int) *big.Int {
			r := big.NewInt(1)
			for _, x := range all {
				r.Mul(r, x).Mod(r, p)
			}
			return r
		}
		sum := func(x, y *big.Int) *big.Int { r := new(big.Int).Add(x, y); return r.Mod(r, p) }
		less := func(x, y *big.Int) *big.Int { r := new(big.Int).Sub(x, y); return r.Mod(r, p) }
		over := func(x, y *big.Int) *big.Int { return mul(x, new(big.Int).ModInverse(y, p)) }
		one, d, u, v := big.NewInt(1), number(tt.d), big.NewInt(tt.u), number(tt.v)
		s, r := over(less(one, d), big.NewInt(4)), over(sum(one, d), big.NewInt(6))
		a := less(mul(s, s), mul(big.NewInt(3), r, r))
		b := less(mul(big.NewInt(2), r, r, r), mul(r, s, s))
		x := sum(mul(s, over(sum(one, v), less(one, v))), r)
		y := mul(s, over(sum(one, v), mul(less(one, v), u)))
		for name, pair := range map[string][2]*big.Int{"a": {a, tt.curve.A}, "b": {b, tt.curve.B}, "x": {x, tt.curve.X}, "y": {y, tt.curve.Y}} {
			if pair[0].Cmp(pair[1]) != 0 {
				t.Errorf("%s: %s is %x here, %x by the Edwards form", tt.curve.Name, name, pair[1], pair[0])
			}
		}
	}
}
