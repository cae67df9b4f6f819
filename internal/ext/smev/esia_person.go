package smev

import (
	"encoding/xml"
	"errors"
	"strings"
	"time"
)

// PersonRegistration makes a confirmed account in ESIA for a person who has none
// (operation Register): a certificate cannot be registered for nobody. The
// schema is official, version 1.4.1.
var PersonRegistration = Type{
	Key: ESIARegistration, Version: "1.4.1",
	Title:     "Регистрация учётной записи в ЕСИА",
	Namespace: "urn://mincomsvyaz/esia/reg_service/register/1.4.1",
	Commons:   []string{esiaCommons},
	Request:   "ESIARegisterRequest", Answer: "ESIARegisterResponse",
	Origin: OriginSchema,
	Schema: "esia_rg_register.xsd",
	Source: "описание вида сведений в СМЭВ",
	Words:  accountWords,
	codec:  codecOf(writePersonRegistration, readPersonRegistration),
}

// PersonRegistrationRequest is a person who came in person and who serves him.
type PersonRegistrationRequest struct {
	Environment   string // ESIAProduction, ESIATest, …
	OperatorSNILS string // of the employee who saw the papers
	Centre        int32  // number of the service centre in ESIA (raType)

	SNILS string
	Person
	Male        bool
	BirthDate   time.Time
	BirthPlace  string
	Document    Document
	Email       string
	Mobile      string // 10 digits after +7, signs between them allowed
	Citizenship string // OKSM, three letters
}

// XML returns the content of the request.
func (r PersonRegistrationRequest) XML() ([]byte, error) { return PersonRegistration.Write(r) }

// personRegistration is the schema's sequence.
type personRegistration struct {
	XMLName     xml.Name
	Environment string              `xml:"RoutingCode"`
	Operator    string              `xml:"SnilsOperator"`
	Centre      int32               `xml:"ra"`
	SNILS       string              `xml:"snils,omitempty"`
	Family      string              `xml:"lastName"`
	First       string              `xml:"firstName"`
	Patronymic  string              `xml:"middleName,omitempty"`
	Gender      string              `xml:"gender"`
	BirthDate   string              `xml:"birthDate"`
	Document    certificateDocument `xml:"doc"`
	Email       string              `xml:"email,omitempty"`
	Mobile      string              `xml:"mobile"`
	Citizenship string              `xml:"citizenship"`
	Mode        string              `xml:"mode"`
	BirthPlace  string              `xml:"birthPlace,omitempty"`
}

func writePersonRegistration(t Type, r PersonRegistrationRequest) ([]byte, error) {
	x := personRegistration{
		XMLName: t.asked(), Environment: r.Environment, Centre: r.Centre,
		Family: r.Family, First: r.First, Patronymic: r.Patronymic, Gender: "F", BirthDate: esiaDate(r.BirthDate), BirthPlace: r.BirthPlace,
		Document: r.Document.esia(), Email: r.Email, Citizenship: r.Citizenship, Mode: "mobile", // where the first password goes
	}
	if r.Male {
		x.Gender = "M"
	}
	var err error
	if x.Operator, err = esiaSNILS(r.OperatorSNILS); err != nil {
		return nil, err
	}
	if x.SNILS, err = esiaSNILS(r.SNILS); err != nil {
		return nil, err
	}
	mobile := digits(r.Mobile)
	if len(mobile) == 11 { // with the country's 7 or the old 8
		mobile = mobile[1:]
	}
	if mobile, err = number("mobile phone", mobile, 10); err != nil {
		return nil, err
	}
	x.Mobile = "+7(" + mobile[:3] + ")" + mobile[3:]
	if r.Family == "" || r.First == "" || r.BirthDate.IsZero() {
		return nil, errors.New("smev: an account needs a name and a birth date")
	}
	return encode(x)
}

// PersonRegistrationAnswer is where the registration stands.
type PersonRegistrationAnswer struct {
	CertificateAnswer
	OID     string // the account's number in ESIA, "" until it is made
	Warning string
}

// DecodePersonRegistration reads the content of an answer.
func DecodePersonRegistration(content []byte) (PersonRegistrationAnswer, error) {
	return decode[PersonRegistrationAnswer](content, ESIARegistration)
}

func readPersonRegistration(t Type, content []byte) (PersonRegistrationAnswer, error) {
	var x struct {
		Status  string             `xml:"status"`
		OID     string             `xml:"oid"`
		Warning string             `xml:"warning"`
		Errors  []CertificateError `xml:"errorStatusInfo"`
	}
	if err := t.parse(content, &x); err != nil {
		return PersonRegistrationAnswer{}, err
	}
	a := PersonRegistrationAnswer{CertificateAnswer{strings.TrimSpace(x.Status), x.Errors}, strings.TrimSpace(x.OID), strings.TrimSpace(x.Warning)}
	if a.Status == "" {
		return PersonRegistrationAnswer{}, errors.New("smev: ESIA's answer has no status")
	}
	return a, nil
}
