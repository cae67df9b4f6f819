package gost

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// The two examples of RFC 5831, section 7.3, and the empty message, with the
// test substitution, and published digests with that of CryptoPro.
func TestGOST94(t *testing.T) {
	for _, tt := range []struct{ msg, test, cryptoPro string }{
		{
			"", "ce85b99cc46752fffee35cab9a7b0278abb4c2d2055cff685af4912c49490f8d",
			"981e5f3ca30c841487830f84fb433e13ac1101569b9c13584ac483234cd656c0",
		},
		{
			"This is message, length=32 bytes", "b1c466d37519b82e8319819ff32595e047a28cb6f83eff1c6916a815a637fffa",
			"2cefc2f7b7bdc514e18ea57fa74ff357e7fa17d652c75f69cb1be7893ede48eb",
		},
		{
			"Suppose the original message has length = 50 bytes", "471aba57a60a770d3a76130635c1fbea4ef14de51f78b4ae57dd893b62f55208",
			"c3730c5cbccacf915ac292676f21e8bd4ef75331d9405e5f1a61dc3130a65011",
		},
	} {
		for boxes, want := range map[*sboxes]string{boxesTest: tt.test, boxesCryptoPro: tt.cryptoPro} {
			h := newGOST94(boxes)
			h.Write([]byte(tt.msg))
			if got := hex.EncodeToString(h.Sum(nil)); got != want {
				t.Errorf("%q: %s, want %s", tt.msg, got, want)
			}
		}
	}
}

// Every cut of every length up to four blocks, with a Sum at the cut.
func TestGOST94Writes(t *testing.T) {
	msg := []byte(strings.Repeat("0123456789abcdef-", 8))[:129]
	h := newGOST94(boxesCryptoPro)
	for size := range msg {
		h.Reset()
		h.Write(msg[:size])
		want := h.Sum(nil)
		for cut := range size {
			h.Reset()
			h.Write(msg[:cut])
			h.Sum(nil)
			h.Write(msg[cut:size])
			if got := h.Sum([]byte("x")); !bytes.Equal(got[1:], want) || got[0] != 'x' {
				t.Fatalf("%d bytes cut at %d give another digest", size, cut)
			}
		}
	}
}

// The engine's hash agrees on every length to 256 and on long messages. The
// empty one is left out: the engine gives it a digest that no published table
// has.
func TestProofGOST94(t *testing.T) {
	t.Parallel()
	o, seed := newOpenSSL(t), rand.Uint64()
	t.Logf("seed %d", seed)
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	rnd := rand.NewChaCha8(key)
	args := []string{"dgst", "-r", "-md_gost94"}
	ours := map[string]string{}
	for i := 1; i < 277; i++ {
		size := i
		if i > 256 {
			size = 257 + int(rnd.Uint64()%100_000)
		}
		b := make([]byte, size)
		rnd.Read(b)
		if i%5 == 0 { // the sum of blocks carries
			b = bytes.Repeat([]byte{0xff}, size)
		}
		name := fmt.Sprintf("m%03d", i)
		o.write(name, b)
		args = append(args, name)
		h := newGOST94(boxesCryptoPro)
		h.Write(b)
		ours[name] = hex.EncodeToString(h.Sum(nil))
	}
	n := 0
	for line := range strings.Lines(o.run(args...)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), " *")
		if n++; sum != ours[name] {
			t.Errorf("%s: %s, the engine says %s", name, ours[name], sum)
		}
	}
	if n != len(ours) {
		t.Errorf("%d digests of %d", n, len(ours))
	}
	t.Logf("%d files", n)
}

func BenchmarkGOST94(b *testing.B) {
	msg := make([]byte, 1<<16)
	b.SetBytes(int64(len(msg)))
	h := newGOST94(boxesCryptoPro)
	for b.Loop() {
		h.Write(msg)
	}
}
