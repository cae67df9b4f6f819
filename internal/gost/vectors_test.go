package gost

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// vector is a record of the published vectors, all kinds in one.
type vector struct {
	ID, Kind, Sub, Alg, Expected, Curve, Msg, Digest, Sig, D, K, SPKI, PKCS8 string
	Encrypted                                                                string `json:"pkcs8_encrypted"`
	Password                                                                 string
	MsgGen                                                                   [][2]any `json:"msg_gen"`
	PubX                                                                     string   `json:"pub_x"`
	PubY                                                                     string   `json:"pub_y"`
	PubLE                                                                    string   `json:"pub_xy_le"`
	Issuer                                                                   string   `json:"issuer_cert"`
	Signer                                                                   string   `json:"signer_cert"`
	SigAlg                                                                   string   `json:"sig_alg"`
	DigestAlg                                                                string   `json:"digest_alg"`
	BaseX                                                                    string   `json:"base_x"`
	BaseY                                                                    string   `json:"base_y"`
	X, Y, P, A, B, Q                                                         string
	Cofactor                                                                 int
	File, Content, Source, Serial, Subject                                   string
	Detached                                                                 bool
	Revoked                                                                  []string
	Bits                                                                     int
	Key, Salt, Label, Seed                                                   string
	L                                                                        int
	Iterations                                                               int
	KeyLength                                                                int `json:"dklen"`
	Slow                                                                     bool
}

// vectorDir is where the published vectors are; the test is skipped without.
func vectorDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		root, err := filepath.Abs(".")
		if err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
				break
			}
			if root == filepath.Dir(root) {
				t.Fatal("no go.mod above the package")
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared", "conformance")
	}
	dir = filepath.Join(dir, "gost")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no published vectors: %v", err)
	}
	return dir
}

// vectors returns the records of one kind.
func vectors(t testing.TB, kind string) []vector {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectorDir(t), "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatal(err)
	}
	var of []vector
	for _, r := range raw {
		var head struct{ Kind string }
		if err := json.Unmarshal(r, &head); err != nil || head.Kind != kind {
			continue
		}
		var v vector
		if err := json.Unmarshal(r, &v); err != nil {
			t.Fatalf("%s: %v", r[:min(len(r), 80)], err)
		}
		of = append(of, v)
	}
	if len(of) == 0 {
		t.Fatalf("no vectors of kind %s", kind)
	}
	return of
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func curveOf(t testing.TB, v vector) *Curve {
	t.Helper()
	for _, c := range Curves {
		if c.OID.String() == v.Curve {
			return c
		}
	}
	t.Fatalf("%s: unknown curve %s", v.ID, v.Curve)
	return nil
}

func TestVectorsHash(t *testing.T) {
	n := 0
	for _, v := range vectors(t, "hash") {
		msg := unhex(t, v.Msg)
		for _, g := range v.MsgGen {
			msg = append(msg, bytes.Repeat(unhex(t, g[0].(string)), int(g[1].(float64)))...)
		}
		h := New256()
		if v.Alg == "streebog512" {
			h = New512()
		}
		h.Write(msg)
		if got := hex.EncodeToString(h.Sum(nil)); got != v.Expected {
			t.Errorf("%s: %s, want %s", v.ID, got, v.Expected)
		}
		n++
	}
	t.Logf("%d records", n)
}

func TestVectorsCurve(t *testing.T) {
	sets, points := vectors(t, "curve"), vectors(t, "ecmul")
	for _, v := range sets {
		c := curveOf(t, v)
		if c.P.Cmp(hexInt(v.P)) != 0 || c.A.Cmp(hexInt(v.A)) != 0 || c.B.Cmp(hexInt(v.B)) != 0 ||
			c.Q.Cmp(hexInt(v.Q)) != 0 || c.X.Cmp(hexInt(v.X)) != 0 || c.Y.Cmp(hexInt(v.Y)) != 0 ||
			c.H != v.Cofactor || c.Bits != v.Bits {
			t.Errorf("%s: other numbers", v.ID)
		}
		if !c.contains(c.X, c.Y) || !c.P.ProbablyPrime(20) || !c.Q.ProbablyPrime(20) {
			t.Errorf("%s: not a curve", v.ID)
		}
	}
	for _, v := range points {
		c := curveOf(t, v)
		base := c.point(hexInt(v.BaseX), hexInt(v.BaseY))
		k := words(new(big.Int).Mod(hexInt(v.K), c.Q))
		p := c.mul(&k, &base)
		if p.z.zero() {
			t.Errorf("%s: infinity", v.ID)
			continue
		}
		at := c.group.slow(&p)
		size := c.Bits / 8
		got := append(at.x.FillBytes(make([]byte, size)), at.y.FillBytes(make([]byte, size))...)
		if hex.EncodeToString(got) != v.Expected {
			t.Errorf("%s: %x", v.ID, got)
		}
	}
	t.Logf("%d sets, %d multiples", len(sets), len(points))
}

func TestVectorsSign(t *testing.T) {
	all := vectors(t, "sign")
	for _, v := range all {
		k, err := NewPrivateKey(curveOf(t, v), hexInt(v.D))
		if err != nil {
			t.Errorf("%s: %v", v.ID, err)
			continue
		}
		if k.X.Cmp(hexInt(v.PubX)) != 0 || k.Y.Cmp(hexInt(v.PubY)) != 0 {
			t.Errorf("%s: another public key", v.ID)
		}
		nonce, e := words(hexInt(v.K)), k.Curve.digestNumber(unhex(t, v.Digest))
		sig, ok := k.signWith(&nonce, &e)
		if !ok || hex.EncodeToString(sig) != v.Expected {
			t.Errorf("%s: %x, want %s", v.ID, sig, v.Expected)
		}
	}
	t.Logf("%d records", len(all))
}

func TestVectorsVerify(t *testing.T) {
	n, old := 0, 0
	for _, v := range vectors(t, "verify") {
		if v.Alg == "gost3410-2001" {
			old++
			k, err := ParseLegacyKey(unhex(t, v.SPKI))
			if err == nil {
				err = k.verify(unhex(t, v.Digest), unhex(t, v.Sig))
			}
			verdict(t, v, err)
			continue
		}
		n++
		check := func(p *PublicKey, err error) {
			if err == nil {
				err = Verify(p, unhex(t, v.Digest), unhex(t, v.Sig))
			}
			if (err == nil) != (v.Expected == "valid") {
				t.Errorf("%s: %v, expected %s", v.ID, err, v.Expected)
			}
		}
		check(ParsePublicKey(unhex(t, v.SPKI)))
		check(NewPublicKey(curveOf(t, v), hexInt(v.PubX), hexInt(v.PubY)))
	}
	t.Logf("%d records of GOST R 34.10-2012, %d of 2001", n, old)
}

func TestVectorsSPKI(t *testing.T) {
	n, old := 0, 0
	for _, v := range vectors(t, "spki") {
		der := unhex(t, v.SPKI)
		if bytes.Contains(der, unhex(t, "06062a8503020213")) {
			old++
			legacySPKI(t, v)
			continue
		}
		n++
		p, err := ParsePublicKey(der)
		if (err == nil) != (v.Expected == "valid") {
			t.Errorf("%s: %v, expected %s", v.ID, err, v.Expected)
		}
		if err != nil || v.PubX == "" {
			continue
		}
		if p.X.Cmp(hexInt(v.PubX)) != 0 || p.Y.Cmp(hexInt(v.PubY)) != 0 {
			t.Errorf("%s: another point", v.ID)
		}
	}
	t.Logf("%d records of GOST R 34.10-2012, %d of 2001", n, old)
}

// legacySPKI reads a public key of GOST R 34.10-2001, which must be none of the
// present standard.
func legacySPKI(t *testing.T, v vector) {
	t.Helper()
	der := unhex(t, v.SPKI)
	if _, err := ParsePublicKey(der); !errors.Is(err, ErrForeignKey) {
		t.Errorf("%s: as a key of 2012: %v", v.ID, err)
	}
	k, err := ParseLegacyKey(der)
	verdict(t, v, err)
	if err == nil && (k.X.Cmp(hexInt(v.PubX)) != 0 || k.Y.Cmp(hexInt(v.PubY)) != 0 || k.Curve.OID.String() != v.Curve) {
		t.Errorf("%s: another point", v.ID)
	}
}

// Private keys of GOST R 34.10-2001 and files under GOST 28147-89 are refused by
// name; of the former the public half is read.
func TestVectorsPKCS8(t *testing.T) {
	n, old, foreign := 0, 0, 0
	for _, v := range vectors(t, "pkcs8") {
		if v.PKCS8 == "" {
			foreign++
			if _, err := DecryptPrivateKey(unhex(t, v.Encrypted), []byte(v.Password)); err == nil || !strings.Contains(err.Error(), "unknown encryption 1.2.643.2.2.21") {
				t.Errorf("%s: %v", v.ID, err)
			}
			continue
		}
		der := unhex(t, v.PKCS8)
		if bytes.Contains(der, unhex(t, "06062a8503020213")) || bytes.Contains(der, unhex(t, "06062a8503020262")) {
			old++
			if _, err := ParsePrivateKey(der); !errors.Is(err, ErrForeignKey) {
				t.Errorf("%s: %v", v.ID, err)
			}
			legacySPKI(t, v)
			continue
		}
		n++
		k, err := ParsePrivateKey(der)
		if err != nil {
			t.Errorf("%s: %v", v.ID, err)
			continue
		}
		if k.D().Cmp(hexInt(v.D)) != 0 || k.X.Cmp(hexInt(v.PubX)) != 0 || k.Y.Cmp(hexInt(v.PubY)) != 0 {
			t.Errorf("%s: another key", v.ID)
		}
	}
	t.Logf("%d records, refused %d of GOST R 34.10-2001 and %d encrypted by GOST 28147-89", n, old, foreign)
}
