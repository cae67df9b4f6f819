package gost

import (
	"bytes"
	"testing"
)

// What is made DER stays DER, is no longer than what came, and begins where
// the message does.
func FuzzBER(f *testing.F) {
	f.Add([]byte("\x30\x80\x24\x80\x04\x01A\x04\x02BC\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		der, err := toDER(b)
		if err != nil {
			return
		}
		if again, err := toDER(der); err != nil || !bytes.Equal(again, der) {
			t.Fatalf("%x: %x, then %x: %v", b, der, again, err)
		}
		if len(der) > len(b) {
			t.Fatalf("%d bytes became %d", len(b), len(der))
		}
	})
}
