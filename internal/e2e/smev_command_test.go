package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func testTransform(t *testing.T) {
	pairs, err := filepath.Glob(filepath.Join(conformance(t, "smev", "vectors", "transform"), "*.in.xml"))
	if err != nil || len(pairs) != 4 {
		t.Fatalf("%d pairs, %v", len(pairs), err)
	}
	for _, in := range pairs {
		out, errs, code := console(t, "", bytes.NewReader(readFile(t, in)), "smev", "transform")
		if want := readFile(t, strings.Replace(in, ".in.", ".out.", 1)); code != 0 || out != string(want) {
			t.Errorf("%s: exit code %d, %s\n%s\nwant\n%s", filepath.Base(in), code, errs, out, want)
		}
	}
	if _, _, code := console(t, "", strings.NewReader("not XML"), "smev", "transform"); code != 1 {
		t.Errorf("of what is no XML: exit code %d", code)
	}
}

func testVerify(t *testing.T) {
	dir := conformance(t, "smev", "vectors", "signed")
	var index []struct {
		File     string `json:"file"`
		Ref      string `json:"ref"`
		DigestOK bool   `json:"digest_ok"`
		Signed   string `json:"signature_ok"`
	}
	if err := json.Unmarshal(readFile(t, filepath.Join(dir, "index.json")), &index); err != nil || len(index) == 0 {
		t.Fatal(err)
	}
	word := map[bool]string{true: "ok", false: "bad"}
	for _, v := range index {
		out, _, code := console(t, "", nil, "smev", "verify", filepath.Join(dir, v.File))
		want := strings.TrimPrefix(v.Ref, "#") + " digest=" + word[v.DigestOK] + " signature=" + word[v.Signed == "Verified OK"] + " "
		if !strings.Contains("\n"+out, "\n"+want) {
			t.Errorf("%s: want %q in\n%s", v.File, want, out)
		}
		if allOK := !strings.Contains(out, "=bad"); allOK != (code == 0) {
			t.Errorf("%s: exit code %d after\n%s", v.File, code, out)
		}
	}
	t.Logf("%d signatures judged as the index says", len(index))
}

// The digest is OpenSSL's, in both lengths.
func testGost(t *testing.T) {
	file := filepath.Join(t.TempDir(), "words")
	if err := os.WriteFile(file, []byte("Съешь же ещё этих мягких французских булок"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bits := range []string{"256", "512"} {
		ours := strings.Fields(says(t, "", 0, "gost", "hash", "--bits", bits, file))
		theirs := strings.Fields(openssl(t, "dgst", "-engine", "gost", "-md_gost12_"+bits, "-r", file))
		if len(ours) == 0 || len(theirs) == 0 || ours[0] != theirs[0] {
			t.Errorf("%s bits: %q, OpenSSL says %q", bits, ours, theirs)
		}
	}
	says(t, "", 2, "gost", "hash", "--bits", "128", file)
	says(t, "", 2, "gost", "verify-csr", filepath.Join(t.TempDir(), "nothing"))
}
