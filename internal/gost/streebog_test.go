package gost

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// The two messages of RFC 6986, section 10, and the empty one.
func TestStreebog(t *testing.T) {
	m1 := []byte("012345678901234567890123456789012345678901234567890123456789012")
	m2, _ := hex.DecodeString("d1e520e2e5f2f0e82c20d1f2f0e8e1eee6e820e2edf3f6e82c20e2e5fef2fa20f120eceef0ff20f1" +
		"f2f0e5ebe0ece820ede020f5f0e0e1f0fbff20efebfaeafb20c8e3eef0e5e2fb")
	for _, tt := range []struct {
		name             string
		msg              []byte
		want256, want512 string
	}{
		{
			"M1", m1, "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500",
			"1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
		},
		{
			"M2", m2, "9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50",
			"1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28",
		},
		{
			"empty", nil, "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb",
			"8e945da209aa869f0455928529bcae4679e9873ab707b55315f56ceb98bef0a7362f715528356ee83cda5f2aac4c6ad2ba3a715c1bcd81cb8e9f90bf4c1c1a8a",
		},
	} {
		if got := Sum256(tt.msg); hex.EncodeToString(got[:]) != tt.want256 {
			t.Errorf("%s: %x, want %s", tt.name, got, tt.want256)
		}
		if got := Sum512(tt.msg); hex.EncodeToString(got[:]) != tt.want512 {
			t.Errorf("%s: %x, want %s", tt.name, got, tt.want512)
		}
	}
}

// One round as RFC 6986, sections 6.2 to 6.4 and 7, writes it, step by step:
// what lpsx and its table must give.
func TestStreebogRound(t *testing.T) {
	rnd := rand.New(rand.NewPCG(6986, 0))
	for range 1000 {
		var x, y, got block
		for i := range x {
			x[i], y[i] = rnd.Uint64(), rnd.Uint64()
		}
		var substituted, transposed [64]byte
		for i := range substituted {
			substituted[i] = streebogPi[byte((x[i/8]^y[i/8])>>(8*(i%8)))]
		}
		for i := range transposed { // tau: rows become columns
			transposed[i] = substituted[i%8*8+i/8]
		}
		lpsx(&got, &x, &y, new([16]byte))
		for i := range got {
			var want uint64
			for bit := range 64 {
				if transposed[8*i+bit/8]>>(bit%8)&1 == 1 {
					want ^= streebogA[63-bit]
				}
			}
			if got[i] != want {
				t.Fatalf("word %d of %x: %016x, want %016x", i, x, got[i], want)
			}
		}
	}
}

// Numbers modulo 2^512: the counter of bits and the sum of blocks carry
// through every word and fall off the end.
func TestStreebogAdd(t *testing.T) {
	modulus := new(big.Int).Lsh(big.NewInt(1), 512)
	number := func(b *block) *big.Int {
		var bytes []byte
		for _, w := range slices.Backward(b[:]) {
			bytes = fmt.Appendf(bytes, "%016x", w)
		}
		n, _ := new(big.Int).SetString(string(bytes), 16)
		return n
	}
	rnd := rand.New(rand.NewPCG(512, 0))
	word := func() uint64 {
		return []uint64{0, 1, 512, 1 << 63, ^uint64(0), ^uint64(511), rnd.Uint64()}[rnd.IntN(7)]
	}
	for range 2000 {
		var x, y block
		for i := range x {
			x[i], y[i] = word(), word()
		}
		want := new(big.Int).Add(number(&x), number(&y))
		sum := x
		sum.add(&y)
		if number(&sum).Cmp(want.Mod(want, modulus)) != 0 {
			t.Fatalf("%x + %x = %x", x, y, sum)
		}
	}
}

// A digest does not depend on how the message is cut into writes: every cut of
// every length up to three blocks, with a Sum at the cut, which must change
// nothing and must append.
func TestStreebogWrites(t *testing.T) {
	msg := make([]byte, 3*BlockSize+1)
	for i := range msg {
		msg[i] = byte(i*7 ^ i>>3)
	}
	h := New512()
	if h.Size() != 64 || New256().Size() != 32 || h.BlockSize() != 64 {
		t.Error("sizes")
	}
	for size := range msg {
		want := Sum512(msg[:size])
		for cut := range size + 1 {
			h.Reset()
			h.Write(msg[:cut])
			if part := Sum512(msg[:cut]); !bytes.Equal(h.Sum([]byte("x")), append([]byte("x"), part[:]...)) {
				t.Fatalf("%d bytes, Sum in between", cut)
			}
			if n, err := h.Write(msg[cut:size]); n != size-cut || err != nil {
				t.Fatalf("Write: %d, %v", n, err)
			}
			if [64]byte(h.Sum(nil)) != want {
				t.Fatalf("%d bytes cut at %d give another digest", size, cut)
			}
		}
	}
	// Many small writes of changing size over many blocks.
	long := bytes.Repeat(msg, 40)
	h.Reset()
	for b, n := long, 0; len(b) > 0; n++ {
		k := min(n*n%131, len(b))
		h.Write(b[:k])
		b = b[k:]
	}
	if [64]byte(h.Sum(nil)) != Sum512(long) {
		t.Error("small writes give another digest")
	}
}

func TestStreebogAllocates(t *testing.T) {
	msg := make([]byte, 1000)
	h, out := New256(), make([]byte, 0, 32)
	if n := testing.AllocsPerRun(100, func() {
		Sum256(msg)
		Sum512(msg)
		h.Reset()
		h.Write(msg)
		h.Sum(out)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkStreebog(b *testing.B) {
	for _, size := range []int{8, 64, 1 << 10, 1 << 20} {
		msg := make([]byte, size)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				Sum256(msg)
			}
		})
	}
}
