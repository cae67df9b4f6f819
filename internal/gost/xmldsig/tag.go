package xmldsig

import (
	"bytes"
	"slices"
	"strings"
)

// startTag reads a start or empty-element tag.
func (r *reader) startTag() error {
	if len(r.open) == 0 && r.rooted {
		return r.bad("more than one root element")
	}
	if len(r.open) >= maxDepth {
		return ErrTooLarge
	}
	if err := r.flush(); err != nil {
		return err
	}
	r.pos++
	n := node{kind: element, attr: int32(len(r.attrs)), decl: int32(len(r.decls))}
	f := frame{undo: int32(len(r.undo))}
	var err error
	if n.name, n.local, err = r.qname(); err != nil {
		return err
	}
	empty, err := r.readAttributes(&n)
	if err != nil {
		return err
	}
	if n.prefix, n.uri, err = r.resolve(n.name, n.local); err != nil {
		return err
	}
	if err := r.resolveAttributes(&n); err != nil {
		return err
	}
	if f.node, err = r.add(n); err != nil {
		return err
	}
	r.rooted = true
	r.cur = f.node
	r.open = append(r.open, f)
	if empty {
		r.close()
	}
	return nil
}

// endTag reads an end tag.
func (r *reader) endTag() error {
	if len(r.open) == 0 {
		return r.bad("end tag without a start tag")
	}
	if err := r.flush(); err != nil {
		return err
	}
	want := r.bytes(r.nodes[r.cur].name)
	r.pos += len("</")
	if !bytes.HasPrefix(r.buf[r.pos:], want) {
		return r.bad("the end tag of %s is due", want)
	}
	r.pos += len(want)
	r.space()
	if r.buf[r.pos] != '>' {
		return r.bad("the end tag of %s is due", want)
	}
	r.pos++
	r.close()
	return nil
}

// close leaves the current element and takes back its namespace bindings.
func (r *reader) close() {
	f := r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	for i := len(r.undo) - 1; i >= int(f.undo); i-- {
		r.scope[r.undo[i].prefix] = r.undo[i].uri
	}
	r.undo = r.undo[:f.undo]
	n := &r.nodes[f.node]
	n.next = int32(len(r.nodes))
	r.cur = n.parent
}

// readAttributes reads up to the tag's end. Namespace declarations come into
// force at once, the others wait for their prefixes to be resolved.
func (r *reader) readAttributes(n *node) (empty bool, err error) {
	for count := 0; ; count++ {
		spaced := r.space()
		switch c := r.buf[r.pos]; {
		case c == '>':
			r.pos++
			return false, nil
		case c == '/' && r.buf[r.pos+1] == '>':
			r.pos += 2
			return true, nil
		case !spaced:
			return false, r.bad("malformed tag %s", r.bytes(n.name))
		case count == maxAttributes:
			return false, ErrTooLarge
		}
		var a attr
		if a.name, a.local, err = r.qname(); err != nil {
			return false, err
		}
		if a.value, err = r.value(); err != nil {
			return false, err
		}
		switch name := r.bytes(a.name); {
		case string(name) == "xmlns":
			err = r.bind(n, nil, r.bytes(a.value))
		case bytes.HasPrefix(name, []byte("xmlns:")):
			err = r.bind(n, r.attrLocal(&a), r.bytes(a.value))
		default:
			r.attrs = append(r.attrs, a)
			n.nAttrs++
		}
		if err != nil {
			return false, err
		}
	}
}

// value reads = and a quoted attribute value. A literal tab or line end becomes
// a space (XML 1.0, 3.3.3); one written as a reference stays.
func (r *reader) value() (span, error) {
	r.space()
	if r.buf[r.pos] != '=' {
		return span{}, r.bad("attribute without a value")
	}
	r.pos++
	r.space()
	quote := r.buf[r.pos]
	if quote != '"' && quote != '\'' {
		return span{}, r.bad("attribute value without quotes")
	}
	r.pos++
	from := r.pos
	references := false
	for i, c := range r.buf[from:r.end] {
		switch c {
		case quote:
			r.pos = from + i + 1
			end := from + i
			if references {
				var err error
				if end, err = r.expand(from, from, end); err != nil {
					return span{}, err
				}
			}
			return span{int32(from), int32(end)}, nil
		case '<':
			return span{}, r.bad("< in an attribute value")
		case '&':
			references = true
		case '\t', '\n':
			r.buf[from+i] = ' '
		}
	}
	return span{}, r.bad("attribute value is not closed")
}

// resolve finds prefix and namespace of an element or of a prefixed attribute.
func (r *reader) resolve(name span, local int32) (prefix, uri int32, err error) {
	if local != name.from {
		var known bool
		written := r.buf[name.from : local-1]
		if string(written) == r.names.prefixes[r.last] {
			prefix = r.last
		} else if prefix, known = r.names.numbers[string(written)]; known {
			r.last = prefix
		} else {
			return 0, 0, r.bad("prefix %q is not declared", written)
		}
	}
	if uri = r.scope[prefix]; uri == unbound {
		return 0, 0, r.bad("prefix %q is not declared here", r.names.prefixes[prefix])
	}
	return prefix, uri, nil
}

// resolveAttributes gives attributes their namespaces, sorts them and refuses
// a name met twice.
func (r *reader) resolveAttributes(n *node) (err error) {
	list := r.attributes(n)
	for i := range list {
		if a := &list[i]; a.local != a.name.from { // the default namespace is not for attributes
			if a.prefix, a.uri, err = r.resolve(a.name, a.local); err != nil {
				return err
			}
		}
	}
	if len(list) < 2 {
		return nil
	}
	slices.SortFunc(list, r.compare)
	for i := 1; i < len(list); i++ {
		if r.compare(list[i-1], list[i]) == 0 {
			return r.bad("attribute %s given twice", r.attrLocal(&list[i]))
		}
	}
	return nil
}

// compare orders attributes as C14N 1.0, 2.3: by namespace, then by local name.
func (t *tree) compare(a, b attr) int {
	if a.uri != b.uri {
		return strings.Compare(t.names.uris[a.uri], t.names.uris[b.uri])
	}
	return bytes.Compare(t.attrLocal(&a), t.attrLocal(&b))
}
