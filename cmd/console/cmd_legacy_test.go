package main

import (
	"os"
	"strings"
	"testing"

	"signdesk/internal/org/orgtest"
)

// A signature of GOST R 34.10-2001 counts on an extract of the register, which
// may be old, and nowhere else.
func TestLegacySignatures(t *testing.T) {
	dir := t.TempDir()
	do := openssl(t, dir)
	t.Chdir(dir)
	xml := orgtest.Romashka.XML()
	for name, b := range map[string][]byte{"a.xml": xml, "b.xml": append(xml[:len(xml):len(xml)], '\n')} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	do("genpkey", "-algorithm", "gost2001", "-pkeyopt", "paramset:A", "-out", "leaf.key")
	do("req", "-new", "-config", "ca.cnf", "-key", "leaf.key", "-subj", "/CN=Tax service", "-out", "leaf.csr")
	// The old key under an old authority, and under a new one.
	for ca, algorithm := range map[string]string{"old": "gost2001", "new": "gost2012_256"} {
		do("genpkey", "-algorithm", algorithm, "-pkeyopt", "paramset:A", "-out", ca+".key")
		do("req", "-x509", "-new", "-config", "ca.cnf", "-extensions", "v3_ca", "-key", ca+".key", "-days", "30", "-out", ca+".pem")
		do("x509", "-req", "-in", "leaf.csr", "-CA", ca+".pem", "-CAkey", ca+".key", "-CAcreateserial", "-extfile", "ca.cnf", "-extensions", "v3_leaf", "-out", "leaf.pem")
		do("cms", "-sign", "-binary", "-noattr", "-md", "md_gost94", "-in", "a.xml", "-signer", "leaf.pem", "-inkey", "leaf.key", "-outform", "DER", "-out", ca+".p7s")
	}
	for _, tt := range []struct {
		args string
		code int
		out  string
	}{
		{"extract --ca old.pem --signature old.p7s a.xml", exitOK, "good"},
		{"extract --ca new.pem --signature new.p7s a.xml", exitOK, "good"},
		{"extract --ca new.pem --signature old.p7s a.xml", exitNo, "untrusted"},
		{"extract --ca old.pem --signature old.p7s b.xml", exitNo, "bad"},
		{"gost verify-cms --content a.xml --signature new.p7s --ca new.pem", exitNo, "34.10-2001"},
		{"gost verify-cms --content a.xml --signature old.p7s --ca old.pem", exitUsage, "no self-signed certificate to trust"},
		{"gost verify-csr leaf.csr", exitNo, "not a GOST R 34.10-2012 key"},
	} {
		out, errs, code := console(t, "", strings.Fields(tt.args)...)
		if code != tt.code || !strings.Contains(out+errs, tt.out) {
			t.Errorf("%s: exit %d\n%s%s", tt.args, code, out, errs)
		}
	}
}
