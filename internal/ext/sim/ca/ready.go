package ca

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"signdesk/internal/ext/sim/pki"
	"signdesk/internal/gost"
)

// Holder is the person a ready certificate is made for.
type Holder struct{ Surname, Name, Patronymic, SNILS, INN string }

// ReadyKinds are the ready certificates that one may download and try to load,
// with what is to become of each.
var ReadyKinds = []struct{ Kind, Title string }{
	{"valid", "действительный"},
	{"limited", "с ограничением использования"},
	{"soon", "осталось 10 дней"},
	{"expired", "просроченный"},
	{"early", "ещё не начал действовать"},
	{"revoked", "аннулированный"},
	{"held", "приостановленный"},
	{"other", "другое ФИО"},
	{"foreign", "неаккредитованный УЦ"},
	{"unqualified", "неквалифицированный"},
	{"silent", "без адресов OCSP и списка"},
	{"rsa", "ключ RSA"},
	{"pfx", "контейнер .pfx (не принимается)"},
}

// Ready makes a ready certificate of the kind for the person; its key is
// forgotten at once. File is what it is downloaded as.
func (s *Service) Ready(kind string, h Holder) (content []byte, file string, err error) {
	switch kind {
	case "rsa":
		content, err = s.rsaCertificate(h)
	case "pfx": // PFX { version 3, authSafe data {} }: the shape of a key store, with nothing in it
		return []byte{0x30, 0x16, 0x02, 0x01, 0x03, 0x30, 0x11, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01, 0xa0, 0x04, 0x04, 0x02, 0x30, 0x00}, "ready.pfx", nil
	default:
		content, err = s.gostCertificate(kind, h)
	}
	if err != nil {
		return nil, "", err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: content}), "ready-" + kind + ".cer", nil
}

// PolicyLimited carries the notice about the limits of use.
const limitNotice = "Использовать только для отчётности в налоговые органы; сумма сделки не более 100 000 рублей"

func (s *Service) gostCertificate(kind string, h Holder) ([]byte, error) {
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		return nil, err
	}
	serial, err := pki.Serial()
	if err != nil {
		return nil, err
	}
	tool, err := issuerSignTool()
	if err != nil {
		return nil, err
	}
	now := s.Now().UTC().Truncate(time.Second)
	t := &gost.CertificateTemplate{
		Serial: serial, NotBefore: now.AddDate(0, 0, -1), NotAfter: now.AddDate(1, 0, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment,
		ExtKeyUsage: []asn1.ObjectIdentifier{pki.UsageClientAuth, pki.UsageEmail}, Policies: []asn1.ObjectIdentifier{pki.PolicyKC1},
		CRLURLs: []string{s.BaseURL + "/ca/crl"}, CAURLs: []string{s.BaseURL + "/ca/ca.crt"}, OCSPURLs: []string{s.BaseURL + "/ca/ocsp"},
		SubjectSignTool: "СКЗИ «КриптоПро CSP» (учебное)", IdentificationKind: 0,
		ExtraExtensions: []pkix.Extension{{Id: oidIssuerSignTool, Value: tool}},
	}
	issuer := s.Issuer
	switch kind {
	case "valid":
	case "limited":
		notice, err := userNotice(limitNotice)
		if err != nil {
			return nil, err
		}
		t.Policies, t.ExtraExtensions = nil, append(t.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 32}, Value: notice})
	case "soon":
		t.NotAfter = now.AddDate(0, 0, 10)
	case "expired":
		t.NotBefore, t.NotAfter = now.AddDate(-1, 0, -7), now.AddDate(0, 0, -7)
	case "early":
		t.NotBefore, t.NotAfter = now.AddDate(0, 0, 7), now.AddDate(1, 0, 7)
	case "revoked", "held":
	case "other":
		h.Surname = "Посторонний"
	case "foreign":
		issuer = s.Foreign
	case "unqualified":
		t.Policies, t.SubjectSignTool, t.IdentificationKind, t.ExtraExtensions = nil, "", -1, nil
	case "silent":
		t.CRLURLs, t.OCSPURLs = nil, nil
	default:
		return nil, fmt.Errorf("no kind %q", kind)
	}
	t.Subject = h.name()
	der, err := gost.CreateCertificate(rand.Reader, t, issuer.Cert, &key.PublicKey, issuer.Key)
	if err != nil || issuer != s.Issuer {
		return der, err
	}
	return der, s.enter(der, kind)
}

// enter writes the certificate into the authority's books.
func (s *Service) enter(der []byte, kind string) error {
	c, err := gost.ParseCertificate(der)
	if err != nil {
		return err
	}
	return s.Store.Update(func(tx *tx) error {
		if err := tx.Put(s.Bucket("certs"), c.SerialHex(), certificate{DER: der}); err != nil {
			return err
		}
		switch kind {
		case "revoked":
			return s.mark(tx, c.SerialHex(), 1) // keyCompromise
		case "held":
			return s.mark(tx, c.SerialHex(), 6) // certificateHold
		}
		return nil
	})
}

// Revoke revokes a certificate of the authority's for a CRLReason; 8
// (removeFromCRL) lets a suspended one live again.
func (s *Service) Revoke(serial string, reason int) error {
	return s.Store.Update(func(tx *tx) error {
		if reason != 8 {
			return s.mark(tx, serial, reason)
		}
		var c certificate
		if err := tx.Get(s.Bucket("certs"), serial, &c); err != nil {
			return err
		}
		c.RevokedAt, c.Reason = time.Time{}, 0
		return tx.Put(s.Bucket("certs"), serial, c)
	})
}

func (h Holder) name() gost.Name {
	given := h.Name
	if h.Patronymic != "" {
		given += " " + h.Patronymic
	}
	n := gost.Name{{Type: gost.OIDCommonName, Value: h.Surname + " " + given}, {Type: gost.OIDSurname, Value: h.Surname}, {Type: gost.OIDGivenName, Value: given},
		{Type: gost.OIDCountry, Value: "RU"}, {Type: gost.OIDState, Value: "77 г. Москва"}, {Type: gost.OIDLocality, Value: "г. Москва"}}
	if h.INN != "" {
		n = append(n, gost.Attribute{Type: gost.OIDINN, Value: h.INN})
	}
	return append(n, gost.Attribute{Type: gost.OIDSNILS, Value: h.SNILS})
}

// userNotice is certificatePolicies with KC1 and a notice in words.
func userNotice(text string) ([]byte, error) {
	type qualifier struct {
		ID     asn1.ObjectIdentifier
		Notice struct {
			Text string `asn1:"utf8"`
		}
	}
	type policy struct {
		ID         asn1.ObjectIdentifier
		Qualifiers []qualifier
	}
	q := qualifier{ID: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 2, 2}}
	q.Notice.Text = text
	return asn1.Marshal([]policy{{pki.PolicyKC1, []qualifier{q}}})
}

// rsaCertificate is what another country's authority would give.
func (s *Service) rsaCertificate(h Holder) ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	subject, err := h.name().Marshal()
	if err != nil {
		return nil, err
	}
	now := s.Now()
	t := &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), RawSubject: subject, Issuer: pkix.Name{CommonName: "RSA Example CA"},
		NotBefore: now.AddDate(0, 0, -1), NotAfter: now.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature}
	return x509.CreateCertificate(rand.Reader, t, &x509.Certificate{Subject: pkix.Name{CommonName: "RSA Example CA"}}, &key.PublicKey, key)
}
