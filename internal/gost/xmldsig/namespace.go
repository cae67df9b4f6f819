package xmldsig

// prefixXML is the number of the prefix xml.
const prefixXML = 1

// names numbers the prefixes and the namespaces of a document as they are met.
// Number 0 is the empty one of both, 1 is xml.
type names struct {
	prefixes, uris    []string
	numbers, uriTable map[string]int32
}

func newNames() names {
	return names{
		prefixes: []string{"", "xml"}, numbers: map[string]int32{"": 0, "xml": 1},
		uris: []string{"", nsXML}, uriTable: map[string]int32{"": 0, nsXML: 1},
	}
}

// number returns the number of name in the list, giving a new one when it is
// not there; fresh says so.
func number(list *[]string, table map[string]int32, name []byte) (n int32, fresh bool) {
	if n, known := table[string(name)]; known {
		return n, false
	}
	n = int32(len(*list))
	*list = append(*list, string(name))
	table[string(name)] = n
	return n, true
}

// bind puts a namespace declaration into force (Namespaces in XML 1.0, 2–5).
func (r *reader) bind(n *node, prefix, uri []byte) error {
	switch {
	case string(prefix) == "xmlns" || string(uri) == nsNS,
		(string(prefix) == "xml") != (string(uri) == nsXML),
		len(prefix) > 0 && len(uri) == 0:
		return r.bad("namespace declaration of %q not allowed", prefix)
	}
	u, fresh := number(&r.names.uris, r.names.uriTable, uri)
	if fresh && !absolute(uri) { // C14N 1.0, 1.3: fail on relative namespace URIs
		return r.bad("relative namespace URI")
	}
	p, fresh := number(&r.names.prefixes, r.names.numbers, prefix)
	if fresh {
		r.scope = append(r.scope, unbound)
	}
	for _, d := range r.decls[n.decl:] {
		if d.prefix == p {
			return r.bad("prefix %q declared twice", prefix)
		}
	}
	r.decls = append(r.decls, decl{p, u})
	n.nDecls++
	r.undo = append(r.undo, decl{p, r.scope[p]})
	r.scope[p] = u
	return nil
}

// absolute reports whether a URI begins with a scheme.
func absolute(uri []byte) bool {
	for i, c := range uri {
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return i > 0 && c == ':'
		}
	}
	return false
}
