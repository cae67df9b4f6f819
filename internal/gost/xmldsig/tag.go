package xmldsig

import "bytes"

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
