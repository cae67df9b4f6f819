package xmldsig

import (
	"bytes"
	"slices"
	"strings"
)

// Canonicalize returns exclusive C14N 1.0 without comments of a whole document.
func Canonicalize(doc []byte) ([]byte, error) {
	root, err := parse(doc)
	if err != nil {
		return nil, err
	}
	return canonical(root)
}

// canonical is exclusive C14N of a document or of one element.
func canonical(n *node) ([]byte, error) {
	c := &canon{rendered: map[string]string{}}
	if n.kind == element {
		err := c.element(n)
		return c.out.Bytes(), err
	}
	afterRoot := false
	for _, child := range n.children {
		switch child.kind {
		case instruction: // C14N 1.0, 2.3: a line end between an instruction and the root
			if afterRoot {
				c.out.WriteByte('\n')
			}
			c.instruction(child)
			if !afterRoot {
				c.out.WriteByte('\n')
			}
		case element:
			if err := c.element(child); err != nil {
				return nil, err
			}
			afterRoot = true
		}
	}
	return c.out.Bytes(), nil
}

type canon struct {
	out      bytes.Buffer
	rendered map[string]string // prefix -> namespace written by an open element
}

func (c *canon) element(n *node) error {
	undo := c.declarations(n)
	c.out.WriteByte('<')
	writeName(&c.out, n.prefix, n.local)
	for _, d := range undo {
		if d.prefix == "" {
			c.out.WriteString(` xmlns="`)
		} else {
			c.out.WriteString(` xmlns:` + d.prefix + `="`)
		}
		escape(&c.out, c.rendered[d.prefix], true)
		c.out.WriteByte('"')
	}
	for _, a := range n.attrs {
		c.out.WriteByte(' ')
		writeName(&c.out, a.prefix, a.local)
		c.out.WriteString(`="`)
		escape(&c.out, a.value, true)
		c.out.WriteByte('"')
	}
	c.out.WriteByte('>')
	for _, child := range n.children {
		switch child.kind {
		case text:
			escape(&c.out, child.text, false)
		case instruction:
			c.instruction(child)
		case element:
			if err := c.element(child); err != nil {
				return err
			}
		}
	}
	c.out.WriteString("</")
	writeName(&c.out, n.prefix, n.local)
	c.out.WriteByte('>')
	for _, d := range undo {
		if d.bound {
			c.rendered[d.prefix] = d.uri
		} else {
			delete(c.rendered, d.prefix)
		}
	}
	if c.out.Len() > maxOutput {
		return ErrTooLarge
	}
	return nil
}

// declarations finds the namespaces the element visibly utilizes and no open
// element of the output has written, notes them as rendered and returns what
// they replaced, sorted by prefix (Exclusive C14N, 3).
func (c *canon) declarations(n *node) (undo []binding) {
	use := func(prefix, uri string) {
		old, bound := c.rendered[prefix]
		if prefix == "xml" || old == uri && (bound || prefix == "") {
			return
		}
		undo = append(undo, binding{prefix, old, bound})
		c.rendered[prefix] = uri
	}
	use(n.prefix, n.uri)
	for _, a := range n.attrs {
		if a.prefix != "" {
			use(a.prefix, a.uri)
		}
	}
	slices.SortFunc(undo, func(a, b binding) int { return strings.Compare(a.prefix, b.prefix) })
	return undo
}

func (c *canon) instruction(n *node) {
	c.out.WriteString("<?" + n.local)
	if n.text != "" {
		c.out.WriteString(" " + n.text)
	}
	c.out.WriteString("?>")
}

func writeName(b *bytes.Buffer, prefix, local string) {
	if prefix != "" {
		b.WriteString(prefix)
		b.WriteByte(':')
	}
	b.WriteString(local)
}

// escape writes character data or an attribute value as C14N 1.0, 2.3 says.
func escape(b *bytes.Buffer, s string, attribute bool) {
	from := 0
	for i := 0; i < len(s); i++ {
		var esc string
		switch c := s[i]; {
		case c == '&':
			esc = "&amp;"
		case c == '<':
			esc = "&lt;"
		case c == '\r':
			esc = "&#xD;"
		case c == '>' && !attribute:
			esc = "&gt;"
		case c == '"' && attribute:
			esc = "&quot;"
		case c == '\t' && attribute:
			esc = "&#x9;"
		case c == '\n' && attribute:
			esc = "&#xA;"
		default:
			continue
		}
		b.WriteString(s[from:i])
		b.WriteString(esc)
		from = i + 1
	}
	b.WriteString(s[from:])
}
