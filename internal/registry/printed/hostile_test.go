package printed_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"signdesk/internal/org/orgtest"
	"signdesk/internal/registry/printed"
)

// pdf puts objects into a file with a right table of references.
func pdf(trailer string, objects ...string) []byte {
	b := []byte("%PDF-1.7\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, len(b))
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := len(b)
	b = fmt.Appendf(b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		b = fmt.Appendf(b, "%010d 00000 n \n", at)
	}
	return fmt.Appendf(b, "trailer\n<</Root 1 0 R /Size %d %s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, strings.ReplaceAll(trailer, "START", fmt.Sprint(start)), start)
}

func stream(dict string, body []byte) string {
	return fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", dict, len(body), body)
}

func deflate(b []byte) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	_, _ = z.Write(b) // a buffer takes everything
	_ = z.Close()
	return out.Bytes()
}

const catalog = "<</Type /Catalog /Pages 2 0 R>>"

// Files made to keep a reader busy: each gets an answer or a refusal in words,
// soon, and the next file is read as ever.
func TestHostileFiles(t *testing.T) {
	zeros := deflate(make([]byte, 140<<20))
	page := "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F 5 0 R>> /XObject <</X 6 0 R>>>>>>"
	pages := "<</Type /Pages /Kids [3 0 R] /Count 1>>"
	var kids strings.Builder
	for range 300_000 {
		kids.WriteString("3 0 R ")
	}
	deep := "<</Type /Pages /Kids [3 0 R] /Count 1>>"
	var chain []string
	for i := range 500 {
		chain = append(chain, fmt.Sprintf("<</Type /Pages /Kids [%d 0 R] /Count 1>>", i+3))
	}
	for name, b := range map[string][]byte{
		"a tree in a circle":               pdf("", catalog, "<</Type /Pages /Kids [2 0 R 2 0 R] /Count 2>>"),
		"a parent in a circle":             pdf("", catalog, deep, "<</Type /Pages /Parent 3 0 R /Kids [2 0 R]>>"),
		"a deep tree":                      pdf("", append([]string{catalog}, chain...)...),
		"one page 300,000 times":           pdf("", catalog, "<</Type /Pages /Kids ["+kids.String()+"] /Count 300000>>", page, stream("", nil)),
		"two billion pages claimed":        pdf("", catalog, "<</Type /Pages /Kids [3 0 R] /Count 2000000000>>", page, stream("", nil)),
		"references in a circle":           pdf("/Prev START", catalog, pages, page, stream("", nil)),
		"a reference to itself":            pdf("", catalog, pages, page, "4 0 R"),
		"a bomb":                           pdf("", catalog, pages, page, stream("/Filter /FlateDecode", zeros)),
		"a bomb in a bomb":                 pdf("", catalog, pages, page, stream("/Filter [/FlateDecode /FlateDecode]", deflate(zeros))),
		"a hundred filters":                pdf("", catalog, pages, page, stream("/Filter ["+strings.Repeat("/FlateDecode ", 100)+"]", deflate(nil))),
		"ten bombs":                        pdf("", catalog, pages, strings.Replace(page, "4 0 R", "["+strings.Repeat("4 0 R ", 10)+"]", 1), stream("/Filter /FlateDecode", zeros)),
		"a form that draws itself":         pdf("", catalog, pages, page, stream("", []byte("/X Do")), "null", stream("/Type /XObject /Subtype /Form /Resources <</XObject <</X 6 0 R>>>>", []byte("/X Do /X Do"))),
		"a font with a wide table":         pdf("", catalog, pages, page, stream("", []byte("BT /F 9 Tf (a) Tj ET")), "<</Type /Font /Subtype /Type0 /DescendantFonts [<</W [0 2000000000 5]>>] /ToUnicode 7 0 R>>", "null", stream("", []byte("1 beginbfrange <0000> <ffff> <0041> endbfrange "+strings.Repeat("1 beginbfrange <0000> <ffff> <0041> endbfrange ", 20000)))),
		"brackets":                         pdf("", catalog, pages, page, stream("", bytes.Repeat([]byte("["), 5<<20))),
		"nested dictionaries":              append([]byte("%PDF-1.7\n1 0 obj\n"), bytes.Repeat([]byte("<</a "), 1<<20)...),
		"a million letters at NaN":         pdf("", catalog, pages, page, stream("", []byte("BT /F 1e308 Tf 1e308 0 0 1e308 1e308 1e308 Tm ("+strings.Repeat("a", 1<<20)+") Tj ET")), "<</Type /Font /Subtype /Type1>>"),
		"ten million letters":              pdf("", catalog, pages, page, stream("/Filter /FlateDecode", deflate([]byte("BT /F 9 Tf "+strings.Repeat("("+strings.Repeat("a", 1000)+") Tj ", 10000)+"ET"))), "<</Type /Font /Subtype /Type1>>"),
		"a million lines":                  pdf("", catalog, pages, page, stream("/Filter /FlateDecode", deflate([]byte(strings.Repeat("0 0 m 100 0 l S ", 1_500_000))))),
		"half an extract":                  orgtest.Romashka.PDF(t, orgtest.Since2022)[:20000],
		"an extract with its fonts cut":    bytes.ReplaceAll(orgtest.Romashka.PDF(t, orgtest.Since2022), []byte("/ToUnicode"), []byte("/ToNothing")),
		"nothing but a header":             []byte("%PDF-1.7"),
		"zeros":                            append([]byte("%PDF-1.7\n"), make([]byte, 1<<20)...),
		"a table of references that lies":  bytes.Replace(pdf("", catalog, pages, page, stream("", nil)), []byte("0000000009"), []byte("9999999999"), 1),
		"a stream longer than its file":    bytes.Replace(pdf("", catalog, pages, page, stream("", nil)), []byte("/Length 0"), []byte("/Length 99999999999"), 1),
		"an object stream inside itself":   pdf("", catalog, pages, page, stream("/Type /ObjStm /N 100000 /First 99999999", nil)),
		"a cross-reference stream of zero": pdf("/XRefStm START", catalog, pages, page, stream("/Type /XRef /W [0 0 0] /Size 2000000000", nil)),
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			r, err := printed.ReadApart(t.Context(), b)
			var damaged *printed.DamagedError
			var trouble *printed.TroubleError
			switch {
			case err == nil && r.Kind == "":
				t.Error("no answer")
			case err != nil && !errors.As(err, &damaged) && !errors.As(err, &trouble):
				t.Error(err)
			case trouble != nil && !strings.Contains(trouble.Text, "Файл PDF"):
				t.Error(trouble.Text)
			}
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
	if r, err := printed.ReadApart(t.Context(), orgtest.Romashka.PDF(t, orgtest.Since2022)); err != nil || r.Kind != printed.Extract {
		t.Errorf("the next file: %+v, %v", r, err)
	}
}

// The limits of the child itself: whatever goes on in it, the console gets an
// answer in time and in words.
func TestLimits(t *testing.T) {
	for word, want := range map[string]string{
		"loop": "за отведённое время", "sleep": "за отведённое время", "eat": "слишком большой объём", "panic": "сломал программу чтения", "exit": "сломал программу чтения", "chatter": "сломал программу чтения",
	} {
		t.Run(word, func(t *testing.T) {
			begun := time.Now()
			_, err := printed.ReadApart(t.Context(), []byte(word+"!"))
			var trouble *printed.TroubleError
			if !errors.As(err, &trouble) || !strings.Contains(trouble.Text, want) {
				t.Errorf("%v", err)
			}
			if took := time.Since(begun); took > 10*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}
