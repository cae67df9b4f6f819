package gost

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"errors"
	"math/big"
	"testing"
)

var _ crypto.Signer = (*PrivateKey)(nil)

func TestSign(t *testing.T) {
	for _, c := range Curves {
		k := must[*PrivateKey](t)(GenerateKey(rand.Reader, c))
		digest := k.digest(contentBytes)
		sig := must[[]byte](t)(k.Sign(rand.Reader, digest, nil))
		if err := Verify(&k.PublicKey, digest, sig); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		again := must[[]byte](t)(k.Sign(rand.Reader, digest, nil))
		if bytes.Equal(sig, again) {
			t.Errorf("%s: the random part of the nonce is missing", c.Name)
		}
		fixed, same := must[[]byte](t)(k.Sign(nil, digest, nil)), must[[]byte](t)(k.Sign(nil, digest, nil))
		if !bytes.Equal(fixed, same) {
			t.Errorf("%s: without randomness two signatures differ", c.Name)
		}
		size := c.Bits / 8
		if r := fixed[size:]; bytes.Equal(r, must[[]byte](t)(k.Sign(nil, k.digest(nil), nil))[size:]) {
			t.Errorf("%s: two messages share a nonce", c.Name)
		}
		for name, bad := range map[string][]byte{"longer": append(sig, 0), "shorter": sig[1:], "of another message": fixed[:size]} {
			if err := Verify(&k.PublicKey, digest, bad); !errors.Is(err, ErrSignature) {
				t.Errorf("%s: a signature %s: %v", c.Name, name, err)
			}
		}
		if _, err := k.Sign(rand.Reader, digest[1:], nil); err == nil {
			t.Errorf("%s: a digest of another size is signed", c.Name)
		}
	}
}

// A digest that is 0 modulo q is signed as 1 (GOST R 34.10-2012, 6.1).
func TestZeroDigest(t *testing.T) {
	k := must[*PrivateKey](t)(GenerateKey(rand.Reader, TC26A256))
	for _, digest := range [][]byte{make([]byte, 32), littleEndian(k.Curve.Q, 32)} {
		sig := must[[]byte](t)(k.Sign(rand.Reader, digest, nil))
		one := append([]byte{1}, make([]byte, 31)...)
		if Verify(&k.PublicKey, digest, sig) != nil || Verify(&k.PublicKey, one, sig) != nil {
			t.Errorf("digest %x", digest)
		}
	}
}

func TestKeys(t *testing.T) {
	a := must[*PrivateKey](t)(GenerateKey(rand.Reader, CryptoProA))
	spki := must[[]byte](t)(MarshalPublicKey(&a.PublicKey))
	xa := a.PublicKey
	xa.Curve = CryptoProXA
	if !a.PublicKey.Equal(&xa) || a.PublicKey.Equal(&must[*PrivateKey](t)(GenerateKey(rand.Reader, CryptoProA)).PublicKey) {
		t.Error("equality")
	}
	if again := must[*PublicKey](t)(ParsePublicKey(spki)); !again.Equal(a.Public()) {
		t.Error("another public key")
	}
	// One bit more or less in the wrapping, and trailing bytes.
	for _, bad := range [][]byte{append(spki, 0), spki[:len(spki)-1], flip(spki, 3), nil} {
		if _, err := ParsePublicKey(bad); err == nil {
			t.Errorf("%x is taken", bad)
		}
	}
	// A 256-bit key under the 512-bit identifier, which OpenSSL loads.
	if _, err := ParsePublicKey(bytes.Replace(spki, []byte{1, 1, 1, 1}, []byte{1, 1, 1, 2}, 1)); err == nil {
		t.Error("a key under the identifier of another size is taken")
	}
	// x + p: the same residue, which OpenSSL takes.
	if _, err := NewPublicKey(CryptoProB, new(big.Int).Add(CryptoProB.X, CryptoProB.P), CryptoProB.Y); !errors.Is(err, ErrKey) {
		t.Errorf("x beyond p: %v", err)
	}
	for _, d := range []*big.Int{new(big.Int), CryptoProA.Q} {
		if _, err := NewPrivateKey(CryptoProA, d); !errors.Is(err, ErrKey) {
			t.Errorf("secret %d: %v", d, err)
		}
	}
	for _, name := range []string{"XA", "xb", "C", "tc26-256-A", "tc26-512-C"} {
		if _, err := CurveByName(name); err != nil {
			t.Error(err)
		}
	}
	if _, err := CurveByName("P-256"); !errors.Is(err, ErrCurve) {
		t.Error(err)
	}
}

func TestPassword(t *testing.T) {
	k := must[*PrivateKey](t)(GenerateKey(rand.Reader, TC26B512))
	der := must[[]byte](t)(EncryptPrivateKey(rand.Reader, k, []byte("правильный")))
	if again := must[*PrivateKey](t)(DecryptPrivateKey(der, []byte("правильный"))); !again.Equal(k) {
		t.Error("another key")
	}
	for _, password := range []string{"неправильный", ""} {
		if _, err := DecryptPrivateKey(der, []byte(password)); !errors.Is(err, ErrPassword) {
			t.Errorf("%q: %v", password, err)
		}
	}
	if _, err := DecryptPrivateKey(der[:len(der)-1], []byte("правильный")); err == nil || errors.Is(err, ErrPassword) {
		t.Errorf("a cut file: %v", err)
	}
}

// A signature costs itself, the random bytes and what the reader of those
// takes; its check nothing.
func TestSignAllocates(t *testing.T) {
	for _, c := range distinct() {
		k := must[*PrivateKey](t)(GenerateKey(rand.Reader, c))
		digest := k.digest(contentBytes)
		sig := must[[]byte](t)(k.Sign(rand.Reader, digest, nil))
		if n := testing.AllocsPerRun(5, func() { _, _ = k.Sign(rand.Reader, digest, nil) }); n > 4 {
			t.Errorf("%s: a signature makes %v allocations", c.Name, n)
		}
		if n := testing.AllocsPerRun(5, func() { _ = Verify(&k.PublicKey, digest, sig) }); n > 0 {
			t.Errorf("%s: a check makes %v allocations", c.Name, n)
		}
	}
}
