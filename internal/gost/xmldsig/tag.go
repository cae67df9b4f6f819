package xmldsig

import (
	"cmp"
	"slices"
	"strings"
)

// start reads a start or empty-element tag.
func (r *reader) start() error {
	if len(r.open) == 0 && len(r.cur.elements()) > 0 {
		return r.bad("more than one root element")
	}
	if len(r.open) >= maxDepth {
		return ErrTooLarge
	}
	if err := r.flush(); err != nil {
		return err
	}
	r.pos++
	qname, err := r.qname()
	if err != nil {
		return err
	}
	n := &node{kind: element}
	f := frame{qname: qname}
	empty, err := r.attributes(n, &f)
	if err != nil {
		return err
	}
	n.prefix, n.local = split(qname)
	if n.uri, err = r.resolve(n.prefix); err != nil {
		return err
	}
	if err := r.resolveAttributes(n); err != nil {
		return err
	}
	if err := r.add(n); err != nil {
		return err
	}
	r.cur = n
	r.open = append(r.open, f)
	if empty {
		r.close()
	}
	return nil
}

// end reads an end tag.
func (r *reader) end() error {
	if len(r.open) == 0 {
		return r.bad("end tag without a start tag")
	}
	if err := r.flush(); err != nil {
		return err
	}
	r.pos += 2
	qname, err := r.qname()
	if err != nil {
		return err
	}
	if want := r.open[len(r.open)-1].qname; qname != want {
		return r.bad("end tag %s closes %s", qname, want)
	}
	r.space()
	if !strings.HasPrefix(r.s[r.pos:], ">") {
		return r.bad("malformed end tag")
	}
	r.pos++
	r.close()
	return nil
}

// close leaves the current element and takes back its namespace bindings.
func (r *reader) close() {
	last := len(r.open) - 1
	undo := r.open[last].undo
	for i := len(undo) - 1; i >= 0; i-- {
		if b := undo[i]; b.bound {
			r.scope[b.prefix] = b.uri
		} else {
			delete(r.scope, b.prefix)
		}
	}
	r.open = r.open[:last]
	r.cur = r.cur.parent
}

// attributes reads up to the tag's end: namespace declarations come into force
// at once, the others wait in n.attrs for their prefixes to be resolved.
func (r *reader) attributes(n *node, f *frame) (empty bool, err error) {
	count := 0
	for {
		spaced := r.space()
		switch rest := r.s[r.pos:]; {
		case strings.HasPrefix(rest, "/>"):
			r.pos += 2
			return true, nil
		case strings.HasPrefix(rest, ">"):
			r.pos++
			return false, nil
		case !spaced:
			return false, r.bad("malformed tag %s", f.qname)
		}
		if count++; count > maxAttributes {
			return false, ErrTooLarge
		}
		qname, err := r.qname()
		if err != nil {
			return false, err
		}
		value, err := r.value()
		if err != nil {
			return false, err
		}
		a := attr{value: value}
		a.prefix, a.local = split(qname)
		switch {
		case qname == "xmlns":
			err = r.bind(f, "", value)
		case a.prefix == "xmlns":
			err = r.bind(f, a.local, value)
		default:
			n.attrs = append(n.attrs, a)
		}
		if err != nil {
			return false, err
		}
	}
}

// value reads = and a quoted attribute value.
func (r *reader) value() (string, error) {
	r.space()
	if !strings.HasPrefix(r.s[r.pos:], "=") {
		return "", r.bad("attribute without a value")
	}
	r.pos++
	r.space()
	if r.pos >= len(r.s) || r.s[r.pos] != '"' && r.s[r.pos] != '\'' {
		return "", r.bad("attribute value without quotes")
	}
	quote := r.s[r.pos]
	end := strings.IndexByte(r.s[r.pos+1:], quote)
	if end < 0 {
		return "", r.bad("attribute value is not closed")
	}
	raw := r.s[r.pos+1 : r.pos+1+end]
	if strings.Contains(raw, "<") {
		return "", r.bad("< in an attribute value")
	}
	var b strings.Builder
	if err := r.expand(&b, raw, true); err != nil {
		return "", err
	}
	r.pos += end + 2
	return b.String(), nil
}

// bind puts a namespace declaration into force (Namespaces in XML 1.0, 2–5).
func (r *reader) bind(f *frame, prefix, uri string) error {
	switch {
	case prefix == "xmlns" || uri == nsNS,
		(prefix == "xml") != (uri == nsXML),
		prefix != "" && uri == "":
		return r.bad("namespace declaration of %q not allowed", prefix)
	case uri != "" && !absolute(uri): // C14N 1.0, 1.3: fail on relative namespace URIs
		return r.bad("relative namespace URI")
	}
	for _, b := range f.undo {
		if b.prefix == prefix {
			return r.bad("prefix %q declared twice", prefix)
		}
	}
	old, bound := r.scope[prefix]
	f.undo = append(f.undo, binding{prefix, old, bound})
	r.scope[prefix] = uri
	return nil
}

func (r *reader) resolve(prefix string) (string, error) {
	uri, ok := r.scope[prefix]
	if !ok || prefix == "xmlns" {
		return "", r.bad("prefix %q is not declared", prefix)
	}
	return uri, nil
}

// resolveAttributes gives attributes their namespaces, sorts them and refuses
// a name met twice.
func (r *reader) resolveAttributes(n *node) (err error) {
	for i := range n.attrs {
		a := &n.attrs[i]
		if a.prefix == "" {
			continue // the default namespace is not for attributes
		}
		if a.uri, err = r.resolve(a.prefix); err != nil {
			return err
		}
	}
	slices.SortFunc(n.attrs, func(a, b attr) int {
		return cmp.Or(strings.Compare(a.uri, b.uri), strings.Compare(a.local, b.local))
	})
	for i := 1; i < len(n.attrs); i++ {
		if a, b := n.attrs[i-1], n.attrs[i]; a.uri == b.uri && a.local == b.local {
			return r.bad("attribute %s given twice", b.local)
		}
	}
	return nil
}
