package gost_test

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// The parsers meet anything people upload: they must end without a panic, and
// what they take must survive its further use and be the same when read again.
// Seeds are the spoiled objects of testdata/negative.json and the corpora of
// testdata/fuzz: a sound object of each kind, and what fuzzing has found.

// spoiled adds the spoiled objects of the kinds; it returns root and leaf.
func spoiled(f *testing.F, kinds ...string) (root, leaf *gost.Certificate) {
	f.Helper()
	var file negativeFile
	if err := json.Unmarshal(must(os.ReadFile(negativePath))(f), &file); err != nil {
		f.Fatal(err)
	}
	for _, n := range file.Cases {
		if slices.Contains(kinds, n.Kind) {
			f.Add(unhex(f, n.DER))
		}
	}
	return must(gost.ParseCertificate(unhex(f, file.Root)))(f), must(gost.ParseCertificate(unhex(f, file.Leaf)))(f)
}

func FuzzParseCertificate(f *testing.F) {
	root, _ := spoiled(f, "certificate")
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := gost.ParseCertificate(b)
		if err != nil {
			return
		}
		_ = c.Subject.String() + c.SerialHex()
		if again, err := gost.ParseCertificate(c.Raw); err != nil || !bytes.Equal(again.RawTBS, c.RawTBS) || !sameName(again.Subject, c.Subject) {
			t.Fatalf("read again: %v", err)
		}
		if gost.Verify(c.PublicKey, make([]byte, 32), make([]byte, 64)) == nil {
			t.Fatal("zeros are a signature")
		}
		_, err = c.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{root}, Intermediates: []*gost.Certificate{c, root}, At: noon})
		if known := bytes.Equal(c.RawTBS, root.RawTBS); err == nil && !known && c.CheckSignatureFrom(root) != nil {
			t.Fatal("a chain without a signature")
		}
	})
}

func FuzzParseRequest(f *testing.F) {
	spoiled(f, "request")
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := gost.ParseRequest(b)
		if err != nil {
			return
		}
		good := r.CheckSignature() == nil
		if again, err := gost.ParseRequest(r.Raw); err != nil || !bytes.Equal(again.RawTBS, r.RawTBS) || (again.CheckSignature() == nil) != good {
			t.Fatalf("read again: %v", err)
		}
	})
}

func FuzzParseCRL(f *testing.F) {
	root, leaf := spoiled(f, "crl")
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := gost.ParseCRL(b)
		if err != nil {
			return
		}
		for _, r := range list.Revoked {
			if _, ok := list.Find(r.Serial); !ok {
				t.Fatalf("entry %v is not found", r.Serial)
			}
		}
		if again, err := gost.ParseCRL(list.Raw); err != nil || len(again.Revoked) != len(list.Revoked) {
			t.Fatalf("read again: %v", err)
		}
		_, err = leaf.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{root}, CRLs: []*gost.CRL{list}, At: noon})
		if err == nil && list.CheckSignatureFrom(root) != nil {
			t.Fatal("cleared by a list without a signature")
		}
	})
}

func FuzzParseCMS(f *testing.F) {
	spoiled(f, "message")
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := gost.ParseCMS(b)
		if err != nil {
			return
		}
		for _, content := range [][]byte{nil, []byte("Акт № 5")} {
			results, err := m.Verify(content)
			if err == nil && len(results) != len(m.Signers) {
				t.Fatalf("%d signers, %d results", len(m.Signers), len(results))
			}
			for _, r := range results {
				if err == nil && r.Err == nil && r.Certificate == nil {
					t.Fatal("signed by nobody")
				}
			}
		}
	})
}

func FuzzParseOCSP(f *testing.F) {
	root, leaf := spoiled(f, "ocsp")
	f.Fuzz(func(t *testing.T, b []byte) {
		if q, err := gost.ParseOCSPRequest(b); err == nil {
			for _, id := range q.IDs {
				id.IssuedBy(root)
			}
		}
		if r, err := gost.ParseOCSPResponse(b); err == nil {
			s, err := r.Status(leaf, root, gost.OCSPOptions{At: noon})
			if again, _ := gost.ParseOCSPResponse(r.Raw); again == nil || len(again.Answers) != len(r.Answers) {
				t.Fatal("read again")
			}
			if err != nil && s.State != gost.StatusUnknown {
				t.Fatalf("%v with %v", s.State, err)
			}
		}
	})
}

func FuzzParseName(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := gost.ParseName(b)
		if err != nil {
			return
		}
		_ = n.String()
		der, err := n.Marshal()
		if err != nil {
			return // of a string type that is not written here
		}
		if again, err := gost.ParseName(der); err != nil || !sameName(n, again) {
			t.Fatalf("%v, written and read again %v: %v", n, again, err)
		}
	})
}

// FuzzArmor reads certificates in PEM, base64 and DER, and key files.
func FuzzArmor(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := gost.ParseCertificates(b)
		if err == nil && len(all) == 0 {
			t.Fatal("no certificates and no error")
		}
		for _, c := range all {
			again, err := gost.ParseCertificates(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
			if err != nil || len(again) != 1 || !bytes.Equal(again[0].Raw, c.Raw) {
				t.Fatalf("read again: %v", err)
			}
		}
		if k, _, err := gost.ReadPrivateKey(b, []byte("1")); err == nil && k == nil {
			t.Fatal("no key and no error")
		}
	})
}

func FuzzParseKeys(f *testing.F) {
	spoiled(f, "spki", "pkcs8")
	f.Fuzz(func(t *testing.T, b []byte) {
		if k, err := gost.ParsePrivateKey(b); err == nil {
			digest := streebog(&k.PublicKey, b)
			if err := gost.Verify(&k.PublicKey, digest, must(k.Sign(nil, digest, nil))(t)); err != nil {
				t.Fatal(err)
			}
			if again := must(gost.ParsePrivateKey(must(gost.MarshalPrivateKey(k))(t)))(t); !again.Equal(k) {
				t.Fatal("another private key after writing")
			}
		}
		if p, err := gost.ParsePublicKey(b); err == nil {
			if again := must(gost.ParsePublicKey(must(gost.MarshalPublicKey(p))(t)))(t); !again.Equal(p) || again.Curve != p.Curve {
				t.Fatal("another public key after writing")
			}
		}
	})
}

func FuzzDecryptPrivateKey(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		if k, err := gost.DecryptPrivateKey(b, []byte("1")); (err == nil) != (k != nil) {
			t.Fatalf("%v, %v", k, err)
		}
	})
}

// TestCorpora makes the sound objects of the corpora. Without randomness they
// are the same bytes every time: a change of the writing or of the nonces shows.
// -update writes them.
func TestCorpora(t *testing.T) {
	m := newSpoiler(t)
	from, to := noon.Add(-time.Hour), noon.Add(time.Hour)
	answers := []gost.OCSPAnswer{{State: gost.StatusRevoked, RevokedAt: from, Reason: 1, ThisUpdate: from, NextUpdate: to}}
	query := must(gost.CreateOCSPRequest(m.leaf, m.root, []byte("0123456789")))(t)
	answers[0].ID = must(gost.ParseOCSPRequest(query))(t).IDs[0]
	sealed := must(gost.EncryptPrivateKeyRounds(seededSource(0, "corpora"), m.key, []byte("1"), 1))(t)
	for name, objects := range map[string][][]byte{
		"FuzzParseCertificate": {m.root.Raw, m.leaf.Raw},
		"FuzzParseRequest":     {must(gost.CreateRequest(nil, &gost.RequestTemplate{Subject: m.leaf.Subject, Extensions: m.leaf.Extensions}, m.key))(t)},
		"FuzzParseCRL":         {must(gost.CreateCRL(nil, m.root, m.rootKey, big.NewInt(5), []gost.RevokedEntry{{Serial: m.leaf.Serial, At: from, Reason: 1}}, from, to))(t)},
		"FuzzParseCMS": {must(gost.SignCMS(nil, []byte("Акт № 5"), m.leaf, m.key, gost.SignOptions{SigningTime: noon}))(t),
			must(gost.SignCMS(nil, []byte("Акт № 5"), m.leaf, m.key, gost.SignOptions{Detached: true, Chain: []*gost.Certificate{m.root}}))(t)},
		"FuzzParseOCSP": {query, must(gost.CreateOCSPResponse(nil, m.root, m.rootKey, gost.OCSPTemplate{ProducedAt: noon, Answers: answers}))(t),
			must(gost.CreateOCSPResponse(nil, nil, nil, gost.OCSPTemplate{Code: gost.OCSPTryLater}))(t)},
		"FuzzParseName": {m.leaf.RawSubject, must(gost.Name{{Type: gost.OIDINN, Value: "770123456789"}, {Type: gost.OIDCountry, Value: "RU"},
			{Type: gost.OIDEmail, Value: "a@example.test"}}.Marshal())(t)},
		"FuzzArmor": {m.leaf.Raw, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: m.root.Raw}),
			pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: sealed})},
		"FuzzParseKeys":         {must(gost.MarshalPrivateKey(m.key))(t), m.leaf.RawSPKI},
		"FuzzDecryptPrivateKey": {sealed},
	} {
		for i, b := range objects {
			path := filepath.Join("testdata", "fuzz", name, fmt.Sprintf("sound-%d", i+1))
			want := fmt.Appendf(nil, "go test fuzz v1\n[]byte(%q)\n", b)
			if *update {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, want, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s is not what is made today: %v", path, err)
			}
		}
	}
}
