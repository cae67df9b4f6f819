package gost_test

import (
	"slices"
	"testing"
)

// Objects are spoiled in one place and written again with right lengths, so
// that nothing but that place is wrong.

// tlv is an element in DER.
func tlv(tag byte, parts ...[]byte) []byte {
	body := slices.Concat(parts...)
	return append(append([]byte{tag}, derLength(len(body))...), body...)
}

func derLength(n int) []byte {
	if n < 0x80 {
		return []byte{byte(n)}
	}
	var size []byte
	for ; n > 0; n >>= 8 {
		size = append([]byte{byte(n)}, size...)
	}
	return append([]byte{0x80 | byte(len(size))}, size...)
}

// next splits the first element off.
func next(t testing.TB, der []byte) (element, body, rest []byte) {
	t.Helper()
	head, n := 2, int(der[1])
	if n >= 0x80 {
		head, n = 2+n&0x7f, 0
		for _, b := range der[2:head] {
			n = n<<8 | int(b)
		}
	}
	return der[:head+n], der[head : head+n], der[head+n:]
}

// children are the elements inside; those of a BIT STRING begin after its
// count of unused bits.
func children(t testing.TB, der []byte) (prefix []byte, all [][]byte) {
	t.Helper()
	_, body, _ := next(t, der)
	if der[0] == 0x03 {
		prefix, body = body[:1], body[1:]
	}
	for len(body) > 0 {
		var element []byte
		element, _, body = next(t, body)
		all = append(all, element)
	}
	return prefix, all
}

// at returns the element at the path of child numbers.
func at(t testing.TB, der []byte, path ...int) []byte {
	t.Helper()
	for _, i := range path {
		_, all := children(t, der)
		der = all[i]
	}
	return der
}

// put replaces the element at the path by others, or by none.
func put(t testing.TB, der []byte, path []int, by ...[]byte) []byte {
	t.Helper()
	if len(path) == 0 {
		return slices.Concat(by...)
	}
	prefix, all := children(t, der)
	all[path[0]] = put(t, all[path[0]], path[1:], by...)
	return tlv(der[0], prefix, slices.Concat(all...))
}

// after adds elements behind the one at the path.
func after(t testing.TB, der []byte, path []int, more ...[]byte) []byte {
	t.Helper()
	return put(t, der, path, append([][]byte{at(t, der, path...)}, more...)...)
}

// body is the content of the element.
func body(t testing.TB, der []byte) []byte {
	_, b, _ := next(t, der)
	return b
}

// Three ways of BER that DER forbids.
func indefinite(t testing.TB, der []byte) []byte {
	return slices.Concat([]byte{der[0], 0x80}, body(t, der), []byte{0, 0})
}

func longLength(t testing.TB, der []byte) []byte {
	b := body(t, der)
	return slices.Concat([]byte{der[0], 0x84, byte(len(b) >> 24), byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))}, b)
}

func inPieces(t testing.TB, der []byte) []byte {
	b := body(t, der)
	return tlv(der[0]|0x20, tlv(der[0], b[:len(b)/2]), tlv(der[0], b[len(b)/2:]))
}

// nested is n sequences in each other.
func nested(n int) (der []byte) {
	for range n {
		der = tlv(0x30, der)
	}
	return der
}
