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
		{"gost verify-cms --content a.xml --signature old.p7s --ca old.pem", exitUsage, "a root of GOST R 34.10-2001, which is out of use"},
		{"gost verify-cms --content a.xml --signature old.p7s --ca old.pem --ca new.pem", exitNo, "34.10-2001"},
		{"gost verify-cert --ca old.pem leaf.pem", exitUsage, "old.pem: CN="},
		{"gost verify-cert --ca leaf.pem leaf.pem", exitUsage, "no self-signed certificate to trust"},
		{"gost verify-csr leaf.csr", exitNo, "not a GOST R 34.10-2012 key"},
	} {
		out, errs, code := console(t, "", strings.Fields(tt.args)...)
		if code != tt.code || !strings.Contains(out+errs, tt.out) {
			t.Errorf("%s: exit %d\n%s%s", tt.args, code, out, errs)
		}
	}
}

// Extracts whose signers' certificates have expired since, by both standards:
// what the engine signed is right, the certificate was good then and is not now.
func TestExtractsOfExpiredSigners(t *testing.T) {
	dir := t.TempDir()
	do := openssl(t, dir)
	t.Chdir(dir)
	firm := orgtest.Romashka
	firm.Extracted = "2018-03-12"
	files := map[string][]byte{"then.xml": firm.XML(), "sign.cnf": []byte(expiredConf), "serial": []byte("01\n"), "index.txt": nil}
	firm.Extracted = "2024-03-12"
	files["after.xml"] = firm.XML()
	for name, b := range files {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, tt := range map[string]struct{ key, md string }{"2001": {"gost2001", "md_gost94"}, "2012": {"gost2012_256", "md_gost12_256"}} {
		issue := func(who, extensions string, more ...string) {
			do("genpkey", "-algorithm", tt.key, "-pkeyopt", "paramset:A", "-out", who+".key")
			do("req", "-new", "-config", "ca.cnf", "-key", who+".key", "-subj", "/CN="+who+name, "-out", who+".csr")
			do(append([]string{"ca", "-config", "sign.cnf", "-batch", "-notext", "-md", tt.md, "-extensions", extensions, "-in", who + ".csr", "-out", who + name + ".pem"}, more...)...)
		}
		issue("root", "v3_ca", "-selfsign", "-keyfile", "root.key", "-startdate", "20150101000000Z", "-enddate", "20350101000000Z")
		issue("signer", "v3_leaf", "-cert", "root"+name+".pem", "-keyfile", "root.key", "-startdate", "20170601000000Z", "-enddate", "20180901000000Z")
		for _, xml := range []string{"then", "after"} {
			do("cms", "-sign", "-binary", "-noattr", "-md", tt.md, "-in", xml+".xml", "-signer", "signer"+name+".pem", "-inkey", "signer.key", "-outform", "DER", "-out", xml+name+".p7s")
		}
		do("cms", "-sign", "-binary", "-md", tt.md, "-in", "then.xml", "-signer", "signer"+name+".pem", "-inkey", "signer.key", "-outform", "DER", "-out", "late"+name+".p7s")
		for signature, want := range map[string]string{
			"then.xml then":   `"signature":"past" "signed_at_source":"extract" "then":"good" "now":"expired" "signed_at":"2018-03-12T09:00:00Z" Сертификат истёк 01.09.2018`,
			"after.xml after": `"signature":"untrusted" "signed_at_source":"extract" "then":"expired" "now":"expired" Сертификат уже истёк`,
			"then.xml late":   `"signature":"untrusted" "signed_at_source":"claimed" "then":"expired" "now":"expired"`, // the engine's clock is today's
			"then.xml after":  `"signature":"bad"`,
		} {
			xml, p7s, _ := strings.Cut(signature, " ")
			out, errs, code := console(t, "", "extract", "--json", "--ca", "root"+name+".pem", "--signature", p7s+name+".p7s", xml)
			for _, part := range strings.SplitAfter(want, `" `) {
				if !strings.Contains(out, strings.TrimSpace(part)) {
					t.Errorf("%s, %s: no %s in %s %s", name, signature, part, out, errs)
				}
			}
			if code != exitNo {
				t.Errorf("%s, %s: exit %d", name, signature, code)
			}
		}
		out, _, _ := console(t, "", "extract", "--ca", "root"+name+".pem", "--signature", "then"+name+".p7s", "then.xml")
		if !strings.Contains(out, "по дате выписки") || !strings.Contains(out, "Сертификат действовал") || !strings.Contains(out, "Сертификат истёк 01.09.2018") {
			t.Error(out)
		}
	}
}

const expiredConf = `[ca]
default_ca = one
[one]
database = index.txt
serial = serial
new_certs_dir = .
policy = any
unique_subject = no
[any]
commonName = supplied
[v3_ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[v3_leaf]
keyUsage = critical, digitalSignature
`
