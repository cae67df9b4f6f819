package xmldsig

import "encoding/xml"

type kind uint8

const (
	document kind = iota
	element
	text
	comment
	instruction
)

// span is a piece of the tree's octets.
type span struct{ from, to int32 }

// tree is a document in flat slices without a pointer in them: reading a
// message allocates a handful of times, however many elements it has.
//
// The octets of every name, value and text lie in buf, where references and
// CDATA sections were replaced by what they stand for: none is shorter than
// that, so it is done in place.
type tree struct {
	buf   []byte
	nodes []node // in document order; the first is the document itself
	attrs []attr // those of a node lie together, sorted by (namespace, local name)
	decls []decl // namespace declarations, those of a node together as written
	names names
	left  int // canonical octets that may still be written of this document
}

// node is one node. Neighbouring character data is one text, CDATA sections
// included; a comment between divides it.
type node struct {
	kind   kind
	nAttrs uint16
	nDecls uint16
	prefix int32 // element: number of its prefix
	uri    int32 // element: number of its namespace
	name   span  // element: the name as written; others: characters, or target and data after one space
	local  int32 // element: where the local name begins
	parent int32
	next   int32 // the first node after this one and all inside it
	attr   int32 // the first of its attributes in tree.attrs
	decl   int32 // the first of its declarations in tree.decls
}

type attr struct {
	prefix, uri int32
	name        span // as written
	local       int32
	value       span
}

// decl binds a prefix to a namespace, unbound for none.
type decl struct{ prefix, uri int32 }

const unbound = -1

func (t *tree) bytes(s span) []byte        { return t.buf[s.from:s.to] }
func (t *tree) attributes(n *node) []attr  { return t.attrs[n.attr : int(n.attr)+int(n.nAttrs)] }
func (t *tree) declared(n *node) []decl    { return t.decls[n.decl : int(n.decl)+int(n.nDecls)] }
func (t *tree) localName(n *node) []byte   { return t.buf[n.local:n.name.to] }
func (t *tree) attrLocal(a *attr) []byte   { return t.buf[a.local:a.name.to] }
func (t *tree) root() elem                 { return elem{t, 0}.elements()[0] }
func (t *tree) namespaceOf(u int32) string { return t.names.uris[u] }

// elem points at an element of a tree, or at the document (number 0). The zero
// elem is none.
type elem struct {
	*tree
	i int32
}

func (e elem) none() bool     { return e.tree == nil }
func (e elem) node() *node    { return &e.nodes[e.i] }
func (e elem) space() string  { return e.namespaceOf(e.node().uri) }
func (e elem) local() string  { return string(e.localName(e.node())) }
func (e elem) name() xml.Name { return xml.Name{Space: e.space(), Local: e.local()} }

// parent of the root is the document.
func (e elem) parent() elem { return elem{e.tree, e.node().parent} }

func (e elem) isDocument() bool { return e.i == 0 }

func (e elem) is(space, local string) bool {
	n := e.node()
	return n.kind == element && string(e.localName(n)) == local && e.namespaceOf(n.uri) == space
}

// contains reports whether other lies inside e.
func (e elem) contains(other elem) bool { return other.i > e.i && other.i < e.node().next }

// attribute returns the value of an unqualified attribute.
func (e elem) attribute(local string) (value string, ok bool) {
	list := e.attributes(e.node())
	for i := range list {
		if a := &list[i]; a.uri == 0 && string(e.attrLocal(a)) == local {
			return string(e.bytes(a.value)), true
		}
	}
	return "", false
}

// hasXMLAttributes reports whether xml:lang, xml:space and the like are given to
// the element or inside it.
func (e elem) hasXMLAttributes() bool {
	for i := e.i; i < e.node().next; i++ {
		for _, a := range e.attributes(&e.nodes[i]) {
			if a.prefix == prefixXML {
				return true
			}
		}
	}
	return false
}

// elements returns the child elements.
func (e elem) elements() []elem {
	var out []elem
	for i := e.i + 1; i < e.node().next; i = e.nodes[i].next {
		if e.nodes[i].kind == element {
			out = append(out, elem{e.tree, i})
		}
	}
	return out
}

// only returns the single child element with the name, none when there is no
// such child or more than one.
func (e elem) only(space, local string) (found elem) {
	for _, c := range e.elements() {
		if c.is(space, local) {
			if !found.none() {
				return elem{}
			}
			found = c
		}
	}
	return found
}

// content is the text of an element that has no child elements.
func (e elem) content() (b []byte) {
	for i := e.i + 1; i < e.node().next; i = e.nodes[i].next {
		if e.nodes[i].kind == text {
			b = append(b, e.bytes(e.nodes[i].name)...)
		}
	}
	return b
}

// all returns the elements with the name, in document order.
func (t *tree) all(space, local string) (found []elem) {
	for i := range t.nodes {
		if e := (elem{t, int32(i)}); e.is(space, local) {
			found = append(found, e)
		}
	}
	return found
}
