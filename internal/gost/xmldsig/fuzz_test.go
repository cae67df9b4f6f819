package xmldsig

import (
	"bytes"
	"errors"
	"testing"
)

// fuzzLimit keeps one input within what a fuzzing worker does in a moment.
const fuzzLimit = 1 << 16

func FuzzCanonicalize(f *testing.F) {
	f.Fuzz(func(t *testing.T, doc []byte) {
		if len(doc) > fuzzLimit {
			t.Skip()
		}
		given := bytes.Clone(doc)
		for _, m := range []C14N{{}, {Comments: true}, {Inclusive: []string{"#default", "p", "xml"}}} {
			once, err := m.Canonicalize(doc)
			if err != nil {
				return
			}
			twice, err := m.Canonicalize(once)
			if err != nil || !bytes.Equal(once, twice) {
				t.Fatalf("%+v: not a fixed point: %q -> %q, %v", m, once, twice, err)
			}
		}
		if !bytes.Equal(doc, given) {
			t.Fatal("the document was written to")
		}
	})
}

func FuzzTransform(f *testing.F) {
	f.Fuzz(func(t *testing.T, doc []byte) {
		if len(doc) > fuzzLimit {
			t.Skip()
		}
		direct, err := Transform(doc)
		if err != nil {
			if _, err := Canonicalize(doc); err == nil {
				t.Fatalf("canonical, not to be transformed: %v", err)
			}
			return
		}
		canonical, err := Canonicalize(doc)
		if errors.Is(err, ErrTooLarge) { // declarations repeated, which the transform does not
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if over, err := Transform(canonical); err != nil || !bytes.Equal(direct, over) {
			t.Fatalf("the canonical form is transformed otherwise: %q, %q, %v", direct, over, err)
		}
		if bytes.Contains(canonical, []byte(" xml:")) { // xml under another prefix is no XML any more
			return
		}
		if twice, err := Transform(direct); err != nil || !bytes.Equal(direct, twice) {
			t.Fatalf("not a fixed point: %q -> %q, %v", direct, twice, err)
		}
	})
}

// FuzzVerifyAll changes a signed message: whatever is still taken for signed
// must say what was signed.
func FuzzVerifyAll(f *testing.F) {
	message := readFile(f, "testdata/message.xml")
	s, err := VerifyElement(message, placeName, targetName)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(message)
	f.Fuzz(func(t *testing.T, doc []byte) {
		if len(doc) > fuzzLimit {
			t.Skip()
		}
		if got, err := VerifyElement(doc, placeName, targetName); err == nil && !bytes.Equal(got.Signed, s.Signed) {
			t.Fatalf("forged: %s", got.Signed)
		}
		verdicts, err := VerifyAll(doc)
		if err != nil && verdicts != nil {
			t.Fatal("verdicts on a document that was refused")
		}
		for _, v := range verdicts {
			if good := v.DigestOK && v.SignatureOK && v.TargetOK && v.Certificate != nil; good != (v.Err == nil) {
				t.Fatalf("%+v", v)
			}
		}
	})
}
