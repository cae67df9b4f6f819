package esia_test

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const engine = `openssl_conf = main
[main]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
`

// OpenSSL verifies our client_secret by our certificate, computes the same
// hash of it, and verifies the id_token we believed by ESIA's.
func TestOpenSSLAgrees(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	write := func(name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	openssl := func(args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), "openssl", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "OPENSSL_CONF="+filepath.Join(dir, "engine.cnf"))
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	write("engine.cnf", []byte(engine))
	if out, err := openssl("engine", "gost"); err != nil || strings.Contains(out, "Can't") {
		if os.Getenv("CI") == "true" {
			t.Fatalf("openssl with the gost engine is missing: %v %s", err, out)
		}
		t.Skipf("openssl with the gost engine is missing: %v %s", err, out)
	}
	verify := func(name, cert string, message, sig []byte) {
		t.Helper()
		write("cert.pem", w.file(cert))
		if out, err := openssl("x509", "-in", "cert.pem", "-pubkey", "-noout", "-out", "pub.pem"); err != nil {
			t.Fatal(err, out)
		}
		for _, changed := range []bool{false, true} {
			if changed {
				message = append(bytes.Clone(message), 'x')
			}
			write("message", message)
			write("sig", sig)
			out, err := openssl("dgst", "-md_gost12_256", "-verify", "pub.pem", "-signature", "sig", "message")
			if (err != nil) != changed {
				t.Errorf("%s, changed %v: %v %s", name, changed, err, out)
			}
		}
	}
	decode := func(s string) []byte {
		t.Helper()
		b, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil || len(b) != 64 {
			t.Fatalf("signature of %d bytes: %v", len(b), err)
		}
		return b
	}
	address, _, err := w.client.SignInURL()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	var text string
	for _, name := range []string{"client_id", "scope", "scope_org", "timestamp", "state", "redirect_uri"} {
		text += q.Get(name)
	}
	verify("client_secret", "esia-client.cert.pem", []byte(text), decode(q.Get("client_secret")))
	if out, err := openssl("x509", "-in", "cert.pem", "-outform", "DER", "-out", "cert.der"); err != nil {
		t.Fatal(err, out)
	}
	out, err := openssl("dgst", "-md_gost12_256", "-r", "cert.der")
	if err != nil || !strings.EqualFold(strings.Fields(out)[0], q.Get("client_certificate_hash")) {
		t.Errorf("hash of the certificate %s, openssl: %v %s", q.Get("client_certificate_hash"), err, out)
	}
	if _, err := w.signIn(0, "allow"); err != nil {
		t.Fatal(err)
	}
	token := w.taken.token(t, "id_token")
	dot := strings.LastIndexByte(token, '.')
	verify("id_token", "esia.pem", []byte(token[:dot]), decode(token[dot+1:]))
}
