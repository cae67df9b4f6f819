package xmldsig

import "strconv"

// Transform returns what urn://smev-gov-ru/xmldsig/transform makes of the
// exclusive canonical form of a whole document.
func Transform(doc []byte) ([]byte, error) {
	t, err := parse(doc)
	if err != nil {
		return nil, err
	}
	return transformed(t.root())
}

// transformed writes an element under the SMEV transform: no declaration,
// comments, instructions or white-space-only text; other text unchanged;
// prefixes renamed ns1, ns2… in the order of need, a number never given twice,
// declared where first needed; qualified attributes by (namespace, name), then
// the others by name; always an end tag.
//
// Escaping follows C14N. No message of the real exchange is known with ">" or
// CR inside text, where implementations may differ: Sign refuses them.
func transformed(e elem) ([]byte, error) {
	t := &transformer{writer: newWriter(e), numbers: make([]int32, len(e.names.uris))}
	return t.finish(t.element(e.i))
}

type transformer struct {
	writer
	numbers  []int32 // by namespace: number of the prefix that an open element declares, 0 for none
	last     int32   // number of the newest prefix
	declared []int32 // namespaces declared by the open elements, in order
}

func (t *transformer) element(i int32) error {
	n := &t.nodes[i]
	mark := len(t.declared)
	t.declare(n.uri)
	list := t.attributes(n) // sorted by namespace, none first
	qualified := 0
	for qualified < len(list) && list[qualified].uri == 0 {
		qualified++
	}
	for j := qualified; j < len(list); j++ {
		t.declare(list[j].uri)
	}
	t.out = append(t.out, '<')
	t.name(n.uri, t.localName(n))
	for _, uri := range t.declared[mark:] {
		t.out = append(t.out, " xmlns:"...)
		t.prefix(uri)
		t.namespace(uri)
	}
	for j := range list {
		a := &list[(j+qualified)%len(list)]
		t.out = append(t.out, ' ')
		t.name(a.uri, t.attrLocal(a))
		if err := t.value(a.value); err != nil {
			return err
		}
	}
	t.out = append(t.out, '>')
	if err := t.children(i, n); err != nil {
		return err
	}
	t.out = append(t.out, "</"...)
	t.name(n.uri, t.localName(n))
	t.out = append(t.out, '>')
	for _, uri := range t.declared[mark:] {
		t.numbers[uri] = 0
	}
	t.declared = t.declared[:mark]
	return t.bounded()
}

func (t *transformer) children(i int32, n *node) (err error) {
	for j := i + 1; j < n.next && err == nil; {
		switch child := &t.nodes[j]; child.kind {
		case element:
			err = t.element(j)
			j = child.next
		case instruction:
			j++
		default:
			j, err = t.text(j, n.next)
		}
	}
	return err
}

// text writes the text that begins with node i unless it is white space only. A
// comment does not divide it: that is gone before the transform looks.
func (t *transformer) text(i, end int32) (next int32, err error) {
	blank := true
	for next = i; next < end && (t.nodes[next].kind == text || t.nodes[next].kind == comment); next++ {
		blank = blank && (t.nodes[next].kind == comment || isBlank(t.bytes(t.nodes[next].name)))
	}
	for ; i < next && !blank && err == nil; i++ {
		if t.nodes[i].kind == text {
			err = t.escape(t.nodes[i].name, &inText)
		}
	}
	return next, err
}

func isBlank(b []byte) bool {
	for _, c := range b {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

// declare gives the namespace a prefix unless an open element declares one.
func (t *transformer) declare(uri int32) {
	if uri != 0 && t.numbers[uri] == 0 {
		t.last++
		t.numbers[uri] = t.last
		t.declared = append(t.declared, uri)
	}
}

func (t *transformer) name(uri int32, local []byte) {
	if uri != 0 {
		t.prefix(uri)
		t.out = append(t.out, ':')
	}
	t.out = append(t.out, local...)
}

func (t *transformer) prefix(uri int32) {
	t.out = strconv.AppendInt(append(t.out, "ns"...), int64(t.numbers[uri]), 10)
}
