package gost

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"errors"
	"math/big"
	mathrand "math/rand/v2"
	"strings"
	"testing"
	"time"
)

// Nothing signs, issues or asks with a key of GOST R 34.10-2001: the type is
// none that any of them takes, and no private key of it is read.
func TestLegacyNeverSigns(t *testing.T) {
	var key any = &LegacyKey{}
	if _, ok := key.(crypto.Signer); ok {
		t.Error("a LegacyKey signs")
	}
	if _, ok := key.(interface{ Equal(crypto.PublicKey) bool }); ok {
		t.Error("a LegacyKey passes for a public key of the standard library's kind")
	}
	o := newOpenSSL(t)
	o.run("genpkey", "-algorithm", "gost2001", "-pkeyopt", "paramset:A", "-outform", "DER", "-out", "old.key")
	o.run("req", "-x509", "-new", "-config", "req.cnf", "-extensions", "v3_ca", "-key", "old.key", "-keyform", "DER", "-days", "30", "-subj", "/CN=Old", "-out", "old.pem")
	o.run("req", "-new", "-config", "req.cnf", "-key", "old.key", "-keyform", "DER", "-subj", "/CN=Old", "-out", "old.csr")
	if _, err := ParsePrivateKey(o.read("old.key")); !errors.Is(err, ErrForeignKey) {
		t.Errorf("private key: %v", err)
	}
	// A request asks for something new: it is refused with the key.
	if _, err := ParseRequest(o.read("old.csr")); !errors.Is(err, ErrForeignKey) {
		t.Errorf("request: %v", err)
	}
	old := mustCertificate(t, o.read("old.pem"))
	if old.PublicKey != nil || old.LegacyKey() == nil || old.SelfSigned() {
		t.Errorf("certificate: %v, %v", old.PublicKey, old.LegacyKey())
	}
	if _, err := old.Verify(VerifyOptions{Roots: []*Certificate{old}, At: time.Now().Add(time.Second)}); err != nil {
		t.Errorf("a root is trusted by itself, whatever its key: %v", err)
	}
	// A new key cannot take the old certificate's place, be it the same point.
	pub := &PublicKey{Curve: old.LegacyKey().Curve, X: old.LegacyKey().X, Y: old.LegacyKey().Y}
	now := time.Now()
	ca := newAuthority(t, CryptoProA, now)
	if _, err := SignCMS(rand.Reader, contentBytes, old, ca.key, SignOptions{}); err == nil {
		t.Error("a message is signed under an old certificate")
	}
	if _, err := CreateCertificate(rand.Reader, &CertificateTemplate{Serial: big.NewInt(2), Subject: person, NotBefore: now, NotAfter: now.Add(time.Hour), IdentificationKind: -1}, old, &ca.key.PublicKey, ca.key); err == nil {
		t.Error("a certificate is issued under an old one")
	}
	if der, err := MarshalPublicKey(pub); err != nil || bytes.Equal(der, old.RawSPKI) {
		t.Errorf("an old key is written: %v", err)
	}
	if ca.cert.LegacyKey() != nil {
		t.Error("a new key passes for an old one")
	}
}

// Parameters a key of GOST R 34.10-2001 may not have.
func TestLegacyKeyRefused(t *testing.T) {
	good := unhex(t, "3063301c06062a8503020213301206072a85030202230006072a850302021e01034300"+
		"04400bd86fe5d8db89668f789b4e1dba8585c5508b45ec5b59d8906ddb70e2492b7f"+
		"da77ff871a10fbdf2766d293c5d164afbb3c7b973a41c885d11d70d689b4f126")
	k, err := ParseLegacyKey(good)
	if err != nil || k.Curve != curveTest256 {
		t.Fatalf("%v, %v", k, err)
	}
	for name, der := range map[string][]byte{
		"unknown set":         bytes.Replace(good, unhex(t, "06072a850302022300"), unhex(t, "06072a850302022399"), 1),
		"unknown digest":      bytes.Replace(good, unhex(t, "06072a850302021e01"), unhex(t, "06072a850302021e02"), 1),
		"point off the curve": flip(good, len(good)-1),
		"trailing byte":       append(bytes.Clone(good), 0),
		"truncated":           good[:len(good)-1],
	} {
		if _, err := ParseLegacyKey(der); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	for _, c := range Curves {
		spki := must[[]byte](t)(MarshalPublicKey(&PublicKey{Curve: c, X: c.X, Y: c.Y}))
		if _, err := ParseLegacyKey(spki); !errors.Is(err, ErrForeignKey) {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

func FuzzLegacyKey(f *testing.F) {
	f.Fuzz(func(t *testing.T, der []byte) {
		k, err := ParseLegacyKey(der)
		if err != nil {
			return
		}
		if !k.Curve.contains(k.X, k.Y) || k.Curve.Bits != 256 {
			t.Error("a key outside its group")
		}
		if k.Verify(der, make([]byte, 64)) == nil {
			t.Error("zeros are a signature")
		}
	})
}

// legacySets are the engine's sets for keys of GOST R 34.10-2001.
var legacySets = []string{"A", "B", "C", "XA", "XB"}

const legacyConf = `[ca]
default_ca = one
[one]
database = index.txt
new_certs_dir = .
rand_serial = yes
crlnumber = crlnumber
default_md = md_gost94
default_days = 20
default_crl_days = 20
unique_subject = no
policy = any
email_in_dn = no
x509_extensions = leaf
[any]
commonName = supplied
[leaf]
keyUsage = critical, digitalSignature, nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`

// legacyAuthority is an authority of the engine with forty certificates, the
// first of them revoked.
func legacyAuthority(t *testing.T, set string) (o *openssl, root *Certificate, leaves []*Certificate) {
	t.Helper()
	o = newOpenSSL(t)
	o.write("ca.cnf", []byte(legacyConf))
	o.write("index.txt", nil)
	o.write("crlnumber", []byte("01\n"))
	for _, name := range []string{"ca", "leaf"} {
		o.run("genpkey", "-algorithm", "gost2001", "-pkeyopt", "paramset:"+set, "-out", name+".key")
	}
	o.run("req", "-x509", "-new", "-config", "req.cnf", "-extensions", "v3_ca", "-key", "ca.key", "-days", "30", "-subj", "/CN=Root "+set, "-out", "ca.pem")
	o.run("req", "-new", "-config", "req.cnf", "-key", "leaf.key", "-subj", "/CN=Leaf", "-out", "leaf.csr")
	args := []string{"ca", "-config", "ca.cnf", "-batch", "-notext", "-cert", "ca.pem", "-keyfile", "ca.key", "-infiles"}
	o.run(append(args, strings.Fields(strings.Repeat("leaf.csr ", 40))...)...)
	for line := range strings.Lines(string(o.read("index.txt"))) {
		serial := strings.Split(line, "\t")[3]
		leaves = append(leaves, mustCertificate(t, o.read(serial+".pem")))
	}
	if len(leaves) != 40 {
		t.Fatalf("%d certificates", len(leaves))
	}
	o.run("ca", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-revoke", leaves[0].SerialHex()+".pem")
	o.run("ca", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-gencrl", "-out", "list.pem")
	return o, mustCertificate(t, o.read("ca.pem")), leaves
}

// What the engine signs by GOST R 34.10-2001 is good where it is asked for,
// refused everywhere else and after any change.
func TestProofLegacy(t *testing.T) {
	newOpenSSL(t)
	seed := mathrand.Uint64()
	t.Logf("seed %d", seed)
	for n, set := range legacySets {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			rnd := mathrand.New(mathrand.NewPCG(seed, uint64(n)))
			o, root, leaves := legacyAuthority(t, set)
			legacyCertificates(t, rnd, o, root, leaves)
			legacyMessages(t, rnd, o, leaves)
		})
	}
}

func legacyCertificates(t *testing.T, rnd *mathrand.Rand, o *openssl, root *Certificate, leaves []*Certificate) {
	t.Helper()
	list := must[*CRL](t)(ParseCRL(o.read("list.pem")))
	options := VerifyOptions{Roots: []*Certificate{root}, CRLs: []*CRL{list}, At: time.Now().Add(time.Second), Legacy: true}
	for i, c := range leaves {
		_, err := c.Verify(options)
		if i == 0 && !errors.Is(err, ErrRevoked) || i > 0 && err != nil {
			t.Errorf("certificate %d: %v\n%x", i, err, c.Raw)
		}
		if err := c.CheckSignatureFrom(root); !errors.Is(err, ErrLegacy) {
			t.Errorf("not asked for: %v", err)
		}
		at := rnd.IntN(len(c.Raw))
		if changed, err := ParseCertificate(flip(c.Raw, at)); err == nil && changed.frame.checkFrom(root, true) == nil {
			t.Errorf("certificate %d changed at byte %d is taken", i, at)
		}
	}
	strict := options
	strict.Legacy = false
	if _, err := leaves[1].Verify(strict); !errors.Is(err, ErrNoIssuer) {
		t.Errorf("not asked for: %v", err)
	}
	if err := list.CheckSignatureFrom(root); !errors.Is(err, ErrLegacy) {
		t.Errorf("list, not asked for: %v", err)
	}
	for range 40 {
		at := rnd.IntN(len(list.Raw))
		if changed, err := ParseCRL(flip(list.Raw, at)); err == nil && changed.frame.checkFrom(root, true) == nil {
			t.Errorf("list changed at byte %d is taken", at)
		}
	}
}

// legacyMessages are seven shapes of message with six signers each.
func legacyMessages(t *testing.T, rnd *mathrand.Rand, o *openssl, leaves []*Certificate) {
	t.Helper()
	const signers = 6
	for _, flags := range []string{"", "-nodetach", "-noattr", "-noattr -nodetach", "-nodetach -stream -indef", "-keyid", "-cades"} {
		content := make([]byte, rnd.IntN(5000))
		for i := range content {
			content[i] = byte(rnd.Uint32())
		}
		o.write("data", content)
		args := append([]string{"cms", "-sign", "-binary", "-in", "data", "-md", "md_gost94", "-outform", "DER", "-out", "m.p7s"}, strings.Fields(flags)...)
		for i := range signers {
			args = append(args, "-signer", leaves[i].SerialHex()+".pem", "-inkey", "leaf.key")
		}
		o.run(args...)
		der := o.read("m.p7s")
		good := func(b []byte, legacy bool) (good int, last error) {
			m, err := ParseCMS(b)
			if err != nil {
				return 0, err
			}
			m.Legacy = legacy
			given := content
			if m.Content != nil {
				given = nil
			}
			results, err := m.Verify(given)
			for _, r := range results {
				if r.Err == nil {
					good++
				} else {
					err = r.Err
				}
			}
			return good, err
		}
		if n, err := good(der, true); n != signers || err != nil {
			t.Errorf("%q: %d of %d are good: %v\n%x", flags, n, signers, err, der)
		}
		if n, err := good(der, false); n != 0 || !errors.Is(err, ErrLegacy) {
			t.Errorf("%q, not asked for: %d are good: %v", flags, n, err)
		}
		m := must[*SignedData](t)(ParseCMS(der))
		for i := range m.Signers { // a flipped bit of each signature spoils that one
			at := bytes.Index(der, m.Signers[i].value) + rnd.IntN(64)
			if n, _ := good(flip(der, at), true); n != signers-1 {
				t.Errorf("%q: %d are good after a change of signature %d at byte %d", flags, n, i, at)
			}
		}
	}
}
