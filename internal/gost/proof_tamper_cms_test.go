package gost_test

import (
	"bytes"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// A message is taken when its signature is good and its certificate leads to
// the root. No signature covers the version of SignedData, which follows from
// what is inside (RFC 5652, 5.1): one version in place of another changes
// nothing in the verdict. All else is refused.
func TestTamperedMessage(t *testing.T) {
	t.Parallel()
	root, leaf, key := small(t, gost.TC26B256)
	content := []byte("Акт № 5")
	for _, o := range []gost.SignOptions{{SigningTime: noon}, {}, {SigningTime: noon, Detached: true}} {
		der := must(gost.SignCMS(newSource("cms"), content, leaf, key, o))(t)
		given := content
		if !o.Detached {
			given = nil
		}
		taken := func(b []byte) (at time.Time, ok bool) {
			m, err := gost.ParseCMS(b)
			if err != nil {
				return at, false
			}
			results, err := m.Verify(given)
			if err != nil || len(results) != 1 || results[0].Err != nil {
				return at, false
			}
			r := results[0]
			if _, err := r.Certificate.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{root.cert}, At: noon}); err != nil {
				return at, false
			}
			if m.Content != nil && !bytes.Equal(m.Content, content) || !bytes.Equal(r.Certificate.Raw, leaf.Raw) {
				t.Errorf("another message is taken:\n%x", b)
			}
			return r.SigningTime, true
		}
		want, ok := taken(der)
		if !ok {
			t.Fatal("the message itself is refused")
		}
		version := bytes.Index(der, []byte{0x02, 0x01, 0x01, 0x31}) + 2 // followed by the set of digests
		changes(der, func(at int, how string, changed []byte) {
			if got, ok := taken(changed); ok && (at != version || !got.Equal(want)) {
				t.Errorf("byte %d, %s: taken (%v)\n%x", at, how, got, changed)
			}
		})
	}
}
