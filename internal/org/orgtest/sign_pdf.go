package orgtest

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const signatureRoom = 8000 // digits of Contents

var (
	rootKey = regexp.MustCompile(`/Root (\d+) 0 R`)
	sizeKey = regexp.MustCompile(`/Size (\d+)`)
	startAt = regexp.MustCompile(`startxref\s+(\d+)\s+%%EOF\s*$`)
	pageKey = regexp.MustCompile(`(?s)(\d+) 0 obj\s*<<\s*/Type\s*/Page\b[^s]`)
)

// SignPDF signs the document by a revision of its own, as the tax service does:
// a detached CMS message over all but itself, without signed attributes.
func (x *Tax) SignPDF(pdf []byte) []byte {
	x.t.Helper()
	return signPDF(x.t, pdf, func(content []byte) []byte { return x.SignUntimed(content) })
}

// SignPDFAt is SignPDF with the signer's word on when.
func (x *Tax) SignPDFAt(pdf []byte, at time.Time) []byte {
	x.t.Helper()
	return signPDF(x.t, pdf, func(content []byte) []byte { return x.sign(content, at) })
}

// signPDF appends catalog, form, field and signature. A second signature keeps
// the fields of the first.
func signPDF(t testing.TB, pdf []byte, sign func([]byte) []byte) []byte {
	t.Helper()
	one := func(re *regexp.Regexp) int {
		all := re.FindAllSubmatch(pdf, -1)
		if len(all) == 0 {
			t.Fatalf("the PDF has no %s", re)
		}
		n, err := strconv.Atoi(string(all[len(all)-1][1]))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	root, size, prev := one(rootKey), one(sizeKey), one(startAt)
	catalog := object(t, pdf, root)
	field, value := size, size+1
	fields := fmt.Sprintf("%d 0 R", field)
	if before := regexp.MustCompile(`/AcroForm <</Fields \[([^\]]*)\] /SigFlags 3>>`).FindStringSubmatch(catalog); before != nil {
		catalog = strings.Replace(catalog, before[0], "", 1)
		fields = before[1] + " " + fields
	}
	catalog = strings.Replace(catalog, "<<", "<</AcroForm <</Fields ["+fields+"] /SigFlags 3>> ", 1)
	b := append(bytes.TrimRight(bytes.Clone(pdf), "\r\n"), '\n')
	offsets := map[int]int{}
	put := func(number int, body string) {
		offsets[number] = len(b)
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", number, body)
	}
	put(root, catalog)
	put(field, fmt.Sprintf("<</FT /Sig /T (Signature%d) /V %d 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132>>", field, value))
	put(value, "<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 0000000000 0000000000 0000000000] /Contents <"+strings.Repeat("0", signatureRoom)+">>>")
	start := len(b)
	b = append(b, "xref\n"...)
	for _, n := range []int{root, field, value} {
		b = fmt.Appendf(b, "%d 1\n%010d 00000 n \n", n, offsets[n])
	}
	b = fmt.Appendf(b, "trailer\n<</Size %d /Root %d 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n", size+2, root, prev, start)
	at := bytes.LastIndex(b, []byte("/ByteRange [0 0000000000"))
	gap := at + bytes.Index(b[at:], []byte("/Contents <")) + len("/Contents ")
	end := gap + signatureRoom + 2
	copy(b[at:], fmt.Sprintf("/ByteRange [0 %010d %010d %010d]", gap, end, len(b)-end))
	der := sign(slices.Concat(b[:gap], b[end:]))
	if len(der)*2 > signatureRoom {
		t.Fatalf("a signature of %d bytes", len(der))
	}
	copy(b[gap+1:], fmt.Sprintf("%x", der))
	return b
}

// object is the newest body of an object.
func object(t testing.TB, pdf []byte, number int) string {
	t.Helper()
	head := fmt.Appendf(nil, "\n%d 0 obj", number)
	at := bytes.LastIndex(pdf, head)
	if at < 0 {
		t.Fatalf("no object %d", number)
	}
	body, _, ok := bytes.Cut(pdf[at+len(head):], []byte("endobj"))
	if !ok {
		t.Fatalf("object %d has no end", number)
	}
	return strings.TrimSpace(string(body))
}

// PaintOver appends a revision in which the last page says something else: what
// a forger does with a signed extract.
func PaintOver(t testing.TB, pdf []byte) []byte {
	t.Helper()
	pages := pageKey.FindAllSubmatch(pdf, -1)
	if len(pages) == 0 {
		t.Fatal("no page")
	}
	page, _ := strconv.Atoi(string(pages[len(pages)-1][1]))
	size, _ := strconv.Atoi(string(sizeKey.FindAllSubmatch(pdf, -1)[len(sizeKey.FindAll(pdf, -1))-1][1]))
	prev, _ := strconv.Atoi(string(startAt.FindSubmatch(pdf)[1]))
	root := string(rootKey.FindSubmatch(pdf)[1])
	b := append(bytes.TrimRight(bytes.Clone(pdf), "\r\n"), '\n')
	at := len(b)
	body := regexp.MustCompile(`/Contents \d+ 0 R`).ReplaceAllString(object(t, pdf, page), fmt.Sprintf("/Contents %d 0 R", size))
	b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", page, body)
	at2 := len(b)
	b = fmt.Appendf(b, "%d 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n", size)
	start := len(b)
	return fmt.Appendf(b, "xref\n%d 1\n%010d 00000 n \n%d 1\n%010d 00000 n \ntrailer\n<</Size %d /Root %s 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n", page, at, size, at2, size+1, root, prev, start)
}
