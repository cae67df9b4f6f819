package gost_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// Tampering: a small object of each kind, every byte of it changed in several
// ways, and every bit of a signature. What is still accepted must lie in a
// part that no signature covers, named in the test, and say the same.

// changes are every byte with each bit turned, all bits turned and one added,
// left out and doubled; and the object with a byte at its end.
func changes(b []byte, try func(at int, how string, changed []byte)) {
	for i := range b {
		for _, x := range []byte{1, 2, 4, 8, 16, 32, 64, 128, 255, (b[i] + 1) ^ b[i]} {
			changed := bytes.Clone(b)
			changed[i] ^= x
			try(i, fmt.Sprintf("xor %#x", x), changed)
		}
		try(i, "left out", slices.Delete(bytes.Clone(b), i, i+1))
		try(i, "doubled", slices.Insert(bytes.Clone(b), i, b[i]))
	}
	try(len(b), "a byte more", append(bytes.Clone(b), 0))
}

// small returns a root and a leaf under it with short names, and the keys.
func small(t *testing.T, curve *gost.Curve) (root authority, leaf *gost.Certificate, key *gost.PrivateKey) {
	s := newSource(t.Name())
	t.Logf("GOST_SEED=%d", seed())
	rootKey := must(gost.GenerateKey(s, curve))(t)
	template := gost.CertificateTemplate{Serial: big.NewInt(1), Subject: gost.Name{{Type: gost.OIDCommonName, Value: "УЦ"}},
		NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(time.Hour), IsCA: true, IdentificationKind: -1}
	der := must(gost.CreateCertificate(s, &template, nil, &rootKey.PublicKey, rootKey))(t)
	root = authority{must(gost.ParseCertificate(der))(t), rootKey}
	template.Serial, template.Subject, template.IsCA = big.NewInt(2), gost.Name{{Type: gost.OIDCommonName, Value: "A"}}, false
	key = must(gost.GenerateKey(s, curve))(t)
	der = must(gost.CreateCertificate(s, &template, root.cert, &key.PublicKey, rootKey))(t)
	return root, must(gost.ParseCertificate(der))(t), key
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// distinct are the parameter sets without those that repeat another's numbers.
func distinct() (all []*gost.Curve) {
	for _, c := range gost.Curves {
		if !slices.ContainsFunc(all, func(d *gost.Curve) bool { return d.Q.Cmp(c.Q) == 0 }) {
			all = append(all, c)
		}
	}
	return all
}

// Every bit on a curve of either size, a bit of every byte on the others.
func TestTamperedSignature(t *testing.T) {
	t.Parallel()
	for _, curve := range distinct() {
		step := 7 // another bit in each byte
		if curve == gost.CryptoProA || curve == gost.TC26C512 {
			step = 1
		}
		s := newSource(curve.Name)
		key := must(gost.GenerateKey(s, curve))(t)
		digest := s.bytes(curve.Bits / 8)
		sig := must(key.Sign(s, digest, nil))(t)
		refuse := func(what string, digest, sig []byte) {
			if err := gost.Verify(&key.PublicKey, digest, sig); !errors.Is(err, gost.ErrSignature) {
				t.Errorf("%s: %s: %v\n%x %x", curve.Name, what, err, digest, sig)
			}
		}
		for i := 0; i < 8*len(sig); i += step {
			changed := bytes.Clone(sig)
			changed[i/8] ^= 1 << (i % 8)
			refuse(fmt.Sprintf("bit %d of the signature", i), digest, changed)
			if i < 8*len(digest) {
				changed := bytes.Clone(digest)
				changed[i/8] ^= 1 << (i % 8)
				refuse(fmt.Sprintf("bit %d of the digest", i), changed, sig)
			}
		}
		half := len(sig) / 2
		refuse("halves exchanged", digest, append(bytes.Clone(sig[half:]), sig[:half]...))
		slices.Reverse(sig)
		refuse("reversed", digest, sig)
	}
}

func TestTamperedCertificate(t *testing.T) {
	t.Parallel()
	for _, curve := range []*gost.Curve{gost.CryptoProA, gost.TC26C512} {
		root, leaf, _ := small(t, curve)
		changes(leaf.Raw, func(at int, how string, changed []byte) {
			c, err := gost.ParseCertificate(changed)
			if err == nil && c.CheckSignatureFrom(root.cert) == nil {
				t.Errorf("%s: byte %d, %s: taken\n%x", curve.Name, at, how, changed)
			}
		})
	}
}

func TestTamperedRequest(t *testing.T) {
	t.Parallel()
	s := newSource(t.Name())
	for _, curve := range []*gost.Curve{gost.TC26A256, gost.TC26A512} {
		key := must(gost.GenerateKey(s, curve))(t)
		der := must(gost.CreateRequest(s, &gost.RequestTemplate{Subject: gost.Name{{Type: gost.OIDCommonName, Value: "A"}}, Extensions: s.extensions()}, key))(t)
		changes(der, func(at int, how string, changed []byte) {
			r, err := gost.ParseRequest(changed)
			if err == nil && r.CheckSignature() == nil {
				t.Errorf("%s: byte %d, %s: taken\n%x", curve.Name, at, how, changed)
			}
		})
	}
}

func TestTamperedCRL(t *testing.T) {
	t.Parallel()
	root, _, _ := small(t, gost.CryptoProB)
	der := must(gost.CreateCRL(newSource("crl"), root.cert, root.key, big.NewInt(5),
		[]gost.RevokedEntry{{Serial: big.NewInt(2), At: noon, Reason: 1}}, noon, noon.Add(time.Hour)))(t)
	changes(der, func(at int, how string, changed []byte) {
		list, err := gost.ParseCRL(changed)
		if err == nil && list.CheckSignatureFrom(root.cert) == nil {
			t.Errorf("byte %d, %s: taken\n%x", at, how, changed)
		}
	})
}

// Of a response all counts: the outcome and the frame are checked, the rest is
// signed.
func TestTamperedOCSP(t *testing.T) {
	t.Parallel()
	root, leaf, _ := small(t, gost.TC26A512)
	q := must(gost.ParseOCSPRequest(must(gost.CreateOCSPRequest(leaf, root.cert, nil))(t)))(t)
	der := must(gost.CreateOCSPResponse(newSource("ocsp"), root.cert, root.key, gost.OCSPTemplate{ProducedAt: noon,
		Answers: []gost.OCSPAnswer{{ID: q.IDs[0], State: gost.StatusGood, ThisUpdate: noon, NextUpdate: noon.Add(time.Hour)}}}))(t)
	changes(der, func(at int, how string, changed []byte) {
		r, err := gost.ParseOCSPResponse(changed)
		if err != nil {
			return
		}
		if s, err := r.Status(leaf, root.cert, gost.OCSPOptions{At: noon}); err == nil {
			t.Errorf("byte %d, %s: %v\n%x", at, how, s.State, changed)
		}
	})
}
