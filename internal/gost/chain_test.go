package gost

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// link is a certificate of a made-up chain.
type link struct {
	cert *Certificate
	key  *PrivateKey
}

// make issues a certificate as the template says; nil parent = a root.
func (parent *link) make(t testing.TB, tpl CertificateTemplate) *link {
	t.Helper()
	if tpl.Serial == nil {
		tpl.Serial = big.NewInt(time.Now().UnixNano())
	}
	if tpl.NotAfter.IsZero() {
		tpl.NotBefore, tpl.NotAfter = noon.Add(-24*time.Hour), noon.Add(24*time.Hour)
	}
	tpl.IdentificationKind = -1
	key := must[*PrivateKey](t)(GenerateKey(rand.Reader, CryptoProA))
	issuer, signer := (*Certificate)(nil), key
	if parent != nil {
		issuer, signer = parent.cert, parent.key
	}
	der := must[[]byte](t)(CreateCertificate(rand.Reader, &tpl, issuer, &key.PublicKey, signer))
	return &link{mustCertificate(t, der), key}
}

func named(cn string) Name { return Name{{OIDCommonName, cn}} }

func ca(cn string) CertificateTemplate {
	return CertificateTemplate{Subject: named(cn), IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
}

// limited is an authority that allows n authorities below it.
func limited(t testing.TB, cn string, n int64) CertificateTemplate {
	e, err := extension(oidBasicConstraints, true, func(b *builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *builder) { b.AddASN1Boolean(true); b.AddASN1Int64(n) })
	})
	if err != nil {
		t.Fatal(err)
	}
	return CertificateTemplate{Subject: named(cn), KeyUsage: x509.KeyUsageCertSign, ExtraExtensions: []pkix.Extension{e}}
}

func certificates(all ...*link) (out []*Certificate) {
	for _, l := range all {
		out = append(out, l.cert)
	}
	return out
}

func TestChain(t *testing.T) {
	var none *link
	root := none.make(t, ca("Root"))
	twin := none.make(t, ca("Root")) // the same name, another key
	sub := root.make(t, ca("Sub"))
	leaf := sub.make(t, CertificateTemplate{Subject: named("Leaf"), KeyUsage: x509.KeyUsageDigitalSignature})
	direct := root.make(t, CertificateTemplate{Subject: named("Direct")})

	late := ca("Late")
	late.NotBefore, late.NotAfter = noon.Add(-time.Hour), noon.Add(-time.Minute)
	expired := root.make(t, late)
	noSign := ca("No sign")
	noSign.KeyUsage = x509.KeyUsageDigitalSignature
	mute := root.make(t, noSign)
	zero := root.make(t, limited(t, "Zero", 0))
	below := zero.make(t, ca("Below"))
	strange := root.make(t, CertificateTemplate{Subject: named("Strange"), ExtraExtensions: []pkix.Extension{
		{Id: []int{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}}}})

	under := func(l *link) *link { return l.make(t, CertificateTemplate{Subject: named("Under")}) }
	for _, tt := range []struct {
		name          string
		leaf          *link
		roots, others []*Certificate
		at            time.Time
		want          error
		length        int
	}{
		{"through a link", leaf, certificates(root), certificates(sub), noon, nil, 3},
		{"roots of one name, the wrong one first", direct, certificates(twin, root), nil, noon, nil, 2},
		{"only the wrong root of the name", direct, certificates(twin), nil, noon, ErrNoIssuer, 0},
		{"without the link", leaf, certificates(root), nil, noon, ErrNoIssuer, 0},
		{"nobody is trusted", leaf, nil, certificates(sub, root), noon, ErrNoIssuer, 0},
		{"the root itself", root, certificates(root), nil, noon, nil, 1},
		{"an untrusted root", twin, certificates(root), certificates(twin), noon, ErrNoIssuer, 0},
		{"too early", leaf, certificates(root), certificates(sub), noon.Add(-25 * time.Hour), ErrDates, 0},
		{"too late", leaf, certificates(root), certificates(sub), noon.Add(25 * time.Hour), ErrDates, 0},
		{"the last second", leaf, certificates(root), certificates(sub), noon.Add(24 * time.Hour), nil, 3},
		{"an expired link", under(expired), certificates(root), certificates(expired), noon, ErrDates, 0},
		{"issued by a person", under(direct), certificates(root), certificates(direct), noon, ErrNotCA, 0},
		{"an authority that may not sign", under(mute), certificates(root), certificates(mute), noon, ErrNotCA, 0},
		{"path length kept", under(zero), certificates(root), certificates(zero), noon, nil, 3},
		{"path length broken", under(below), certificates(root), certificates(zero, below), noon, ErrNotCA, 0},
		{"unknown critical extension", strange, certificates(root), nil, noon, ErrExtension, 0},
	} {
		chain, err := tt.leaf.cert.Verify(VerifyOptions{Roots: tt.roots, Intermediates: tt.others, At: tt.at})
		if !errors.Is(err, tt.want) || len(chain) != tt.length {
			t.Errorf("%s: chain of %d, %v", tt.name, len(chain), err)
		}
	}
	if _, err := leaf.cert.Verify(VerifyOptions{Roots: certificates(root)}); err == nil {
		t.Error("a moment that was not given is taken")
	}
}

// Anybody may send intermediates: many of one name end in a refusal, soon.
func TestChainBudget(t *testing.T) {
	var none *link
	var many []*Certificate
	for range 4 {
		many = append(many, none.make(t, ca("Same")).cert)
	}
	for len(many) < 400 {
		many = append(many, many...)
	}
	leaf := none.make(t, ca("Same"))
	started := time.Now()
	if _, err := leaf.cert.Verify(VerifyOptions{Roots: many, At: noon}); !errors.Is(err, ErrNoIssuer) {
		t.Error(err)
	}
	if d := time.Since(started); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
}

func TestRevocation(t *testing.T) {
	var none *link
	root, twin := none.make(t, ca("Root")), none.make(t, ca("Root"))
	leaf := root.make(t, CertificateTemplate{Subject: named("Leaf"), Serial: big.NewInt(1000)})
	list := func(by *link, from, to time.Duration, revoked ...RevokedEntry) *CRL {
		der := must[[]byte](t)(CreateCRL(rand.Reader, by.cert, by.key, big.NewInt(1), revoked, noon.Add(from), noon.Add(to)))
		return must[*CRL](t)(ParseCRL(der))
	}
	gone := RevokedEntry{Serial: big.NewInt(1000), At: noon.Add(-time.Minute), Reason: 1}
	other := RevokedEntry{Serial: big.NewInt(1001), At: noon.Add(-time.Minute)}
	forged := list(root, -time.Hour, time.Hour)
	forged.frame.signature = flip(forged.frame.signature, 3)
	for _, tt := range []struct {
		name string
		list []*CRL
		want error
	}{
		{"no lists", nil, nil},
		{"clean", []*CRL{list(root, -time.Hour, time.Hour, other)}, nil},
		{"revoked", []*CRL{list(root, -time.Hour, time.Hour, other, gone)}, ErrRevoked},
		{"revoked by an old list", []*CRL{list(root, -time.Hour, time.Hour), list(root, -3*time.Hour, -2*time.Hour, gone)}, ErrRevoked},
		{"revoked later", []*CRL{list(root, -time.Hour, time.Hour, RevokedEntry{Serial: gone.Serial, At: noon.Add(time.Minute)})}, nil},
		{"out of date", []*CRL{list(root, -2*time.Hour, -time.Hour)}, ErrUnknownStatus},
		{"of another key of the name", []*CRL{list(twin, -time.Hour, time.Hour)}, ErrUnknownStatus},
		{"forged", []*CRL{forged}, ErrUnknownStatus},
	} {
		_, err := leaf.cert.Verify(VerifyOptions{Roots: certificates(root), CRLs: tt.list, At: noon})
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	c := list(root, -time.Hour, time.Hour, other, gone)
	if e, ok := c.Find(gone.Serial); !ok || e.Reason != 1 || !e.At.Equal(gone.At) || c.Number.Int64() != 1 {
		t.Errorf("found %+v", e)
	}
	if _, ok := c.Find(big.NewInt(5)); ok {
		t.Error("found what is not there")
	}
}

// A changed bit anywhere in the signed part or the signature is noticed.
func TestTampering(t *testing.T) {
	var none *link
	root := none.make(t, ca("Root"))
	leaf := root.make(t, CertificateTemplate{Subject: person})
	request := must[[]byte](t)(CreateRequest(rand.Reader, &RequestTemplate{Subject: person}, leaf.key))
	list := must[[]byte](t)(CreateCRL(rand.Reader, root.cert, root.key, big.NewInt(1),
		[]RevokedEntry{{Serial: big.NewInt(3), At: noon}}, noon, noon.Add(time.Hour)))
	message := must[[]byte](t)(SignCMS(rand.Reader, contentBytes, leaf.cert, leaf.key, SignOptions{SigningTime: noon}))
	for _, tt := range []struct {
		name  string
		der   []byte
		check func(b []byte) error
	}{
		{"certificate", leaf.cert.Raw, func(b []byte) error {
			c, err := ParseCertificate(b)
			if err == nil {
				err = c.CheckSignatureFrom(root.cert)
			}
			return err
		}},
		{"request", request, func(b []byte) error {
			r, err := ParseRequest(b)
			if err == nil {
				err = r.CheckSignature()
			}
			return err
		}},
		{"list", list, func(b []byte) error {
			c, err := ParseCRL(b)
			if err == nil {
				err = c.CheckSignatureFrom(root.cert)
			}
			return err
		}},
		{"message", message, func(b []byte) error {
			m, err := ParseCMS(b)
			if err != nil {
				return err
			}
			results, err := m.Verify(contentBytes)
			if err == nil {
				if err = results[0].Err; err == nil {
					_, err = results[0].Certificate.Verify(VerifyOptions{Roots: certificates(root), At: noon})
				}
			}
			return err
		}},
	} {
		if err := tt.check(tt.der); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		for at := 0; at < len(tt.der); at += 3 {
			if tt.check(flip(tt.der, at)) == nil && !indifferent(tt.name, tt.der, at) {
				t.Errorf("%s: byte %d of %d changed and nobody noticed", tt.name, at, len(tt.der))
			}
		}
		for _, b := range [][]byte{append(tt.der, 0), tt.der[:len(tt.der)-1], nil} {
			if tt.check(b) == nil {
				t.Errorf("%s: %d bytes of %d are taken", tt.name, len(b), len(tt.der))
			}
		}
	}
}

// indifferent are the bytes of a message that no signature covers and that say
// nothing: its version and the list of digests at its head.
func indifferent(name string, der []byte, at int) bool {
	return name == "message" && at < strings.Index(string(der), "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01") || name == "message" && der[at] == 1 && der[at-1] == 1 && der[at-2] == 2
}
