package pdfsig

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signdesk/internal/gost"
)

var byteRange = regexp.MustCompile(`/ByteRange \[0 (\d+) (\d+) (\d+)\]`)

// ranged returns the file with the numbers of its signature changed, in the
// same room.
func ranged(t testing.TB, b []byte, change func(n [3]int) string) []byte {
	t.Helper()
	m := byteRange.FindSubmatchIndex(b)
	var n [3]int
	fmt.Sscanf(string(b[m[0]:m[1]]), "/ByteRange [0 %d %d %d]", &n[0], &n[1], &n[2])
	with := change(n)
	if len(with) > m[1]-m[0] {
		t.Fatalf("%q is too long", with)
	}
	return slices.Concat(b[:m[0]], []byte(with), bytes.Repeat([]byte(" "), m[1]-m[0]-len(with)), b[m[1]:])
}

// A signature that does not stand as one must is refused before anything in it
// is looked at.
func TestMalformedSignatures(t *testing.T) {
	anna := newPerson(t, "Anna", gost.CryptoProXA)
	good := draft(false).sign(t, anna)
	numbers := func(format string, pick func(n [3]int) []any) []byte {
		return ranged(t, good, func(n [3]int) string { return fmt.Sprintf(format, pick(n)...) })
	}
	moved := func() []byte { // the dictionary is written again in an update, over the old ranges
		m := draft(false)
		m.sign(t, anna)
		start := bytes.Index(m.b, []byte("8 0 obj\n")) + len("8 0 obj\n")
		old := string(m.b[start : start+bytes.Index(m.b[start:], []byte("\nendobj"))])
		m.put(8, old)
		return m.save()
	}
	for name, tt := range map[string]struct {
		b    []byte
		want Problem
	}{
		"no range":                  {bytes.Replace(good, []byte("/ByteRange"), []byte("/BiteRange"), 1), BadByteRange},
		"null":                      {numbers("/ByteRange null", func([3]int) []any { return nil }), BadByteRange},
		"three numbers":             {numbers("/ByteRange [0 %d %d]", func(n [3]int) []any { return []any{n[0], n[1]} }), BadByteRange},
		"a word":                    {numbers("/ByteRange [0 %d %d true]", func(n [3]int) []any { return []any{n[0], n[1]} }), BadByteRange},
		"negative":                  {numbers("/ByteRange [0 %d %d -1]", func(n [3]int) []any { return []any{n[0], n[1]} }), BadByteRange},
		"not from the beginning":    {numbers("/ByteRange [1 %d %d %d]", func(n [3]int) []any { return []any{n[0], n[1], n[2]} }), BadByteRange},
		"beyond the file":           {numbers("/ByteRange [0 %d %d %d]", func(n [3]int) []any { return []any{n[0], n[1], n[2] + 1} }), BadByteRange},
		"ranges overlap":            {numbers("/ByteRange [0 %d %d %d]", func(n [3]int) []any { return []any{n[0], n[0] - 1, n[2]} }), BadByteRange},
		"first range only":          {numbers("/ByteRange [0 %d %d %d]", func(n [3]int) []any { return []any{n[0], n[1], 0} }), BadByteRange},
		"a byte too much left out":  {numbers("/ByteRange [0 %d %d %d]", func(n [3]int) []any { return []any{n[0], n[1] + 1, n[2] - 1} }), WideGap},
		"a byte left out before":    {numbers("/ByteRange [0 %d %d %d]", func(n [3]int) []any { return []any{n[0] - 1, n[1], n[2]} }), WideGap},
		"a bracket signed":          {numbers("/ByteRange [0 %d %d %d]", func(n [3]int) []any { return []any{n[0] + 1, n[1] - 1, n[2] + 1} }), ElsewhereContents},
		"the gap is elsewhere":      {numbers("/ByteRange [0 %d %d %d]", func(n [3]int) []any { return []any{10, 20, len(good) - 20} }), ElsewhereContents},
		"no contents":               {bytes.Replace(good, []byte("/Contents <3"), []byte("/Kontents <3"), 1), BadContents},
		"contents not in hex":       {bytes.Replace(good, []byte("/Contents <3"), []byte("/Contents ()"), 1), ""},
		"contents twice":            {bytes.Replace(good, []byte("/Reason (Approved)"), []byte("/Contents <303030>"), 1), TwiceKeys},
		"the signature moved":       {moved(), ElsewhereContents},
		"no message":                {bytes.Replace(good, []byte("/Contents <30"), []byte("/Contents <31"), 1), BadMessage},
		"a message of zeros":        {regexp.MustCompile(`/Contents <[0-9a-f]+`).ReplaceAllFunc(good, func(b []byte) []byte { return append([]byte("/Contents <"), bytes.Repeat([]byte("0"), len(b)-11)...) }), BadMessage},
		"something after the zeros": {bytes.Replace(good, []byte("00>"), []byte("01>"), 1), BadMessage},
	} {
		d, err := Verify(tt.b, Options{})
		if tt.want == "" {
			if err == nil && len(d.Signatures) > 0 && d.Signatures[0].Verdict == Valid {
				t.Errorf("%s is taken", name)
			}
			continue
		}
		check(t, err)
		if len(d.Signatures) != 1 || d.Signatures[0].Verdict != Malformed || !slices.Contains(d.Signatures[0].Problems, tt.want) {
			t.Errorf("%s: %+v", name, d.Signatures)
		}
	}
}

// Verdicts that the message gives.
func TestMessageVerdicts(t *testing.T) {
	anna := newPerson(t, "Anna", gost.CryptoProXA)
	bare := *anna
	bare.o = gost.SignOptions{Detached: true}
	attached := *anna
	attached.o.Detached = false
	for name, tt := range map[string]struct {
		by     signer
		sub    string
		change func(b []byte) []byte
		want   Verdict
	}{
		"good":                        {anna, "", nil, Valid},
		"without attributes":          {&bare, "", nil, Valid},
		"a letter changed":            {anna, "", func(b []byte) []byte { return bytes.Replace(b, []byte("Pay 100"), []byte("Pay 900"), 1) }, DocumentChanged},
		"a letter, no attributes":     {&bare, "", func(b []byte) []byte { return bytes.Replace(b, []byte("Pay 100"), []byte("Pay 900"), 1) }, SignatureBroken},
		"carries a content":           {&attached, "", nil, Malformed},
		"no certificate":              {signFunc(func(c []byte) []byte { return anna.without(t, c) }), "", nil, CertificateMissing},
		"another kind":                {anna, "adbe.pkcs7.sha1", nil, Unsupported},
		"a message, not a time-stamp": {anna, "ETSI.RFC3161", nil, Malformed},
		"line ends after the end":     {anna, "", func(b []byte) []byte { return append(b, "\r\n\n"...) }, Valid},
	} {
		m := draft(true)
		if tt.sub != "" {
			m.put(8, signature(tt.sub, ""))
		}
		b := m.sign(t, tt.by)
		if tt.change != nil {
			if tt.by == anna && strings.Contains(name, "letter") || tt.by == &bare && tt.want == SignatureBroken {
				m = draft(false)
				b = m.sign(t, tt.by)
			}
			b = tt.change(b)
		}
		d := verify(t, b)
		if len(d.Signatures) != 1 || d.Signatures[0].Verdict != tt.want || (d.Signatures[0].Err == nil) != (tt.want == Valid) {
			t.Errorf("%s: %+v", name, d.Signatures)
		}
	}
}

type signFunc func(content []byte) []byte

func (f signFunc) sign(_ testing.TB, content []byte) []byte { return f(content) }

// without returns a message with a certificate of another number in it.
func (p *person) without(t testing.TB, content []byte) []byte {
	other := bytes.Replace(p.cert.Raw, []byte{2, 1, 7}, []byte{2, 1, 8}, 1)
	return bytes.Replace(p.sign(t, content), p.cert.Raw, other, 1)
}

// A certified document allows what its signature says.
func TestPermissions(t *testing.T) {
	anna := newPerson(t, "Anna", gost.CryptoProXA)
	fill := func(m *maker) {
		m.put(9, strings.Replace(textField, "(100)", "(900)", 1))
		m.save()
	}
	comment := func(m *maker) { m.put(11, strings.Replace(note, "note", "paid", 1)); m.save() }
	producer := func(m *maker) { m.put(12, "<</Producer (another)>>"); m.save() }
	page := func(m *maker) { m.put(4, streamBody("", "")); m.save() }
	certify := func(p int) string {
		return fmt.Sprintf("/Reference [<</Type /SigRef /TransformMethod /DocMDP /TransformParams <</Type /TransformParams /P %d /V /1.2>>>>]", p)
	}
	lock := func(how string) string {
		return certify(3)[:len(certify(3))-1] + " <</TransformMethod /FieldMDP /TransformParams <<" + how + ">>>>]"
	}
	for _, tt := range []struct {
		name   string
		more   string
		change func(m *maker)
		want   Verdict
		p      int
	}{
		{"nothing said: filled", "", fill, ModifiedLater, 0},
		{"1: filled", certify(1), fill, ModifiedLater, 1},
		{"1: described anew", certify(1), producer, ModifiedLater, 1},
		{"2: filled", certify(2), fill, Valid, 2},
		{"2: commented", certify(2), comment, ModifiedLater, 2},
		{"2: described anew", certify(2), producer, Valid, 2},
		{"3: filled", certify(3), fill, Valid, 3},
		{"3: commented", certify(3), comment, Valid, 3},
		{"3: another page", certify(3), page, ModifiedLater, 3},
		{"all fields locked", lock("/Action /All"), fill, ModifiedLater, 3},
		{"this field locked", lock("/Action /Include /Fields [(Amount)]"), fill, ModifiedLater, 3},
		{"another field locked", lock("/Action /Include /Fields [(Sum)]"), fill, Valid, 3},
		{"all but this locked", lock("/Action /Exclude /Fields [(Amount)]"), fill, Valid, 3},
		{"all but another locked", lock("/Action /Exclude /Fields [(Sum)]"), fill, ModifiedLater, 3},
	} {
		m := draft(false)
		m.put(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Perms <</DocMDP 8 0 R>>>>")
		m.put(8, signature("adbe.pkcs7.detached", tt.more))
		m.sign(t, anna)
		tt.change(m)
		s := verify(t, m.b).Signatures[0]
		if s.Verdict != tt.want || s.Permissions != tt.p {
			t.Errorf("%s: %s, permissions %d, %+v", tt.name, s.Verdict, s.Permissions, s.Later)
		}
	}
}

func TestUnreadableDocuments(t *testing.T) {
	anna := newPerson(t, "Anna", gost.CryptoProXA)
	m := draft(false)
	m.trailer = "/Encrypt 12 0 R"
	if _, err := Verify(m.sign(t, anna), Options{}); !errors.Is(err, ErrEncrypted) {
		t.Errorf("encrypted: %v", err)
	}
	for _, b := range [][]byte{nil, []byte("%!PS"), []byte(" %PDF-1.7")} {
		if _, err := Verify(b, Options{}); !errors.Is(err, ErrNotPDF) {
			t.Errorf("%q: %v", b, err)
		}
	}
	if _, err := Verify([]byte("%PDF-1.7\n"), Options{}); err == nil {
		t.Error("an empty document is taken")
	}
	if _, err := Verify(make([]byte, maxFile+1), Options{}); err == nil {
		t.Error("a document of any size is taken")
	}
}

// Broken cross-references: the objects are found, the verdict says how, and
// nothing that came later passes.
func TestRebuilt(t *testing.T) {
	anna := newPerson(t, "Anna", gost.CryptoProXA)
	for _, packed := range []bool{false, true} {
		m := draft(packed)
		whole := m.sign(t, anna)
		broken := breakXref(whole)
		// What was signed with broken cross-references is still what was signed.
		d := verify(t, resign(t, broken, anna))
		if !d.Rebuilt || len(d.Signatures) != 1 || d.Signatures[0].Verdict != Valid || !d.Signatures[0].Whole {
			t.Errorf("packed %v: %+v", packed, d)
		}
		m.b = whole
		m.put(4, streamBody("", "BT (Pay 900) Tj ET"))
		later := breakXref(m.save())
		d = verify(t, later)
		if !d.Rebuilt || len(d.Signatures) != 1 || d.Signatures[0].Verdict != ModifiedLater {
			t.Errorf("packed %v, changed: %+v", packed, d)
		}
	}
}

// breakXref spoils the last startxref.
func breakXref(b []byte) []byte {
	b = bytes.Clone(b)
	at := bytes.LastIndex(b, []byte("startxref\n")) + len("startxref\n")
	for ; b[at] != '\n'; at++ {
		b[at] = '9'
	}
	return b
}

// resign makes the one signature of the file anew.
func resign(t testing.TB, b []byte, by signer) []byte {
	t.Helper()
	m := byteRange.FindSubmatch(b)
	gap, _ := strconv.Atoi(string(m[1]))
	end, _ := strconv.Atoi(string(m[2]))
	n, _ := strconv.Atoi(string(m[3]))
	der := by.sign(t, slices.Concat(b[:gap], b[end:end+n]))
	return slices.Concat(b[:gap], fmt.Appendf(nil, "<%x%s>", der, strings.Repeat("0", end-gap-2-2*len(der))), b[end:])
}

// What is prepared before signing or hidden in what other programs read.
func TestShadows(t *testing.T) {
	anna := newPerson(t, "Anna", gost.CryptoProXA)
	other := streamBody("", "BT (Pay 900) Tj ET")
	for _, tt := range []struct {
		name    string
		prepare func(m *maker)
		change  func(m *maker)
	}{
		{"an object of another generation", nil, func(m *maker) {
			m.put(3, strings.Replace(page, "/Contents 4 0 R", "/Contents 4 1 R", 1))
			m.save()
		}},
		{"contents twice in a page", nil, func(m *maker) {
			m.put(33, other)
			m.put(3, strings.Replace(page, "/Contents 4 0 R", "/Contents 33 0 R /Contents 4 0 R", 1))
			m.save()
		}},
		{"a length that was not there", func(m *maker) {
			m.put(4, fmt.Sprintf("<</Length 40 0 R>>\nstream\n%s\nendstream", pageText))
		}, func(m *maker) { m.put(40, fmt.Sprint(len(pageText))); m.save() }},
		{"a field that is the page's text too", func(m *maker) {
			m.put(5, strings.Replace(formDict, "[7 0 R", "[4 0 R 7 0 R", 1))
			m.put(4, streamBody("/FT /Tx /T (Text) /V (1)", pageText))
		}, func(m *maker) { m.put(4, streamBody("/FT /Tx /T (Text) /V (2)", "BT (Pay 900) Tj ET")); m.save() }},
		{"a note that is the page's font too", func(m *maker) {
			m.put(6, "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>")
			m.put(3, strings.Replace(page, "11 0 R", "11 0 R 6 0 R", 1))
		}, func(m *maker) { m.put(6, "<</Type /Font /Subtype /Type1 /BaseFont /Courier>>"); m.save() }},
		{"a new signature over the page's text", nil, func(m *maker) {
			m.put(5, strings.Replace(formDict, "9 0 R]", "9 0 R 4 0 R]", 1))
			m.put(4, "<</FT /Sig /T (Two)>>")
			m.save()
		}},
		{"an appearance of the signature", nil, func(m *maker) {
			m.put(7, strings.Replace(sigField, "/P 3 0 R", "/P 3 0 R /AP <</N 10 0 R>>", 1))
			m.save()
		}},
		{"the signature's own dictionary", nil, func(m *maker) {
			m.put(7, strings.Replace(sigField, "8 0 R", "33 0 R", 1))
			m.put(33, signature("adbe.pkcs7.detached", ""))
			m.sign(t, anna)
		}},
		{"a field that is no reference", func(m *maker) {
			m.put(5, strings.Replace(formDict, "[7 0 R", "[<</T (A)>> 7 0 R", 1))
		}, func(m *maker) { m.put(5, strings.Replace(formDict, "[7 0 R", "[<</T (B)>> 7 0 R", 1)); m.save() }},
		{"a stream that only others can read", func(m *maker) {
			m.put(4, "<</Length 3 /X 40 0 R>>\nstream\n"+pageText+"\nendstream")
			m.put(40, "(a)")
		}, func(m *maker) { m.put(40, "(b)"); m.save() }},
		{"notes too deep to read", func(m *maker) {
			m.put(3, strings.Replace(page, "[7 0 R 9 0 R 11 0 R]", "41 0 R", 1))
			m.put(41, "["+strings.Repeat("[", 80)+strings.Repeat("]", 80)+" 11 0 R]")
		}, func(m *maker) { m.put(11, strings.Replace(note, "note", "paid", 1)); m.save() }},
		{"layers", func(m *maker) {
			m.put(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /OCProperties <</D <</OFF []>>>>>>")
		}, func(m *maker) {
			m.put(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /OCProperties <</D <</OFF [33 0 R]>>>>>>")
			m.save()
		}},
	} {
		for _, packed := range []bool{false, true} {
			for _, certified := range []bool{false, true} {
				m := draft(packed)
				if tt.prepare != nil {
					tt.prepare(m)
				}
				if certified { // even where notes are allowed
					m.put(8, signature("adbe.pkcs7.detached", "/Reference [<</TransformMethod /DocMDP /TransformParams <</P 3>>>>]"))
				}
				m.sign(t, anna)
				tt.change(m)
				for _, s := range verify(t, m.b).Signatures {
					if s.Verdict == Valid && !s.Whole {
						t.Errorf("%s (packed %v, certified %v) is taken: %+v", tt.name, packed, certified, s)
					}
				}
			}
		}
	}
}

// A later signature may draw over what was signed: that is said.
func TestVisibleSignature(t *testing.T) {
	anna := newPerson(t, "Anna", gost.CryptoProXA)
	ap := "/AP <</N 10 0 R>>"
	for name, tt := range map[string]struct {
		field string
		want  bool
	}{
		"no place":               {"/Rect [0 0 0 0] " + ap, false},
		"nothing to draw":        {"/Rect [0 0 300 300]", false},
		"over the page":          {"/Rect [0 0 300 300] " + ap, true},
		"by a widget of its own": {"/Kids [35 0 R]", true},
		"kids in a circle":       {"/Kids [33 0 R 33 0 R]", false},
	} {
		m := draft(false)
		m.sign(t, anna)
		m.put(5, strings.Replace(formDict, "9 0 R]", "9 0 R 33 0 R]", 1))
		m.put(33, "<</FT /Sig /T (Two) /V 34 0 R /Subtype /Widget "+tt.field+">>")
		m.put(34, signature("ETSI.CAdES.detached", ""))
		m.put(35, "<</Subtype /Widget /Parent 33 0 R /Rect [0 0 9 9] "+ap+">>")
		later := verify(t, m.sign(t, anna)).Signatures[0].Later
		if len(later) != 1 || later[0].Kind != NewSignature || !later[0].Allowed || later[0].Visible != tt.want {
			t.Errorf("%s: %+v", name, later)
		}
	}
}

// A table with a stream beside it, as programs of two ages share a file.
func TestHybridReferences(t *testing.T) {
	anna := newPerson(t, "Anna", gost.CryptoProXA)
	hybrid := func(m *maker, num int, body string) []byte {
		at := len(m.b)
		m.b = fmt.Appendf(m.b, "%d 0 obj\n%s\nendobj\n", num, body)
		m.size = 60
		stream := len(m.b)
		row := []byte{1, byte(at >> 16), byte(at >> 8), byte(at)}
		m.b = fmt.Appendf(m.b, "59 0 obj\n%s\nendobj\n", streamBody(fmt.Sprintf("/Type /XRef /W [1 3 0] /Index [%d 1] /Size 60", num), string(row)))
		m.trailer = fmt.Sprintf("/Info 12 0 R /XRefStm %d", stream)
		return m.b
	}
	m := draft(false)
	delete(m.objects, 4)
	hybrid(m, 4, streamBody("", pageText))
	b := m.sign(t, anna)
	f, err := open(b, &budget{maxValues, maxInflated})
	check(t, err)
	if s, ok := f.resolve(ref{4, 0}).(*stream); !ok || string(b[s.start:s.end]) != pageText {
		t.Errorf("hidden object: %v", f.resolve(ref{4, 0}))
	}
	if s := verify(t, b).Signatures[0]; s.Verdict != Valid || s.Revision != 1 {
		t.Errorf("%+v", s)
	}
	// In an update, two ages may see two documents.
	m.put(35, "null")
	hybrid(m, 36, "null")
	if s := verify(t, m.save()).Signatures[0]; s.Verdict != ModifiedLater || s.Later[0].Kind != StrayBytes {
		t.Errorf("%+v", s)
	}
}
