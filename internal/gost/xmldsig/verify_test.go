package xmldsig

import (
	"strings"
	"testing"
)

// TestVerifyAllVectors gives the verdicts of the recorded messages: digests
// hold everywhere, signatures of the re-indented ones do not.
func TestVerifyAllVectors(t *testing.T) {
	count := map[string]int{}
	for _, v := range signedVectors(t) {
		verdicts, err := VerifyAll(v.doc)
		if err != nil {
			t.Fatalf("%s: %v", v.File, err)
		}
		for _, s := range verdicts {
			if s.ID != strings.TrimPrefix(v.Ref, "#") {
				continue
			}
			count[v.File]++
			if s.DigestOK != v.DigestOK || s.SignatureOK != v.signatureOK() || !s.TargetOK || s.Certificate == nil {
				t.Errorf("%s %s: digest %t, signature %t, target %t (%v); want %t, %t, true",
					v.File, v.Ref, s.DigestOK, s.SignatureOK, s.TargetOK, s.Err, v.DigestOK, v.signatureOK())
			}
		}
	}
	for _, v := range signedVectors(t) {
		verdicts, _ := VerifyAll(v.doc)
		if count[v.File] != len(verdicts) {
			t.Errorf("%s: %d signatures, %d of them in the index", v.File, len(verdicts), count[v.File])
		}
	}
}
