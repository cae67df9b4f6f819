package gost_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha512"
	"math/big"
	"slices"
	"testing"

	"signdesk/internal/gost"
)

// TestNonce derives the nonce once more by the letter of RFC 6979, section 3.2
// (its HMAC on SHA-512, the random bytes as k' of section 3.6), with the
// standard library's HMAC: the package writes its own.
func TestNonce(t *testing.T) {
	t.Parallel()
	for _, c := range distinct() {
		s := newSource("nonce " + c.Name)
		for range 20 {
			key, digest, extra := must(gost.GenerateKey(s, c))(t), s.bytes(c.Bits/8), s.bytes(32)
			for _, random := range [][]byte{nil, extra} {
				got, err := key.Sign(nil, digest, nil)
				if random != nil {
					got, err = key.Sign(bytes.NewReader(random), digest, nil)
				}
				want, ok := gost.SignWithNonce(key, nonceOf(key, digest, random), digest)
				if err != nil || !ok || !bytes.Equal(got, want) {
					t.Fatalf("%s (GOST_SEED=%d): %x, want %x: %v", c.Name, seed(), got, want, err)
				}
			}
		}
	}
}

func nonceOf(key *gost.PrivateKey, digest, extra []byte) *big.Int {
	c := key.Curve
	size := c.Bits / 8
	k, v := make([]byte, 64), slices.Repeat([]byte{1}, 64)
	mac := func(parts ...[]byte) []byte {
		h := hmac.New(sha512.New, k)
		h.Write(slices.Concat(parts...))
		return h.Sum(nil)
	}
	seed := slices.Concat(key.D().FillBytes(make([]byte, size)), number(c, digest).FillBytes(make([]byte, size)), extra)
	for _, step := range []byte{0, 1} {
		k = mac(v, []byte{step}, seed)
		v = mac(v)
	}
	for {
		v = mac(v)
		n := new(big.Int).SetBytes(v[:size])
		if n.Rsh(n, uint(c.Bits-c.Q.BitLen())); n.Sign() > 0 && n.Cmp(c.Q) < 0 {
			return n
		}
		k = mac(v, []byte{0})
		v = mac(v)
	}
}
