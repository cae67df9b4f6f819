package bench

import (
	"os"
	"path/filepath"
	"testing"

	"signdesk/internal/gost"
)

// hashFigures are Streebog of both sizes over 60 MB beside "openssl dgst", whose
// start is taken off. The two take turns, so that a busy moment hits both.
func hashFigures(b *testing.B, openssl opensslRun) {
	big, err := os.ReadFile(filepath.Join(openssl.dir, "big"))
	if err != nil {
		b.Fatal(err)
	}
	mb := float64(len(big)) / 1e6
	for _, h := range []struct {
		name, theirs string
		ours         func([]byte)
	}{
		{"hash256", "-md_gost12_256", func(b []byte) { gost.Sum256(b) }},
		{"hash512", "-md_gost12_512", func(b []byte) { gost.Sum512(b) }},
	} {
		b.Run(h.name, func(b *testing.B) {
			var ours, theirs []float64
			for range 7 {
				start := openssl.run("dgst", h.theirs, "small")
				theirs = append(theirs, mb/(openssl.run("dgst", h.theirs, "big")-start).Seconds())
				ours = append(ours, mb/timed(func() { h.ours(big) }).Seconds())
			}
			figure(b, median(ours), median(theirs), "MB/s")
		})
	}
}
