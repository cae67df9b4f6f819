package printed_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost/pdfsig"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/registry/printed"
)

// A whole file: what comes out of it is a record that stands, or a refusal.
func FuzzRead(f *testing.F) {
	f.Add([]byte(orgtest.OnePage))
	f.Add(orgtest.Print(f, "Выписка из ЕГРЮЛ", "ОГРН 1027700132195"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := printed.Read(b)
		if err == nil && (r.Kind == printed.Extract) != (r.Record != nil) {
			t.Fatalf("%+v", r)
		}
	})
}

// The layout alone: words anywhere on a page, lines anywhere between them. A
// line of the input is x, y, end and the words; without words it is a rule.
func FuzzLayout(f *testing.F) {
	for _, layout := range []orgtest.Layout{orgtest.Since2022, orgtest.Unruled} {
		var b strings.Builder
		if err := pdfsig.ReadPages(orgtest.Kim.PDF(f, layout), func(p *pdfsig.Page) bool {
			number := func(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }
			for _, r := range p.Rules {
				b.WriteString(number(r.X1) + " " + number(r.Y1) + " " + number(r.X2) + " " + number(r.Y2) + "\n")
			}
			for _, x := range p.Texts {
				b.WriteString(number(x.X) + " " + number(x.Y) + " " + number(x.End) + " =" + x.S + "\n")
			}
			return true
		}); err != nil {
			f.Fatal(err)
		}
		f.Add(b.String())
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := &pdfsig.Page{}
		for line := range strings.SplitSeq(s, "\n") {
			words := strings.SplitN(line, " ", 4)
			if len(words) < 4 {
				continue
			}
			var n [4]float64
			for i, w := range words {
				n[i], _ = strconv.ParseFloat(w, 64)
			}
			if text, ok := strings.CutPrefix(words[3], "="); ok {
				p.Texts = append(p.Texts, pdfsig.Text{X: n[0], Y: n[1], End: n[2], Size: 9, S: text})
			} else {
				p.Rules = append(p.Rules, pdfsig.Rule{X1: n[0], Y1: n[1], X2: n[2], Y2: n[3]})
			}
		}
		begun := time.Now()
		r, err := printed.ReadTexts([]*pdfsig.Page{p, p})
		var damaged *printed.DamagedError
		switch {
		case err != nil && !errors.As(err, &damaged):
			t.Fatal(err)
		case err == nil && r.Fault() != "":
			t.Fatalf("%s: %+v", r.Fault(), r)
		}
		if time.Since(begun) > 10*time.Second {
			t.Fatal("too long")
		}
	})
}
