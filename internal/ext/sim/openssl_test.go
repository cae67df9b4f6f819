package sim_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// gostConfig loads the GOST engine into OpenSSL.
const gostConfig = `openssl_conf = all
[all]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
`

const requestConfig = `[req]
distinguished_name = dn
prompt = no
utf8 = yes
string_mask = utf8only
[dn]
CN = Петров Иван Иванович
SN = Петров
C = RU
`

// OpenSSL's own CMP client gets a GOST certificate: p10cr, waiting, pollReq,
// cp, certConf, pkiConf, then rr; OpenSSL with the GOST engine makes the
// request and verifies the chain and the list of revoked certificates.
//
// The client itself runs on the GOST provider, not on the engine: with the
// engine OpenSSL 3.0 cannot copy a request (X509_REQ_dup on an engine's key).
func TestOpenSSLIsAClientOfTheCA(t *testing.T) {
	openssl := program(t, "openssl")
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	engine, empty := write("gost.cnf", gostConfig), write("empty.cnf", "")
	run := func(config string, args ...string) (string, error) {
		cmd := exec.Command(openssl, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "OPENSSL_CONF="+config)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	must := func(config string, args ...string) string {
		t.Helper()
		out, err := run(config, args...)
		if err != nil {
			t.Fatalf("openssl %s: %v\n%s", args[0], err, out)
		}
		return out
	}
	for name, probe := range map[string][]string{"engine": {"engine", "gost"}, "provider": {"list", "-providers", "-provider", "gostprov"}} {
		if out, err := run(empty, probe...); err != nil || strings.Contains(out, "unable") {
			if os.Getenv("CI") == "true" {
				t.Fatalf("the GOST %s of OpenSSL is missing: %s", name, out)
			}
			t.Skipf("the GOST %s of OpenSSL is missing", name)
		}
	}

	p := newPlace(t, "")
	p.turn(`{"ca":{"wait_seconds":1}}`)
	must(engine, "genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:A", "-out", "key.pem")
	must(engine, "req", "-new", "-key", "key.pem", "-config", write("req.cnf", requestConfig), "-out", "req.pem")
	address := strings.TrimPrefix(p.server.URL, "http://")
	cmp := func(args ...string) []string {
		return append([]string{"cmp", "-provider", "gostprov", "-provider", "default", "-server", address, "-path", "ca/cmp", "-recipient", "/CN=x",
			"-ref", "console", "-secret", "pass:" + p.secret("cmp-secret"), "-total_timeout", "20"}, args...)
	}
	out := must(empty, cmp("-cmd", "p10cr", "-csr", "req.pem", "-certout", "cert.pem")...)
	for _, step := range []string{"received 'waiting' PKIStatus", "received POLLREP", "sending CERTCONF", "received PKICONF"} {
		if !strings.Contains(out, step) {
			t.Errorf("no %q in\n%s", step, out)
		}
	}
	write("chain.pem", p.get("/ca/chain.pem")+"\n")
	root := filepath.Join(p.dir, "ca-root.pem")
	must(engine, "verify", "-x509_strict", "-CAfile", root, "-untrusted", "chain.pem", "cert.pem")
	text := must(engine, "x509", "-in", "cert.pem", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus_space,-esc_msb")
	for _, want := range []string{"CN=Петров Иван Иванович", "GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit)", "KC1",
		"Signing Tool of Subject", "Signing Tool of Issuer", "1.2.643.100.114", "/ca/crl", "/ca/ca.crt", "E-mail Protection"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}

	must(empty, cmp("-cmd", "rr", "-oldcert", "cert.pem", "-revreason", "1")...)
	if out, err := run(empty, cmp("-cmd", "rr", "-oldcert", "cert.pem")...); err == nil || !strings.Contains(out, "certRevoked") {
		t.Errorf("second revocation: %v\n%s", err, out)
	}
	write("crl.der", p.get("/ca/crl"))
	must(engine, "crl", "-inform", "DER", "-in", "crl.der", "-out", "crl.pem")
	crl := must(engine, "crl", "-in", "crl.pem", "-noout", "-text", "-CAfile", "chain.pem")
	if !strings.Contains(crl, "verify OK") || !strings.Contains(crl, "Key Compromise") {
		t.Errorf("list of revoked certificates:\n%s", crl)
	}
	if out, err := run(engine, "verify", "-crl_check", "-CAfile", root, "-untrusted", "chain.pem", "-CRLfile", "crl.pem", "cert.pem"); err == nil || !strings.Contains(out, "revoked") {
		t.Errorf("revoked certificate verifies: %s", out)
	}
}
