package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// smevVectors is the conformance folder with recorded messages.
func smevVectors(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "conformance")
	}
	dir = filepath.Join(dir, "smev", "vectors")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no conformance data: %v", err)
	}
	return dir
}

func TestSmevTransform(t *testing.T) {
	dir := filepath.Join(smevVectors(t), "transform")
	for i := 1; i <= 4; i++ {
		in, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("tartorus-%02d.in.xml", i)))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("tartorus-%02d.out.xml", i)))
		if err != nil {
			t.Fatal(err)
		}
		if got, errs, code := console(t, string(in), "smev", "transform"); code != exitOK || got != string(want) {
			t.Errorf("pair %d: exit %d %s\n got %s\nwant %s", i, code, errs, got, want)
		}
	}
	if got, _, code := console(t, "<!DOCTYPE a><a/>", "smev", "transform"); code != exitNo || got != "" {
		t.Errorf("doctype: exit %d, %q", code, got)
	}
}

func TestSmevVerify(t *testing.T) {
	dir := filepath.Join(smevVectors(t), "signed")
	index, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		File     string `json:"file"`
		Ref      string `json:"ref"`
		DigestOK bool   `json:"digest_ok"`
		Verdict  string `json:"signature_ok"`
	}
	if err := json.Unmarshal(index, &rows); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		good := strings.HasPrefix(r.Verdict, "Verified OK")
		out, _, code := console(t, "", "smev", "verify", filepath.Join(dir, r.File))
		want := fmt.Sprintf("%s digest=%s signature=%s target=ok signer=", r.Ref[1:], okBad(r.DigestOK), okBad(good))
		if !strings.Contains("\n"+out, "\n"+want) || good != (code == exitOK) || code > exitNo {
			t.Errorf("%s: exit %d\n%s\nwant a line %s…", r.File, code, out, want)
		}
	}
	unsigned := filepath.Join(t.TempDir(), "unsigned.xml")
	if err := os.WriteFile(unsigned, []byte("<a/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, errs, code := console(t, "", "smev", "verify", unsigned); code != exitNo || out != "" || errs == "" {
		t.Errorf("unsigned: exit %d, %q, %q", code, out, errs)
	}
	if _, _, code := console(t, "", "smev", "verify", unsigned+"-absent"); code != exitUsage {
		t.Errorf("absent file: exit %d", code)
	}
}
