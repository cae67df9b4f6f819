package xmldsig

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestLinear: an octet of a hostile document costs no more when there are
// sixteen times as many of them.
func TestLinear(t *testing.T) {
	repeat := func(n int, f func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	declarations := func(n, from int) string {
		return repeat(n, func(i int) string { return fmt.Sprintf(" xmlns:p%d='urn:%d'", from+i, from+i) })
	}
	nested := func(depth int, tag func(i int) string) string {
		return repeat(depth, tag) + strings.Repeat("</e>", depth)
	}
	const full, deep = maxAttributes, maxDepth - 1 // of one element; below the root
	for name, document := range map[string]func(n int) string{
		"siblings":   func(n int) string { return repeat(600*n, func(int) string { return "<e/>" }) },
		"text":       func(n int) string { return strings.Repeat("Щукин & Ко ", 800*n) },
		"references": func(n int) string { return strings.Repeat("&amp;&#13;", 800*n) },
		"sections":   func(n int) string { return strings.Repeat("<![CDATA[<>]]>x", 500*n) },
		"blank texts between comments": func(n int) string {
			return strings.Repeat(" <!-- -->", 800*n)
		},
		"instructions": func(n int) string { return strings.Repeat("<?p  q?> ", 800*n) },
		"nested": func(n int) string {
			return repeat(6*n, func(int) string { return nested(deep, func(int) string { return "<e>" }) })
		},
		"attributes": func(n int) string {
			return repeat(4*n, func(int) string {
				return "<e" + repeat(full, func(i int) string { return fmt.Sprintf(" a%d=''", i*7919%full) }) + "/>"
			})
		},
		"declarations of one element": func(n int) string {
			return repeat(3*n, func(int) string { return "<e" + declarations(full, 0) + "/>" })
		},
		"ever new namespaces": func(n int) string {
			return repeat(200*n, func(i int) string { return fmt.Sprintf("<p:e xmlns:p='urn:%d'/>", i) })
		},
		"ever new prefixes": func(n int) string {
			return repeat(200*n, func(i int) string { return fmt.Sprintf("<p%d:e xmlns:p%d='urn:1'/>", i, i) })
		},
		"namespaces declared all the way down, used at the bottom": func(n int) string {
			return repeat(n, func(int) string {
				return repeat(deep-1, func(i int) string { return "<e" + declarations(4, 4*i) + ">" }) +
					"<e" + repeat(full, func(i int) string { return fmt.Sprintf(" p%d:a=''", i) }) + "/>" + strings.Repeat("</e>", deep-1)
			})
		},
		"prefixes shadowed all the way down": func(n int) string {
			return repeat(2*n, func(int) string {
				return nested(deep, func(i int) string { return fmt.Sprintf("<e xmlns:p='urn:%d' p:a=''>", i) })
			})
		},
		"Ids": func(n int) string {
			return repeat(300*n, func(i int) string { return fmt.Sprintf("<e Id='i%d'/>", i) })
		},
	} {
		doc := func(n int) []byte { return []byte("<r>" + strings.ReplaceAll(document(n), " & ", " &amp; ") + "</r>") }
		small, large := doc(4), doc(64)
		for what, f := range map[string]func([]byte) error{
			"Canonicalize": func(d []byte) error { _, err := Canonicalize(d); return err },
			"Inclusive": func(d []byte) error {
				_, err := C14N{Inclusive: []string{"p", "p1", "#default"}}.Canonicalize(d)
				return err
			},
			"Transform": func(d []byte) error { _, err := Transform(d); return err },
			"VerifyAll": func(d []byte) error { _, err := VerifyAll(d); return err },
		} {
			perOctet := func(d []byte, times int) float64 {
				best := time.Hour
				for range 3 {
					begun := time.Now()
					for range times {
						if err := f(d); err != nil {
							t.Fatalf("%s, %s: %v", name, what, err)
						}
					}
					best = min(best, time.Since(begun))
				}
				return float64(best) / float64(len(d)*times)
			}
			const allowed = 6 // a larger map and a colder cache cost something; a square would make it 16
			var grown float64
			for range 5 { // a neighbour on the machine spoils one measurement, not five
				if grown = perOctet(large, 1) / perOctet(small, 16); grown < allowed {
					break
				}
			}
			if grown >= allowed {
				t.Errorf("%s, %s: an octet costs %.1f times as much in %d KB as in %d KB", name, what, grown, len(large)>>10, len(small)>>10)
			}
		}
	}
}

// TestInclusiveIsLinear: the prefixes of a list are looked for in scope once,
// not once for each prefix of the document.
func TestInclusiveIsLinear(t *testing.T) {
	var b strings.Builder
	count := 0
	open := func(declarations int) {
		b.WriteString("<e")
		for range declarations {
			fmt.Fprintf(&b, " xmlns:p%d='u:'", count)
			count++
		}
		b.WriteString(">")
	}
	open(0)
	for range 200 {
		open(maxAttributes)
		b.WriteString("</e>")
	}
	for range maxDepth - 2 {
		open(maxAttributes)
	}
	b.WriteString("<x/>" + strings.Repeat("</e>", maxDepth-1))
	var reading, writing = time.Hour, time.Hour
	for range 3 {
		begun := time.Now()
		doc, err := parse([]byte(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		reading, begun = min(reading, time.Since(begun)), time.Now()
		if _, err := (C14N{Inclusive: []string{"none"}}).form(doc.all("", "x")[0]); err != nil {
			t.Fatal(err)
		}
		writing = min(writing, time.Since(begun))
	}
	if writing > 2*reading {
		t.Errorf("%v to write one element, %v to read the document", writing, reading)
	}
}
