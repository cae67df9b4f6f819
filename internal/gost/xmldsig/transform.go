package xmldsig

import (
	"bytes"
	"strconv"
	"strings"
)

// Transform returns what urn://smev-gov-ru/xmldsig/transform makes of the
// exclusive canonical form of a whole document.
func Transform(doc []byte) ([]byte, error) {
	root, err := parse(doc)
	if err != nil {
		return nil, err
	}
	return transformed(root.elements()[0])
}

// transformed writes an element under the SMEV transform: no declaration,
// instructions or white-space-only text; other text unchanged; prefixes renamed
// ns1, ns2… in the order of need, a number never given twice, declared where
// first needed; qualified attributes by (namespace, name), then the others by
// name; always an end tag.
//
// Escaping follows C14N. No message of the real exchange is known with ">" or
// CR inside text, where implementations may differ: senders keep them out.
func transformed(n *node) ([]byte, error) {
	t := &transformer{prefixes: map[string]string{}}
	err := t.element(n)
	return t.out.Bytes(), err
}

type transformer struct {
	out      bytes.Buffer
	prefixes map[string]string // namespace -> prefix declared by an open element
	last     int               // number of the newest prefix
}

func (t *transformer) element(n *node) error {
	var declared []string // namespaces declared here, in order
	prefix := func(uri string) string {
		if uri == "" {
			return ""
		}
		p, ok := t.prefixes[uri]
		if !ok {
			t.last++
			p = "ns" + strconv.Itoa(t.last)
			t.prefixes[uri] = p
			declared = append(declared, uri)
		}
		return p
	}
	own := prefix(n.uri)
	qualified := len(n.attrs) // n.attrs is sorted by namespace, none first
	for i, a := range n.attrs {
		if a.uri != "" {
			qualified = min(qualified, i)
			prefix(a.uri)
		}
	}
	t.out.WriteByte('<')
	writeName(&t.out, own, n.local)
	for _, uri := range declared {
		t.out.WriteString(" xmlns:" + t.prefixes[uri] + `="`)
		escape(&t.out, uri, true)
		t.out.WriteByte('"')
	}
	for _, part := range [][]attr{n.attrs[qualified:], n.attrs[:qualified]} {
		for _, a := range part {
			t.out.WriteByte(' ')
			writeName(&t.out, prefix(a.uri), a.local)
			t.out.WriteString(`="`)
			escape(&t.out, a.value, true)
			t.out.WriteByte('"')
		}
	}
	t.out.WriteByte('>')
	for _, c := range n.children {
		switch {
		case c.kind == text && strings.Trim(c.text, " \t\r\n") != "":
			escape(&t.out, c.text, false)
		case c.kind == element:
			if err := t.element(c); err != nil {
				return err
			}
		}
	}
	t.out.WriteString("</")
	writeName(&t.out, own, n.local)
	t.out.WriteByte('>')
	for _, uri := range declared {
		delete(t.prefixes, uri)
	}
	if t.out.Len() > maxOutput {
		return ErrTooLarge
	}
	return nil
}
