package gost

import (
	"encoding/binary"
	"math/big"
	"math/bits"
)

// elem is a number of 256 or 512 bits in words from the least significant; the
// upper four of a 256-bit one are zero.
type elem [8]uint64

func words(x *big.Int) elem {
	var b [64]byte
	return bigEndian(x.FillBytes(b[:]))
}

// bigEndian reads 32 or 64 bytes.
func bigEndian(b []byte) (x elem) {
	for i := range len(b) / 8 {
		x[i] = binary.BigEndian.Uint64(b[len(b)-8*i-8:])
	}
	return x
}

// putBigEndian fills b, 32 or 64 bytes.
func (x *elem) putBigEndian(b []byte) {
	for i := range len(b) / 8 {
		binary.BigEndian.PutUint64(b[len(b)-8*i-8:], x[i])
	}
}

// littleEndianWords reads 32 or 64 bytes.
func littleEndianWords(b []byte) (x elem) {
	for i := range len(b) / 8 {
		x[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return x
}

// littleEndian returns x as 32 or 64 bytes.
func (x *elem) littleEndian(size int) []byte {
	b := make([]byte, size)
	for i := range size / 8 {
		binary.LittleEndian.PutUint64(b[8*i:], x[i])
	}
	return b
}

// int is x as people and ASN.1 count.
func (x *elem) int() *big.Int {
	var b [64]byte
	x.putBigEndian(b[:])
	return new(big.Int).SetBytes(b[:])
}

// zero reports whether x is 0, in the same time for all x.
func (x *elem) zero() bool {
	var any uint64
	for _, w := range x {
		any |= w
	}
	return any == 0
}

// below reports whether x < y, in the same time for all x and y.
func (x *elem) below(y *elem) bool {
	var borrow uint64
	for i := range x {
		_, borrow = bits.Sub64(x[i], y[i], borrow)
	}
	return borrow == 1
}

// equal reports whether x = y, in the same time for all x and y.
func (x *elem) equal(y *elem) bool {
	var differ uint64
	for i := range x {
		differ |= x[i] ^ y[i]
	}
	return differ == 0
}

// increase adds y and reports whether the sum left the n words.
func (x *elem) increase(y *elem, n int) bool {
	var carry uint64
	for i := range n {
		x[i], carry = bits.Add64(x[i], y[i], carry)
	}
	return carry == 1
}

// choose sets x to y where mask is all ones and leaves it where mask is 0.
func (x *elem) choose(y *elem, mask uint64) {
	for i := range x {
		x[i] ^= (x[i] ^ y[i]) & mask
	}
}
