package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
)

// signedPDF is a one-page PDF with a signature field; sign makes the CMS message
// over all bytes but the message itself (ISO 32000-1, 12.8.1).
func signedPDF(sign func(content []byte) []byte) []byte {
	const room = 8192 // hex digits
	b, offsets := []byte("%PDF-1.7\n"), []int{}
	for i, body := range []string{
		"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [4 0 R] /SigFlags 3>>>>",
		"<</Type /Pages /Kids [3 0 R] /Count 1>>",
		"<</Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Annots [4 0 R]>>",
		"<</Type /Annot /Subtype /Widget /FT /Sig /T (tax) /V 5 0 R /Rect [0 0 0 0] /P 3 0 R>>",
		"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 000000 000000 000000] /Contents <" + strings.Repeat("0", room) + ">>>",
	} {
		offsets = append(offsets, len(b))
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	xref := len(b)
	b = append(b, "xref\n0 6\n0000000000 65535 f \n"...)
	for _, at := range offsets {
		b = fmt.Appendf(b, "%010d 00000 n \n", at)
	}
	b = fmt.Appendf(b, "trailer\n<</Size 6 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", xref)
	open := bytes.Index(b, []byte("<"+strings.Repeat("0", room)))
	shut := open + room + 2
	ranges := fmt.Sprintf("[0 %06d %06d %06d]", open, shut, len(b)-shut)
	copy(b[bytes.Index(b, []byte("[0 000000")):], ranges)
	message := sign(append(append([]byte{}, b[:open]...), b[shut:]...))
	hex.Encode(b[open+1:], message)
	return b
}

// A PDF signed by OpenSSL, then as it may come: with a byte changed, with
// something appended, by a stranger, unsigned, and no PDF at all.
func TestGostVerifyPDF(t *testing.T) {
	dir := t.TempDir()
	do := openssl(t, dir)
	t.Chdir(dir)
	write := func(name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, who := range []string{"ca", "stranger", "leaf"} {
		do("genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:A", "-out", who+".key")
	}
	for _, who := range []string{"ca", "stranger"} {
		do("req", "-new", "-x509", "-config", "ca.cnf", "-extensions", "v3_ca", "-key", who+".key", "-days", "30", "-out", who+".pem")
	}
	do("req", "-new", "-config", "ca.cnf", "-utf8", "-subj", "/CN=ФНС России", "-key", "leaf.key", "-out", "leaf.csr")
	do("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "0xABC", "-days", "30", "-extfile", "ca.cnf", "-extensions", "v3_leaf", "-out", "leaf.pem")
	good := signedPDF(func(content []byte) []byte {
		write("content", content)
		do("cms", "-sign", "-binary", "-signer", "leaf.pem", "-inkey", "leaf.key", "-in", "content", "-outform", "DER", "-out", "content.p7s")
		message, err := os.ReadFile("content.p7s")
		if err != nil {
			t.Fatal(err)
		}
		return message
	})
	write("good.pdf", good)
	write("changed.pdf", bytes.Replace(good, []byte("[0 0 100 100]"), []byte("[0 0 100 900]"), 1))
	update := fmt.Appendf(append([]byte{}, good...), "3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 900 900] /Annots [4 0 R]>>\nendobj\nxref\n3 1\n%010d 00000 n \ntrailer\n<</Size 6 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n",
		len(good), bytes.LastIndex(good, []byte("xref\n0 6")), len(good)+len("3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 900 900] /Annots [4 0 R]>>\nendobj\n"))
	write("later.pdf", update)
	write("bare.pdf", bytes.Replace(good, []byte("/Fields [4 0 R]"), []byte("/Fields [     ]"), 1))
	write("text.pdf", []byte("no PDF"))
	for _, c := range []struct {
		file, ca string
		code     int
		out, err string
	}{
		{"good.pdf", "ca.pem", exitOK, "1 field=tax signature=valid revision=1/1 whole=yes\n1 signature=ok certificate=ok key=A time=", ""},
		{"good.pdf", "stranger.pem", exitNo, "signature=ok certificate=bad", "signature 1: "},
		{"changed.pdf", "ca.pem", exitNo, "signature=document-changed", "signature 1: document-changed"},
		{"later.pdf", "ca.pem", exitNo, "1 later=content allowed=no", "signature 1: modified-later"},
		{"bare.pdf", "ca.pem", exitNo, "", "no field leads to"},
		{"text.pdf", "ca.pem", exitNo, "", "not a PDF"},
		{"good.pdf", "content", exitUsage, "", "neither DER nor PEM"},
	} {
		t.Run(c.file+" "+c.ca, func(t *testing.T) {
			out, errs, code := console(t, "", "gost", "verify-pdf", "--ca", c.ca, c.file)
			if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errs, c.err) || (c.err == "") != (errs == "") {
				t.Errorf("exit %d\n%s%s", code, out, errs)
			}
		})
	}
}
