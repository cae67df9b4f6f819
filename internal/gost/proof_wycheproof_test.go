package gost_test

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signdesk/internal/gost"
)

// The case files testdata/wycheproof-gost-<set>.json are for GOST what Project
// Wycheproof is for ECDSA, in its shape: groups of one public key each, tests
// with a verdict. Other implementations may take them as they are. A test has
// a message (msg), or a digest where no message is known that has it.
// -update makes them anew by the reference arithmetic, not by the package.

var update = flag.Bool("update", false, "write the data files of testdata anew")

type caseFile struct {
	Algorithm     string            `json:"algorithm"`
	NumberOfTests int               `json:"numberOfTests"`
	Header        []string          `json:"header"`
	Notes         map[string]string `json:"notes"`
	TestGroups    []caseGroup       `json:"testGroups"`
}

type caseGroup struct {
	Type         string    `json:"type"`
	PublicKey    caseKey   `json:"publicKey"`
	PublicKeyDer string    `json:"publicKeyDer"`
	Sha          string    `json:"sha"`
	Tests        []sigCase `json:"tests"`
}

type caseKey struct {
	Type    string `json:"type"`
	Curve   string `json:"curve"`
	OID     string `json:"oid"`
	KeySize int    `json:"keySize"`
	Wx      string `json:"wx"` // big-endian
	Wy      string `json:"wy"`
}

type sigCase struct {
	TcID    int      `json:"tcId"`
	Comment string   `json:"comment"`
	Flags   []string `json:"flags,omitempty"`
	Msg     *string  `json:"msg,omitempty"`
	Digest  string   `json:"digest,omitempty"` // as the hash function puts it out
	Sig     string   `json:"sig"`              // s||r, each big-endian
	Result  string   `json:"result"`
}

// engineAccepts marks what OpenSSL's engine accepts and the standard does not.
const engineAccepts = "EngineAccepts"

func caseFileName(c *gost.Curve) string {
	return filepath.Join("testdata", "wycheproof-gost-"+c.Name+".json")
}

func readCases(t *testing.T, c *gost.Curve) (f caseFile) {
	t.Helper()
	b, err := os.ReadFile(caseFileName(c))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	return must(hex.DecodeString(s))(t)
}

func (s *sigCase) digest(t testing.TB, pub *gost.PublicKey) []byte {
	t.Helper()
	if s.Msg != nil {
		return streebog(pub, unhex(t, *s.Msg))
	}
	return unhex(t, s.Digest)
}

func TestWycheproof(t *testing.T) {
	t.Parallel()
	if *update {
		for _, set := range gost.EngineSets() {
			makeCaseFile(t, set.Curve)
		}
	}
	n, valid := 0, 0
	for _, set := range gost.EngineSets() {
		f := readCases(t, set.Curve)
		for _, g := range f.TestGroups {
			pub, err := gost.ParsePublicKey(unhex(t, g.PublicKeyDer))
			if err != nil || pub.Curve != set.Curve {
				t.Errorf("%s: key %s: %v", set.Curve.Name, g.PublicKey.Wx, err)
				continue
			}
			for _, tt := range g.Tests {
				err := gost.Verify(pub, tt.digest(t, pub), unhex(t, tt.Sig))
				if (err == nil) != (tt.Result == "valid") {
					t.Errorf("%s, %d (%s): %v, expected %s", set.Curve.Name, tt.TcID, tt.Comment, err, tt.Result)
				}
				if n++; tt.Result == "valid" {
					valid++
				}
			}
		}
	}
	t.Logf("%d cases, %d valid", n, valid)
}

// The engine confirms every valid case, and refuses the others but those that
// are marked.
func TestWycheproofByEngine(t *testing.T) {
	t.Parallel()
	gost.NewEngine(t)
	for _, set := range gost.EngineSets() {
		t.Run(set.Curve.Name, func(t *testing.T) {
			t.Parallel()
			e := gost.NewEngine(t)
			f := readCases(t, set.Curve)
			taken, step := map[string]bool{}, 1
			if !slices.Contains(distinct(), set.Curve) {
				step = 5 // the numbers of another set, under an identifier of its own
			}
			for _, g := range f.TestGroups {
				e.Write("pub.der", unhex(t, g.PublicKeyDer))
				pub := must(gost.ParsePublicKey(unhex(t, g.PublicKeyDer)))(t)
				for i := 0; i < len(g.Tests); i += step {
					tt := &g.Tests[i]
					ok := engineVerifies(e, tt.digest(t, pub), unhex(t, tt.Sig))
					if tt.Result == "valid" && !ok {
						t.Errorf("%d (%s): the engine refuses it", tt.TcID, tt.Comment)
					}
					if tt.Result == "invalid" && ok {
						taken[tt.Comment] = true
						if !slices.Contains(tt.Flags, engineAccepts) {
							t.Logf("%d (%s): the engine accepts it", tt.TcID, tt.Comment)
						}
					}
				}
			}
			t.Logf("the engine accepts: %s", strings.Join(sortedKeys(taken), "; "))
		})
	}
}

// engineVerifies asks about a signature of a digest by the key in pub.der.
func engineVerifies(e *gost.Engine, digest, sig []byte) bool {
	e.Write("digest", digest)
	e.Write("sig", sig)
	_, err := e.Try("pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "pub.der", "-in", "digest", "-sigfile", "sig")
	return err == nil
}

func sortedKeys[V any](m map[string]V) (all []string) {
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}
