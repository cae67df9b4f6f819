package xmldsig

import (
	"bytes"
	"slices"
	"strings"
)

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
