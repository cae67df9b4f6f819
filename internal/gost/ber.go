package gost

import (
	"bytes"
	"errors"
	"fmt"
)

// Signed messages come in BER too: programs that stream the content write
// indefinite lengths and strings in pieces. toDER turns such an object into
// definite lengths and whole strings; an object that is definite throughout
// comes back as it is, so that signed bytes are never touched.
func toDER(b []byte) ([]byte, error) {
	r := berReader{rest: b}
	der, changed, err := r.element(0)
	if err != nil {
		return nil, err
	}
	if len(r.rest) != 0 {
		return nil, errTrailingBytes
	}
	if !changed {
		return b, nil
	}
	return der, nil
}

const maxDepth = 40

var errBER = errors.New("bad BER")

type berReader struct{ rest []byte }

// header reads tag and length; length -1 is the indefinite one.
func (r *berReader) header() (tag []byte, length int, err error) {
	if len(r.rest) < 2 {
		return nil, 0, errBER
	}
	n := 1
	if r.rest[0]&0x1f == 0x1f { // high tag numbers do not occur in these formats
		return nil, 0, errBER
	}
	tag, length = r.rest[:1], int(r.rest[1])
	n++
	switch {
	case length == 0x80:
		length = -1
	case length > 0x80:
		size := length & 0x7f
		if size > 4 || len(r.rest) < n+size {
			return nil, 0, errBER
		}
		length = 0
		for _, c := range r.rest[n : n+size] {
			length = length<<8 | int(c)
		}
		n += size
	}
	if r.rest = r.rest[n:]; length > len(r.rest) {
		return nil, 0, errBER
	}
	return tag, length, nil
}

// element reads one element and returns it in DER; changed says whether that
// differs from what was read.
func (r *berReader) element(depth int) (der []byte, changed bool, err error) {
	if depth > maxDepth {
		return nil, false, fmt.Errorf("%w: too deep", errBER)
	}
	start := r.rest
	tag, length, err := r.header()
	if err != nil {
		return nil, false, err
	}
	constructed := tag[0]&0x20 != 0
	if !constructed {
		if length < 0 {
			return nil, false, errBER
		}
		r.rest = r.rest[length:]
		return start[:len(start)-len(r.rest)], false, nil
	}
	inner := berReader{rest: r.rest}
	if length >= 0 {
		inner.rest = r.rest[:length]
	}
	// An OCTET STRING in pieces; nothing else is cut in signed messages.
	pieces := tag[0] == 0x24
	changed = length < 0 || pieces
	content := inner.rest
	var body []byte // filled from the first change on
	for {
		before := len(content) - len(inner.rest)
		if length < 0 && bytes.HasPrefix(inner.rest, []byte{0, 0}) {
			inner.rest = inner.rest[2:]
			break
		}
		if len(inner.rest) == 0 {
			if length < 0 {
				return nil, false, errBER
			}
			break
		}
		child, childChanged, err := inner.element(depth + 1)
		if err != nil {
			return nil, false, err
		}
		if childChanged && !changed {
			changed, body = true, append(body, content[:before]...)
		}
		if !changed {
			continue
		}
		if pieces {
			if child[0] != 0x04 {
				return nil, false, errBER
			}
			c := berReader{rest: child}
			if _, _, err := c.header(); err != nil {
				return nil, false, err
			}
			child = c.rest
		}
		body = append(body, child...)
	}
	if length >= 0 {
		r.rest = r.rest[length:]
	} else {
		r.rest = inner.rest
	}
	if !changed {
		return start[:len(start)-len(r.rest)], false, nil
	}
	return appendElement(tag[0]&^boolBit(pieces, 0x20), body), true, nil
}

func boolBit(on bool, bit byte) byte {
	if on {
		return bit
	}
	return 0
}

// appendElement makes a DER element of a one-byte tag and its content.
func appendElement(tag byte, body []byte) []byte {
	n := len(body)
	if n < 0x80 {
		return append([]byte{tag, byte(n)}, body...)
	}
	var size []byte
	for v := n; v > 0; v >>= 8 {
		size = append([]byte{byte(v)}, size...)
	}
	head := append([]byte{tag, 0x80 | byte(len(size))}, size...)
	return append(head, body...)
}
