package casetest

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"math/big"

	"crypto/x509/pkix"
	"strconv"
	"strings"

	"encoding/asn1"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/gost"
	"signdesk/internal/issuance"
	"signdesk/internal/job"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// Carrier is the number of the tests' token.
const Carrier = "0A3F1902"

// Pairing is the secret that desk and agent share.
var Pairing = []byte("pairing secret of the test's desk")

// Case is an application of a client and the key on its owner's carrier.
type Case struct {
	*Client
	ID  int64
	Key *gost.PrivateKey
}

// Open opens the case of the client's owner.
func (c *Client) Open() *Case {
	c.Helper()
	id, err := issuance.Open(c.Context(), c.DB, c.By(), c.Now(), c.Owner)
	c.must(err)
	k := &Case{Client: c, ID: id}
	k.Look()
	return k
}

// By is the operator.
func (k *Desk) By() *staff.Employee { return k.People["operator"] }

// Look does the job that the worker does after every answer.
func (c *Case) Look() {
	c.Helper()
	c.must(issuance.Look(c.Context(), c.DB, c.Now(), c.Rules, job.CaseMoved{Partner: c.By().PartnerID, Application: c.ID}))
}

// Load reads the case.
func (c *Case) Load() (k *issuance.Case) {
	c.Helper()
	c.Tx(func(ctx context.Context, tx bun.IDB) (err error) {
		k, err = issuance.Load(ctx, tx, c.By().PartnerID, c.ID)
		return err
	})
	return k
}

// Answer asks the registers and writes the answers down: positive, negative …
func (c *Case) Answer(status string, kinds ...owner.CheckKind) {
	c.Helper()
	if len(kinds) == 0 {
		kinds = owner.CheckKinds
	}
	texts := map[string]string{"positive": "Подтверждено.", "negative": "СНИЛС не соответствует ФИО, полу или дате рождения. Сверьте их с документами."}
	for _, kind := range kinds {
		k, err := owner.Ask(c.Context(), c.DB, c.By(), c.Now(), c.Owner, kind)
		c.must(err)
		if status != "waiting" {
			c.Exec(`UPDATE owner_check SET status = ?, status_at = ?, text = ? WHERE id = ?`, status, c.Now(), texts[status], k.ID)
		}
	}
	c.Look()
}

// Approved brings the case to «Сведения подтверждены в УЦ».
func (c *Case) Approved() *Case {
	c.Helper()
	c.Drop(c.Firm, true)
	c.Answer("positive")
	return c
}

// Order is a good form of the request.
func (c *Case) Order(profile string) cert.Order {
	return cert.Order{Profile: profile, CarrierType: "rutoken", CarrierNumber: Carrier, Consent: true}
}

// Profile is the first type that fits the owner now.
func (c *Case) Profile() string {
	k := c.Load()
	return cert.ProfilesFor(c.Now(), k.Org, k.Owner)[0].Code
}

// Prepare approves the subject.
func (c *Case) Prepare() *Case {
	c.Helper()
	c.must(issuance.Prepare(c.Context(), c.DB, c.By(), c.Now(), c.Rules, c.ID, c.Order(c.Profile())))
	return c
}

// Envelope asks for the operation that makes the request.
func (c *Case) Envelope() *cert.Envelope {
	c.Helper()
	env, err := issuance.RequestOperation(c.Context(), c.DB, c.By(), c.Now(), c.Rules, c.ID, cert.Desk{Origin: "http://example.com", Pairing: Pairing})
	c.must(err)
	return env
}

// Request makes key and request as the agent does and hands them in.
func (c *Case) Request() *Case {
	c.Helper()
	var operation uuid.UUID
	var csr []byte
	operation, csr, c.Key = Sign(c, c.Envelope())
	c.must(issuance.AcceptRequest(c.Context(), c.DB, c.By(), c.Now(), c.Rules, c.ID, operation, csr))
	return c
}

// Payload is an operation as the agent reads it.
type Payload struct {
	ID          uuid.UUID `json:"id"`
	Kind        string    `json:"kind"`
	TokenSerial string    `json:"token_serial"`
	Request     *struct {
		Subject []struct {
			OID   string `json:"oid"`
			Value string `json:"value"`
		} `json:"subject"`
		Extensions []struct {
			OID      string `json:"oid"`
			Critical bool   `json:"critical"`
			Value    []byte `json:"value"`
		} `json:"extensions"`
	} `json:"request"`
	Install *struct {
		Certificate []byte `json:"certificate"`
		PublicKey   []byte `json:"public_key"`
	} `json:"install"`
}

// Read opens an envelope.
func Read(t interface{ Fatal(...any) }, env *cert.Envelope) Payload {
	var p Payload
	if err := json.Unmarshal(env.Payload, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// Sign stands in for the agent: a fresh key, and the request on it.
func Sign(t interface{ Fatal(...any) }, env *cert.Envelope) (operation uuid.UUID, csr []byte, key *gost.PrivateKey) {
	p := Read(t, env)
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProXA)
	if err != nil {
		t.Fatal(err)
	}
	template := &gost.RequestTemplate{}
	for _, a := range p.Request.Subject {
		template.Subject = append(template.Subject, gost.Attribute{Type: oid(t, a.OID), Value: a.Value})
	}
	for _, e := range p.Request.Extensions {
		template.Extensions = append(template.Extensions, pkix.Extension{Id: oid(t, e.OID), Critical: e.Critical, Value: e.Value})
	}
	if csr, err = gost.CreateRequest(rand.Reader, template, key); err != nil {
		t.Fatal(err)
	}
	return p.ID, csr, key
}

func oid(t interface{ Fatal(...any) }, s string) (id asn1.ObjectIdentifier) {
	for _, part := range strings.Split(s, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			t.Fatal(err)
		}
		id = append(id, n)
	}
	return id
}

// Issue writes down the CA's answer: a certificate on the request's key.
func (c *Case) Issue() *Case {
	c.Helper()
	root, rootKey := c.authority()
	r := c.Load().Request
	csr, err := gost.ParseRequest(r.CSR)
	c.must(err)
	der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{Serial: big.NewInt(0x57B6_1000_0000_3A00 + r.ID), Subject: csr.Subject,
		NotBefore: c.Now(), NotAfter: c.Now().AddDate(1, 3, 0), KeyUsage: x509.KeyUsageDigitalSignature, IdentificationKind: 0}, root, csr.PublicKey, rootKey)
	c.must(err)
	parsed, err := gost.ParseCertificate(der)
	c.must(err)
	c.Tx(func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.NewInsert().Model(&cert.Certificate{PartnerID: r.PartnerID, RequestID: r.ID, ApplicationID: r.ApplicationID, OrgID: r.OrgID, OwnerID: r.OwnerID,
			Serial: parsed.SerialHex(), Issuer: parsed.Issuer.String(), Subject: parsed.Subject.String(), NotBefore: parsed.NotBefore, NotAfter: parsed.NotAfter, DER: der,
			CarrierType: r.CarrierType, CarrierNumber: r.CarrierNumber, IssuedAt: c.Now(), IssuedBy: r.CreatedBy}).Exec(ctx)
		return err
	})
	c.Exec(`UPDATE cert_request SET status = 'issued', status_at = ? WHERE id = ?`, c.Now(), r.ID)
	c.Look()
	return c
}

func (c *Case) authority() (*gost.Certificate, *gost.PrivateKey) {
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	c.must(err)
	der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{Serial: big.NewInt(1), IsCA: true, IdentificationKind: -1,
		Subject:   gost.Name{{Type: gost.OIDOrganization, Value: "УЦ «Пример»"}, {Type: gost.OIDCommonName, Value: "УЦ «Пример»"}},
		NotBefore: c.Now().AddDate(-1, 0, 0), NotAfter: c.Now().AddDate(5, 0, 0), KeyUsage: x509.KeyUsageCertSign}, nil, &key.PublicKey, key)
	c.must(err)
	root, err := gost.ParseCertificate(der)
	c.must(err)
	return root, key
}

// Install does what the agent does with the certificate.
func (c *Case) Install() *Case {
	c.Helper()
	env, err := issuance.InstallOperation(c.Context(), c.DB, c.By(), c.Now(), c.Rules, c.ID, cert.Desk{Origin: "http://example.com", Pairing: Pairing})
	c.must(err)
	p := Read(c, env)
	c.must(cert.Installed(c.Context(), c.DB, c.By(), c.Now(), c.Load().Certificate.ID, p.ID, p.Install.PublicKey))
	c.Look()
	return c
}

// Register sends the certificate to ESIA and writes its answer down: waiting,
// validating, succeeded or failed.
func (c *Case) Register(status string) *Case {
	c.Helper()
	c.must(cert.Register(c.Context(), c.DB, c.By(), c.Now(), "TESIA", c.Load().Certificate.ID))
	texts := map[string]string{"validating": "ЕСИА проверяет данные.", "succeeded": "Сертификат зарегистрирован в ЕСИА.", "failed": "ЕСИА отказала (VALIDATION_FAILED). Дата рождения не совпала."}
	if status != "waiting" {
		c.Exec(`UPDATE esia_registration SET status = ?, status_at = ?, text = ? WHERE id = ?`, status, c.Now(), texts[status], c.Load().Registration.ID)
	}
	c.Look()
	return c
}

// Receipt prints the receipt and takes the owner's signature.
func (c *Case) Receipt() *Case {
	c.Helper()
	k := c.Load()
	c.must(cert.PrintReceipt(c.Context(), c.DB, c.Files, c.By(), c.Now(), k.Number, k.Certificate.ID))
	c.must(cert.ConfirmReceipt(c.Context(), c.DB, c.By(), c.Now(), k.Certificate.ID))
	c.Look()
	return c
}
