package xmldsig

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// expand writes buf[from:end] to the octets from at on, at most from itself,
// with its references replaced; it returns where it ended. Only the five
// predefined entities exist without a DTD.
func (r *reader) expand(at, from, end int) (int, error) {
	for {
		n := bytes.IndexByte(r.buf[from:end], '&')
		plain := r.buf[from:end]
		if n >= 0 {
			plain = plain[:n]
		}
		if at == from { // nothing moved so far
			at += len(plain)
		} else {
			at += copy(r.buf[at:], plain)
		}
		if n < 0 {
			return at, nil
		}
		from += n + 1
		n = bytes.IndexByte(r.buf[from:end], ';')
		if n < 0 {
			return 0, r.bad("& without ;")
		}
		c, ok := reference(r.buf[from : from+n])
		if !ok {
			return 0, r.bad("reference to an unknown entity or character")
		}
		at += utf8.EncodeRune(r.buf[at:], c)
		from += n + 1
	}
}

// reference gives the character that &name; stands for.
func reference(name []byte) (rune, bool) {
	switch string(name) {
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
	digits, numeric := bytes.CutPrefix(name, []byte("#"))
	base := 10
	if hex, ok := bytes.CutPrefix(digits, []byte("x")); ok {
		digits, base = hex, 16
	}
	if !numeric || len(digits) == 0 || digits[0] == '+' || digits[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
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
	for isSpace(r.buf[r.pos]) {
		r.pos++
	}
	return r.pos > from
}

// qname reads a qualified name and returns where its local part begins.
func (r *reader) qname() (name span, local int32, err error) {
	from := r.pos
	first := from
	ok := r.ncname()
	if ok && r.buf[r.pos] == ':' {
		r.pos++
		first = r.pos
		ok = r.ncname() && r.buf[r.pos] != ':'
	}
	if !ok {
		return name, 0, r.bad("malformed name")
	}
	return span{int32(from), int32(r.pos)}, int32(first), nil
}

// ncname skips a name without a colon and says whether there was one.
func (r *reader) ncname() bool {
	from := r.pos
	for {
		c, size := rune(r.buf[r.pos]), 1
		if c == 0xD0 || c == 0xD1 { // U+0400 to U+047F, Cyrillic: a name may begin with any
			size = 2
		} else if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRune(r.buf[r.pos:])
			if !nameStart(c) && (r.pos == from || !namePart(c)) {
				return r.pos > from
			}
		} else if class := asciiName[c]; class == 0 || class == inside && r.pos == from {
			return r.pos > from
		}
		r.pos += size
	}
}

const (
	first  = 1 + iota // a name may begin with the character
	inside            // it may stand further on
)

// asciiName is nameStart and namePart of the characters that names are mostly of.
var asciiName = func() (class [utf8.RuneSelf]uint8) {
	for c := range rune(utf8.RuneSelf) {
		switch {
		case nameStart(c):
			class[c] = first
		case namePart(c):
			class[c] = inside
		}
	}
	return class
}()

// isNCName reports whether s can be the value of an attribute of type xs:ID.
func isNCName(s string) bool {
	for i, c := range s {
		if !nameStart(c) && (i == 0 || !namePart(c)) {
			return false
		}
	}
	return s != "" && utf8.ValidString(s)
}

// nameStart is NameStartChar of XML 1.0, fifth edition, without the colon.
func nameStart(c rune) bool {
	switch {
	case c < 0x80:
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
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
