package xmldsig

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// expand writes raw with its references replaced. Only the five predefined
// entities exist without a DTD. In an attribute a literal tab or line end
// becomes a space (XML 1.0, 3.3.3); one written as a reference stays.
func (r *reader) expand(b *strings.Builder, raw string, attribute bool) error {
	for raw != "" {
		i := strings.IndexByte(raw, '&')
		plain := raw
		if i >= 0 {
			plain = raw[:i]
		}
		if attribute {
			plain = blanks.Replace(plain)
		}
		b.WriteString(plain)
		if i < 0 {
			return nil
		}
		end := strings.IndexByte(raw[i:], ';')
		if end < 0 {
			return r.bad("& without ;")
		}
		c, ok := reference(raw[i+1 : i+end])
		if !ok {
			return r.bad("reference to an unknown entity or character")
		}
		b.WriteRune(c)
		raw = raw[i+end+1:]
	}
	return nil
}

var blanks = strings.NewReplacer("\t", " ", "\n", " ")

func reference(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, base := strings.TrimPrefix(name, "#"), 10
	if digits == name {
		return 0, false
	}
	if hex := strings.TrimPrefix(digits, "x"); hex != digits {
		digits, base = hex, 16
	}
	if digits == "" || digits[0] == '+' || digits[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return 0, false
	}
	c := rune(n)
	return c, n <= utf8.MaxRune && (c == '\t' || c == '\n' || c == '\r' ||
		c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000)
}

// space skips white space and says whether there was any.
func (r *reader) space() bool {
	from := r.pos
	for r.pos < len(r.s) && isSpace(r.s[r.pos]) {
		r.pos++
	}
	return r.pos > from
}

// qname reads a qualified name: a name with at most one colon, neither first
// nor last, and a name start after it.
func (r *reader) qname() (string, error) {
	n := nameLen(r.s[r.pos:])
	name := r.s[r.pos : r.pos+n]
	prefix, local := split(name)
	if n == 0 || local == "" || strings.Contains(local, ":") || nameLen(local) != len(local) ||
		prefix == "" && len(local) != n {
		return "", r.bad("malformed name")
	}
	r.pos += n
	return name, nil
}

func split(qname string) (prefix, local string) {
	if p, l, ok := strings.Cut(qname, ":"); ok {
		return p, l
	}
	return "", qname
}

// nameLen is the length in bytes of the Name at the start of s, 0 for none.
func nameLen(s string) int {
	for i, c := range s {
		if !nameStart(c) && (i == 0 || !namePart(c)) {
			return i
		}
	}
	return len(s)
}

// nameStart is NameStartChar of XML 1.0, fifth edition.
func nameStart(c rune) bool {
	switch {
	case c < 0x80:
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == ':'
	case c < 0x370:
		return c >= 0xC0 && c != 0xD7 && c != 0xF7 && c < 0x300
	case c < 0x2000:
		return c != 0x37E
	default:
		return c == 0x200C || c == 0x200D || c >= 0x2070 && c <= 0x218F ||
			c >= 0x2C00 && c <= 0x2FEF || c >= 0x3001 && c <= 0xD7FF ||
			c >= 0xF900 && c <= 0xFDCF || c >= 0xFDF0 && c <= 0xFFFD ||
			c >= 0x10000 && c <= 0xEFFFF
	}
}

// namePart is what NameChar adds to NameStartChar.
func namePart(c rune) bool {
	return '0' <= c && c <= '9' || c == '-' || c == '.' || c == 0xB7 ||
		c >= 0x300 && c <= 0x36F || c == 0x203F || c == 0x2040
}

// absolute reports whether a URI begins with a scheme.
func absolute(uri string) bool {
	for i := 0; i < len(uri); i++ {
		switch c := uri[i]; {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return i > 0 && c == ':'
		}
	}
	return false
}
