package gost

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"testing"
)

// slow is the curve by the schoolbook, in affine coordinates and math/big; a
// nil point is infinity.
type slow struct {
	*Curve
	doubles []*slowPoint // of the base point
}

type slowPoint struct{ x, y *big.Int }

func newSlow(c *Curve) *slow {
	s := &slow{Curve: c, doubles: []*slowPoint{{c.X, c.Y}}}
	for i := range c.Bits {
		s.doubles = append(s.doubles, s.add(s.doubles[i], s.doubles[i]))
	}
	return s
}

func (s *slow) add(p, q *slowPoint) *slowPoint {
	if p == nil {
		return q
	}
	if q == nil {
		return p
	}
	up, down := new(big.Int).Sub(q.y, p.y), new(big.Int).Sub(q.x, p.x)
	if down.Sign() == 0 {
		if up.Sign() != 0 || p.y.Sign() == 0 {
			return nil
		}
		up.Mul(p.x, p.x)
		up.Mul(up, big.NewInt(3)).Add(up, s.A)
		down.Lsh(p.y, 1)
	}
	slope := new(big.Int).ModInverse(down.Mod(down, s.P), s.P)
	slope.Mul(slope, up).Mod(slope, s.P)
	x := new(big.Int).Mul(slope, slope)
	x.Sub(x, p.x).Sub(x, q.x).Mod(x, s.P)
	y := new(big.Int).Sub(p.x, x)
	y.Mul(y, slope).Sub(y, p.y).Mod(y, s.P)
	return &slowPoint{x, y}
}

func (s *slow) mul(k *big.Int, p *slowPoint) (r *slowPoint) {
	for i := k.BitLen() - 1; i >= 0; i-- {
		if r = s.add(r, r); k.Bit(i) == 1 {
			r = s.add(r, p)
		}
	}
	return r
}

func (s *slow) mulBase(k *big.Int) (r *slowPoint) {
	for i := range k.BitLen() {
		if k.Bit(i) == 1 {
			r = s.add(r, s.doubles[i])
		}
	}
	return r
}

func (p *slowPoint) String() string {
	if p == nil {
		return "infinity"
	}
	return fmt.Sprintf("(%x, %x)", p.x, p.y)
}

func (g *group) slow(p *jacobian) *slowPoint {
	if p.z.zero() {
		return nil
	}
	a := g.affines([]jacobian{*p})[0]
	return &slowPoint{g.field.number(&a.x), g.field.number(&a.y)}
}

// slowComplete is what a point of the other coordinates stands for.
func (g *group) slowComplete(p *point) *slowPoint {
	x, y, ok := g.affine(p)
	if !ok {
		return nil
	}
	return &slowPoint{x.int(), y.int()}
}

func (p *slowPoint) is(q *slowPoint) bool {
	return (p == nil) == (q == nil) && (p == nil || p.x.Cmp(q.x) == 0 && p.y.Cmp(q.y) == 0)
}

// distinct are the curves without their aliases.
func distinct() (list []*Curve) {
	seen := map[*group]bool{}
	for _, c := range Curves {
		if !seen[c.group] {
			seen[c.group] = true
			list = append(list, c)
		}
	}
	return list
}

func eachCurve(t *testing.T, fn func(t *testing.T, s *slow)) {
	for _, c := range distinct() {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			fn(t, newSlow(c))
		})
	}
}

// k times the base point and k times it plus l times another, both ways, for
// random numbers and points.
func TestMulRandom(t *testing.T) {
	eachCurve(t, func(t *testing.T, s *slow) {
		q := s.mulBase(must[*big.Int](t)(rand.Int(rand.Reader, s.Q)))
		for range 40 { // of each curve; TestMulEdges has the numbers where digits and additions are special
			k, l := must[*big.Int](t)(rand.Int(rand.Reader, s.Q)), must[*big.Int](t)(rand.Int(rand.Reader, s.Q))
			want := s.mulBase(k)
			kw, lw, qa := words(k), words(l), s.point(q.x, q.y)
			fixed := s.Curve.mulBase(&kw)
			if got := s.slowComplete(&fixed); !got.is(want) {
				t.Fatalf("%x of the base point is %v, want %v", k, got, want)
			}
			want = s.add(want, s.mul(l, q))
			both := s.mulBoth(&kw, &lw, &qa)
			if got := s.group.slow(&both); !got.is(want) {
				t.Fatalf("%x of the base point and %x of %v is %v, want %v", k, l, q, got, want)
			}
			q = want
		}
	})
}

// The scalars at the ends of their range and of their digits, with points that
// make every addition meet an equal, an opposite and an infinite one.
func TestMulEdges(t *testing.T) {
	eachCurve(t, func(t *testing.T, s *slow) {
		number := func(n int64) *big.Int { return new(big.Int).Mod(big.NewInt(n), s.Q) }
		random := must[*big.Int](t)(rand.Int(rand.Reader, s.Q))
		known := map[string]*slowPoint{}
		base := func(k *big.Int) *slowPoint {
			p, ok := known[k.String()]
			if !ok {
				p = s.mulBase(k)
				known[k.String()] = p
			}
			return p
		}
		for _, by := range []*big.Int{number(1), number(-1), number(2), number(-32), number(64), random} {
			q := base(by)
			qa := s.point(q.x, q.y)
			inverse := new(big.Int).ModInverse(by, s.Q)
			for _, k := range []*big.Int{number(0), number(1), number(2), number(31), number(32), number(33), number(-1), number(-2), random} {
				same := new(big.Int).Mul(k, inverse) // l*q = k*base
				same.Mod(same, s.Q)
				opposite := new(big.Int).Sub(s.Q, same)
				for _, l := range []*big.Int{number(0), number(1), number(15), number(16), number(17), number(-1), s.Q, same, opposite} {
					sum := new(big.Int).Mul(l, by)
					want := base(sum.Add(sum, k).Mod(sum, s.Q))
					kw, lw := words(k), words(l)
					r := s.mulBoth(&kw, &lw, &qa)
					if got := s.group.slow(&r); !got.is(want) {
						t.Errorf("%x of the base point and %x of its %x is %v, want %v", k, l, by, got, want)
					}
				}
				kw := words(k)
				r := s.Curve.mulBase(&kw)
				if got := s.slowComplete(&r); !got.is(base(k)) {
					t.Errorf("%x of the base point is %v", k, got)
				}
			}
		}
	})
}

// Both additions of every pair of small multiples, infinity among them.
func TestAdd(t *testing.T) {
	eachCurve(t, func(t *testing.T, s *slow) {
		var points []*slowPoint
		for n := int64(-3); n <= 3; n++ {
			points = append(points, s.mulBase(new(big.Int).Mod(big.NewInt(n), s.Q)))
		}
		// z is not 1 in general
		z := s.field.test(must[*big.Int](t)(rand.Int(rand.Reader, s.P)))
		complete := func(p *slowPoint) (r point) {
			r.y = z
			if p != nil {
				a := s.point(p.x, p.y)
				s.field.mul(&r.x, &a.x, &z)
				s.field.mul(&r.y, &a.y, &z)
				r.z = z
			}
			return r
		}
		jacobi := func(p *slowPoint) (r jacobian) {
			if p != nil {
				r.affine, r.z = s.point(p.x, p.y), z
				var zz elem
				s.field.sqr(&zz, &z)
				s.field.mul(&r.x, &r.x, &zz)
				s.field.mul(&zz, &zz, &z)
				s.field.mul(&r.y, &r.y, &zz)
			}
			return r
		}
		for _, p := range points {
			for _, q := range points {
				want, pj, qj := s.add(p, q), jacobi(p), jacobi(q)
				var r jacobian
				if s.group.add(&r, &pj, &qj.affine, &qj.z); !s.group.slow(&r).is(want) {
					t.Errorf("%v and %v is %v, want %v", p, q, s.group.slow(&r), want)
				}
				if q == nil {
					continue
				}
				qa, pc := s.point(q.x, q.y), complete(p)
				if s.group.add(&r, &pj, &qa, nil); !s.group.slow(&r).is(want) {
					t.Errorf("%v and affine %v is %v, want %v", p, q, s.group.slow(&r), want)
				}
				var sum point
				if s.addMixed(&sum, &pc, &qa); !s.slowComplete(&sum).is(want) {
					t.Errorf("%v and %v by the complete formulas is %v, want %v", p, q, s.slowComplete(&sum), want)
				}
			}
		}
	})
}

// Points of small order and outside the subgroup, which the curves with a
// cofactor have, are no keys; arithmetic on them, done to find that out, is right.
func TestCofactor(t *testing.T) {
	for _, c := range []*Curve{TC26A256, TC26C512} {
		s := newSlow(c)
		small, outside := 0, 0
		for x := big.NewInt(1); small < 3 || outside < 3; x = new(big.Int).Add(x, big.NewInt(1)) {
			y := new(big.Int).Mul(x, x)
			y.Add(y, c.A).Mul(y, x).Add(y, c.B)
			if y.ModSqrt(y.Mod(y, c.P), c.P) == nil {
				continue
			}
			p := &slowPoint{x, y}
			rest := s.mul(c.Q, p) // of order 1, 2 or 4
			if got := c.contains(x, y); got != (rest == nil) {
				t.Errorf("%s: %v is held to be inside: %v", c.Name, p, got)
			}
			if rest == nil {
				continue
			}
			outside++
			if c.contains(rest.x, rest.y) {
				t.Errorf("%s: %v of small order is held to be inside", c.Name, rest)
			}
			small++
			a := c.point(rest.x, rest.y)
			for k := range uint64(9) {
				r := c.mul(&elem{k}, &a)
				if want := s.mul(new(big.Int).SetUint64(k), rest); !c.group.slow(&r).is(want) {
					t.Errorf("%s: %d times %v is %v, want %v", c.Name, k, rest, c.group.slow(&r), want)
				}
			}
		}
	}
}

// The digits of either form add up to their number.
func TestDigits(t *testing.T) {
	for _, c := range distinct() {
		values := fieldValues(t, c.scalars, c.Q)
		for _, k := range values {
			w := words(k)
			sum, fixed := new(big.Int), c.digits(&w)
			for i := c.windows() - 1; i >= 0; i-- {
				sum.Lsh(sum, digitBits).Add(sum, big.NewInt(int64(fixed[i])))
			}
			if sum.Cmp(k) != 0 {
				t.Errorf("%s: digits of %x make %x", c.Name, k, sum)
			}
			naf := c.naf(&w)
			sum.SetInt64(0)
			for i := c.bits; i >= 0; i-- {
				sum.Lsh(sum, 1).Add(sum, big.NewInt(int64(naf[i])))
			}
			if sum.Cmp(k) != 0 {
				t.Errorf("%s: naf of %x makes %x", c.Name, k, sum)
			}
		}
	}
}
