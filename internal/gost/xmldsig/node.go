package xmldsig

import "encoding/xml"

type kind uint8

const (
	document kind = iota
	element
	text
	instruction
)

// node is one node of the tree. Comments are never kept (canonical form without
// comments is the only one here) and neighbouring character data is one text
// node, CDATA sections included.
type node struct {
	kind     kind
	prefix   string // element
	local    string // element: local name; instruction: target
	uri      string // element: namespace
	text     string // text: characters; instruction: data
	attrs    []attr // element: without namespace declarations, sorted by (uri, local)
	parent   *node
	children []*node
}

type attr struct{ prefix, local, uri, value string }

func (n *node) name() xml.Name { return xml.Name{Space: n.uri, Local: n.local} }

func (n *node) is(space, local string) bool {
	return n.kind == element && n.uri == space && n.local == local
}

// attribute returns the value of an unqualified attribute.
func (n *node) attribute(local string) (value string, ok bool) {
	for _, a := range n.attrs {
		if a.uri == "" && a.local == local {
			return a.value, true
		}
	}
	return "", false
}

// elements returns the child elements.
func (n *node) elements() []*node {
	var out []*node
	for _, c := range n.children {
		if c.kind == element {
			out = append(out, c)
		}
	}
	return out
}

// only returns the single child element with the name, nil when there is none
// or more than one.
func (n *node) only(space, local string) *node {
	var found *node
	for _, c := range n.children {
		if c.is(space, local) {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}

// content is the text of an element that has no child elements.
func (n *node) content() string {
	s := ""
	for _, c := range n.children {
		if c.kind == text {
			s += c.text
		}
	}
	return s
}

// walk calls f for every element in document order.
func (n *node) walk(f func(*node)) {
	if n.kind == element {
		f(n)
	}
	for _, c := range n.children {
		if c.kind == element {
			c.walk(f)
		}
	}
}

// byID returns all elements whose unqualified Id attribute is id. SMEV's
// schemas know no other attribute of type xs:ID.
func (n *node) byID(id string) []*node {
	var out []*node
	n.walk(func(e *node) {
		if v, ok := e.attribute("Id"); ok && v == id {
			out = append(out, e)
		}
	})
	return out
}
