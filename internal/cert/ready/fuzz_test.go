package ready

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"signdesk/internal/org"
	"signdesk/internal/owner"
)

// Whatever a person drops, nothing panics, and bytes that look like a private
// key never come out as a certificate.
func FuzzRead(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.cer")
	if err != nil || len(seeds) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range seeds {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte{0x30, 0x16, 0x02, 0x01, 0x03, 0x30})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, links, err := read(Upload{Name: "a.cer", Content: b}, 100<<10)
		if err != nil {
			return
		}
		if privateKey(b) {
			t.Fatal("a private key was read as a certificate")
		}
		know := known{org: &org.Card{}, owner: &owner.Owner{Surname: "Петров"}}
		j := judge(Rules{MinLeft: time.Hour}, c.NotBefore, c, links, know)
		if len(j.Checks) != 12 || len(j.Limits) > maxLimits {
			t.Fatalf("%d checks, %d limits", len(j.Checks), len(j.Limits))
		}
		stored := &Certificate{DER: c.Raw}
		if _, err := stored.Details(); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzNotices reads what strangers write into certificate policies.
func FuzzNotices(f *testing.F) {
	f.Add([]byte{0x30, 0x00})
	f.Add([]byte{0x30, 0x1a, 0x30, 0x18, 0x06, 0x03, 0x2a, 0x03, 0x04, 0x30, 0x11, 0x30, 0x0f, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x02, 0x30, 0x03, 0x0c, 0x01, 0x61})
	f.Fuzz(func(_ *testing.T, der []byte) { _, _ = notices(der), keyUntil(der) })
}
