package gost

import (
	"encoding/pem"
	"errors"
	"math/big"
	"testing"
)

// The commands of README's «Production» give a file that opens, for every set.
func TestReadPrivateKeyOfOpenSSL(t *testing.T) {
	o := newOpenSSL(t)
	for _, s := range engineSets[3:] { // the sets of RFC 9215; the rest are other names of the same curves
		o.run("genpkey", "-algorithm", s.algorithm, "-pkeyopt", "paramset:"+s.set, "-out", "plain.pem")
		o.run("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", "1000", "-in", "plain.pem", "-out", "sealed.pem", "-passout", "pass:пароль 1")
		plain, sealed, err := ReadPrivateKey(o.read("plain.pem"), []byte("не смотрят"))
		if err != nil || sealed {
			t.Fatalf("%s plain: %v, sealed %v", s.set, err, sealed)
		}
		k, sealed, err := ReadPrivateKey(o.read("sealed.pem"), []byte("пароль 1"))
		if err != nil || !sealed || !k.Equal(plain) {
			t.Errorf("%s: %v, sealed %v", s.set, err, sealed)
		}
		if _, _, err := ReadPrivateKey(o.read("sealed.pem"), []byte("пароль 2")); !errors.Is(err, ErrPassword) {
			t.Errorf("%s with another passphrase: %v", s.set, err)
		}
		if _, sealed, err := ReadPrivateKey(o.read("sealed.pem"), nil); !errors.Is(err, ErrPassphrase) || !sealed {
			t.Errorf("%s without a passphrase: %v", s.set, err)
		}
	}
}

func TestReadPrivateKeyRefuses(t *testing.T) {
	key, err := NewPrivateKey(CryptoProA, big.NewInt(7))
	if err != nil {
		t.Fatal(err)
	}
	der, err := MarshalPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{
		"empty": nil, "DER": der,
		"certificate":     pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		"cut short":       pem.EncodeToMemory(&pem.Block{Type: labelKey, Bytes: der[:20]}),
		"plain as sealed": pem.EncodeToMemory(&pem.Block{Type: labelSealedKey, Bytes: der}),
		"large":           make([]byte, 1<<20),
	} {
		if _, _, err := ReadPrivateKey(file, []byte("x")); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
