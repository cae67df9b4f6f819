package xmldsig

import (
	"bytes"
	"fmt"
)

// reader builds the tree in one pass. It is a non-validating processor of XML
// 1.0 (fifth edition) with Namespaces 1.0, less everything a DTD would bring.
type reader struct {
	*tree
	pos    int
	end    int // where the document's NUL stands
	rooted bool
	open   []frame
	cur    int32   // the node being filled
	text   span    // character data not yet made a node
	scope  []int32 // prefix -> namespace in force
	undo   []decl  // what the open elements' declarations replaced
	last   int32   // the prefix met last
}

// frame is an open element and the length of reader.undo before it.
type frame struct{ node, undo int32 }

func parse(doc []byte) (*tree, error) {
	b, err := decode(doc)
	if err != nil {
		return nil, err
	}
	t := &tree{buf: b, names: newNames(), left: maxForms}
	t.nodes = make([]node, 1, 2+min(bytes.Count(b, []byte("<")), maxNodes))
	r := &reader{tree: t, end: len(b) - 1, scope: []int32{0, 1}}
	for r.pos < r.end {
		if err := r.step(); err != nil {
			return nil, err
		}
	}
	if len(r.open) > 0 {
		return nil, r.bad("element %s is not closed", t.bytes(t.nodes[r.cur].name))
	}
	if !r.rooted {
		return nil, r.bad("no root element")
	}
	t.nodes[0].next = int32(len(t.nodes))
	return t, nil
}

// step reads one piece of markup or one run of characters.
func (r *reader) step() error {
	if r.buf[r.pos] != '<' {
		return r.characters()
	}
	switch r.buf[r.pos+1] {
	case '/':
		return r.endTag()
	case '?':
		return r.instruction()
	case '!':
		switch rest := r.buf[r.pos:r.end]; {
		case bytes.HasPrefix(rest, []byte("<!--")):
			return r.comment()
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			return r.cdata()
		case bytes.HasPrefix(rest, []byte("<!DOCTYPE")):
			return ErrDTD
		}
		return r.bad("unknown markup declaration")
	default:
		return r.startTag()
	}
}

func (r *reader) bad(format string, args ...any) error {
	return fmt.Errorf("xmldsig: byte %d: %s", r.pos, fmt.Sprintf(format, args...))
}

// add appends a child to the current node and returns its number.
func (r *reader) add(n node) (int32, error) {
	i := int32(len(r.nodes))
	if i > maxNodes {
		return 0, ErrTooLarge
	}
	n.parent, n.next = r.cur, i+1
	r.nodes = append(r.nodes, n)
	return i, nil
}

func (r *reader) leaf(k kind, from, to int) error {
	_, err := r.add(node{kind: k, name: span{int32(from), int32(to)}})
	return err
}

// flush makes the pending character data a text node.
func (r *reader) flush() error {
	s := r.text
	r.text = span{}
	if s.from == s.to {
		return nil
	}
	return r.leaf(text, int(s.from), int(s.to))
}

// pending is where the next character data continue the pending text: at from,
// when they begin it.
func (r *reader) pending(from int) int {
	if r.text.from == r.text.to {
		r.text = span{int32(from), int32(from)}
	}
	return int(r.text.to)
}

func (r *reader) characters() error {
	to := r.end
	if n := bytes.IndexByte(r.buf[r.pos:r.end], '<'); n >= 0 {
		to = r.pos + n
	}
	raw := r.buf[r.pos:to]
	if len(r.open) == 0 {
		if len(bytes.Trim(raw, " \t\n")) > 0 {
			return r.bad("characters outside the root element")
		}
		r.pos = to
		return nil
	}
	if bytes.Contains(raw, []byte("]]>")) {
		return r.bad("]]> in character data")
	}
	end, err := r.expand(r.pending(r.pos), r.pos, to)
	if err != nil {
		return err
	}
	r.text.to = int32(end)
	r.pos = to
	return nil
}

func (r *reader) cdata() error {
	from := r.pos + len("<![CDATA[")
	n := bytes.Index(r.buf[from:r.end], []byte("]]>"))
	if n < 0 || len(r.open) == 0 {
		return r.bad("CDATA section not closed or outside the root element")
	}
	at := r.pending(from)
	r.text.to = int32(at + copy(r.buf[at:], r.buf[from:from+n]))
	r.pos = from + n + len("]]>")
	return nil
}

func (r *reader) comment() error {
	from := r.pos + len("<!--")
	n := bytes.Index(r.buf[from:r.end], []byte("--"))
	if n < 0 || r.buf[from+n+2] != '>' {
		return r.bad("comment not closed or with -- inside")
	}
	if err := r.flush(); err != nil {
		return err
	}
	r.pos = from + n + len("-->")
	return r.leaf(comment, from, from+n)
}

// instruction keeps target and data with one space between, as C14N writes them.
func (r *reader) instruction() error {
	from := r.pos + len("<?")
	n := bytes.Index(r.buf[from:r.end], []byte("?>"))
	if n < 0 {
		return r.bad("processing instruction not closed")
	}
	end := from + n
	r.pos = from
	if !r.ncname() || r.pos < end && !isSpace(r.buf[r.pos]) || bytes.EqualFold(r.buf[from:r.pos], []byte("xml")) {
		return r.bad("bad target of a processing instruction")
	}
	if err := r.flush(); err != nil {
		return err
	}
	to := r.pos
	if data := bytes.TrimLeft(r.buf[to:end], " \t\n"); len(data) > 0 {
		r.buf[to] = ' '
		to += 1 + copy(r.buf[to+1:], data)
	}
	r.pos = end + len("?>")
	return r.leaf(instruction, from, to)
}
