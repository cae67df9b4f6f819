package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// gostEngine reports whether OpenSSL has GOST here.
var gostEngine = sync.OnceValue(func() error {
	return exec.Command("openssl", "engine", "gost").Run()
})

// openssl runs OpenSSL, which has the gost engine, and returns what it printed.
// An exit code other than 0 fails the test.
func openssl(t testing.TB, args ...string) string {
	t.Helper()
	out, err := tryOpenSSL(t, args...)
	if err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func tryOpenSSL(t testing.TB, args ...string) (string, error) {
	t.Helper()
	path := foreign(t, "openssl")
	if err := gostEngine(); err != nil {
		missing(t, "OpenSSL has no gost engine")
	}
	cmd := exec.Command(path, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	// the engine's own line comes on either of the two
	words := strings.ReplaceAll(out.String(), "Engine \"gost\" set.\n", "")
	if err != nil || words == "" {
		words += strings.ReplaceAll(errs.String(), "Engine \"gost\" set.\n", "")
	}
	return words, err
}

// xmllint checks the document against the schema.
func xmllint(t testing.TB, schema string, doc []byte) {
	t.Helper()
	out, err := exec.Command(foreign(t, "xmllint"), "--noout", "--nonet", "--schema", schema, write(t, "doc.xml", doc)).CombinedOutput()
	if err != nil {
		t.Errorf("%s\n%s", out, doc)
	}
}

// c14n is exclusive canonical XML by xmllint.
func c14n(t testing.TB, doc []byte) []byte {
	t.Helper()
	cmd := exec.Command(foreign(t, "xmllint"), "--nonet", "--exc-c14n", write(t, "in.xml", doc))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("xmllint --exc-c14n: %v\n%s", err, doc)
	}
	return out
}

// pdfText is what pdftotext reads.
func pdfText(t testing.TB, pdf []byte) string {
	t.Helper()
	out, err := exec.Command(foreign(t, "pdftotext"), "-layout", write(t, "doc.pdf", pdf), "-").Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	return string(out)
}

// write puts the bytes into a file of their own.
func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
