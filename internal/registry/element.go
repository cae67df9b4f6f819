package registry

import (
	"iter"
	"strings"
)

// tree is the XML of one record, its elements in document order. It exists
// because encoding/xml reads some 20 MB/s and ends the file at the first error.
type tree struct {
	nodes []node
	attrs []attr // of all nodes
}

type node struct {
	name, text   string
	attrs, until int32 // its attributes
	first, next  int32 // child and sibling, 0 for none
	pieces       int32 // of text
}

type attr struct{ name, value string }

// element is a node of a tree; the zero element is "not there" and all its
// parts are empty, so that paths through optional elements need no checks.
type element struct {
	t *tree
	i int32
}

func (t *tree) root() element { return element{t, 0} }

func (e element) exists() bool { return e.t != nil }

func (e element) name() string {
	if e.t == nil {
		return ""
	}
	return e.t.nodes[e.i].name
}

// attr is the value of an attribute without surrounding spaces.
func (e element) attr(name string) string {
	if e.t != nil {
		n := &e.t.nodes[e.i]
		for _, a := range e.t.attrs[n.attrs:n.until] {
			if a.name == name {
				return strings.TrimSpace(a.value)
			}
		}
	}
	return ""
}

// text is what stands in the element itself, without surrounding spaces.
func (e element) text() string {
	if e.t == nil {
		return ""
	}
	return strings.TrimSpace(e.t.nodes[e.i].text)
}

// all yields the children of that name, every child for "".
func (e element) all(name string) iter.Seq[element] {
	return func(yield func(element) bool) {
		if e.t == nil {
			return
		}
		for i := e.t.nodes[e.i].first; i != 0; i = e.t.nodes[i].next {
			if name == "" || e.t.nodes[i].name == name {
				if !yield(element{e.t, i}) {
					return
				}
			}
		}
	}
}

// child follows the first children of those names.
func (e element) child(path ...string) element {
	for _, name := range path {
		found := element{}
		for c := range e.all(name) {
			found = c
			break
		}
		e = found
	}
	return e
}
