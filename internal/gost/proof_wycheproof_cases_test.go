package gost_test

import (
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

func (m *caseMaker) messages(d *big.Int) {
	for _, msg := range []string{"", "a", "123400", strings.Repeat("\x00", 20), "Акт № 5", strings.Repeat("x", 64), strings.Repeat("\xff", 127)} {
		digest, text := streebog(m.pub, []byte(msg)), hex.EncodeToString([]byte(msg))
		r, s := signNumber(m.c, d, m.scalar(), number(m.c, digest))
		sig := encode(m.c, r, s)
		m.add("Other", fmt.Sprintf("message of %d bytes", len(msg)), digest, &text, sig, true)
		other := hex.EncodeToString([]byte(msg + "\x00"))
		m.add("Other", "the same signature, a zero byte after the message", streebog(m.pub, []byte(msg+"\x00")), &other, sig, false)
	}
}

func (m *caseMaker) digests(d *big.Int) {
	full := new(big.Int).Lsh(big.NewInt(1), uint(m.c.Bits))
	for _, n := range []int64{0, 1, 2, 3, 4} {
		e := new(big.Int).Mul(m.c.Q, big.NewInt(n))
		if e.Cmp(full) < 0 {
			m.sign("ZeroDigest", fmt.Sprintf("digest is %d*q", n), d, m.scalar(), digestOf(m.c, e))
		}
		for _, step := range []int64{-1, 1} {
			if f := new(big.Int).Add(e, big.NewInt(step)); f.Sign() > 0 && f.Cmp(full) < 0 {
				m.sign("LargeDigest", fmt.Sprintf("digest is %d*q%+d", n, step), d, m.scalar(), digestOf(m.c, f))
			}
		}
	}
	m.sign("LargeDigest", "digest of all ones", d, m.scalar(), slices.Repeat([]byte{0xff}, m.c.Bits/8))
	m.sign("LargeDigest", "digest is 1 at its other end", d, m.scalar(), append(make([]byte, m.c.Bits/8-1), 1))
	digest := m.rand.bytes(m.c.Bits / 8)
	r, s := signNumber(m.c, d, m.scalar(), number(m.c, backwards(digest)))
	m.add("Other", "digest read big-endian", digest, nil, encode(m.c, r, s), false)
}

// numbers are edges of the nonce, r and s.
func (m *caseMaker) numbers(d *big.Int) {
	q, one := m.c.Q, big.NewInt(1)
	less := func(n int64) *big.Int { return new(big.Int).Sub(q, big.NewInt(n)) }
	half := new(big.Int).Rsh(q, 1)
	nonces := map[string]*big.Int{"1": one, "2": big.NewInt(2), "15": big.NewInt(15), "16": big.NewInt(16), "17": big.NewInt(17),
		"q-1": less(1), "q-2": less(2), "(q-1)/2": half, "2^(n/2)": new(big.Int).Lsh(one, uint(m.c.Bits/2)), "2^(n-3)": new(big.Int).Lsh(one, uint(m.c.Bits-3))}
	for _, name := range sortedKeys(nonces) {
		k := nonces[name]
		if new(big.Int).Mod(times(m.c, k, base(m.c)).x, q).Sign() != 0 {
			m.sign("Nonce", "nonce is "+name, d, k, m.rand.bytes(m.c.Bits/8))
		}
	}
	ends := map[string]*big.Int{"1": one, "2": big.NewInt(2), "q-1": less(1), "q-2": less(2), "(q-1)/2": half, "256": big.NewInt(256)}
	for _, name := range sortedKeys(ends) {
		s, k := ends[name], m.scalar() // e = (s - rd)/k
		r := new(big.Int).Mod(times(m.c, k, base(m.c)).x, q)
		e := new(big.Int).Mul(r, d)
		e.Sub(s, e).Mul(e, new(big.Int).ModInverse(k, q)).Mod(e, q)
		m.add("EdgeNumber", "s is "+name, digestOf(m.c, e), nil, encode(m.c, r, s), true)
	}
	digest := m.rand.bytes(m.c.Bits / 8)
	r, s := signNumber(m.c, d, m.scalar(), number(m.c, digest))
	full := new(big.Int).Lsh(one, uint(m.c.Bits))
	zero, ones := new(big.Int), new(big.Int).Sub(full, one)
	bad := func(flag, comment string, r, s *big.Int) {
		if r.Cmp(full) < 0 && s.Cmp(full) < 0 {
			m.add(flag, comment, digest, nil, encode(m.c, r, s), false)
		}
	}
	outside := map[string]*big.Int{"0": zero, "q": q, "q+1": new(big.Int).Add(q, one), "p": m.c.P, "all ones": ones}
	for _, name := range sortedKeys(outside) {
		n := outside[name]
		bad("Range", "r is "+name, n, s)
		bad("Range", "s is "+name, r, n)
		bad("Range", "r and s are "+name, n, n)
	}
	bad("Range", "r+q", new(big.Int).Add(r, q), s)
	bad("Range", "s+q", r, new(big.Int).Add(s, q))
	bad("Range", "r+q and s+q", new(big.Int).Add(r, q), new(big.Int).Add(s, q))
	bad("EdgeNumber", "r and s are 1", one, one)
	bad("EdgeNumber", "r and s are q-1", less(1), less(1))
	bad("Other", "q-s", r, new(big.Int).Sub(q, s))
	bad("Other", "q-r", new(big.Int).Sub(q, r), s)
	bad("Other", "r and s exchanged", s, r)
	// s = 0 with r = x(z2*Q) satisfies the equation for the digest -r/z2.
	z2 := m.scalar()
	r = new(big.Int).Mod(times(m.c, z2, m.key).x, q)
	e := new(big.Int).Mul(r, new(big.Int).ModInverse(new(big.Int).Sub(q, z2), q))
	m.add("Forgery", "s is 0, r fits", digestOf(m.c, e.Mod(e, q)), nil, encode(m.c, r, zero), false)
	if m.c.X.Sign() == 0 { // r = 0 = x(G) with s = e
		e := m.scalar()
		m.add("Forgery", "r is 0, s is e and the sum is the base point with x = 0", digestOf(m.c, e), nil, encode(m.c, zero, e), false)
	}
}

func (m *caseMaker) encodings(d *big.Int) {
	digest := m.rand.bytes(m.c.Bits / 8)
	r, s := signNumber(m.c, d, m.scalar(), number(m.c, digest))
	sig := encode(m.c, r, s)
	size := len(sig) / 2
	sb, rb := sig[:size], sig[size:]
	join := func(parts ...[]byte) []byte { return slices.Concat(parts...) }
	der := must(asn1.Marshal(struct{ R, S *big.Int }{r, s}))(m.t)
	forms := map[string][]byte{
		"empty": nil, "one byte": {0}, "s alone": sb, "a byte more at the end": join(sig, []byte{0}), "a byte more at the beginning": join([]byte{0}, sig),
		"a byte less at the end": sig[:len(sig)-1], "a byte less at the beginning": sig[1:], "both halves a zero byte longer": join([]byte{0}, sb, []byte{0}, rb),
		"r||s": join(rb, sb), "little-endian halves": join(backwards(sb), backwards(rb)), "all of it reversed": backwards(sig),
		"SEQUENCE of r and s": der, "twice": join(sig, sig), "in an OCTET STRING": join([]byte{4, byte(len(sig))}, sig), "zeros": make([]byte, len(sig)),
	}
	for _, comment := range sortedKeys(forms) {
		m.add("Encoding", comment, digest, nil, forms[comment], false)
	}
}

// fit adds the signature whose verification computes z1*G + z2*Q: r = x of it,
// e = -r/z2, s = z1*e. A sum at infinity has no x: any r serves, and is wrong.
func (m *caseMaker) fit(flag, comment string, z1, z2 *big.Int) {
	m.t.Helper()
	q := m.c.Q
	z1, z2 = new(big.Int).Mod(z1, q), new(big.Int).Mod(z2, q)
	sum := add(m.c, times(m.c, z1, base(m.c)), times(m.c, z2, m.key))
	r := m.scalar()
	if sum != nil {
		r.Mod(sum.x, q)
	}
	e := new(big.Int).Mul(r, new(big.Int).ModInverse(new(big.Int).Sub(q, z2), q))
	e.Mod(e, q)
	s := new(big.Int).Mul(z1, e)
	if sum != nil && (r.Sign() == 0 || z1.Sign() == 0) {
		return
	}
	m.add(flag, comment, digestOf(m.c, e), nil, encode(m.c, r, s.Mod(s, q)), sum != nil)
}

// factors are special pairs of z1 and z2.
func (m *caseMaker) factors(d *big.Int) {
	z2 := m.scalar()
	dz := new(big.Int).Mul(d, z2)
	m.fit("Doubling", "z1*G = z2*Q", dz, z2)
	m.fit("Infinity", "z1*G = -z2*Q", new(big.Int).Neg(dz), z2)
	m.fit("EdgeFactor", "the sum is the base point", new(big.Int).Sub(big.NewInt(1), dz), z2)
	m.fit("EdgeFactor", "the sum is the public key", m.scalar(), big.NewInt(1))
	m.edges("EdgeFactor")
}

// edges pairs special numbers.
func (m *caseMaker) edges(flag string) {
	one := big.NewInt(1)
	pattern := func(b byte) *big.Int { return new(big.Int).SetBytes(slices.Repeat([]byte{b}, m.c.Bits/8)) }
	values := []struct {
		name string
		n    *big.Int
	}{{"1", one}, {"2", big.NewInt(2)}, {"q-1", big.NewInt(-1)}, {"q-2", big.NewInt(-2)}, {"16", big.NewInt(16)}, {"-16", big.NewInt(-16)},
		{"2^(n/2)", new(big.Int).Lsh(one, uint(m.c.Bits/2))}, {"0f0f...", pattern(0x0f)}, {"8080...", pattern(0x80)}}
	for i, a := range values {
		for _, b := range values[i%3:] {
			if (i*7+len(b.name))%2 == 0 { // half of the pairs is enough
				m.fit(flag, fmt.Sprintf("z1 = %s, z2 = %s", a.name, b.name), a.n, b.n)
			}
		}
	}
}

// keys are groups of special public keys.
func (m *caseMaker) keys() {
	g := base(m.c)
	for _, k := range []struct {
		name string
		n    int64
	}{{"G", 1}, {"-G", -1}, {"2G", 2}, {"G/2", 0}} {
		n := new(big.Int).Mod(big.NewInt(k.n), m.c.Q)
		if k.n == 0 {
			n.ModInverse(big.NewInt(2), m.c.Q)
		}
		m.group("key "+k.name, times(m.c, n, g))
		z := m.scalar()
		m.fit("SpecialKey", "any factors", m.scalar(), z)
		m.fit("Doubling", "z1*G = z2*Q", new(big.Int).Mul(z, n), z)
		m.fit("Infinity", "z1*G = -z2*Q", new(big.Int).Neg(new(big.Int).Mul(z, n)), z)
		m.fit("SpecialKey", "z1 = z2", z, z)
		m.fit("SpecialKey", "z1 = -z2", new(big.Int).Neg(z), z)
		m.fit("SpecialKey", "z1 = 1, z2 = 1", big.NewInt(1), big.NewInt(1))
		m.fit("SpecialKey", "z1 = 1, z2 = q-1", big.NewInt(1), big.NewInt(-1))
	}
	m.group("key with a small x", lift(m.c, new(big.Int)))
	m.fit("SpecialKey", "any factors", m.scalar(), m.scalar())
	high := lift(m.c, new(big.Int).Sub(m.c.P, big.NewInt(100)))
	m.group("key with an x close to p", &affine{high.x, new(big.Int).Sub(m.c.P, high.y)})
	m.fit("SpecialKey", "any factors", m.scalar(), m.scalar())
}

// wraps are sums whose x is special; the key is made to fit: (C - z1*G)/z2.
func (m *caseMaker) wraps() {
	special := map[string]*big.Int{"at least q": m.c.Q, "small": big.NewInt(1), "close to p": new(big.Int).Sub(m.c.P, big.NewInt(200))}
	for _, name := range sortedKeys(special) {
		x := special[name]
		if x.Cmp(m.c.P) >= 0 {
			continue
		}
		sum, z1, z2 := lift(m.c, x), m.scalar(), m.scalar()
		key := add(m.c, sum, times(m.c, new(big.Int).Sub(m.c.Q, z1), base(m.c)))
		m.group("sum with x "+name, times(m.c, new(big.Int).ModInverse(z2, m.c.Q), key))
		m.fit("Wrap", "x of the sum is "+name, z1, z2)
		if sum.x.Cmp(m.c.Q) >= 0 { // the same with r = x, not reduced
			r := new(big.Int).Mod(sum.x, m.c.Q)
			e := new(big.Int).Mul(r, new(big.Int).ModInverse(new(big.Int).Sub(m.c.Q, z2), m.c.Q))
			e.Mod(e, m.c.Q)
			s := new(big.Int).Mul(z1, e)
			m.add("Range", "r is x, not reduced", digestOf(m.c, e), nil, encode(m.c, sum.x, s.Mod(s, m.c.Q)), false)
		}
	}
}
