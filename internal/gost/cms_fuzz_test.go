package gost

import (
	"bytes"
	"testing"
)

// What hangs on a message beside its signatures is read without harm, and a
// message that was cut into its parts is whole again when they are put together.
func FuzzMessageParts(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseCMS(b)
		if err != nil {
			return
		}
		for i := range m.Signers {
			m.Signers[i].Values()
		}
		m.Timestamp(bytes.NewReader(contentBytes), nil)
		parts, err := splitMessage(b)
		if err != nil {
			return // an element of a set with a tag that is never read
		}
		der, err := parts.marshal()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseCMS(der)
		if err != nil || !bytes.Equal(again.Content, m.Content) || len(again.Signers) > len(m.Signers) {
			t.Fatalf("%x\n%x\n%v", b, der, err)
		}
	})
}
