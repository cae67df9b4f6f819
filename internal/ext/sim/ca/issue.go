package ca

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"

	"signdesk/internal/ext/sim/pki"
	"signdesk/internal/gost"
)

// Extensions of the qualified profile (order FSB 795) and what a request may
// ask for itself.
var (
	oidExtKeyUsage        = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidSubjectSignTool    = asn1.ObjectIdentifier{1, 2, 643, 100, 111}
	oidIssuerSignTool     = asn1.ObjectIdentifier{1, 2, 643, 100, 112}
	oidIdentificationKind = asn1.ObjectIdentifier{1, 2, 643, 100, 114}
)

const validMonths = 12

// issue makes the order's certificate: the subject as asked, the usages and
// the means of signature from the request when it names them, the rest of the
// profile by the authority.
func (s *Service) issue(tx *tx, o *Order) error {
	req, err := gost.ParseRequest(o.Request)
	if err != nil {
		return err
	}
	serial, err := pki.Serial()
	if err != nil {
		return err
	}
	tool, err := issuerSignTool()
	if err != nil {
		return err
	}
	now := s.Now().UTC().Truncate(1e9)
	t := &gost.CertificateTemplate{
		Serial: serial, Subject: req.Subject, NotBefore: now, NotAfter: now.AddDate(0, validMonths, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment |
			x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment,
		ExtKeyUsage: []asn1.ObjectIdentifier{pki.UsageClientAuth, pki.UsageEmail},
		Policies:    []asn1.ObjectIdentifier{pki.PolicyKC1},
		CRLURLs:     []string{s.BaseURL + "/ca/crl"}, CAURLs: []string{s.BaseURL + "/ca/ca.crt"}, OCSPURLs: []string{s.BaseURL + "/ca/ocsp"},
		SubjectSignTool: pki.SignTool, IdentificationKind: 0,
		ExtraExtensions: []pkix.Extension{{Id: oidIssuerSignTool, Value: tool}},
	}
	asked(t, req.Extensions)
	der, err := gost.CreateCertificate(rand.Reader, t, s.Issuer.Cert, req.PublicKey, s.Issuer.Key)
	if err != nil {
		return err
	}
	cert, err := gost.ParseCertificate(der)
	if err != nil {
		return err
	}
	o.State, o.Certificate, o.Serial = Issued, der, cert.SerialHex()
	if err := s.Count(tx, "issued"); err != nil {
		return err
	}
	return tx.Put(s.Bucket("certs"), o.Serial, certificate{DER: der, Transaction: o.Transaction})
}

// asked takes over what the request may decide; unreadable wishes are ignored.
func asked(t *gost.CertificateTemplate, wishes []pkix.Extension) {
	for _, e := range wishes {
		switch {
		case e.Id.Equal(oidExtKeyUsage):
			var usages []asn1.ObjectIdentifier
			if rest, err := asn1.Unmarshal(e.Value, &usages); err == nil && len(rest) == 0 && len(usages) > 0 {
				t.ExtKeyUsage = usages
			}
		case e.Id.Equal(oidSubjectSignTool):
			var tool string
			if rest, err := asn1.Unmarshal(e.Value, &tool); err == nil && len(rest) == 0 && tool != "" {
				t.SubjectSignTool = tool
			}
		case e.Id.Equal(oidIdentificationKind):
			var kind int
			if rest, err := asn1.Unmarshal(e.Value, &kind); err == nil && len(rest) == 0 && kind >= 0 && kind <= 3 {
				t.IdentificationKind = kind
			}
		}
	}
}

// issuerSignTool is the extension 1.2.643.100.112: four names of means and
// their certificates.
func issuerSignTool() ([]byte, error) {
	utf := func(s string) asn1.RawValue {
		return asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte(s)}
	}
	return asn1.Marshal([]asn1.RawValue{utf(pki.SignTool), utf("Учебный удостоверяющий центр"),
		utf("Не сертифицировано, только для разработки"), utf("Не сертифицировано, только для разработки")})
}

func sortOrders(all []Order) {
	slices.SortFunc(all, func(a, b Order) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return bytes.Compare([]byte(a.Transaction), []byte(b.Transaction))
	})
}
