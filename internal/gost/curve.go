package gost

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
)

// Curve is a parameter set of GOST R 34.10-2012: y^2 = x^3 + ax + b over p, a
// base point of prime order q. Some sets carry two or three identifiers.
type Curve struct {
	Name string // "tc26-256-A", "XA", ...
	OID  asn1.ObjectIdentifier
	Bits int // 256 or 512: the size of a key and of its digest
	P, Q *big.Int
	A, B *big.Int
	X, Y *big.Int // base point
	H    int      // cofactor
	*group
}

// group is the arithmetic of a curve; the identifiers of one curve share it.
type group struct {
	bits    int
	field   *field // modulo P
	scalars *field // modulo Q
	a, b3   elem   // a and 3b, residues modulo P
	minus3  bool   // a = -3
	base    affine

	baseOnce  sync.Once
	baseTable []window
}

// ErrCurve means an identifier or a name of no parameter set known here.
var ErrCurve = errors.New("unknown GOST R 34.10 parameter set")

// CurveByOID returns the parameter set with the identifier, or ErrCurve.
func CurveByOID(oid asn1.ObjectIdentifier) (*Curve, error) {
	for _, c := range Curves {
		if c.OID.Equal(oid) {
			return c, nil
		}
	}
	return nil, fmt.Errorf("%w: %v", ErrCurve, oid)
}

// CurveByName returns the parameter set by its short name, in any letter case:
// XA, XB, A, B, C (CryptoPro) and tc26-256-A..D, tc26-512-A..C.
func CurveByName(name string) (*Curve, error) {
	for _, c := range Curves {
		if strings.EqualFold(c.Name, name) {
			return c, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrCurve, name)
}

// same reports whether two sets are one curve under different identifiers.
func (c *Curve) same(d *Curve) bool {
	return c == d || c.P.Cmp(d.P) == 0 && c.A.Cmp(d.A) == 0 && c.B.Cmp(d.B) == 0 &&
		c.Q.Cmp(d.Q) == 0 && c.X.Cmp(d.X) == 0 && c.Y.Cmp(d.Y) == 0
}

// cryptoPro reports whether the set is older than TC26's: its keys name the
// digest in their parameters (RFC 9215, section 4).
func (c *Curve) cryptoPro() bool { return !strings.HasPrefix(c.Name, "tc26-") }

// contains reports whether (x, y) is a point of the prime-order subgroup
// other than infinity.
func (c *Curve) contains(x, y *big.Int) bool {
	if x.Sign() < 0 || y.Sign() < 0 || x.Cmp(c.P) >= 0 || y.Cmp(c.P) >= 0 {
		return false
	}
	right := new(big.Int).Mul(x, x)
	right.Add(right, c.A).Mul(right, x).Add(right, c.B).Mod(right, c.P)
	left := new(big.Int).Mul(y, y)
	if left.Mod(left, c.P).Cmp(right) != 0 {
		return false
	}
	if c.H == 1 {
		return true
	}
	q, p := words(c.Q), c.point(x, y)
	r := c.mul(&q, &p)
	return r.z.zero()
}

func newCurve(name string, oid asn1.ObjectIdentifier, bits, h int, p, a, b, q, x, y string) *Curve {
	c := &Curve{
		Name: name, OID: oid, Bits: bits, H: h,
		P: hexInt(p), A: hexInt(a), B: hexInt(b), Q: hexInt(q), X: hexInt(x), Y: hexInt(y),
	}
	g := &group{bits: bits, field: newField(c.P, bits), scalars: newField(c.Q, bits)}
	c.group = g
	g.a = g.residue(c.A)
	b3 := new(big.Int).Mul(c.B, big.NewInt(3))
	g.b3 = g.residue(b3.Mod(b3, c.P))
	g.minus3 = new(big.Int).Sub(c.P, c.A).Cmp(big.NewInt(3)) == 0
	g.base = g.point(c.X, c.Y)
	return c
}

// alias is the same curve under another identifier.
func (c *Curve) alias(name string, oid asn1.ObjectIdentifier) *Curve {
	d := *c
	d.Name, d.OID = name, oid
	return &d
}

func hexInt(s string) *big.Int {
	n, ok := new(big.Int).SetString(s, 16)
	if !ok {
		panic("gost: bad curve constant " + s)
	}
	return n
}
