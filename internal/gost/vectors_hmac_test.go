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
// foreign private keys use it, and under the key derivation of RFC 7836.
func TestVectorsHMAC(t *testing.T) {
	all := vectors(t, "hmac")
	for _, v := range all {
		if got := hex.EncodeToString(mac(v.Alg, unhex(t, v.Key), unhex(t, v.Msg))); got != v.Expected {
			t.Errorf("%s: %s", v.ID, got)
		}
	}
	n := map[string]int{}
	for _, v := range vectors(t, "kdf") {
		if v.Slow {
			t.Logf("skipped %s: %d rounds are slow", v.ID, v.Iterations)
			continue
		}
		n[v.Alg]++
		var key []byte
		var err error
		switch v.Alg {
		case "KDF_GOSTR3411_2012_256":
			key = kdfTree(t, v, 256)
		case "KDF_TREE_GOSTR3411_2012_256":
			key = kdfTree(t, v, v.L)
		default:
			key, err = pbkdf2.Key(streebogOf(v.Alg), string(unhex(t, v.Password)), unhex(t, v.Salt), v.Iterations, v.KeyLength)
		}
		if err != nil || hex.EncodeToString(key) != v.Expected {
			t.Errorf("%s: %x %v", v.ID, key, err)
		}
	}
	t.Logf("%d HMAC, %v", len(all), n)
}

func mac(alg string, key, msg []byte) []byte {
	h := hmac.New(streebogOf(alg), key)
	h.Write(msg)
	return h.Sum(nil)
}

// kdfTree is KDF_TREE_GOSTR3411_2012_256 with a counter of one byte (RFC 7836,
// section 4.5); with 256 bits it is KDF_GOSTR3411_2012_256 (section 4.4).
func kdfTree(t *testing.T, v vector, length int) (key []byte) {
	t.Helper()
	for i := byte(1); len(key) < length/8; i++ {
		part := append([]byte{i}, unhex(t, v.Label)...)
		part = append(append(part, 0), unhex(t, v.Seed)...)
		key = append(key, mac(v.Alg, unhex(t, v.Key), append(part, byte(length>>8), byte(length)))...)
	}
	return key
}

func streebogOf(alg string) func() hash.Hash {
	if strings.HasSuffix(alg, "256") {
		return New256
	}
	return New512
}

// Every kind of record is either run or named here as not spoken: key agreement
// and what is built on it (vko, pfx, enveloped and encrypted messages), and
// time-stamps as a protocol.
func TestVectorKinds(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(vectorDir(t), "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []struct{ Kind, Sub string }
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	run := map[string]int{"hash": 0, "hmac": 0, "kdf": 0, "curve": 0, "ecmul": 0, "sign": 0, "verify": 0,
		"spki": 0, "pkcs8": 0, "pkcs8 encrypted": 0, "cert": 0, "csr": 0, "crl": 0, "cms signed": 0, "ocsp": 0}
	unspoken := map[string]int{"vko": 0, "pfx": 0, "tsp": 0, "cms digested": 0, "cms enveloped": 0, "cms encrypted": 0}
	for _, v := range all {
		kind := v.Kind
		if (kind == "cms" || kind == "pkcs8") && v.Sub != "" {
			kind += " " + v.Sub
		}
		if _, ok := run[kind]; ok {
			run[kind]++
		} else if _, ok := unspoken[kind]; ok {
			unspoken[kind]++
		} else {
			t.Errorf("records of kind %s are forgotten", kind)
		}
	}
	t.Logf("%d records: run %v, skipped %v", len(all), run, unspoken)
}
