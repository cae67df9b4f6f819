package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

const (
	engineConf = `openssl_conf = main
[main]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
`
	// apart from the engine's: loaded twice, the engine fails
	authorityConf = `[req]
distinguished_name = dn
prompt = no
utf8 = yes
[dn]
CN = Удостоверяющий центр
[v3_ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[v3_leaf]
keyUsage = critical, digitalSignature
[ca]
default_ca = one
[one]
database = index.txt
crlnumber = number
default_crl_days = 30
default_md = md_gost12_256
`
)

// openssl runs OpenSSL with the gost engine in the folder.
func openssl(t *testing.T, dir string) func(args ...string) {
	t.Helper()
	for name, text := range map[string]string{"engine.cnf": engineConf, "ca.cnf": authorityConf, "index.txt": "", "number": "01\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	try := func(args ...string) ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), "openssl", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "OPENSSL_CONF="+filepath.Join(dir, "engine.cnf"))
		return cmd.CombinedOutput()
	}
	if out, err := try("engine", "gost"); err != nil || bytes.Contains(out, []byte("Can't")) {
		if os.Getenv("CI") == "true" {
			t.Fatalf("openssl with the gost engine is missing: %v %s", err, out)
		}
		t.Skipf("openssl with the gost engine is missing: %v %s", err, out)
	}
	return func(args ...string) {
		t.Helper()
		if out, err := try(args...); err != nil {
			t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

// What `openssl cms` signed on every parameter set is verified by the command
// line, and refused after one byte has changed.
func TestGostCommandsOnOpenSSLFiles(t *testing.T) {
	dir := t.TempDir()
	do := openssl(t, dir)
	t.Chdir(dir)
	content := bytes.Repeat([]byte("Акт № 5 на 1 045,00 ₽\r\n"), 9000) // over any buffer
	write := func(name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	flip := func(from, to string, at func(b []byte) int) {
		t.Helper()
		b, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		b[at(b)] ^= 1
		write(to, b)
	}
	check := func(code int, want string, args ...string) {
		t.Helper()
		out, errs, got := console(t, "", append([]string{"gost"}, args...)...)
		if got != code || !strings.Contains(out, want) || (code != exitOK) != (errs != "") {
			t.Errorf("gost %s: exit %d\n%s%s", strings.Join(args, " "), got, out, errs)
		}
	}
	write("act.txt", content)
	flip("act.txt", "other.txt", func(b []byte) int { return len(b) / 2 })
	for _, set := range []struct{ algorithm, set, name string }{
		{"gost2012_256", "A", "A"}, {"gost2012_256", "B", "B"}, {"gost2012_256", "C", "C"}, {"gost2012_256", "XA", "XA"}, {"gost2012_256", "XB", "XB"},
		{"gost2012_256", "TCA", "tc26-256-A"}, {"gost2012_256", "TCB", "tc26-256-B"}, {"gost2012_256", "TCC", "tc26-256-C"}, {"gost2012_256", "TCD", "tc26-256-D"},
		{"gost2012_512", "A", "tc26-512-A"}, {"gost2012_512", "B", "tc26-512-B"}, {"gost2012_512", "C", "tc26-512-C"},
	} {
		for _, who := range []string{"ca", "leaf"} {
			do("genpkey", "-algorithm", set.algorithm, "-pkeyopt", "paramset:"+set.set, "-out", who+".key")
		}
		do("req", "-new", "-x509", "-config", "ca.cnf", "-extensions", "v3_ca", "-key", "ca.key", "-days", "30", "-out", "ca.pem")
		do("req", "-new", "-config", "ca.cnf", "-utf8", "-subj", "/CN=Иванов Иван", "-key", "leaf.key", "-out", "leaf.csr")
		do("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "0xABC", "-days", "30", "-extfile", "ca.cnf", "-extensions", "v3_leaf", "-out", "leaf.pem")
		sign := []string{"cms", "-sign", "-binary", "-signer", "leaf.pem", "-inkey", "leaf.key", "-in", "act.txt"}
		do(append(sign, "-outform", "DER", "-out", "detached.p7s")...)
		do(append(sign, "-outform", "DER", "-noattr", "-out", "noattr.p7s")...)
		do(append(sign, "-nodetach", "-outform", "PEM", "-out", "attached.pem")...)
		do(append(sign, "-nodetach", "-stream", "-outform", "DER", "-out", "attached.ber")...)
		good := "1 signature=ok certificate=ok key=" + set.name + " time="
		for _, signature := range []string{"detached.p7s", "noattr.p7s", "attached.pem", "attached.ber"} {
			check(exitOK, good, "verify-cms", "--content", "act.txt", "--signature", signature, "--ca", "ca.pem")
			check(exitNo, "", "verify-cms", "--content", "other.txt", "--signature", signature, "--ca", "ca.pem")
		}
		check(exitOK, good, "verify-cms", "--signature", "attached.ber", "--ca", "ca.pem")
		check(exitNo, "", "verify-cms", "--signature", "detached.p7s", "--ca", "ca.pem") // the content is elsewhere
		last := func(b []byte) int { return len(b) - 1 }
		flip("detached.p7s", "flipped.p7s", last)
		check(exitNo, "1 signature=bad certificate=ok", "verify-cms", "--content", "act.txt", "--signature", "flipped.p7s", "--ca", "ca.pem")
		check(exitOK, "signature=ok key="+set.name+" subject=CN=Иванов Иван\n", "verify-csr", "leaf.csr")
		check(exitOK, "certificate=ok serial=0ABC key="+set.name, "verify-cert", "--ca", "ca.pem", "leaf.pem")
		do("req", "-in", "leaf.csr", "-outform", "DER", "-out", "leaf.der")
		flip("leaf.der", "leaf.bad", last)
		check(exitNo, "signature=bad", "verify-csr", "leaf.bad")
		for _, bits := range []string{"256", "512"} {
			cmd := exec.CommandContext(t.Context(), "openssl", "dgst", "-md_gost12_"+bits, "-r", "act.txt")
			cmd.Env = append(os.Environ(), "OPENSSL_CONF=engine.cnf")
			sum, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			check(exitOK, strings.Fields(string(sum))[0]+"\n", "hash", "--bits", bits, "act.txt")
		}
	}
	// a list that names the certificate, and one that does not
	do("ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "ca.key", "-cert", "ca.pem", "-md", "md_gost12_512", "-out", "empty.crl")
	write("index.txt", fmt.Appendf(nil, "R\t%s\t%s,keyCompromise\t0ABC\tunknown\t/CN=x\n", time.Now().AddDate(0, 1, 0).UTC().Format("060102150405Z"), time.Now().Add(-time.Hour).UTC().Format("060102150405Z")))
	do("ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "ca.key", "-cert", "ca.pem", "-md", "md_gost12_512", "-out", "full.crl")
	do("ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ca.pem", "-rkey", "ca.key", "-rmd", "md_gost12_512", "-issuer", "ca.pem", "-cert", "leaf.pem", "-ndays", "1", "-respout", "revoked.ocsp", "-noverify")
	write("index.txt", fmt.Appendf(nil, "V\t%s\t\t0ABC\tunknown\t/CN=x\n", time.Now().AddDate(0, 1, 0).UTC().Format("060102150405Z")))
	do("ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ca.pem", "-rkey", "ca.key", "-rmd", "md_gost12_512", "-issuer", "ca.pem", "-cert", "leaf.pem", "-ndays", "1", "-respout", "good.ocsp", "-noverify")
	cms := []string{"verify-cms", "--content", "act.txt", "--signature", "detached.p7s", "--ca", "ca.pem"}
	check(exitOK, "certificate=ok", append(cms, "--crl", "empty.crl")...)
	check(exitNo, "signature=ok certificate=bad", append(cms, "--crl", "full.crl")...)
	check(exitOK, "certificate=ok", append(cms, "--ocsp", "good.ocsp")...)
	check(exitNo, "signature=ok certificate=bad", append(cms, "--ocsp", "revoked.ocsp")...)
	check(exitUsage, "", append(cms, "--ocsp", "act.txt")...)
	check(exitUsage, "", append(cms, "--crl", "good.ocsp")...)
	check(exitNo, "certificate=bad", "verify-cert", "--ca", "ca.pem", "--at", time.Now().AddDate(0, 2, 0).Format(time.DateOnly), "leaf.pem")
	do("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "rsa.key", "-subj", "/CN=x", "-config", "ca.cnf", "-out", "rsa.csr")
	check(exitNo, "", "verify-csr", "rsa.csr")
	do("req", "-x509", "-key", "rsa.key", "-subj", "/CN=x", "-config", "ca.cnf", "-out", "rsa.pem")
	check(exitNo, "certificate=bad", "verify-cert", "--ca", "ca.pem", "rsa.pem")
	do("cms", "-sign", "-binary", "-signer", "rsa.pem", "-inkey", "rsa.key", "-in", "act.txt", "-outform", "DER", "-out", "rsa.p7s")
	check(exitNo, "key=?", "verify-cms", "--content", "act.txt", "--signature", "rsa.p7s", "--ca", "ca.pem")
}

// A content that cannot be read to its end is no verdict.
func TestGostBrokenInput(t *testing.T) {
	t.Chdir(gostFiles(t))
	for _, args := range [][]string{
		{"gost", "hash", "--bits", "256", "-"},
		{"gost", "verify-cms", "--content", "-", "--signature", "act.p7s", "--ca", "ca.pem"},
	} {
		var out, errs bytes.Buffer
		code := run(&env{ctx: t.Context(), stdin: io.MultiReader(strings.NewReader("Акт"), iotest.ErrReader(errors.New("the disk is gone"))),
			stdout: &out, stderr: &errs, getenv: os.Getenv, now: time.Now}, args)
		if code != exitBroke || out.Len() > 0 || !strings.Contains(errs.String(), "the disk is gone") {
			t.Errorf("%q: exit %d\n%s%s", args, code, &out, &errs)
		}
	}
	if out, errs, code := console(t, "Акт № 5", "gost", "verify-cms", "--content", "-", "--signature", "act.p7s", "--ca", "ca.pem"); code != exitOK {
		t.Errorf("from standard input: exit %d\n%s%s", code, out, errs)
	}
	for _, command := range []string{"hash", "verify-cms", "verify-csr", "verify-cert"} {
		if out, _, code := console(t, "", "gost", command, "--help"); code != exitOK || !strings.Contains(out, "Usage: console gost "+command) {
			t.Errorf("gost %s --help: exit %d\n%s", command, code, out)
		}
	}
}
