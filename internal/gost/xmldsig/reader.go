package xmldsig

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// reader builds the tree. It is a non-validating processor of XML 1.0 (fifth
// edition) with Namespaces 1.0, less everything a DTD would bring.
type reader struct {
	s     string
	pos   int
	nodes int
	cur   *node
	open  []frame
	chars strings.Builder   // character data not yet made a node
	scope map[string]string // prefix -> namespace in force
}

// frame is an open element: its name as written and the bindings it replaced.
type frame struct {
	qname string
	undo  []binding
}

type binding struct {
	prefix, uri string
	bound       bool // false: the prefix had no namespace
}

var declaration = regexp.MustCompile(`^<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(?:"1\.0"|'1\.0')` +
	`(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(?:"([A-Za-z][-A-Za-z0-9._]*)"|'([A-Za-z][-A-Za-z0-9._]*)'))?` +
	`(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\n]*\?>`)

func parse(doc []byte) (*node, error) {
	if len(doc) > maxDocument {
		return nil, ErrTooLarge
	}
	doc = bytes.TrimPrefix(doc, []byte("\xEF\xBB\xBF"))
	s := string(doc)
	if err := checkChars(s); err != nil {
		return nil, err
	}
	if strings.Contains(s, "\r") { // XML 1.0, 2.11: line ends are LF before anything else looks
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	r := &reader{s: s, cur: &node{kind: document}, scope: map[string]string{"": "", "xml": nsXML}}
	root := r.cur
	if strings.HasPrefix(s, "<?xml") && len(s) > 5 && isSpace(s[5]) {
		m := declaration.FindStringSubmatch(s)
		if m == nil {
			return nil, r.bad("malformed XML declaration")
		}
		if enc := m[1] + m[2]; enc != "" && !strings.EqualFold(enc, "utf-8") {
			return nil, r.bad("encoding %s, want UTF-8", enc)
		}
		r.pos = len(m[0])
	}
	for r.pos < len(s) {
		if err := r.step(); err != nil {
			return nil, err
		}
	}
	if len(r.open) > 0 {
		return nil, r.bad("element %s is not closed", r.open[len(r.open)-1].qname)
	}
	if len(root.elements()) != 1 {
		return nil, r.bad("no root element")
	}
	return root, nil
}

// step reads one piece of markup or one run of characters.
func (r *reader) step() error {
	rest := r.s[r.pos:]
	switch {
	case rest[0] != '<':
		return r.characters()
	case strings.HasPrefix(rest, "</"):
		return r.end()
	case strings.HasPrefix(rest, "<!--"):
		return r.comment()
	case strings.HasPrefix(rest, "<![CDATA["):
		return r.cdata()
	case strings.HasPrefix(rest, "<!"):
		return ErrDTD
	case strings.HasPrefix(rest, "<?"):
		return r.instruction()
	default:
		return r.start()
	}
}

func (r *reader) bad(format string, args ...any) error {
	return fmt.Errorf("xmldsig: byte %d: %s", r.pos, fmt.Sprintf(format, args...))
}

func (r *reader) add(n *node) error {
	if r.nodes++; r.nodes > maxNodes {
		return ErrTooLarge
	}
	n.parent = r.cur
	r.cur.children = append(r.cur.children, n)
	return nil
}

// flush makes the pending character data a text node.
func (r *reader) flush() error {
	if r.chars.Len() == 0 {
		return nil
	}
	n := &node{kind: text, text: r.chars.String()}
	r.chars.Reset()
	return r.add(n)
}

func (r *reader) characters() error {
	end := strings.IndexByte(r.s[r.pos:], '<')
	if end < 0 {
		end = len(r.s) - r.pos
	}
	raw := r.s[r.pos : r.pos+end]
	if len(r.open) == 0 {
		if strings.Trim(raw, " \t\n") != "" {
			return r.bad("characters outside the root element")
		}
		r.pos += end
		return nil
	}
	if strings.Contains(raw, "]]>") {
		return r.bad("]]> in character data")
	}
	if err := r.expand(&r.chars, raw, false); err != nil {
		return err
	}
	r.pos += end
	return nil
}

func (r *reader) cdata() error {
	const open, shut = "<![CDATA[", "]]>"
	end := strings.Index(r.s[r.pos:], shut)
	if end < 0 || len(r.open) == 0 {
		return r.bad("CDATA section not closed or outside the root element")
	}
	r.chars.WriteString(r.s[r.pos+len(open) : r.pos+end])
	r.pos += end + len(shut)
	return nil
}

func (r *reader) comment() error {
	end := strings.Index(r.s[r.pos+4:], "--")
	if end < 0 || !strings.HasPrefix(r.s[r.pos+4+end:], "-->") {
		return r.bad("comment not closed or with -- inside")
	}
	r.pos += 4 + end + 3
	return nil
}

func (r *reader) instruction() error {
	body, _, closed := strings.Cut(r.s[r.pos+2:], "?>")
	if !closed {
		return r.bad("processing instruction not closed")
	}
	target := body
	if i := strings.IndexAny(body, " \t\n"); i >= 0 {
		target = body[:i]
	}
	if nameLen(target) != len(target) || target == "" || strings.Contains(target, ":") || strings.EqualFold(target, "xml") {
		return r.bad("bad target of a processing instruction")
	}
	if err := r.flush(); err != nil {
		return err
	}
	r.pos += len("<?") + len(body) + len("?>")
	return r.add(&node{kind: instruction, local: target, text: strings.TrimLeft(body[len(target):], " \t\n")})
}

// checkChars refuses bytes that are not UTF-8 and characters outside the Char
// production of XML 1.0.
func checkChars(s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("xmldsig: not UTF-8")
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' ||
			c == 0xEF && s[i+1] == 0xBF && s[i+2] >= 0xBE {
			return fmt.Errorf("xmldsig: byte %d: character not allowed in XML", i)
		}
	}
	return nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
