package document

import (
	_ "embed"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// face is one style of the embedded font: its file for the PDF and its glyphs
// for measuring.
type face struct {
	file   []byte
	glyphs *sfnt.Font
}

var (
	//go:embed font/ConsoleSerif-Regular.ttf
	regularFile []byte
	//go:embed font/ConsoleSerif-Bold.ttf
	boldFile []byte

	regular = mustFace(regularFile)
	bold    = mustFace(boldFile)
)

func mustFace(file []byte) face {
	glyphs, err := sfnt.Parse(file)
	if err != nil {
		panic("embedded font: " + err.Error())
	}
	return face{file, glyphs}
}

const mmPerPoint = 25.4 / 72

// width of s in millimetres at size points.
func (f face) width(s string, size float64) float64 {
	var buf sfnt.Buffer
	units := fixed.Int26_6(f.glyphs.UnitsPerEm())
	var sum fixed.Int26_6
	for _, r := range s {
		if i, err := f.glyphs.GlyphIndex(&buf, r); err == nil {
			if advance, err := f.glyphs.GlyphAdvance(&buf, i, units, font.HintingNone); err == nil {
				sum += advance
			}
		}
	}
	return float64(sum) / float64(units) * size * mmPerPoint
}

// clean makes s printable by the embedded font: composed letters, one line,
// «руб.» for the rouble sign it lacks, and "?" for other foreign signs, which
// would print as nothing or, above U+FFFF, break the PDF library.
func (f face) clean(s string) string {
	s = strings.ReplaceAll(norm.NFC.String(strings.ToValidUTF8(s, "?")), "₽", "руб.")
	var buf sfnt.Buffer
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		if r < ' ' || r == '\u00ad' || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		if i, err := f.glyphs.GlyphIndex(&buf, r); err != nil || i == 0 {
			return '?'
		}
		return r
	}, s)
}

// fit is clean, with spaces put into words longer than mm, so that a serial
// number or an address without spaces goes to the next line instead of into the
// next column: maroto breaks lines at spaces only.
func (f face) fit(s string, size, mm float64) string {
	mm *= 0.99 // the PDF library rounds widths to thousandths of an em
	words := strings.Split(f.clean(s), " ")
	for i, word := range words {
		if f.width(word, size) <= mm {
			continue
		}
		var b strings.Builder
		used := 0.0
		for _, r := range word {
			w := f.width(string(r), size)
			if used > 0 && used+w > mm {
				b.WriteByte(' ')
				used = 0
			}
			b.WriteRune(r)
			used += w
		}
		words[i] = b.String()
	}
	return strings.Join(words, " ")
}
