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
// byte v in word i adds streebogT[i][v] to the result (16 KB). It is a pointer
// so that the compiler keeps its address in a register.
var streebogT = func() *[8][256]uint64 {
	t := new([8][256]uint64)
	for i := range t {
		for v := range t[i] {
			s := streebogPi[v]
			for bit := range 8 {
				if s>>bit&1 == 1 {
					t[i][v] ^= streebogA[63-8*i-bit]
				}
			}
		}
	}
	return t
}()

// lpsx sets z to L(P(S(x ^ y))). The transposition makes word j of z out of the
// bytes j of all words, line by line below. Six words stay in registers and are
// shifted; two lie in memory, in b, and are read by bytes: that loads the
// arithmetic and the memory units of a processor evenly. They are stored before
// the others are read, or the compiler would spill those.
func lpsx(z, x, y *block, b *[16]byte) {
	t := streebogT
	binary.LittleEndian.PutUint64(b[0:], x[6]^y[6])
	binary.LittleEndian.PutUint64(b[8:], x[7]^y[7])
	a0, a1, a2, a3, a4, a5 := x[0]^y[0], x[1]^y[1], x[2]^y[2], x[3]^y[3], x[4]^y[4], x[5]^y[5]
	z[0] = t[0][byte(a0)] ^ t[1][byte(a1)] ^ t[2][byte(a2)] ^ t[3][byte(a3)] ^ t[4][byte(a4)] ^ t[5][byte(a5)] ^
		t[6][b[0]] ^ t[7][b[8]]
	z[1] = t[0][byte(a0>>8)] ^ t[1][byte(a1>>8)] ^ t[2][byte(a2>>8)] ^ t[3][byte(a3>>8)] ^ t[4][byte(a4>>8)] ^ t[5][byte(a5>>8)] ^
		t[6][b[1]] ^ t[7][b[9]]
	z[2] = t[0][byte(a0>>16)] ^ t[1][byte(a1>>16)] ^ t[2][byte(a2>>16)] ^ t[3][byte(a3>>16)] ^ t[4][byte(a4>>16)] ^ t[5][byte(a5>>16)] ^
		t[6][b[2]] ^ t[7][b[10]]
	z[3] = t[0][byte(a0>>24)] ^ t[1][byte(a1>>24)] ^ t[2][byte(a2>>24)] ^ t[3][byte(a3>>24)] ^ t[4][byte(a4>>24)] ^ t[5][byte(a5>>24)] ^
		t[6][b[3]] ^ t[7][b[11]]
	z[4] = t[0][byte(a0>>32)] ^ t[1][byte(a1>>32)] ^ t[2][byte(a2>>32)] ^ t[3][byte(a3>>32)] ^ t[4][byte(a4>>32)] ^ t[5][byte(a5>>32)] ^
		t[6][b[4]] ^ t[7][b[12]]
	z[5] = t[0][byte(a0>>40)] ^ t[1][byte(a1>>40)] ^ t[2][byte(a2>>40)] ^ t[3][byte(a3>>40)] ^ t[4][byte(a4>>40)] ^ t[5][byte(a5>>40)] ^
		t[6][b[5]] ^ t[7][b[13]]
	z[6] = t[0][byte(a0>>48)] ^ t[1][byte(a1>>48)] ^ t[2][byte(a2>>48)] ^ t[3][byte(a3>>48)] ^ t[4][byte(a4>>48)] ^ t[5][byte(a5>>48)] ^
		t[6][b[6]] ^ t[7][b[14]]
	z[7] = t[0][a0>>56] ^ t[1][a1>>56] ^ t[2][a2>>56] ^ t[3][a3>>56] ^ t[4][a4>>56] ^ t[5][a5>>56] ^
		t[6][b[7]] ^ t[7][b[15]]
}

// compress is the function g_N of RFC 6986, section 8: h becomes g_n(h, m).
func compress(h, n, m *block) {
	var k, s block
	var b [16]byte
	lpsx(&k, h, n, &b)
	s = *m
	for i := range streebogC {
		lpsx(&s, &k, &s, &b)
		lpsx(&k, &k, &streebogC[i], &b)
	}
	for i := range h {
		h[i] ^= s[i] ^ k[i] ^ m[i]
	}
}

// add adds x to z modulo 2^512.
func (z *block) add(x *block) {
	var c uint64
	z[0], c = bits.Add64(z[0], x[0], 0)
	z[1], c = bits.Add64(z[1], x[1], c)
	z[2], c = bits.Add64(z[2], x[2], c)
	z[3], c = bits.Add64(z[3], x[3], c)
	z[4], c = bits.Add64(z[4], x[4], c)
	z[5], c = bits.Add64(z[5], x[5], c)
	z[6], c = bits.Add64(z[6], x[6], c)
	z[7], _ = bits.Add64(z[7], x[7], c)
}

func (z *block) load(b []byte) {
	_ = b[BlockSize-1]
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
	d := newStreebog(len(digest))
	d.write(b)
	d.Sum(digest[:0])
	return digest
}

// Sum512 returns the 64-byte Streebog digest of b.
func Sum512(b []byte) (digest [64]byte) {
	d := newStreebog(len(digest))
	d.write(b)
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
	d.write(b)
	return len(b), nil
}

func (d *streebog) write(b []byte) {
	if d.tailLength > 0 {
		n := copy(d.tail[d.tailLength:], b)
		d.tailLength += n
		b = b[n:]
		if d.tailLength < BlockSize {
			return
		}
		d.absorb(d.tail[:], 512)
	}
	for len(b) >= BlockSize {
		d.absorb(b[:BlockSize], 512)
		b = b[BlockSize:]
	}
	d.tailLength = copy(d.tail[:], b)
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
