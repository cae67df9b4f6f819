package orgtest

import (
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// Tax is a tax service of its own: a root and a signer with GOST R 34.10-2012 keys.
type Tax struct {
	Root   *gost.Certificate
	signer *gost.Certificate
	key    *gost.PrivateKey
	t      testing.TB

	rootKey *gost.PrivateKey
}

// NewTax makes the service; its certificates hold a year before and after now.
func NewTax(t testing.TB, now time.Time) *Tax {
	t.Helper()
	make := func(serial int64, name string, parent *gost.Certificate, parentKey *gost.PrivateKey) (*gost.Certificate, *gost.PrivateKey) {
		key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
		if err != nil {
			t.Fatal(err)
		}
		template := &gost.CertificateTemplate{Serial: big.NewInt(serial), Subject: gost.Name{{Type: gost.OIDCommonName, Value: name}, {Type: gost.OIDCountry, Value: "RU"}},
			NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment, IdentificationKind: -1}
		if parent == nil {
			template.IsCA, template.KeyUsage, parentKey = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign, key
		}
		der, err := gost.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
		if err != nil {
			t.Fatal(err)
		}
		c, err := gost.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c, key
	}
	root, rootKey := make(1, "УЦ ФНС России", nil, nil)
	signer, key := make(2, "ФНС России", root, rootKey)
	return &Tax{Root: root, signer: signer, key: key, t: t, rootKey: rootKey}
}

// Sign is the detached signature (.p7s) over the very bytes, made in the middle
// of the certificate's life.
func (x *Tax) Sign(content []byte) []byte {
	return x.sign(content, x.signer.NotBefore.AddDate(1, 0, 0))
}

// SignUntimed is Sign that says nothing of when.
func (x *Tax) SignUntimed(content []byte) []byte {
	x.t.Helper()
	return x.sign(content, time.Time{})
}

func (x *Tax) sign(content []byte, at time.Time) []byte {
	x.t.Helper()
	p7s, err := gost.SignCMS(rand.Reader, content, x.signer, x.key, gost.SignOptions{Detached: true, SigningTime: at, Chain: []*gost.Certificate{x.Root}})
	if err != nil {
		x.t.Fatal(err)
	}
	return p7s
}

// Roots is who may sign for the service.
func (x *Tax) Roots() []*gost.Certificate { return []*gost.Certificate{x.Root} }

// Revoke is the service's list of revoked certificates with its signer's own on
// it, as of now; with none true the list is empty.
func (x *Tax) Revoke(now time.Time, none bool) []*gost.CRL {
	x.t.Helper()
	var gone []gost.RevokedEntry
	if !none {
		gone = []gost.RevokedEntry{{Serial: x.signer.Serial, At: now.Add(-time.Hour)}}
	}
	der, err := gost.CreateCRL(rand.Reader, x.Root, x.rootKey, big.NewInt(1), gone, now.Add(-time.Minute), now.AddDate(0, 0, 1))
	if err != nil {
		x.t.Fatal(err)
	}
	list, err := gost.ParseCRL(der)
	if err != nil {
		x.t.Fatal(err)
	}
	return []*gost.CRL{list}
}
