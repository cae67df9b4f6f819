package gost

import (
	"crypto/rand"
	"math/big"
	"testing"
	"time"
)

// The parsers meet anything people upload: they must end, and what they take
// must survive its further use. Seeds are made here, so that the corpus is
// small and nobody else's.

func FuzzParseCertificate(f *testing.F) {
	a := newAuthority(f, TC26A256, noon)
	leaf, _ := a.issue(f, person, 9)
	f.Add(a.cert.Raw)
	f.Add(leaf.Raw)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseCertificate(b)
		if err != nil {
			return
		}
		_ = c.Subject.String() + c.SerialHex()
		c.CheckSignatureFrom(a.cert)
		c.Verify(VerifyOptions{Roots: []*Certificate{a.cert}, Intermediates: []*Certificate{c}, At: noon})
	})
}

func FuzzParseRequest(f *testing.F) {
	k := must[*PrivateKey](f)(GenerateKey(rand.Reader, CryptoProXA))
	f.Add(must[[]byte](f)(CreateRequest(rand.Reader, &RequestTemplate{Subject: person}, k)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := ParseRequest(b); err == nil {
			r.CheckSignature()
		}
	})
}

func FuzzParseCRL(f *testing.F) {
	a := newAuthority(f, CryptoProA, noon)
	f.Add(must[[]byte](f)(CreateCRL(rand.Reader, a.cert, a.key, big.NewInt(2), []RevokedEntry{{Serial: big.NewInt(3), At: noon, Reason: 1}}, noon, noon.Add(time.Hour))))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := ParseCRL(b); err == nil {
			c.Find(big.NewInt(3))
			c.CheckSignatureFrom(a.cert)
		}
	})
}

func FuzzParseCMS(f *testing.F) {
	a := newAuthority(f, CryptoProA, noon)
	leaf, key := a.issue(f, person, 9)
	f.Add(must[[]byte](f)(SignCMS(rand.Reader, contentBytes, leaf, key, SignOptions{SigningTime: noon})))
	f.Add(must[[]byte](f)(SignCMS(rand.Reader, contentBytes, leaf, key, SignOptions{Detached: true})))
	f.Add([]byte("\x30\x80\x24\x80\x04\x01A\x04\x02BC\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := ParseCMS(b); err == nil {
			m.Verify(nil)
			m.Verify(contentBytes)
		}
	})
}

func FuzzParseKeys(f *testing.F) {
	k := must[*PrivateKey](f)(GenerateKey(rand.Reader, TC26C512))
	f.Add(must[[]byte](f)(MarshalPrivateKey(k)))
	f.Add(must[[]byte](f)(MarshalPublicKey(&k.PublicKey)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if k, err := ParsePrivateKey(b); err == nil {
			if _, err := k.Sign(nil, k.digest(b), nil); err != nil {
				t.Fatal(err)
			}
		}
		if p, err := ParsePublicKey(b); err == nil {
			der, err := MarshalPublicKey(p)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := ParsePublicKey(der); err != nil || !again.Equal(p) {
				t.Fatal("another key after writing", err)
			}
		}
	})
}

func FuzzDecryptPrivateKey(f *testing.F) {
	k := must[*PrivateKey](f)(GenerateKey(rand.Reader, CryptoProA))
	f.Add(must[[]byte](f)(encryptPrivateKey(rand.Reader, k, []byte("1"), 1)))
	f.Fuzz(func(t *testing.T, b []byte) { DecryptPrivateKey(b, []byte("1")) })
}
