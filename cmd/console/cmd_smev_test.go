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
}

// TestSmevAnswers: 0 is a good message, 1 a bad one, 2 a question put wrongly;
// nothing but verdicts goes to stdout.
func TestSmevAnswers(t *testing.T) {
	signed, err := os.ReadFile(filepath.Join("..", "..", "internal", "gost", "xmldsig", "testdata", "message.xml"))
	if err != nil {
		t.Fatal(err)
	}
	good := string(signed)
	with := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %s in the message", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	line := func(id, digest, signature, target string) string {
		return fmt.Sprintf("%s digest=%s signature=%s target=%s signer=Тестовая ИС\n", id, digest, signature, target)
	}
	for _, c := range []struct {
		name, message string
		code          int
		out, errs     string // stdout, and a part of stderr
	}{
		{"good", good, exitOK, line("SIGNED", "ok", "ok", "ok"), ""},
		{"the content changed", with("Щукин", "Окунев"), exitNo, line("SIGNED", "bad", "ok", "ok"), "SIGNED: xmldsig: the signed element was changed"},
		{"SignedInfo re-indented", with("<ds:SignedInfo>", "<ds:SignedInfo>\n"), exitNo, line("SIGNED", "ok", "bad", "ok"), "SignatureValue"},
		{"wrapped", with("<r:SenderProvidedRequestData", "<r:SenderProvidedRequestData/><r:SenderProvidedRequestData"), exitNo, line("SIGNED", "ok", "ok", "bad"), "a second SenderProvidedRequestData"},
		{"the Id doubled", with("<S:Header>", `<S:Header ID="SIGNED">`), exitNo, line("SIGNED", "bad", "ok", "bad"), "2 elements answer"},
		{"another transform", with("urn://smev-gov-ru/xmldsig/transform", "http://www.w3.org/TR/1999/REC-xpath-19991116"), exitNo, "- digest=bad signature=bad target=bad signer=?\n", "REC-xpath"},
		{"a reference that makes lines", with("#SIGNED", "http://x/ ok&#10;X digest=ok"), exitNo, line("http://x/?ok?X?digest=ok", "bad", "bad", "bad"), "out of the document"},
		{"no signature", "<a/>", exitNo, "", "no signature"},
		{"no XML", "a", exitNo, "", "outside the root element"},
		{"nothing", "", exitNo, "", "no root element"},
		{"a document type", "<!DOCTYPE a>" + good, exitNo, "", "document type"},
		{"UTF-16", "\xFF\xFE<\x00a\x00/\x00>\x00", exitNo, "", "UTF-16"},
	} {
		out, errs, code := console(t, c.message, "smev", "verify", "-")
		if code != c.code || out != c.out || !strings.Contains(errs, c.errs) || c.errs == "" && errs != "" {
			t.Errorf("verify, %s: exit %d\n%s%s", c.name, code, out, errs)
		}
	}
	for message, code := range map[string]int{good: exitOK, "<a/>": exitOK, "<a>": exitNo, "": exitNo, "<!DOCTYPE a><a/>": exitNo, "<a>&nbsp;</a>": exitNo, "<?xml version='1.0' encoding='koi8-r'?><a/>": exitNo} {
		out, errs, got := console(t, message, "smev", "transform")
		if got != code || (code == exitOK) != (out != "") || (code == exitOK) != (errs == "") {
			t.Errorf("transform of %.40s: exit %d, %.40s, %s", message, got, out, errs)
		}
	}
	file := filepath.Join(t.TempDir(), "message.xml")
	if err := os.WriteFile(file, signed, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify"}, {"verify", file + "-absent"}, {"verify", filepath.Dir(file)}, {"verify", file, file}, {"verify", "--at", "now", file}, {"transform", file}, {"sign"}, {}} {
		if out, errs, code := console(t, good, append([]string{"smev"}, args...)...); code != exitUsage || errs == "" || strings.Contains(out, "digest=") {
			t.Errorf("smev %q: exit %d, %s, %s", args, code, out, errs)
		}
	}
	if out, _, code := console(t, "", "smev", "verify", file); code != exitOK || out != line("SIGNED", "ok", "ok", "ok") {
		t.Errorf("from a file: exit %d, %s", code, out)
	}
}
