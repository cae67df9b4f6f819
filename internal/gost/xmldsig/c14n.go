package xmldsig

import (
	"slices"
	"strings"
)

// C14N is exclusive XML Canonicalization 1.0 with its parameters. The zero
// value is the one SMEV prescribes: without comments, no inclusive namespaces.
type C14N struct {
	Comments bool
	// Inclusive is the InclusiveNamespaces PrefixList: prefixes written where
	// they are in scope instead of where they are used; #default among them is
	// the default namespace.
	Inclusive []string
}

// Canonicalize returns exclusive C14N 1.0 without comments of a whole document.
func Canonicalize(doc []byte) ([]byte, error) { return C14N{}.Canonicalize(doc) }

// Canonicalize returns the canonical form of a whole document, in UTF-8. The
// error tells what is not well-formed, not accepted (ErrDTD) or too large
// (ErrTooLarge).
func (m C14N) Canonicalize(doc []byte) ([]byte, error) {
	t, err := parse(doc)
	if err != nil {
		return nil, err
	}
	return m.form(elem{t, 0})
}

// form is the canonical form of a document or of one element.
func (m C14N) form(e elem) ([]byte, error) {
	c := &canon{writer: newWriter(e), C14N: m, apex: e.i, rendered: make([]int32, len(e.names.prefixes))}
	for p := range c.rendered {
		c.rendered[p] = unbound
	}
	c.rendered[0], c.rendered[1] = 0, 1 // no default namespace; xml is never declared
	if len(m.Inclusive) > 0 {
		c.inclusive = make([]bool, len(e.names.prefixes))
		for _, prefix := range m.Inclusive {
			if prefix == "#default" {
				prefix = ""
			}
			if p, known := e.names.numbers[prefix]; known {
				c.inclusive[p] = true
			}
		}
	}
	if !e.isDocument() {
		return c.finish(c.element(e.i))
	}
	return c.finish(c.document())
}

type canon struct {
	writer
	C14N
	apex      int32
	inclusive []bool  // by prefix
	rendered  []int32 // by prefix: namespace written by an open element
	undo      []decl  // what the open elements replaced there
}

// document writes a line end between the root and each instruction or comment
// beside it (C14N 1.0, 2.3).
func (c *canon) document() (err error) {
	before := true
	for i := int32(1); i < c.nodes[0].next && err == nil; i = c.nodes[i].next {
		switch n := &c.nodes[i]; {
		case n.kind == element:
			before = false
			c.apex = i
			err = c.element(i)
		case n.kind == comment && !c.Comments:
		case before:
			err = c.leaf(n)
			c.out = append(c.out, '\n')
		default:
			c.out = append(c.out, '\n')
			err = c.leaf(n)
		}
	}
	return err
}

func (c *canon) element(i int32) error {
	n := &c.nodes[i]
	mark := len(c.undo)
	c.declare(i, n)
	c.out = append(append(c.out, '<'), c.bytes(n.name)...)
	for _, d := range c.undo[mark:] {
		c.out = append(c.out, " xmlns"...)
		if d.prefix != 0 {
			c.out = append(append(c.out, ':'), c.names.prefixes[d.prefix]...)
		}
		c.namespace(c.rendered[d.prefix])
	}
	list := c.attributes(n)
	for j := range list {
		c.out = append(append(c.out, ' '), c.bytes(list[j].name)...)
		if err := c.value(list[j].value); err != nil {
			return err
		}
	}
	c.out = append(c.out, '>')
	for j := i + 1; j < n.next; j = c.nodes[j].next {
		var err error
		if child := &c.nodes[j]; child.kind == element {
			err = c.element(j)
		} else {
			err = c.leaf(child)
		}
		if err != nil {
			return err
		}
	}
	c.out = append(append(c.out, "</"...), c.bytes(n.name)...)
	c.out = append(c.out, '>')
	for _, d := range c.undo[mark:] {
		c.rendered[d.prefix] = d.uri
	}
	c.undo = c.undo[:mark]
	return c.bounded()
}

func (c *canon) leaf(n *node) error {
	switch n.kind {
	case text:
		return c.escape(n.name, &inText)
	case instruction:
		c.out = append(append(append(c.out, "<?"...), c.bytes(n.name)...), "?>"...)
	case comment:
		if c.Comments {
			c.out = append(append(append(c.out, "<!--"...), c.bytes(n.name)...), "-->"...)
		}
	}
	return nil
}

// declare notes as rendered the namespaces which the element visibly utilizes
// and no open element of the output has written (Exclusive C14N, 3); what they
// replaced stands at the end of c.undo, sorted by prefix.
func (c *canon) declare(i int32, n *node) {
	mark := len(c.undo)
	c.use(n.prefix, n.uri)
	list := c.attributes(n)
	for j := range list {
		if list[j].prefix != 0 {
			c.use(list[j].prefix, list[j].uri)
		}
	}
	if c.inclusive != nil {
		c.include(i, n)
	}
	if len(c.undo)-mark > 1 {
		slices.SortFunc(c.undo[mark:], func(a, b decl) int {
			return strings.Compare(c.names.prefixes[a.prefix], c.names.prefixes[b.prefix])
		})
	}
}

func (c *canon) use(prefix, uri int32) {
	if old := c.rendered[prefix]; old != uri {
		c.undo = append(c.undo, decl{prefix, old})
		c.rendered[prefix] = uri
	}
}

// include treats the prefixes of the list as inclusive C14N does: all in scope
// are written at the apex, from there on only what an element itself declares
// can differ from its parent.
func (c *canon) include(i int32, n *node) {
	if i != c.apex {
		for _, d := range c.declared(n) {
			if c.inclusive[d.prefix] {
				c.use(d.prefix, d.uri)
			}
		}
		return
	}
	seen := make([]bool, len(c.inclusive)) // declared further down
	for ; i > 0; i = c.nodes[i].parent {
		for _, d := range c.declared(&c.nodes[i]) {
			if c.inclusive[d.prefix] && !seen[d.prefix] {
				seen[d.prefix] = true
				c.use(d.prefix, d.uri)
			}
		}
	}
}
