package gost

import (
	"bytes"
	"crypto/rand"
	"encoding/asn1"
	"slices"
	"testing"
	"time"
)

// Which bytes of a message its signatures leave uncovered, looked at without
// any chain: of a CAdES signature the version, which nothing hangs on, the
// string types of the issuer's name in the reference to the certificate, and
// what was added unsigned; of a signature without attributes the certificate
// too, which only its issuer covers. Whatever changes there, a message that is taken
// has the same content, key and claimed time.
func TestUncoveredBytes(t *testing.T) {
	a := newAuthority(t, CryptoProXA, noon)
	s := signatory{}
	s.cert, s.key = a.issue(t, Name{{OIDCommonName, "Anna"}}, 9)
	note := attr(t, asn1.ObjectIdentifier{1, 2, 3}, appendElement(4, []byte("note")))
	for name, o := range map[string]SignOptions{
		"attached": {SigningTime: noon}, "detached": {SigningTime: noon, Detached: true}, "without attributes": {}, "detached without attributes": {Detached: true},
	} {
		der := must[[]byte](t)(SignCMS(rand.Reader, contentBytes, s.cert, s.key, o))
		if o.Detached {
			der = withUnsigned(t, der, note)
		}
		version := bytes.Index(der, []byte{0x02, 0x01, 0x01, 0x31}) + 2
		sid := bytes.LastIndex(der, s.cert.RawIssuer)
		if !o.SigningTime.IsZero() { // the last one is signed
			sid = bytes.LastIndex(der[:sid], s.cert.RawIssuer)
		}
		within := func(at int, part []byte) bool {
			start := bytes.Index(der, part)
			return start >= 0 && at >= start && at < start+len(part)
		}
		var uncovered []int
		for at := range der {
			for _, mask := range []byte{1, 0x20, 0xff} {
				changed := bytes.Clone(der)
				changed[at] ^= mask
				m, err := ParseCMS(changed)
				if err != nil {
					continue
				}
				results, err := m.Verify(contentBytes)
				if err != nil || len(results) != 1 || results[0].Err != nil {
					continue
				}
				uncovered = append(uncovered, at)
				r := results[0]
				if m.Content != nil && !bytes.Equal(m.Content, contentBytes) || !r.Certificate.PublicKey.Equal(&s.key.PublicKey) || !r.SigningTime.Equal(o.SigningTime) {
					t.Errorf("%s: byte %d: another message is taken", name, at)
				}
				inBag := within(at, s.cert.Raw) && o.SigningTime.IsZero()
				if at != version && !inBag && !within(at, note) && (at < sid || at >= sid+len(s.cert.RawIssuer)) {
					t.Errorf("%s: byte %d of %d changed by %02x and nobody noticed", name, at, len(der), mask)
				}
			}
		}
		uncovered = slices.Compact(uncovered)
		t.Logf("%s: %d bytes of %d are uncovered", name, len(uncovered), len(der))
		if o.SigningTime.IsZero() == (len(uncovered) < 50) {
			t.Errorf("%s: %d bytes uncovered", name, len(uncovered))
		}
	}
}

// Trailing bytes and padding: only a PDF's zeros, and only where asked.
func TestPaddedMessage(t *testing.T) {
	a := newAuthority(t, CryptoProXA, noon)
	cert, key := a.issue(t, person, 9)
	der := must[[]byte](t)(SignCMS(rand.Reader, contentBytes, cert, key, SignOptions{SigningTime: noon}))
	ber := slices.Concat([]byte{0x30, 0x80}, der[4:], []byte{0, 0})
	for _, message := range [][]byte{der, ber} {
		for pad, ok := range map[string]bool{"": true, "\x00\x00\x00": true, "\x00\x00\x01": false, " ": false} {
			padded := append(bytes.Clone(message), pad...)
			if _, err := ParsePaddedCMS(padded); (err == nil) != ok {
				t.Errorf("%q: %v", pad, err)
			}
			if _, err := ParseCMS(padded); (err == nil) != (pad == "") {
				t.Errorf("%q unasked: %v", pad, err)
			}
		}
	}
	if _, err := ParsePaddedCMS(nil); err == nil {
		t.Error("nothing is taken")
	}
}

// A long content in pieces is read in proportion to its length.
func TestStreamedMessage(t *testing.T) {
	var pieces []byte
	piece := appendElement(4, make([]byte, 1000))
	for range 20_000 {
		pieces = append(pieces, piece...)
	}
	b := slices.Concat([]byte{0x24, 0x80}, pieces, []byte{0, 0})
	for range 30 {
		b = slices.Concat([]byte{0x30, 0x80}, b, []byte{0, 0})
	}
	start := time.Now()
	der, err := toDER(b)
	if err != nil || len(der) < 20_000_000 || len(der) > len(b) || time.Since(start) > 5*time.Second {
		t.Errorf("%d bytes in %v: %v", len(der), time.Since(start), err)
	}
	if _, err := toDER(slices.Concat([]byte{0x30, 0x80}, bytes.Repeat([]byte{5, 0}, maxElements), []byte{0, 0})); err == nil {
		t.Error("any number of elements is listed")
	}
}
