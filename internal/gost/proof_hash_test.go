package gost_test

import (
	"crypto/hmac"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"
	"testing"

	"signdesk/internal/gost"
)

var hashes = map[string]func() hash.Hash{"md_gost12_256": gost.New256, "md_gost12_512": gost.New512}

// files are messages of every length to 256 and twenty long ones.
func files(e *gost.Engine, s *source) (names []string, contents map[string][]byte) {
	contents = map[string][]byte{}
	for i := range 277 {
		size := i
		if i > 256 {
			size = 257 + s.IntN(300_000)
		}
		name := fmt.Sprintf("m%03d", i)
		b := s.bytes(size)
		if i%5 == 0 { // carries and additions meet their edges
			b = slices.Repeat([]byte{byte(0xff * (i / 5 % 2))}, size)
		}
		e.Write(name, b)
		names, contents[name] = append(names, name), b
	}
	return names, contents
}

func TestProofHash(t *testing.T) {
	t.Parallel()
	e, s := gost.NewEngine(t), newSource(t.Name())
	t.Logf("GOST_SEED=%d", seed())
	names, contents := files(e, s)
	for digest, make := range hashes {
		out := e.Run(append([]string{"dgst", "-r", "-" + digest}, names...)...)
		theirs := sums(out)
		for _, name := range names {
			h, b := make(), contents[name]
			for len(b) > 0 {
				n := 1 + s.IntN(len(b))
				h.Write(b[:n])
				b = b[n:]
			}
			if ours := hex.EncodeToString(h.Sum(nil)); theirs[name] != ours {
				t.Errorf("%s of %d bytes: %s, the engine says %s", digest, len(contents[name]), ours, theirs[name])
			}
		}
		t.Logf("%s: %d files", digest, len(names))
	}
}

// HMAC with keys shorter than, equal to and longer than a block.
func TestProofHMAC(t *testing.T) {
	t.Parallel()
	e, s := gost.NewEngine(t), newSource(t.Name())
	t.Logf("GOST_SEED=%d", seed())
	names, contents := files(e, s)
	for digest, make := range hashes {
		n := 0
		for i := range 25 {
			key := s.bytes([]int{1, 31, 32, 63, 64, 65, 128, 129}[i%8] + i/8)
			some := names[11*i : 11*i+11]
			out := e.Run(append([]string{"dgst", "-r", "-" + digest, "-mac", "HMAC", "-macopt", "hexkey:" + hex.EncodeToString(key)}, some...)...)
			theirs := sums(out)
			for _, name := range some {
				h := hmac.New(make, key)
				h.Write(contents[name])
				if ours := hex.EncodeToString(h.Sum(nil)); theirs[name] != ours {
					t.Errorf("%s, key %x, %d bytes: %s, the engine says %s", digest, key, len(contents[name]), ours, theirs[name])
				}
				n++
			}
		}
		t.Logf("%s: %d cases", digest, n)
	}
}

// sums reads "digest *file" lines.
func sums(out string) map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(out) {
		if sum, name, ok := strings.Cut(strings.TrimSpace(line), " *"); ok {
			all[name] = sum
		}
	}
	return all
}
