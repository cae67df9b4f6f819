package gost

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"encoding/hex"
	"encoding/json"
	"hash"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The hash under the standard library's HMAC and PBKDF2, as the nonces and
// foreign private keys use it.
func TestVectorsHMAC(t *testing.T) {
	all := vectors(t, "hmac")
	for _, v := range all {
		h := hmac.New(streebogOf(v.Alg), unhex(t, v.Key))
		h.Write(unhex(t, v.Msg))
		if got := hex.EncodeToString(h.Sum(nil)); got != v.Expected {
			t.Errorf("%s: %s", v.ID, got)
		}
	}
	n, skipped := 0, map[string]int{}
	for _, v := range vectors(t, "kdf") {
		if !strings.HasPrefix(v.Alg, "PBKDF2") || v.Slow {
			skipped[v.Alg]++
			continue
		}
		n++
		key, err := pbkdf2.Key(streebogOf(v.Alg), string(unhex(t, v.Password)), unhex(t, v.Salt), v.Iterations, v.KeyLength)
		if err != nil || hex.EncodeToString(key) != v.Expected {
			t.Errorf("%s: %x %v", v.ID, key, err)
		}
	}
	t.Logf("%d HMAC, %d PBKDF2, skipped %v", len(all), n, skipped)
}

func streebogOf(alg string) func() hash.Hash {
	if strings.HasSuffix(alg, "256") {
		return New256
	}
	return New512
}

// Every kind of record is either run or named here as not spoken.
func TestVectorKinds(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(vectorDir(t), "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []struct{ Kind string }
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	run := map[string]bool{"hash": true, "hmac": true, "kdf": true, "curve": true, "ecmul": true, "sign": true, "verify": true,
		"spki": true, "pkcs8": true, "cert": true, "csr": true, "crl": true, "cms": true}
	unspoken := map[string]int{"vko": 0, "ocsp": 0, "pfx": 0, "tsp": 0}
	for _, v := range all {
		if _, ok := unspoken[v.Kind]; ok {
			unspoken[v.Kind]++
		} else if !run[v.Kind] {
			t.Errorf("records of kind %s are forgotten", v.Kind)
		}
	}
	t.Logf("%d records, skipped kinds %v", len(all), unspoken)
}
