package gost_test

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"slices"
	"testing"

	"signdesk/internal/gost"
)

// spoiler makes the negative corpus. Its keys and signatures are the same at
// every run.
type spoiler struct {
	t       *testing.T
	rand    *source
	root    *gost.Certificate
	rootKey *gost.PrivateKey
	leaf    *gost.Certificate
	key     *gost.PrivateKey
	cases   []negative
}

func newSpoiler(t *testing.T) *spoiler {
	m := &spoiler{t: t, rand: seededSource(0, "negative")}
	m.rootKey = must(gost.GenerateKey(m.rand, gost.TC26A256))(t)
	m.key = must(gost.GenerateKey(m.rand, gost.TC26A256))(t)
	template := gost.CertificateTemplate{Serial: big.NewInt(0x1001), Subject: gost.Name{{Type: gost.OIDCommonName, Value: "Корень"}},
		NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(9, 0, 0), IsCA: true, IdentificationKind: -1,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
	m.root = must(gost.ParseCertificate(must(gost.CreateCertificate(nil, &template, nil, &m.rootKey.PublicKey, m.rootKey))(t)))(t)
	template.Serial, template.Subject = big.NewInt(0x2002), gost.Name{{Type: gost.OIDCommonName, Value: "Лист"}}
	template.IsCA, template.KeyUsage = false, x509.KeyUsageDigitalSignature
	m.leaf = must(gost.ParseCertificate(must(gost.CreateCertificate(nil, &template, m.root, &m.key.PublicKey, m.rootKey))(t)))(t)
	return m
}

func (m *spoiler) add(kind, id, what string, der []byte) {
	m.t.Helper()
	id = kind + "-" + id
	if slices.ContainsFunc(m.cases, func(n negative) bool { return n.ID == id }) {
		m.t.Fatalf("%s twice", id)
	}
	m.cases = append(m.cases, negative{ID: id, Kind: kind, What: what, DER: hex.EncodeToString(der)})
}

// sound makes sure that what will be spoiled is good.
func (m *spoiler) sound(kind string, der []byte) {
	m.t.Helper()
	if err := judge(kind, der, m.root, m.leaf); err != nil {
		m.t.Fatalf("%s, not spoiled: %v", kind, err)
	}
}

// syntax adds what is wrong with the coding of any object.
func (m *spoiler) syntax(kind string, der []byte) {
	m.sound(kind, der)
	t, b := m.t, body(m.t, der)
	m.add(kind, "empty", "no bytes", nil)
	m.add(kind, "header-only", "a sequence without its content", der[:2])
	m.add(kind, "cut", "the last byte is missing", der[:len(der)-1])
	m.add(kind, "trailing-byte", "a zero byte after the object", append(bytes.Clone(der), 0))
	m.add(kind, "trailing-object", "the object twice", append(bytes.Clone(der), der...))
	m.add(kind, "trailing-inside", "a NULL at the end of the outer sequence", tlv(der[0], b, []byte{5, 0}))
	m.add(kind, "indefinite", "indefinite length outside", indefinite(t, der))
	m.add(kind, "long-length", "a length of four bytes outside", longLength(t, der))
	m.add(kind, "length-4g", "claims four gigabytes", slices.Concat([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, b))
	m.add(kind, "length-2-63", "claims 2^63 bytes", slices.Concat([]byte{0x30, 0x88, 0x80, 0, 0, 0, 0, 0, 0, 0}, b))
	m.add(kind, "length-126", "a length of 126 bytes", append([]byte{0x30, 0xfe}, slices.Repeat([]byte{0xff}, 126)...))
	m.add(kind, "length-reserved", "the reserved length 0xff", slices.Concat([]byte{0x30, 0xff}, b))
	m.add(kind, "deep", "a thousand sequences in each other", nested(1000))
	m.add(kind, "set", "a SET in place of the SEQUENCE", tlv(0x31, b))
	m.add(kind, "high-tag", "a tag number of many bytes", slices.Concat([]byte{0x3f, 0xff, 0xff, 0xff, 0x7f}, derLength(len(b)), b))
}

func oid(t testing.TB, dotted ...int) []byte {
	return must(asn1.Marshal(asn1.ObjectIdentifier(dotted)))(t)
}

// keys are SubjectPublicKeyInfo: {{algorithm, {curve, digest}}, BIT STRING {OCTET STRING}}.
func (m *spoiler) keys() {
	const kind = "spki"
	t := m.t
	spki := func(c *gost.Curve, x, y *big.Int) []byte {
		good := must(gost.MarshalPublicKey(&gost.PublicKey{Curve: c, X: c.X, Y: c.Y}))(t)
		point := append(backwards(x.FillBytes(make([]byte, c.Bits/8))), backwards(y.FillBytes(make([]byte, c.Bits/8)))...)
		return put(t, good, []int{1, 0}, tlv(0x04, point))
	}
	good := must(gost.MarshalPublicKey(&m.key.PublicKey))(t)
	m.syntax(kind, good)
	one := big.NewInt(1)
	for _, c := range []*gost.Curve{gost.CryptoProA, gost.CryptoProB, gost.CryptoProC, gost.TC26A256, gost.TC26A512, gost.TC26B512, gost.TC26C512} {
		id := "-" + c.Name
		m.add(kind, "off-curve"+id, "y is one more", spki(c, c.X, new(big.Int).Add(c.Y, one)))
		m.add(kind, "zero"+id, "the point (0, 0)", spki(c, new(big.Int), new(big.Int)))
		if x := new(big.Int).Add(c.X, c.P); x.BitLen() <= c.Bits {
			m.add(kind, "x-plus-p"+id, "x is p more than the base point's", spki(c, x, c.Y))
		}
		if y := new(big.Int).Add(c.Y, c.P); y.BitLen() <= c.Bits {
			m.add(kind, "y-plus-p"+id, "y is p more than the base point's", spki(c, c.X, y))
		}
		m.add(kind, "ones"+id, "coordinates of all ones", spki(c, ones(c), ones(c)))
		if c.H == 4 {
			for _, order := range []int{2, 4} {
				p := torsion(c, order)
				m.add(kind, "order-"+string(rune('0'+order))+id, "a point of small order", spki(c, p.x, p.y))
				p = add(c, p, base(c))
				m.add(kind, "mixed-"+string(rune('0'+order))+id, "the base point plus a point of small order", spki(c, p.x, p.y))
			}
		}
	}
	wrongSet := func(to *gost.Curve) []byte { return put(t, good, []int{0, 1, 0}, oid(t, to.OID...)) }
	m.add(kind, "other-curve", "the point of another curve", wrongSet(gost.CryptoProC))
	m.add(kind, "curve-512", "a curve of 512 bits in a key of 256", wrongSet(gost.TC26A512))
	m.add(kind, "unknown-curve", "an unknown parameter set", put(t, good, []int{0, 1, 0}, oid(t, 1, 2, 643, 7, 1, 2, 1, 1, 99)))
	m.add(kind, "algorithm-512", "a key of 256 bits under the identifier of 512", put(t, good, []int{0, 0}, oid(t, 1, 2, 643, 7, 1, 1, 1, 2)))
	big512 := must(gost.MarshalPublicKey(&gost.PublicKey{Curve: gost.TC26A512, X: gost.TC26A512.X, Y: gost.TC26A512.Y}))(t)
	m.add(kind, "algorithm-256", "a key of 512 bits under the identifier of 256", put(t, big512, []int{0, 0}, oid(t, 1, 2, 643, 7, 1, 1, 1, 1)))
	m.add(kind, "algorithm-signature", "the identifier of the signature", put(t, good, []int{0, 0}, oid(t, 1, 2, 643, 7, 1, 1, 3, 2)))
	m.add(kind, "algorithm-2001", "the identifier of GOST R 34.10-2001 with a set of 2012", put(t, good, []int{0, 0}, oid(t, 1, 2, 643, 2, 2, 19)))
	m.add(kind, "digest-512", "the digest of 512 bits in a key of 256", after(t, good, []int{0, 1, 0}, oid(t, 1, 2, 643, 7, 1, 1, 2, 3)))
	m.add(kind, "digest-94", "the digest GOST R 34.11-94", after(t, good, []int{0, 1, 0}, oid(t, 1, 2, 643, 2, 2, 30, 1)))
	m.add(kind, "digest-null", "NULL for the digest", after(t, good, []int{0, 1, 0}, []byte{5, 0}))
	m.add(kind, "no-parameters", "no parameters", put(t, good, []int{0, 1}))
	m.add(kind, "null-parameters", "NULL for the parameters", put(t, good, []int{0, 1}, []byte{5, 0}))
	m.add(kind, "empty-parameters", "parameters without a curve", put(t, good, []int{0, 1}, tlv(0x30)))
	m.add(kind, "algorithm-trailing", "a NULL after the parameters", after(t, good, []int{0, 1}, []byte{5, 0}))
	m.add(kind, "bare-point", "the point without its OCTET STRING", put(t, good, []int{1}, tlv(0x03, []byte{0}, body(t, at(t, good, 1, 0)))))
	m.add(kind, "unused-bits", "one unused bit", put(t, good, []int{1}, tlv(0x03, []byte{1}, at(t, good, 1, 0))))
	m.add(kind, "point-trailing", "a NULL after the point", after(t, good, []int{1, 0}, []byte{5, 0}))
	xy := body(t, at(t, good, 1, 0))
	m.add(kind, "point-short", "a byte less", put(t, good, []int{1, 0}, tlv(0x04, xy[:63])))
	m.add(kind, "point-long", "a byte more", put(t, good, []int{1, 0}, tlv(0x04, xy, []byte{0})))
	m.add(kind, "point-x", "x alone", put(t, good, []int{1, 0}, tlv(0x04, xy[:32])))
	m.add(kind, "point-x962", "04||x||y of X9.62", put(t, good, []int{1, 0}, tlv(0x04, []byte{4}, backwards(xy[:32]), backwards(xy[32:]))))
	m.add(kind, "point-big-endian", "coordinates big-endian", put(t, good, []int{1, 0}, tlv(0x04, backwards(xy[:32]), backwards(xy[32:]))))
	m.add(kind, "point-exchanged", "y||x", put(t, good, []int{1, 0}, tlv(0x04, xy[32:], xy[:32])))
	m.add(kind, "point-pieces", "the OCTET STRING in pieces", put(t, good, []int{1, 0}, inPieces(t, at(t, good, 1, 0))))
	m.add(kind, "point-long-length", "a length of four bytes inside", put(t, good, []int{1, 0}, longLength(t, at(t, good, 1, 0))))
	m.add(kind, "bits-pieces", "the BIT STRING in pieces", put(t, good, []int{1}, tlv(0x23, at(t, good, 1))))
}

func ones(c *gost.Curve) *big.Int {
	n := new(big.Int).Lsh(big.NewInt(1), uint(c.Bits))
	return n.Sub(n, big.NewInt(1))
}

// torsion is a point of order 2 or 4 on a curve with the cofactor 4: q times
// any point of the curve.
func torsion(c *gost.Curve, order int) *affine {
	for x := big.NewInt(1); ; x.Add(x, big.NewInt(1)) {
		y := new(big.Int).Mul(x, x)
		y.Add(y, c.A).Mul(y, x).Add(y, c.B).Mod(y, c.P)
		if y.ModSqrt(y, c.P) == nil {
			continue
		}
		p := times(c, c.Q, &affine{x, y})
		switch double := add(c, p, p); {
		case p == nil:
		case double == nil && order == 2, double != nil && order == 4:
			return p
		case double != nil:
			return double
		}
	}
}

// secrets are PKCS#8: {version, {algorithm, parameters}, OCTET STRING}.
func (m *spoiler) secrets() {
	const kind = "pkcs8"
	t, q := m.t, m.key.Curve.Q
	good := must(gost.MarshalPrivateKey(m.key))(t)
	m.syntax(kind, good)
	secret := func(inner []byte) []byte { return put(t, good, []int{2}, tlv(0x04, inner)) }
	number := func(d *big.Int) []byte { return backwards(d.FillBytes(make([]byte, 32))) }
	m.add(kind, "zero", "the secret is 0", secret(tlv(0x04, make([]byte, 32))))
	m.add(kind, "q", "the secret is q", secret(tlv(0x04, number(q))))
	m.add(kind, "short", "a byte less", secret(tlv(0x04, number(m.key.D())[:31])))
	m.add(kind, "long", "a byte more", secret(tlv(0x04, number(m.key.D()), []byte{0})))
	m.add(kind, "empty-secret", "no secret", secret(nil))
	m.add(kind, "negative", "a negative INTEGER", secret([]byte{2, 1, 0xff}))
	m.add(kind, "integer-zero", "the INTEGER 0", secret([]byte{2, 1, 0}))
	m.add(kind, "integer-padded", "an INTEGER with a superfluous zero byte", secret([]byte{2, 2, 0, 1}))
	m.add(kind, "integer-huge", "an INTEGER of a thousand bytes", secret(tlv(2, slices.Repeat([]byte{0x55}, 1000))))
	m.add(kind, "masked-zero", "a masked key with the mask 0", secret(append(number(m.key.D()), make([]byte, 32)...)))
	m.add(kind, "masked-long", "a masked key with three parts", secret(tlv(0x04, number(m.key.D()), number(m.key.D()), number(m.key.D()))))
	m.add(kind, "version-2", "version 2", put(t, good, []int{0}, []byte{2, 1, 2}))
	m.add(kind, "version-negative", "version -1", put(t, good, []int{0}, []byte{2, 1, 0xff}))
	m.add(kind, "curve-512", "a curve of 512 bits in a key of 256", put(t, good, []int{1, 1, 0}, oid(t, gost.TC26A512.OID...)))
	m.add(kind, "algorithm-512", "a key of 256 bits under the identifier of 512", put(t, good, []int{1, 0}, oid(t, 1, 2, 643, 7, 1, 1, 1, 2)))
	m.add(kind, "pieces", "the OCTET STRING in pieces", put(t, good, []int{2}, inPieces(t, at(t, good, 2))))
	m.add(kind, "secret-trailing", "a NULL after the secret", secret(append(tlv(0x04, number(m.key.D())), 5, 0)))
}
