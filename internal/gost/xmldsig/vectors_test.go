package xmldsig

import (
	"encoding/json"
	"strings"
	"testing"
)

// vector is a row of conformance/smev/vectors/signed/index.json.
type vector struct {
	File        string `json:"file"`
	Ref         string `json:"ref"`
	Transformed string `json:"transformed"`
	DigestOK    bool   `json:"digest_ok"`
	Digest      string `json:"digest_b64"`
	Verdict     string `json:"signature_ok"`
	doc         []byte
}

func (v vector) signatureOK() bool { return strings.HasPrefix(v.Verdict, "Verified OK") }

func signedVectors(t *testing.T) []vector {
	t.Helper()
	var vectors []vector
	if err := json.Unmarshal(readFile(t, conformance(t, "smev", "vectors", "signed", "index.json")), &vectors); err != nil {
		t.Fatal(err)
	}
	for i := range vectors {
		vectors[i].doc = readFile(t, conformance(t, "smev", "vectors", "signed", vectors[i].File))
	}
	return vectors
}
