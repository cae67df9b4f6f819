package sim_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// conformance finds a file of the conformance data, or skips the test.
func conformance(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		root, err := os.Getwd()
		for err == nil {
			if _, e := os.Stat(filepath.Join(root, "go.mod")); e == nil {
				break
			}
			if root == filepath.Dir(root) {
				err = errors.New("no go.mod above")
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared", "conformance")
	}
	file := filepath.Join(dir, name)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("conformance data are not here: %v", err)
	}
	return file
}

// program finds a foreign program, or skips the test; in CI it must be there.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return path
}

// validate holds one element of an answer to all schemas of a folder with xmllint.
func validate(t *testing.T, schema, body, element string) {
	t.Helper()
	m := regexp.MustCompile(`(?s)<(?:\w+:)?` + element + `[ >].*</(?:\w+:)?` + element + `>`).FindString(body)
	if m == "" {
		t.Fatalf("no %s in %s", element, body)
	}
	file := filepath.Join(t.TempDir(), "part.xml")
	if err := os.WriteFile(file, []byte(m), 0o600); err != nil {
		t.Fatal(err)
	}
	driver := `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">`
	for _, xsd := range []string{"smev-message-exchange-types-1.1.xsd", "smev-message-exchange-faults-1.1.xsd", "esia_rg_register_certificate.xsd"} {
		raw, err := os.ReadFile(filepath.Join(conformance(t, schema), xsd))
		if err != nil {
			continue // of the other folder
		}
		space := regexp.MustCompile(`targetNamespace="([^"]+)"`).FindSubmatch(raw)[1]
		driver += fmt.Sprintf(`<xs:import namespace="%s" schemaLocation="file://%s"/>`, space, filepath.Join(conformance(t, schema), xsd))
	}
	all := filepath.Join(t.TempDir(), "all.xsd")
	if err := os.WriteFile(all, []byte(driver+"</xs:schema>"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program(t, "xmllint"), "--noout", "--nonet", "--schema", all, file).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %s\n%s", element, bytes.TrimSpace(out), m)
	}
}
