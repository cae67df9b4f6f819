package gost

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
)

type builder = cryptobyte.Builder

// flip returns b with one bit changed.
func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// person is the head of a firm as a qualified certificate names one.
var person = Name{
	{OIDCommonName, "ООО «Ромашка»"},
	{OIDSurname, "Иванов"},
	{OIDGivenName, "Иван Иванович"},
	{OIDCountry, "RU"},
	{OIDState, "77 г. Москва"},
	{OIDLocality, "Москва"},
	{OIDStreet, "ул. Ленина, д. 1"},
	{OIDOrganization, "ООО «Ромашка»"},
	{OIDTitle, "Генеральный директор Иванов Иван Иванович"},
	{OIDEmail, "ivanov@example.test"},
	{OIDINN, "770123456789"},
	{OIDINNLE, "7701234567"},
	{OIDOGRN, "1027700132195"},
	{OIDSNILS, "11223344595"},
}

// authority is a test certification authority.
type authority struct {
	cert *Certificate
	key  *PrivateKey
	now  time.Time
}

func newAuthority(t testing.TB, c *Curve, now time.Time) *authority {
	t.Helper()
	key := must[*PrivateKey](t)(GenerateKey(rand.Reader, c))
	der := must[[]byte](t)(CreateCertificate(rand.Reader, &CertificateTemplate{
		Serial: big.NewInt(1), Subject: Name{{OIDCommonName, "Тестовый УЦ"}, {OIDCountry, "RU"}, {OIDOGRN, "1027700132195"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(10 * 365 * 24 * time.Hour),
		IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, IdentificationKind: -1,
	}, nil, &key.PublicKey, key))
	return &authority{mustCertificate(t, der), key, now}
}

// issue makes a certificate with everything a qualified one has.
func (a *authority) issue(t testing.TB, subject Name, serial int64) (*Certificate, *PrivateKey) {
	t.Helper()
	key := must[*PrivateKey](t)(GenerateKey(rand.Reader, a.key.Curve))
	der := must[[]byte](t)(CreateCertificate(rand.Reader, &CertificateTemplate{
		Serial: big.NewInt(serial), Subject: subject,
		NotBefore: a.now.Add(-time.Hour), NotAfter: a.now.Add(365 * 24 * time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		ExtKeyUsage: []asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 2}, {1, 3, 6, 1, 5, 5, 7, 3, 4}},
		Policies:    []asn1.ObjectIdentifier{qualified},
		CRLURLs:     []string{"http://ca.example.test/1.crl"}, CAURLs: []string{"http://ca.example.test/1.crt"},
		OCSPURLs: []string{"http://ca.example.test/ocsp"}, SubjectSignTool: "КриптоПро CSP 5.0", IdentificationKind: 0,
	}, a.cert, &key.PublicKey, a.key))
	return mustCertificate(t, der), key
}
