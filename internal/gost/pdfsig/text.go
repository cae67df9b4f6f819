package pdfsig

import (
	"errors"
	"fmt"
	"math"
)

// Page is what a page shows, in points from its lower left corner.
type Page struct {
	Texts    []Text
	Rules    []Rule // straight lines along the axes: of tables, mostly
	Pictures int
	Unread   int // signs of fonts that do not say which letters they draw
}

// Text is one run of letters in a line. A run ends where the document's own
// text operation ends or leaves a wide gap.
type Text struct {
	X, Y, End float64 // of the baseline
	Size      float64
	S         string
}

// Rule is a straight line, X1 ≤ X2 and Y1 ≤ Y2.
type Rule struct{ X1, Y1, X2, Y2 float64 }

// Vertical tells which way the line goes.
func (r Rule) Vertical() bool { return r.X2-r.X1 < r.Y2-r.Y1 }

// Limits of the pages of a document.
const (
	maxPages  = 5000
	maxDepth  = 32      // of the page tree, of forms inside forms, of saved states
	maxLength = 8 << 20 // signs of all pages
	maxRules  = 1 << 20
)

// ReadPages hands over what the pages show, one by one, until each says false.
// It reads them by the parser that judges the signatures, so that the text is
// that of the document judged. Invisible text is not there. Errors say that the
// document, or the page tree, cannot be read, or is too complex.
func ReadPages(pdf []byte, each func(*Page) bool) error {
	if len(pdf) > maxFile {
		return fmt.Errorf("PDF: %d bytes are too many", len(pdf))
	}
	f, err := openAny(pdf)
	if err != nil {
		return err
	}
	w := &pages{file: f, fonts: map[any]*font{}, seen: map[ref]bool{}, each: each}
	err = w.node(f.catalog()["Pages"], inherited{}, 0)
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

// pages walks the page tree.
type pages struct {
	*file
	fonts  map[any]*font
	seen   map[ref]bool
	each   func(*Page) bool
	count  int
	length int
	rules  int
}

var errStop = errors.New("enough")

// inherited is what a page takes from the nodes above it (ISO 32000-1, 7.7.3.4).
type inherited struct {
	resources any
	box       any
	rotate    any
}

func (w *pages) node(v any, in inherited, depth int) error {
	if r, ok := v.(ref); ok {
		if w.seen[r] {
			return fmt.Errorf("%w: pages in a circle", errSyntax)
		}
		w.seen[r] = true
	}
	d := w.plain(v)
	if d == nil {
		return nil
	}
	if depth > maxDepth {
		return errLimit
	}
	for key, to := range map[name]*any{"Resources": &in.resources, "MediaBox": &in.box, "Rotate": &in.rotate} {
		if d[key] != nil {
			*to = d[key]
		}
	}
	if kids, ok := w.resolve(d["Kids"]).(array); ok {
		for _, kid := range kids {
			if err := w.node(kid, in, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if w.count++; w.count > maxPages {
		return errLimit
	}
	p := &painter{pages: w, page: &Page{}, resources: w.plain(in.resources)}
	p.state.ctm = w.upright(in)
	p.state.scale = 1
	b, err := w.contents(d["Contents"])
	if err == nil {
		err = p.run(b)
	}
	if err != nil {
		return err
	}
	if !w.each(p.page) {
		return errStop
	}
	return nil
}

// contents joins the streams of a page.
func (w *pages) contents(v any) ([]byte, error) {
	parts := array{v}
	if a, ok := w.resolve(v).(array); ok {
		parts = a
	}
	var all []byte
	for _, part := range parts {
		s, ok := w.resolve(part).(*stream)
		if !ok {
			continue
		}
		b, err := w.inflate(s)
		if errors.Is(err, errLimit) || len(all)+len(b) > maxDrawn {
			return nil, errLimit
		}
		all = append(append(all, b...), '\n')
	}
	return all, nil
}

// upright turns the page as it is shown.
func (w *pages) upright(in inherited) matrix {
	turn, _ := w.resolve(in.rotate).(int)
	var box [4]float64
	a, _ := w.resolve(in.box).(array)
	for i := range min(len(a), 4) {
		box[i], _ = number(w.resolve(a[i]))
	}
	width, height := box[2]-box[0], box[3]-box[1]
	switch (turn%360 + 360) % 360 {
	case 90:
		return matrix{0, -1, 1, 0, -box[1], width + box[0]}
	case 180:
		return matrix{-1, 0, 0, -1, width + box[0], height + box[1]}
	case 270:
		return matrix{0, 1, -1, 0, height + box[1], -box[0]}
	}
	return matrix{1, 0, 0, 1, -box[0], -box[1]}
}

// number is an int or a float64 that is a number.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return 0, false
}

// matrix is a, b, c, d, e, f of ISO 32000-1, 8.3.3.
type matrix [6]float64

// times is m applied first, then n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func (m matrix) at(x, y float64) (float64, float64) {
	return m[0]*x + m[2]*y + m[4], m[1]*x + m[3]*y + m[5]
}
