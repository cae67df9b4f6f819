package smev

import (
	"encoding/xml"
	"errors"
	"strings"
	"time"
)

// CertificateRegistration registers an issued certificate in ESIA, the state's
// identity service, so that its owner may sign in with it (operation
// RegisterCertificate). The schema is official, version 1.4.1.
var CertificateRegistration = Type{
	Key: ESIACertificate, Version: "1.4.1",
	Title:     "Регистрация сертификата в ЕСИА",
	Namespace: "urn://mincomsvyaz/esia/reg_service/register_certificate/1.4.1",
	Request:   "ESIARegisterCertificateRequest", Answer: "ESIARegisterCertificateResponse",
	Commons: []string{esiaCommons},
	Origin:  OriginSchema,
	Schema:  "esia_rg_register_certificate.xsd",
	Source:  "описание вида сведений в СМЭВ",
	Words:   certificateWords,
	codec:   codecOf(writeCertificate, readCertificate),
}

// esiaCommons begins the namespace of ESIA's common types; the spelling is the
// schema's own.
const esiaCommons = "urn://mincomsvyaz/esia/commons/rg_sevices_types/"

// Environments of ESIA to route to (EnvType).
const (
	ESIAProduction = "PROD"
	ESIATest       = "TESIA"
)

// Kinds of certificate owner (ownertypeType).
const (
	OwnerPerson       = "PSO"
	OwnerOrganisation = "ORG"
	OwnerTrader       = "IB" // индивидуальный предприниматель
	OwnerSystem       = "SYS"
)

// Statuses of a registration (statusType).
const (
	StatusValidating         = "VALIDATING"
	StatusValidationFailed   = "VALIDATION_FAILED"
	StatusConfirmationFailed = "CONFIRMATION_FAILED"
	StatusSucceeded          = "SUCCEEDED"
	StatusFault              = "FAULT"
)

// CertificateRequest is a certificate and its owner.
type CertificateRequest struct {
	Environment string // ESIAProduction, ESIATest, …
	Serial      string // upper-case hex
	Issuer      string // name of the organisation that issued it
	NotBefore   time.Time
	NotAfter    time.Time // dates count in the times' own zones

	OwnerType string // OwnerPerson, …
	SNILS     string // 11 digits, signs between them allowed
	INN       string // of the person
	Person
	Male        bool
	BirthDate   time.Time
	BirthPlace  string
	Document    Document
	Citizenship string // OKSM, three letters, e.g. RUS
	OGRN        string // of the organisation or the trader; "" for a person
	OrgINN      string // "" for a person
}

// Document is an identity paper in ESIA's terms.
type Document struct {
	Kind       string // RF_PASSPORT, FID_DOC, FRGN_PASS
	Series     string // blanks allowed
	Number     string
	IssuerCode string // 6 digits, signs between them allowed; "" when there is none
	IssuedAt   time.Time
	ExpiresAt  time.Time // zero when the paper has no end
	IssuedBy   string
}

// XML returns the content of the request.
func (r CertificateRequest) XML() ([]byte, error) { return CertificateRegistration.Write(r) }

func writeCertificate(t Type, r CertificateRequest) ([]byte, error) {
	snils, err := esiaSNILS(r.SNILS)
	if err != nil {
		return nil, err
	}
	x := certificateRequest{
		XMLName:     t.asked(),
		Environment: r.Environment, Serial: r.Serial, Issuer: r.Issuer,
		NotBefore: esiaDate(r.NotBefore), NotAfter: esiaDate(r.NotAfter), OwnerType: r.OwnerType,
		SNILS: snils, INN: r.INN,
		Family: r.Family, First: r.First, Patronymic: r.Patronymic, Gender: "F",
		BirthDate: esiaDate(r.BirthDate), BirthPlace: r.BirthPlace,
		Document:    r.Document.esia(),
		Citizenship: r.Citizenship, OGRN: r.OGRN, OrgINN: r.OrgINN,
	}
	if r.Male {
		x.Gender = "M"
	}
	return encode(x)
}

func (d Document) esia() certificateDocument {
	return certificateDocument{
		Kind: d.Kind, Series: strings.ReplaceAll(d.Series, " ", ""), Number: strings.ReplaceAll(d.Number, " ", ""),
		IssuerCode: digits(d.IssuerCode), IssuedAt: esiaDate(d.IssuedAt), ExpiresAt: esiaDate(d.ExpiresAt), IssuedBy: d.IssuedBy,
	}
}

// certificateRequest is the schema's sequence.
type certificateRequest struct {
	XMLName     xml.Name
	Environment string              `xml:"RoutingCode"`
	Serial      string              `xml:"serialNumber"`
	Issuer      string              `xml:"issuerOrgName"`
	NotBefore   string              `xml:"startDate"`
	NotAfter    string              `xml:"expiryDate"`
	OwnerType   string              `xml:"ownerType"`
	SNILS       string              `xml:"snils,omitempty"`
	INN         string              `xml:"personINN,omitempty"`
	Family      string              `xml:"lastName,omitempty"`
	First       string              `xml:"firstName,omitempty"`
	Patronymic  string              `xml:"middleName,omitempty"`
	Gender      string              `xml:"gender,omitempty"`
	BirthDate   string              `xml:"birthDate,omitempty"`
	BirthPlace  string              `xml:"birthPlace,omitempty"`
	Document    certificateDocument `xml:"doc"`
	Citizenship string              `xml:"citizenship,omitempty"`
	OGRN        string              `xml:"ogrn,omitempty"`
	OrgINN      string              `xml:"orgINN,omitempty"`
}

type certificateDocument struct {
	Kind       string `xml:"urn://mincomsvyaz/esia/commons/rg_sevices_types/1.4.1 type"`
	Series     string `xml:"urn://mincomsvyaz/esia/commons/rg_sevices_types/1.4.1 series,omitempty"`
	Number     string `xml:"urn://mincomsvyaz/esia/commons/rg_sevices_types/1.4.1 number"`
	IssuerCode string `xml:"urn://mincomsvyaz/esia/commons/rg_sevices_types/1.4.1 issueId,omitempty"`
	IssuedAt   string `xml:"urn://mincomsvyaz/esia/commons/rg_sevices_types/1.4.1 issueDate"`
	ExpiresAt  string `xml:"urn://mincomsvyaz/esia/commons/rg_sevices_types/1.4.1 expiryDate,omitempty"`
	IssuedBy   string `xml:"urn://mincomsvyaz/esia/commons/rg_sevices_types/1.4.1 issuedBy,omitempty"`
}

// esiaSNILS is the number as ESIA's schemas write it: 112-233-445 95.
func esiaSNILS(s string) (string, error) {
	snils, err := number("SNILS", s, 11)
	if err != nil {
		return "", err
	}
	return snils[:3] + "-" + snils[3:6] + "-" + snils[6:9] + " " + snils[9:], nil
}

func esiaDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("02.01.2006")
}

// CertificateAnswer is where the registration stands.
type CertificateAnswer struct {
	Status string // StatusValidating, …; others may appear
	Errors []CertificateError
}

// CertificateError is ESIA's reason of a failure, for people.
type CertificateError struct {
	Code    string `xml:"Code"`
	Message string `xml:"Message"`
}

// Final reports whether the status will not change any more.
func (a CertificateAnswer) Final() bool { return a.Status != StatusValidating }

// Registered reports whether ESIA knows the certificate now.
func (a CertificateAnswer) Registered() bool { return a.Status == StatusSucceeded }

// DecodeCertificate reads the content of an answer. An unknown status is kept:
// it is final and registers nothing.
func DecodeCertificate(content []byte) (CertificateAnswer, error) {
	return decode[CertificateAnswer](content, ESIACertificate)
}

func readCertificate(t Type, content []byte) (CertificateAnswer, error) {
	var x struct {
		Status string             `xml:"status"`
		Errors []CertificateError `xml:"errorStatusInfo"`
	}
	if err := t.parse(content, &x); err != nil {
		return CertificateAnswer{}, err
	}
	a := CertificateAnswer{Status: strings.TrimSpace(x.Status), Errors: x.Errors}
	if a.Status == "" {
		return CertificateAnswer{}, errors.New("smev: ESIA's answer has no status")
	}
	return a, nil
}
