package gost_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"signdesk/internal/gost"
)

// caseMaker writes the cases of one parameter set. The secret is nil for keys
// that were made to fit a point.
type caseMaker struct {
	t      *testing.T
	c      *gost.Curve
	rand   *source
	engine *gost.Engine
	file   caseFile
	key    *affine
	pub    *gost.PublicKey
}

func makeCaseFile(t *testing.T, c *gost.Curve) {
	m := &caseMaker{t: t, c: c, rand: seededSource(0, "wycheproof "+c.Name), engine: gost.NewEngine(t)}
	m.file = caseFile{
		Algorithm: "GOST R 34.10-2012", Notes: caseNotes,
		Header: []string{
			"Signature verification by GOST R 34.10-2012 (RFC 7091) on the parameter set " + c.Name + " (" + c.OID.String() + ").",
			"sig is s||r, each half big-endian (RFC 9215). A digest is a little-endian number.",
			"In place of msg a test may have digest: the output of the hash function, for which no message is known.",
		},
	}
	d := m.scalar()
	m.group("", times(c, d, base(c)))
	m.messages(d)
	m.digests(d)
	m.numbers(d)
	m.encodings(d)
	m.factors(d)
	m.keys()
	m.wraps()
	b := must(json.MarshalIndent(m.file, "", " "))(t)
	if err := os.WriteFile(caseFileName(c), append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

var caseNotes = map[string]string{
	"Nonce":       "The nonce k is at an edge of its range or of a window of the multiplication.",
	"ZeroDigest":  "The digest is 0 modulo q, for which the standard puts e = 1 (6.1, step 2).",
	"LargeDigest": "The digest is at least q and must be reduced, not cut.",
	"EdgeNumber":  "r or s is at an edge of [1, q-1].",
	"Range":       "r or s is outside of [1, q-1]; step 1 of the verification refuses it.",
	"Encoding":    "The numbers are right, their encoding is not s||r of the full size.",
	"Infinity":    "The sum of the verification is the point at infinity.",
	"Doubling":    "Both terms of the sum are the same point: formulas that do not double fail.",
	"EdgeFactor":  "z1 or z2 is at an edge: small, q-1, or of long runs of equal bits.",
	"SpecialKey":  "The public key is a small multiple of the base point or has a small coordinate.",
	"Wrap":        "The x coordinate of the sum is at least q: r is its remainder.",
	"Forgery":     "Numbers that satisfy the equation without the secret but for the range check.",
	"Other":       "The signature of something else.",
	engineAccepts: "OpenSSL's gost engine accepts this although the standard does not.",
}

func (m *caseMaker) scalar() *big.Int {
	for {
		k := new(big.Int).SetBytes(m.rand.bytes(m.c.Bits / 8))
		if k.Mod(k, m.c.Q).Sign() > 0 {
			return k
		}
	}
}

// group begins a group for the key.
func (m *caseMaker) group(name string, key *affine) {
	m.key = key
	m.pub = must(gost.NewPublicKey(m.c, key.x, key.y))(m.t)
	spki := must(gost.MarshalPublicKey(m.pub))(m.t)
	m.engine.Write("pub.der", spki)
	size := m.c.Bits / 4
	m.file.TestGroups = append(m.file.TestGroups, caseGroup{
		Type: strings.TrimSpace("GostVerify " + name), PublicKeyDer: hex.EncodeToString(spki), Sha: fmt.Sprintf("Streebog-%d", m.c.Bits),
		PublicKey: caseKey{"GostPublicKey", m.c.Name, m.c.OID.String(), m.c.Bits, fmt.Sprintf("%0*x", size, key.x), fmt.Sprintf("%0*x", size, key.y)},
	})
}

// add appends a test; the verdict of the reference must be the expected one.
func (m *caseMaker) add(flag, comment string, digest []byte, msg *string, sig []byte, valid bool) {
	m.t.Helper()
	size := m.c.Bits / 8
	if right := len(sig) == 2*size && verifyNumber(m.c, m.key, number(m.c, digest), new(big.Int).SetBytes(sig[size:]), new(big.Int).SetBytes(sig[:size])); right != valid {
		m.t.Fatalf("%s: %s: the reference says %v", m.c.Name, comment, right)
	}
	m.file.NumberOfTests++
	tt := sigCase{TcID: m.file.NumberOfTests, Comment: comment, Flags: []string{flag}, Sig: hex.EncodeToString(sig), Result: "invalid"}
	if tt.Msg = msg; msg == nil {
		tt.Digest = hex.EncodeToString(digest)
	}
	if valid {
		tt.Result = "valid"
	} else if engineVerifies(m.engine, digest, sig) {
		tt.Flags = append(tt.Flags, engineAccepts)
	}
	g := &m.file.TestGroups[len(m.file.TestGroups)-1]
	g.Tests = append(g.Tests, tt)
}

// sign adds the signature of a digest by the secret and the nonce.
func (m *caseMaker) sign(flag, comment string, d, k *big.Int, digest []byte) {
	m.t.Helper()
	r, s := signNumber(m.c, d, k, number(m.c, digest))
	m.add(flag, comment, digest, nil, encode(m.c, r, s), true)
}
