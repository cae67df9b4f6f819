package gost

import (
	"crypto"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/big"
)

// PublicKey is a GOST R 34.10-2012 public key: a point of the prime-order
// subgroup. Keys from the parsers and from NewPublicKey are checked for that.
type PublicKey struct {
	Curve *Curve
	X, Y  *big.Int

	agreement bool // the identifier said key agreement, not signature
}

// PrivateKey is a GOST R 34.10-2012 private key. It implements crypto.Signer;
// keys that live on a token implement crypto.Signer elsewhere.
type PrivateKey struct {
	PublicKey
	d elem // 0 < d < q
}

// ErrKey means numbers that are no key of their parameter set.
var ErrKey = errors.New("not a key of its GOST R 34.10 parameter set")

// NewPublicKey returns the key with the point (x, y), or ErrKey.
func NewPublicKey(c *Curve, x, y *big.Int) (*PublicKey, error) {
	if !c.contains(x, y) {
		return nil, fmt.Errorf("%w: point outside the group", ErrKey)
	}
	return &PublicKey{Curve: c, X: x, Y: y}, nil
}

// NewPrivateKey returns the key with the secret number d modulo q (published
// keys of the sets with a cofactor exceed q), or ErrKey when that is 0.
func NewPrivateKey(c *Curve, d *big.Int) (*PrivateKey, error) {
	return newPrivateKey(c, words(new(big.Int).Mod(d, c.Q)))
}

func newPrivateKey(c *Curve, d elem) (*PrivateKey, error) {
	if d.zero() {
		return nil, fmt.Errorf("%w: secret is zero", ErrKey)
	}
	p := c.mulBase(&d)
	x, y, ok := c.affine(&p)
	if !ok {
		return nil, ErrKey
	}
	return &PrivateKey{PublicKey: PublicKey{Curve: c, X: x.int(), Y: y.int()}, d: d}, nil
}

// GenerateKey makes a key on the curve.
func GenerateKey(rand io.Reader, c *Curve) (*PrivateKey, error) {
	b := make([]byte, c.Bits/8)
	for {
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, fmt.Errorf("generate key: %w", err)
		}
		if d, ok := c.scalar(b); ok {
			return newPrivateKey(c, d)
		}
	}
}

// Equal reports whether x is the same point of the same curve; identifiers
// that share a curve (A, XA and tc26-256-B) make no difference.
func (p *PublicKey) Equal(x crypto.PublicKey) bool {
	k, ok := x.(*PublicKey)
	return ok && k != nil && p.Curve.same(k.Curve) && p.X.Cmp(k.X) == 0 && p.Y.Cmp(k.Y) == 0
}

// HashNew returns the Streebog variant that signatures of this key need.
func (p *PublicKey) HashNew() hash.Hash { return newStreebog(p.Curve.Bits / 8) }

// digest hashes b for a signature of this key.
func (p *PublicKey) digest(b []byte) []byte {
	h := p.HashNew()
	h.Write(b)
	return h.Sum(nil)
}

// Public returns the *PublicKey.
func (k *PrivateKey) Public() crypto.PublicKey { return &k.PublicKey }

// D returns a copy of the secret number. Arithmetic on it takes time that
// depends on it: signing is not done that way.
func (k *PrivateKey) D() *big.Int { return k.d.int() }

// Equal reports whether x is the same private key.
func (k *PrivateKey) Equal(x crypto.PrivateKey) bool {
	other, ok := x.(*PrivateKey)
	return ok && other != nil && k.PublicKey.Equal(&other.PublicKey) && k.d.equal(&other.d)
}

// littleEndian returns x as size little-endian bytes.
func littleEndian(x *big.Int, size int) []byte {
	return reversed(x.FillBytes(make([]byte, size)))
}

func fromLittleEndian(b []byte) *big.Int { return new(big.Int).SetBytes(reversed(b)) }

func reversed(b []byte) []byte {
	r := make([]byte, len(b))
	for i, v := range b {
		r[len(b)-1-i] = v
	}
	return r
}
