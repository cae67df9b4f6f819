package xmldsig

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"signdesk/internal/gost"
)

// engine is OpenSSL with its gost engine, in a folder of its own.
type engine struct {
	*testing.T
	openssl, dir string
}

func newEngine(t *testing.T) engine {
	e := engine{t, program(t, "openssl"), t.TempDir()}
	if out, err := exec.Command(e.openssl, "engine", "gost").CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no gost engine: %s", out)
		}
		t.Skipf("no gost engine: %s", out)
	}
	return e
}

func (e engine) write(name string, b []byte) string {
	e.Helper()
	path := filepath.Join(e.dir, name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		e.Fatal(err)
	}
	return path
}

// run returns what the command printed; failing it may.
func (e engine) run(args ...string) []byte {
	out, _ := exec.Command(e.openssl, args...).CombinedOutput()
	return out
}

// digest is the engine's hash of the octets in base64.
func (e engine) digest(bits string, octets []byte) string {
	e.Helper()
	e.run("dgst", "-engine", "gost", "-md_gost12_"+bits, "-binary", "-out", filepath.Join(e.dir, "digest"), e.write("octets", octets))
	return base64.StdEncoding.EncodeToString(readFile(e, filepath.Join(e.dir, "digest")))
}

// verifies asks the engine about the value over the canonical SignedInfo.
func (e engine) verifies(bits string, cert *gost.Certificate, info, value []byte) bool {
	e.Helper()
	key := e.run("x509", "-engine", "gost", "-noout", "-pubkey", "-in",
		e.write("cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})))
	key = key[max(0, bytes.Index(key, []byte("-----BEGIN"))):] // the engine's own line comes first
	out := e.run("dgst", "-engine", "gost", "-md_gost12_"+bits, "-verify", e.write("key.pem", key), "-signature", e.write("value", value), e.write("info", info))
	good, bad := bytes.Contains(out, []byte("Verified OK")), bytes.Contains(out, []byte("Verification failure"))
	if good == bad {
		e.Fatalf("openssl dgst: %s", out)
	}
	return good
}

// TestSignatureAgainstOpenSSL has the engine verify SignatureValue over
// SignedInfo, whose canonical form xmllint writes, and compute DigestValue.
func TestSignatureAgainstOpenSSL(t *testing.T) {
	e, xmllint := newEngine(t), program(t, "xmllint")
	for _, curve := range gost.Curves {
		bits := strconv.Itoa(curve.Bits)
		doc := sign(t, curve.Name, "SIGNED")
		s, err := VerifyElement([]byte(doc), placeName, targetName)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := parse([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		_, info, _ := strings.Cut(doc, "<ds:SignedInfo>")
		info, _, _ = strings.Cut(info, "</ds:SignedInfo>")
		file := e.write("info.xml", []byte(`<ds:SignedInfo xmlns:ds="`+nsDSig+`">`+info+`</ds:SignedInfo>`))
		octets, err := exec.Command(xmllint, "--exc-c14n", file).Output()
		if err != nil {
			t.Fatal(err)
		}
		value, err := decodeBase64(tree.all(nsDSig, "SignatureValue")[0])
		if err != nil {
			t.Fatal(err)
		}
		if !e.verifies(bits, s.Certificate, octets, value) {
			t.Errorf("%s: OpenSSL refuses the signature", curve.Name)
		}
		value[10] ^= 1
		if e.verifies(bits, s.Certificate, octets, value) {
			t.Errorf("%s: OpenSSL verifies anything", curve.Name)
		}
		if got, want := string(tree.all(nsDSig, "DigestValue")[0].content()), e.digest(bits, s.Signed); got != want {
			t.Errorf("%s: OpenSSL's digest %s, ours %s", curve.Name, want, got)
		}
	}
}

// TestVectorsAgainstOpenSSL has the engine judge the recorded messages over our
// canonical SignedInfo and our transform: its verdicts are those of the index.
func TestVectorsAgainstOpenSSL(t *testing.T) {
	vectors := signedVectors(t)
	e := newEngine(t)
	for _, v := range vectors {
		tree, err := parse(v.doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range tree.all(nsDSig, "Signature") {
			c := check(s)
			if "#"+c.ID != v.Ref {
				continue
			}
			p, err := partsOf(s)
			if err != nil {
				t.Fatal(err)
			}
			info, err := p.method.form(p.info)
			if err != nil {
				t.Fatal(err)
			}
			value, err := decodeBase64(p.value)
			if err != nil {
				t.Fatal(err)
			}
			if good := e.verifies("256", c.Certificate, info, value); good != v.signatureOK() || good != c.SignatureOK {
				t.Errorf("%s %s: OpenSSL %t, we %t, the index %t", v.File, v.Ref, good, c.SignatureOK, v.signatureOK())
			}
			want := string(p.reference.elements()[2].content())
			if got := e.digest("256", c.octets); got != want || want != v.Digest {
				t.Errorf("%s %s: OpenSSL's digest %s, the message's %s, the index's %s", v.File, v.Ref, got, want, v.Digest)
			}
		}
	}
}
