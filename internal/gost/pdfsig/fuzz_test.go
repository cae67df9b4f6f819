package pdfsig

import (
	"bytes"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// The reader meets anything people upload: it must end soon and never panic,
// and nothing it calls valid may have lost its bytes.
func FuzzVerify(f *testing.F) {
	anna := newPerson(f, "Anna", gost.CryptoProXA)
	for _, packed := range []bool{false, true} {
		m := draft(packed)
		f.Add(bytes.Clone(m.sign(f, anna)))
		m.put(9, textField)
		f.Add(bytes.Clone(m.save()))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		start := time.Now()
		d, err := Verify(b, Options{})
		if time.Since(start) > 10*time.Second {
			t.Fatal("too long")
		}
		if err != nil {
			return
		}
		for _, s := range d.Signatures {
			if s.Verdict == Valid && (s.Err != nil || len(s.Problems) > 0 || s.Message == nil) || s.Verdict == "" {
				t.Fatalf("%+v", s)
			}
		}
	})
}

// What grows without end in the file does not in time.
func TestHostileDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("several megabytes each")
	}
	const n = 1 << 20
	deep := func(word string) []byte { return bytes.Repeat([]byte(word), n/len(word)) }
	for name, body := range map[string][]byte{
		"arrays in arrays":      append([]byte("1 0 obj\n"), deep("[")...),
		"dictionaries":          append([]byte("1 0 obj\n"), deep("<</A")...),
		"strings that go on":    deep("trailer("),
		"objects that go on":    deep("1 0 obj("),
		"objects":               deep("1 0 obj<</Type/ObjStm/N 9/First 9>>"),
		"comments":              append([]byte("1 0 obj %"), deep("%")...),
		"numbers":               append([]byte("1 0 obj ["), deep("1 ")...),
		"one table":             append([]byte("xref\n0 500000\n"), deep("0000000000 00000 n \n")...),
		"sections":              deep("xref 0 0 trailer<</Prev 9>> "),
		"byte ranges":           deep("/ByteRange "),
		"object streams' marks": deep("1 0 obj /ObjStm /XRef "),
	} {
		for _, end := range []string{"", "\nstartxref\n9\n%%EOF\n"} {
			start := time.Now()
			if _, err := Verify(append(append([]byte("%PDF-1.7\n"), body...), end...), Options{}); err == nil {
				t.Errorf("%s: taken", name)
			}
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("%s: %v", name, d)
			}
		}
	}
}
