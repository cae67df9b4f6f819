package gost

import (
	"errors"
	"fmt"
)

// Signed messages come in BER too: programs that stream the content write
// indefinite lengths and strings in pieces. toDER turns such an object into
// definite, shortest lengths and whole strings; DER comes back as it is. The
// order of a SET OF is left alone: see sortedAttributes.
//
// It never looks into primitive values: a string that holds an object of its
// own is content, and its bytes are signed as they are.
func toDER(b []byte) ([]byte, error) {
	n, changed, err := scanBER(b)
	if err != nil {
		return nil, err
	}
	if n != len(b) {
		return nil, errTrailingBytes
	}
	if !changed {
		return b, nil
	}
	r := berReader{b: b, keep: true}
	if _, err := r.element(0, false); err != nil {
		return nil, err
	}
	return r.der(), nil
}

// scanBER returns the length of the object that b begins with, and whether it
// must be rewritten to be DER.
func scanBER(b []byte) (n int, changed bool, err error) {
	r := berReader{b: b}
	if _, err := r.element(0, false); err != nil {
		return 0, false, err
	}
	return r.at, r.changed, nil
}

const (
	maxDepth    = 40
	maxElements = 4 << 20 // of an object that must be rewritten: their list is kept in memory
)

var errBER = errors.New("bad BER")

// berReader walks over the elements of b. With keep it lists them.
type berReader struct {
	b        []byte
	at       int
	changed  bool
	keep     bool
	elements []berElement
}

// berElement is an element in the order of reading, so that writing it again
// is writing the list: a constructed one is its header only.
type berElement struct {
	tag, body, size int  // offsets of identifier and content; size of the content in DER
	tagLen          int8 // 1, or more for high tag numbers
	constructed     bool
	piece           bool // of a string: its header is dropped
	pieces          bool // a string in pieces becomes a primitive one
}

// header reads identifier and length; length -1 is the indefinite one.
func (r *berReader) header() (e berElement, length int, err error) {
	rest := r.b[r.at:]
	if len(rest) < 2 {
		return e, 0, errBER
	}
	e.tag, e.tagLen, e.constructed = r.at, 1, rest[0]&0x20 != 0
	if rest[0]&0x1f == 0x1f { // a high tag number: only in attributes nobody here reads
		for e.tagLen++; rest[e.tagLen-1]&0x80 != 0; e.tagLen++ {
			if int(e.tagLen)+1 >= len(rest) || e.tagLen == 5 {
				return e, 0, errBER
			}
		}
		if len(rest) < int(e.tagLen)+1 {
			return e, 0, errBER
		}
	}
	n := int(e.tagLen)
	length = int(rest[n])
	n++
	switch {
	case length == 0x80:
		length = -1
		r.changed = true
	case length > 0x80:
		size := length & 0x7f
		if size > 4 || len(rest) < n+size {
			return e, 0, errBER
		}
		length = 0
		for _, c := range rest[n : n+size] {
			length = length<<8 | int(c)
		}
		n += size
		if n != int(e.tagLen)+len(derLength(length)) {
			r.changed = true
		}
	}
	if r.at += n; length > len(rest)-n {
		return e, 0, errBER
	}
	e.body = r.at
	return e, length, nil
}

// element reads one element and all in it and returns its size in DER; piece
// says that it must be a part of a string.
func (r *berReader) element(depth int, piece bool) (size int, err error) {
	if depth > maxDepth {
		return 0, fmt.Errorf("%w: too deep", errBER)
	}
	e, length, err := r.header()
	if err != nil {
		return 0, err
	}
	// An OCTET STRING in pieces; nothing else is cut in signed messages.
	e.pieces = r.b[e.tag] == 0x24
	if e.piece = piece; piece && r.b[e.tag] != 0x04 && !e.pieces {
		return 0, fmt.Errorf("%w: a string of other pieces", errBER)
	}
	index := len(r.elements)
	if r.keep {
		if index == maxElements {
			return 0, fmt.Errorf("%w: too many elements", errBER)
		}
		r.elements = append(r.elements, e)
	}
	if e.constructed {
		r.changed = r.changed || e.pieces
		e.size, err = r.children(length, depth, e.pieces)
	} else if e.size, r.at = length, r.at+length; length < 0 || r.b[e.tag] == 0 {
		err = errBER
	}
	if err != nil {
		return 0, err
	}
	if r.keep {
		r.elements[index].size = e.size
	}
	if piece {
		return e.size, nil
	}
	return int(e.tagLen) + len(derLength(e.size)) + e.size, nil
}

// children reads what a constructed element holds and returns its size in DER.
func (r *berReader) children(length, depth int, pieces bool) (size int, err error) {
	whole, end := r.b, r.at+length
	if length >= 0 {
		r.b = r.b[:end]
	}
	for length < 0 || r.at != end {
		if length < 0 && len(r.b)-r.at >= 2 && r.b[r.at] == 0 && r.b[r.at+1] == 0 {
			r.at += 2
			break
		}
		n, err := r.element(depth+1, pieces)
		if err != nil {
			return 0, err
		}
		size += n
	}
	r.b = whole
	return size, nil
}

// der writes the elements that were read.
func (r *berReader) der() []byte {
	out := make([]byte, 0, len(r.b))
	for _, e := range r.elements {
		if !e.piece {
			at := len(out)
			out = append(out, r.b[e.tag:e.tag+int(e.tagLen)]...)
			if e.pieces {
				out[at] &^= 0x20
			}
			out = append(out, derLength(e.size)...)
		}
		if !e.constructed {
			out = append(out, r.b[e.body:e.body+e.size]...)
		}
	}
	return out
}

// derLength is the shortest form of a length.
func derLength(n int) []byte {
	if n < 0x80 {
		return []byte{byte(n)}
	}
	size := 1
	for n>>(8*size) > 0 {
		size++
	}
	b := []byte{0x80 | byte(size)}
	for size--; size >= 0; size-- {
		b = append(b, byte(n>>(8*size)))
	}
	return b
}

// appendElement makes a DER element of a one-byte tag and its content.
func appendElement(tag byte, body []byte) []byte {
	return append(append([]byte{tag}, derLength(len(body))...), body...)
}
