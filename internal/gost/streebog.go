package gost

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

// BlockSize is the block of both Streebog variants in bytes.
const BlockSize = 64

// block is a 512-bit state as words from the least significant.
type block [8]uint64

// streebogT joins the substitution, the transposition and the linear step:
// byte v in column i of a word contributes streebogT[i][v] (16 KB).
var streebogT = func() (t [8][256]uint64) {
	for i := range t {
		for v := range t[i] {
			s := streebogPi[v]
			for bit := 0; bit < 8; bit++ {
				if s>>bit&1 == 1 {
					t[i][v] ^= streebogA[63-8*i-bit]
				}
			}
		}
	}
	return t
}()

// lpsx sets z to L(P(S(x ^ y))).
func lpsx(z, x, y *block) {
	t := &streebogT
	a0, a1, a2, a3 := x[0]^y[0], x[1]^y[1], x[2]^y[2], x[3]^y[3]
	a4, a5, a6, a7 := x[4]^y[4], x[5]^y[5], x[6]^y[6], x[7]^y[7]
	for j := 0; j < 8; j++ {
		z[j] = t[0][byte(a0)] ^ t[1][byte(a1)] ^ t[2][byte(a2)] ^ t[3][byte(a3)] ^
			t[4][byte(a4)] ^ t[5][byte(a5)] ^ t[6][byte(a6)] ^ t[7][byte(a7)]
		a0, a1, a2, a3 = a0>>8, a1>>8, a2>>8, a3>>8
		a4, a5, a6, a7 = a4>>8, a5>>8, a6>>8, a7>>8
	}
}

// compress is the function g_N of RFC 6986, section 8: h becomes g_n(h, m).
func compress(h, n, m *block) {
	var k, s block
	lpsx(&k, h, n)
	s = *m
	for i := range streebogC {
		lpsx(&s, &k, &s)
		lpsx(&k, &k, &streebogC[i])
	}
	for i := range h {
		h[i] ^= s[i] ^ k[i] ^ m[i]
	}
}

// add adds x to z modulo 2^512.
func (z *block) add(x *block) {
	var carry uint64
	for i := range z {
		z[i], carry = bits.Add64(z[i], x[i], carry)
	}
}

func (z *block) load(b []byte) {
	for i := range z {
		z[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
}

type streebog struct {
	size       int // of the digest in bytes: 32 or 64
	h, n, sum  block
	tail       [BlockSize]byte
	tailLength int
}

// New256 returns Streebog with a 32-byte digest (GOST R 34.11-2012, RFC 6986).
func New256() hash.Hash { return newStreebog(32) }

// New512 returns Streebog with a 64-byte digest (GOST R 34.11-2012, RFC 6986).
func New512() hash.Hash { return newStreebog(64) }

// Sum256 returns the 32-byte Streebog digest of b.
func Sum256(b []byte) (digest [32]byte) {
	d := New256()
	d.Write(b)
	d.Sum(digest[:0])
	return digest
}

// Sum512 returns the 64-byte Streebog digest of b.
func Sum512(b []byte) (digest [64]byte) {
	d := New512()
	d.Write(b)
	d.Sum(digest[:0])
	return digest
}

func newStreebog(size int) *streebog {
	d := &streebog{size: size}
	d.Reset()
	return d
}

func (d *streebog) Size() int      { return d.size }
func (d *streebog) BlockSize() int { return BlockSize }

func (d *streebog) Reset() {
	*d = streebog{size: d.size}
	if d.size == 32 {
		for i := range d.h {
			d.h[i] = 0x0101010101010101
		}
	}
}

func (d *streebog) Write(b []byte) (int, error) {
	written := len(b)
	if d.tailLength > 0 {
		n := copy(d.tail[d.tailLength:], b)
		d.tailLength += n
		b = b[n:]
		if d.tailLength < BlockSize {
			return written, nil
		}
		d.absorb(d.tail[:], 512)
		d.tailLength = 0
	}
	for len(b) >= BlockSize {
		d.absorb(b, 512)
		b = b[BlockSize:]
	}
	d.tailLength = copy(d.tail[:], b)
	return written, nil
}

// absorb takes one padded block that carries the given number of message bits.
func (d *streebog) absorb(b []byte, messageBits uint64) {
	var m block
	m.load(b)
	compress(&d.h, &d.n, &m)
	d.n.add(&block{messageBits})
	d.sum.add(&m)
}

func (d *streebog) Sum(b []byte) []byte {
	c := *d // the caller may go on writing
	var last [BlockSize]byte
	copy(last[:], c.tail[:c.tailLength])
	last[c.tailLength] = 1
	c.absorb(last[:], uint64(c.tailLength)*8)
	var zero block
	compress(&c.h, &zero, &c.n)
	compress(&c.h, &zero, &c.sum)
	for i := 8 - c.size/8; i < 8; i++ {
		b = binary.LittleEndian.AppendUint64(b, c.h[i])
	}
	return b
}
