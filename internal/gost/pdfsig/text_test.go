package pdfsig

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
)

// shown is the text of a page with this content: pieces with their places.
func shown(t *testing.T, content string, more map[int]string) *Page {
	t.Helper()
	m := draft(false)
	m.put(4, streamBody("", content))
	m.put(6, "<</Type /Font /Subtype /TrueType /FirstChar 65 /Widths [500 600] /Encoding <</Differences [65 /afii10017 /afii10065 /uni0416 /numero]>>>>")
	for num, body := range more {
		m.put(num, body)
	}
	var page *Page
	if err := ReadPages(m.save(), func(p *Page) bool { page = p; return true }); err != nil {
		t.Fatal(err)
	}
	return page
}

// Places, widths and letters, by every operation that moves the pen.
func TestText(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"a word", "BT /F1 10 Tf 20 200 Td (AB) Tj ET", "20,200-31 Аа"},
		{"a glyph by its number and by its word", "BT /F1 10 Tf 20 200 Td (CD) Tj ET", "20,200-30 Ж№"},
		{"a scaled matrix", "BT /F1 1 Tf 10 0 0 10 20 200 Tm (A) Tj ET", "20,200-25 А"},
		{"after another", "BT /F1 10 Tf 20 200 Td (A) Tj (B) Tj ET", "20,200-25 А|25,200-31 а"},
		{"moved back a little", "BT /F1 10 Tf 20 200 Td [(A) 50 (B)] TJ ET", "20,200-30.5 Аа"},
		{"a wide gap parts", "BT /F1 10 Tf 20 200 Td [(A) -2000 (B)] TJ ET", "20,200-25 А|45,200-51 а"},
		{"lines", "BT /F1 10 Tf 12 TL 20 200 Td (A) Tj T* (A) Tj (A) ' ET", "20,200-25 А|20,188-25 А|20,176-25 А"},
		{"TD sets the lead", "BT /F1 10 Tf 20 200 TD 0 -14 TD (A) Tj T* (A) Tj ET", "20,186-25 А|20,172-25 А"},
		{"space between letters, words, wider, higher", "BT /F1 10 Tf 1 Tc 200 Tz 3 Ts 20 200 Td (A) Tj ET", "20,203-32 А"},
		{"a moved page", "q 2 0 0 2 10 10 cm BT /F1 10 Tf 20 20 Td (A) Tj ET Q BT /F1 10 Tf 0 0 Td (A) Tj ET", "50,50-60 А|0,0-5 А"},
		{"invisible", "BT 3 Tr /F1 10 Tf (A) Tj ET", ""},
		{"upright only", "BT /F1 10 Tf 0 1 -1 0 20 200 Tm (A) Tj ET", ""},
		{"a picture in the text", "BI /W 1 /H 1 ID \x00(\x01\x02EI BT /F1 10 Tf (A) Tj ET", "0,0-5 А"},
		{"rubbish between", ") ] >> BT /F1 10 Tf << /a >> 1 2 3 Zz (A) Tj ET Q Q Q", "0,0-5 А"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, x := range shown(t, c.content, nil).Texts {
				got = append(got, strings.TrimSpace(point(x.X)+","+point(x.Y)+"-"+point(x.End)+" "+x.S))
			}
			if s := strings.Join(got, "|"); s != c.want {
				t.Errorf("%s, want %s", s, c.want)
			}
		})
	}
}

func point(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }

// Fonts of two bytes say their letters in a table and their widths below.
func TestWideFont(t *testing.T) {
	p := shown(t, "BT /F1 10 Tf <000100020003> Tj ET", map[int]string{
		6:  "<</Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [30 0 R] /ToUnicode 31 0 R>>",
		30: "<</Type /Font /Subtype /CIDFontType2 /DW 1000 /W [1 [500 600] 3 5 700]>>",
		31: streamBody("", "1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfchar <0001> <0410> endbfchar 2 beginbfrange <0002> <0002> [<04300431>] <0003> <0004> <0432> endbfrange"),
	})
	if len(p.Texts) != 1 || p.Texts[0].S != "Аабв" || p.Texts[0].End != 18 || p.Unread != 0 {
		t.Errorf("%+v", p)
	}
	p = shown(t, "BT /F1 10 Tf <0001> Tj ET", map[int]string{6: "<</Type /Font /Subtype /Type0 /Encoding /Identity-H>>"})
	if p.Unread != 1 {
		t.Errorf("a font without letters: %+v", p)
	}
}

// Lines of tables, drawn as lines, boxes and thin boxes; forms; turned pages.
func TestRulesAndForms(t *testing.T) {
	p := shown(t, "0 0 m 100 0 l S 10 20 50 1 re f 0 0 30 40 re S 0 0 30 40 re f 5 5 m 6 60 l 9 9 l f 1 0 0 1 7 7 cm /X1 Do",
		map[int]string{20: streamBody("/Type /XObject /Subtype /Form /Matrix [1 0 0 1 100 100] /Resources <</Font <</F1 6 0 R>>>>", "BT /F1 10 Tf (A) Tj ET")})
	if len(p.Rules) != 6 || p.Rules[0] != (Rule{0, 0, 100, 0}) || len(p.Texts) != 1 || p.Texts[0].X != 107 {
		t.Errorf("%+v", p)
	}
	for turn, want := range map[string]string{"90": "200,280", "180": "280,100", "270": "100,20", "0": "20,200"} {
		m := draft(false)
		m.put(3, strings.Replace(page, "/Annots", "/Rotate "+turn+" /Annots", 1))
		m.put(4, streamBody("", map[string]string{"0": "BT", "90": "BT 0 1 -1 0 20 200 Tm", "180": "BT -1 0 0 -1 20 200 Tm", "270": "BT 0 -1 1 0 20 200 Tm"}[turn]+" /F1 10 Tf "+map[bool]string{true: "20 200 Td"}[turn == "0"]+" (A) Tj ET"))
		if err := ReadPages(m.save(), func(p *Page) bool {
			if len(p.Texts) != 1 || point(p.Texts[0].X)+","+point(p.Texts[0].Y) != want {
				t.Errorf("%s: %+v", turn, p.Texts)
			}
			return true
		}); err != nil {
			t.Error(err)
		}
	}
}

func TestReadPagesRefuses(t *testing.T) {
	for text, want := range map[string]error{"": ErrNotPDF, "<html>": ErrNotPDF} {
		if err := ReadPages([]byte(text), func(*Page) bool { return true }); !errors.Is(err, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Whatever stands in a page, reading it ends soon and does not panic.
func FuzzReadPages(f *testing.F) {
	for _, packed := range []bool{false, true} {
		m := draft(packed)
		m.put(4, streamBody("", "BT /F1 10 Tf 12 TL 20 200 Td [(A) -2000 (B)] TJ T* (A) ' ET 0 0 30 40 re S q 1 0 0 1 7 7 cm /X1 Do Q"))
		f.Add(m.save())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		start := time.Now()
		_ = ReadPages(b, func(p *Page) bool { return len(p.Texts) < 1<<20 }) // most are refused
		if took := time.Since(start); took > 20*time.Second {
			t.Fatal("too long")
		}
	})
}
