package pdfsig

import (
	"bytes"
	"compress/zlib"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// signer makes the CMS message over the signed bytes.
type signer interface {
	sign(t testing.TB, content []byte) []byte
}

// person signs with package gost.
type person struct {
	cert *gost.Certificate
	key  *gost.PrivateKey
	o    gost.SignOptions
}

func newPerson(t testing.TB, name string, c *gost.Curve) *person {
	t.Helper()
	key, err := gost.GenerateKey(rand.Reader, c)
	check(t, err)
	der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{
		Serial: big.NewInt(7), Subject: gost.Name{{Type: gost.OIDCommonName, Value: name}}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, IdentificationKind: -1,
	}, nil, &key.PublicKey, key)
	check(t, err)
	cert, err := gost.ParseCertificate(der)
	check(t, err)
	return &person{cert, key, gost.SignOptions{Detached: true, SigningTime: noon}}
}

func (p *person) sign(t testing.TB, content []byte) []byte {
	t.Helper()
	der, err := gost.SignCMS(rand.Reader, content, p.cert, p.key, p.o)
	check(t, err)
	return der
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// maker writes a PDF revision by revision.
type maker struct {
	b       []byte
	objects map[int]string // of the revision being written
	root    string
	trailer string // further entries
	prev    int    // -1 in the first revision
	size    int
	packed  bool // object and cross-reference streams
}

func newMaker(packed bool) *maker {
	return &maker{b: []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), objects: map[int]string{}, root: "1 0 R", prev: -1, size: 1, packed: packed}
}

func (m *maker) put(num int, body string) { m.objects[num] = body }

func streamBody(d, data string) string {
	return fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", d, len(data), data)
}

func deflate(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(s))
	z.Close()
	return b.String()
}

// save writes the revision and returns its bytes so far.
func (m *maker) save() []byte {
	offsets, inside := map[int]int{}, map[int][2]int{}
	write := func(num int, body string) {
		offsets[num] = len(m.b)
		m.b = fmt.Appendf(m.b, "%d 0 obj\n%s\nendobj\n", num, body)
	}
	numbers := slices.Sorted(maps.Keys(m.objects))
	m.size = max(m.size, numbers[len(numbers)-1]+1)
	var head, data strings.Builder
	container := m.size
	for _, num := range numbers {
		body := m.objects[num]
		if !m.packed || strings.Contains(body, "stream") || strings.Contains(body, "/ByteRange") {
			write(num, body)
			continue
		}
		inside[num] = [2]int{container, len(inside)}
		fmt.Fprintf(&head, "%d %d ", num, data.Len())
		data.WriteString(body + "\n")
	}
	if len(inside) > 0 {
		m.size++
		write(container, streamBody(fmt.Sprintf("/Type /ObjStm /N %d /First %d /Filter /FlateDecode", len(inside), head.Len()), deflate(head.String()+data.String())))
	}
	entries := fmt.Sprintf("/Root %s %s", m.root, m.trailer)
	if m.prev >= 0 {
		entries += fmt.Sprintf(" /Prev %d", m.prev)
	}
	m.prev = len(m.b)
	if m.packed {
		m.xrefStream(offsets, inside, entries)
	} else {
		m.b = append(m.b, "xref\n0 1\n0000000000 65535 f \n"...)
		for _, num := range numbers {
			m.b = fmt.Appendf(m.b, "%d 1\n%010d 00000 n \n", num, offsets[num])
		}
		m.b = fmt.Appendf(m.b, "trailer\n<<%s /Size %d>>\n", entries, m.size)
	}
	m.b = fmt.Appendf(m.b, "startxref\n%d\n%%%%EOF\n", m.prev)
	m.objects = map[int]string{}
	return m.b
}

// xrefStream uses the Up predictor, as most programs do.
func (m *maker) xrefStream(offsets map[int]int, inside map[int][2]int, entries string) {
	self := m.size
	m.size++
	offsets[self] = len(m.b)
	all := slices.Sorted(maps.Keys(offsets))
	all = append(all, slices.Collect(maps.Keys(inside))...)
	slices.Sort(all)
	var index, rows strings.Builder
	last := make([]byte, 6)
	for _, num := range all {
		fmt.Fprintf(&index, "%d 1 ", num)
		row := []byte{1, byte(offsets[num] >> 16), byte(offsets[num] >> 8), byte(offsets[num]), 0, 0}
		if in, ok := inside[num]; ok {
			row = []byte{2, 0, byte(in[0] >> 8), byte(in[0]), byte(in[1] >> 8), byte(in[1])}
		}
		rows.WriteByte(2)
		for i := range row {
			rows.WriteByte(row[i] - last[i])
		}
		last = row
	}
	d := fmt.Sprintf("/Type /XRef /W [1 3 2] /Index [%s] /Size %d /Filter /FlateDecode /DecodeParms <</Predictor 12 /Columns 6>> %s", index.String(), m.size, entries)
	m.b = fmt.Appendf(m.b, "%d 0 obj\n%s\nendobj\n", self, streamBody(d, deflate(rows.String())))
}

const room = 6000 // digits of Contents

// signature is a dictionary with room for what sign puts in.
func signature(subFilter, more string) string {
	return fmt.Sprintf("<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /%s /M (D:20261122150000+03'00') /Name (\xfe\xff\x04\x10) %s /ByteRange [0 0000000000 0000000000 0000000000] /Contents <%s>>>",
		subFilter, more, strings.Repeat("0", room))
}

// sign saves the revision and fills its signature, the last in the file.
func (m *maker) sign(t testing.TB, by signer) []byte {
	t.Helper()
	m.save()
	at := bytes.LastIndex(m.b, []byte("/ByteRange [0 0000000000"))
	gap := at + bytes.Index(m.b[at:], []byte("/Contents <")) + len("/Contents ")
	end := gap + room + 2
	copy(m.b[at:], fmt.Sprintf("/ByteRange [0 %010d %010d %010d]", gap, end, len(m.b)-end))
	der := by.sign(t, slices.Concat(m.b[:gap], m.b[end:]))
	copy(m.b[gap+1:], fmt.Sprintf("%x", der))
	return m.b
}

// The objects of the document under test.
const (
	page      = "<</Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources <</Font <</F1 6 0 R>> /XObject <</X1 20 0 R>>>> /Annots [7 0 R 9 0 R 11 0 R]>>"
	formDict  = "<</Fields [7 0 R 9 0 R] /SigFlags 3 /DA (/F1 10 Tf) /DR <</Font <</F1 6 0 R>>>>>>"
	sigField  = "<</FT /Sig /T (Signature1) /V 8 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R>>"
	textField = "<</FT /Tx /T (Amount) /V (100) /Type /Annot /Subtype /Widget /Rect [10 10 90 30] /F 4 /P 3 0 R /AP <</N 10 0 R>>>>"
	note      = "<</Type /Annot /Subtype /Text /Rect [50 50 60 60] /Contents (note) /P 3 0 R>>"
	pageText  = "BT /F1 12 Tf 20 200 Td (Pay 100) Tj ET"
)

// draft is the document before it is saved for the first time.
func draft(packed bool) *maker {
	m := newMaker(packed)
	m.put(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 5 0 R>>")
	m.put(2, "<</Type /Pages /Kids [3 0 R] /Count 1>>")
	m.put(3, page)
	m.put(4, streamBody("", pageText))
	m.put(5, formDict)
	m.put(6, "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>")
	m.put(7, sigField)
	m.put(8, signature("adbe.pkcs7.detached", "/Reason (Approved)"))
	m.put(9, textField)
	m.put(10, streamBody("/Type /XObject /Subtype /Form /BBox [0 0 80 20]", "BT (100) Tj ET"))
	m.put(11, note)
	m.trailer = "/Info 12 0 R"
	m.put(12, "<</Producer (test)>>")
	return m
}
