package pdfsig

import (
	"slices"
	"testing"

	"signdesk/internal/gost"
)

func verify(t testing.TB, b []byte) *Document {
	t.Helper()
	d, err := Verify(b, Options{})
	check(t, err)
	return d
}

func TestSignedDocument(t *testing.T) {
	for _, packed := range []bool{false, true} {
		for _, c := range []*gost.Curve{gost.CryptoProXA, gost.TC26A512} {
			m := draft(packed)
			d := verify(t, m.sign(t, newPerson(t, "Anna", c)))
			if d.Revisions != 1 || d.Rebuilt || d.Stray || len(d.Signatures) != 1 {
				t.Fatalf("%+v", d)
			}
			s := d.Signatures[0]
			if s.Verdict != Valid || s.Err != nil || !s.Whole || s.Revision != 1 || s.Field != "Signature1" || s.SubFilter != "adbe.pkcs7.detached" ||
				s.Reason != "Approved" || s.Name != "А" || !s.Date.Equal(noon) || len(s.Later) != 0 || len(s.Signers) != 1 {
				t.Errorf("packed %v: %+v", packed, s)
			}
			if got := s.Signers[0].Certificate.Subject.Get(gost.OIDCommonName); got != "Anna" || !s.Signers[0].SigningTime.Equal(noon) {
				t.Errorf("signed by %s", got)
			}
		}
	}
}

// What may come after a signature, and what makes it a signature of something else.
func TestLaterRevisions(t *testing.T) {
	anna, boris := newPerson(t, "Anna", gost.CryptoProXA), newPerson(t, "Boris", gost.TC26A512)
	for _, tt := range []struct {
		name    string
		change  func(t *testing.T, m *maker)
		verdict Verdict
		kinds   []Kind
	}{
		{"nothing", nil, Valid, nil},
		{"another signature in a new field", func(t *testing.T, m *maker) {
			m.put(5, "<</Fields [7 0 R 9 0 R 33 0 R] /SigFlags 3 /DA (/F1 10 Tf) /DR <</Font <</F1 6 0 R>>>>>>")
			m.put(3, page[:len(page)-3]+" 33 0 R]>>")
			m.put(33, "<</FT /Sig /T (Signature2) /V 34 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R>>")
			m.put(34, signature("ETSI.CAdES.detached", ""))
			m.sign(t, boris)
		}, Valid, []Kind{NewSignature}},
		{"validation data", func(_ *testing.T, m *maker) {
			m.put(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /DSS <</Certs [33 0 R]>>>>")
			m.put(33, streamBody("", "certificate"))
			m.save()
		}, Valid, []Kind{ValidationData}},
		{"producer", func(_ *testing.T, m *maker) { m.put(12, "<</Producer (another)>>"); m.save() }, Valid, []Kind{Metadata}},
		{"the same once more", func(_ *testing.T, m *maker) { m.put(4, streamBody("", pageText)); m.save() }, Valid, nil},
		{"an unused object", func(_ *testing.T, m *maker) { m.put(35, "(nobody asks)"); m.save() }, Valid, nil},

		{"filled field", func(_ *testing.T, m *maker) {
			m.put(9, "<</FT /Tx /T (Amount) /V (900) /Type /Annot /Subtype /Widget /Rect [10 10 90 30] /F 4 /P 3 0 R /AP <</N 10 0 R>>>>")
			m.put(10, streamBody("/Type /XObject /Subtype /Form /BBox [0 0 80 20]", "BT (900) Tj ET"))
			m.save()
		}, ModifiedLater, []Kind{FormFilled}},
		{"note changed", func(_ *testing.T, m *maker) {
			m.put(11, "<</Type /Annot /Subtype /Text /Rect [50 50 60 60] /Contents (paid) /P 3 0 R>>")
			m.save()
		}, ModifiedLater, []Kind{Annotation}},
		{"stamp added", func(_ *testing.T, m *maker) {
			m.put(3, page[:len(page)-3]+" 33 0 R]>>")
			m.put(33, "<</Type /Annot /Subtype /Stamp /Rect [0 0 300 300] /P 3 0 R>>")
			m.save()
		}, ModifiedLater, []Kind{Annotation}},
		{"note taken off", func(_ *testing.T, m *maker) { m.put(3, page[:len(page)-9]+"]>>"); m.save() }, ModifiedLater, []Kind{Annotation}},

		{"page text replaced", func(_ *testing.T, m *maker) { m.put(4, streamBody("", "BT (Pay 900) Tj ET")); m.save() }, ModifiedLater, []Kind{Content}},
		{"page text taken away", func(_ *testing.T, m *maker) { m.put(4, "null"); m.save() }, ModifiedLater, []Kind{Content}},
		{"font replaced", func(_ *testing.T, m *maker) {
			m.put(6, "<</Type /Font /Subtype /Type1 /BaseFont /Courier>>")
			m.save()
		}, ModifiedLater, []Kind{Content}},
		{"an object the page only referred to", func(_ *testing.T, m *maker) { m.put(20, streamBody("/Subtype /Form", "(900)")); m.save() }, ModifiedLater, []Kind{Content}},
		{"appearance without the value", func(_ *testing.T, m *maker) {
			m.put(10, streamBody("/Type /XObject /Subtype /Form /BBox [0 0 80 20]", "BT (900) Tj ET"))
			m.save()
		}, ModifiedLater, []Kind{Content}},
		{"field moved", func(_ *testing.T, m *maker) {
			m.put(9, "<</FT /Tx /T (Amount) /V (100) /Type /Annot /Subtype /Widget /Rect [0 0 300 300] /F 4 /P 3 0 R /AP <</N 10 0 R>>>>")
			m.save()
		}, ModifiedLater, []Kind{Content}},
		{"field taken off", func(_ *testing.T, m *maker) {
			m.put(5, "<</Fields [7 0 R] /SigFlags 3 /DA (/F1 10 Tf) /DR <</Font <</F1 6 0 R>>>>>>")
			m.save()
		}, ModifiedLater, []Kind{Content}},
		{"field of another kind added", func(_ *testing.T, m *maker) {
			m.put(5, "<</Fields [7 0 R 9 0 R 33 0 R] /SigFlags 3 /DA (/F1 10 Tf) /DR <</Font <</F1 6 0 R>>>>>>")
			m.put(33, "<</FT /Tx /T (Over)>>")
			m.save()
		}, ModifiedLater, []Kind{Content}},
		{"page added", func(_ *testing.T, m *maker) {
			m.put(2, "<</Type /Pages /Kids [3 0 R 33 0 R] /Count 2>>")
			m.put(33, "<</Type /Page /Parent 2 0 R /MediaBox [0 0 300 300]>>")
			m.save()
		}, ModifiedLater, []Kind{Content}},
		{"another catalog", func(_ *testing.T, m *maker) {
			m.put(1, "<</Type /Catalog /Pages 33 0 R /AcroForm 5 0 R>>")
			m.put(33, "<</Type /Pages /Kids [34 0 R] /Count 1>>")
			m.put(34, "<</Type /Page /Parent 33 0 R /MediaBox [0 0 300 300]>>")
			m.save()
		}, ModifiedLater, []Kind{Annotation, Content}},
		{"action on opening", func(_ *testing.T, m *maker) {
			m.put(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /OpenAction <</S /JavaScript /JS (app.alert)>>>>")
			m.save()
		}, ModifiedLater, []Kind{Content}},

		{"bytes after the end", func(_ *testing.T, m *maker) { m.b = append(m.b, "4 0 obj\n<<>>\nendobj\n"...) }, ModifiedLater, []Kind{StrayBytes}},
		{"an object twice in the update", func(_ *testing.T, m *maker) {
			m.b = append(m.b, "4 0 obj\n<</Length 3>>\nstream\n900\nendstream\nendobj\n"...)
			m.put(35, "null")
			m.save()
		}, ModifiedLater, []Kind{StrayBytes}},
		{"not appended but started anew", func(_ *testing.T, m *maker) {
			m.prev = -1
			for num, body := range draft(false).objects {
				if num != 8 {
					m.put(num, body)
				}
			}
			m.put(7, "<</FT /Sig /T (Signature1) /V 8 0 R>>")
			m.save()
		}, "", nil},
	} {
		for _, packed := range []bool{false, true} {
			m := draft(packed)
			m.sign(t, anna)
			if tt.change != nil {
				tt.change(t, m)
			}
			d := verify(t, m.b)
			if tt.verdict == "" {
				if len(d.Signatures) != 0 || !d.Stray {
					t.Errorf("%s: %+v", tt.name, d)
				}
				continue
			}
			if len(d.Signatures) == 0 {
				t.Errorf("%s: no signatures", tt.name)
				continue
			}
			s := d.Signatures[0]
			var kinds []Kind
			for _, c := range s.Later {
				if !slices.Contains(kinds, c.Kind) {
					kinds = append(kinds, c.Kind)
				}
			}
			slices.Sort(kinds)
			if s.Verdict != tt.verdict || !slices.Equal(kinds, tt.kinds) || s.Whole != (tt.change == nil) {
				t.Errorf("%s (packed %v): %s %+v %v", tt.name, packed, s.Verdict, s.Later, s.Err)
			}
			if s.Signers == nil || s.Signers[0].Err != nil {
				t.Errorf("%s: the signature itself: %+v", tt.name, s)
			}
			if len(d.Signatures) == 2 && (d.Signatures[1].Verdict != Valid || !d.Signatures[1].Whole || d.Signatures[1].Revision != 2) {
				t.Errorf("%s: the second: %+v", tt.name, d.Signatures[1])
			}
		}
	}
}
