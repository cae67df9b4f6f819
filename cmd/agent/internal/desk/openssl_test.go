package desk

import (
	"crypto/rand"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// ca is a certification authority of one test.
type ca struct {
	key  *gost.PrivateKey
	cert *gost.Certificate
}

func newCA(t *testing.T) *ca {
	t.Helper()
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	c := &ca{key: key}
	c.cert = c.make(t, &gost.CertificateTemplate{
		Serial: big.NewInt(1), Subject: gost.Name{{Type: gost.OIDCommonName, Value: "Учебный УЦ"}},
		IsCA: true, KeyUsage: 1<<5 | 1<<6, IdentificationKind: -1,
	}, &key.PublicKey)
	return c
}

func (c *ca) issue(t *testing.T, pub *gost.PublicKey, subject gost.Name) *gost.Certificate {
	t.Helper()
	return c.make(t, &gost.CertificateTemplate{Serial: big.NewInt(0x57B63A), Subject: subject, KeyUsage: 1<<0 | 1<<1, IdentificationKind: 0}, pub)
}

func (c *ca) make(t *testing.T, template *gost.CertificateTemplate, pub *gost.PublicKey) *gost.Certificate {
	t.Helper()
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0)
	der, err := gost.CreateCertificate(rand.Reader, template, c.cert, pub, c.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// openssl runs OpenSSL with the gost engine configured by the environment.
func openssl(t *testing.T, args ...string) string {
	t.Helper()
	missing := t.Skip
	if os.Getenv("CI") == "true" {
		missing = t.Fatal
	}
	if out, err := exec.Command("openssl", "engine", "gost").CombinedOutput(); err != nil {
		missing("openssl with the gost engine is not installed: ", string(out), err)
	}
	conf := filepath.Join(t.TempDir(), "engine.cnf")
	text := "openssl_conf = init\n[init]\nengines = engines\n[engines]\ngost = gost\n[gost]\nengine_id = gost\ndefault_algorithms = ALL\ninit = 1\n"
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("openssl", args...)
	cmd.Env = append(os.Environ(), "OPENSSL_CONF="+conf)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func opensslVerifiesRequest(t *testing.T, csr []byte) {
	t.Helper()
	// -config keeps the engine from being loaded a second time.
	out := openssl(t, "req", "-config", os.DevNull, "-verify", "-noout", "-text", "-inform", "DER", "-in", file(t, "request.der", csr))
	for _, want := range []string{"verify OK", "id-GostR3410-2001-CryptoPro-XchA-ParamSet", "Digital Signature, Non Repudiation"} {
		if !strings.Contains(out, want) {
			t.Errorf("openssl does not say %q:\n%s", want, out)
		}
	}
}

func opensslVerifiesCMS(t *testing.T, cms, document, root []byte) {
	t.Helper()
	out := openssl(t, "cms", "-verify", "-binary", "-inform", "DER", "-in", file(t, "signature.p7s", cms),
		"-content", file(t, "document", document), "-purpose", "any",
		"-CAfile", file(t, "root.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root})), "-out", os.DevNull)
	if !strings.Contains(strings.ToLower(out), "successful") {
		t.Errorf("openssl says %s", out)
	}
}

func file(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
