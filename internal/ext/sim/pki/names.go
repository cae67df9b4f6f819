package pki

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"time"

	"signdesk/internal/gost"
)

// Certificate policies of order FSB 795: means of class KC1 and KC2.
var (
	PolicyKC1 = asn1.ObjectIdentifier{1, 2, 643, 100, 113, 1}
	PolicyKC2 = asn1.ObjectIdentifier{1, 2, 643, 100, 113, 2}
)

// Extended key usages of a signing person or machine.
var (
	UsageClientAuth = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 2}
	UsageEmail      = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 4}
)

// SignTool is what the certificates name as the means of signature.
const SignTool = "Учебное средство ЭП (не сертифицировано)"

func authorityTemplate(name string, now time.Time) (*gost.CertificateTemplate, error) {
	serial, err := Serial()
	if err != nil {
		return nil, err
	}
	return &gost.CertificateTemplate{
		Serial: serial,
		Subject: gost.Name{
			{Type: gost.OIDCountry, Value: "RU"},
			{Type: gost.OIDState, Value: "77 г. Москва"},
			{Type: gost.OIDLocality, Value: "г. Москва"},
			{Type: gost.OIDOrganization, Value: "Учебный контур"},
			{Type: gost.OIDOGRN, Value: "1027700000006"},
			{Type: gost.OIDINNLE, Value: "7700000009"},
			{Type: gost.OIDCommonName, Value: name},
		},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(Years, 0, 0),
		IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
		Policies:        []asn1.ObjectIdentifier{PolicyKC1, PolicyKC2},
		SubjectSignTool: SignTool, IdentificationKind: -1,
	}, nil
}

// Member certifies an organisation or one of its machines; unit is written as
// OU: in SMEV's contour it is the system's mnemonic.
func (p *Identity) Member(dir, file, name, unit string, now time.Time) (*Identity, error) {
	return Load(dir, file, func(key *gost.PrivateKey) ([]byte, error) {
		serial, err := Serial()
		if err != nil {
			return nil, err
		}
		t := &gost.CertificateTemplate{
			Serial: serial,
			Subject: gost.Name{
				{Type: gost.OIDCountry, Value: "RU"},
				{Type: gost.OIDState, Value: "77 г. Москва"},
				{Type: gost.OIDOrganization, Value: name},
				{Type: gost.OIDOrganizationalUnit, Value: unit},
				{Type: gost.OIDCommonName, Value: name},
			},
			NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(Years, 0, 0),
			KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
			ExtKeyUsage: []asn1.ObjectIdentifier{UsageClientAuth, UsageEmail},
			Policies:    []asn1.ObjectIdentifier{PolicyKC1}, SubjectSignTool: SignTool, IdentificationKind: 0,
		}
		return gost.CreateCertificate(rand.Reader, t, p.Cert, &key.PublicKey, p.Key)
	})
}

// Responder certifies a delegated OCSP responder of the authority (RFC 6960,
// 4.2.2.2): it may sign answers and nothing else, and is itself not asked about.
func (p *Identity) Responder(dir, file, name string, now time.Time) (*Identity, error) {
	return Load(dir, file, func(key *gost.PrivateKey) ([]byte, error) {
		serial, err := Serial()
		if err != nil {
			return nil, err
		}
		t := &gost.CertificateTemplate{
			Serial: serial, Subject: gost.Name{{Type: gost.OIDCountry, Value: "RU"}, {Type: gost.OIDCommonName, Value: name}},
			NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(Years, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 9}}, IdentificationKind: -1,
			ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: []byte{5, 0}}}, // id-pkix-ocsp-nocheck
		}
		return gost.CreateCertificate(rand.Reader, t, p.Cert, &key.PublicKey, p.Key)
	})
}
