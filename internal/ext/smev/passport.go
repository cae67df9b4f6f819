package smev

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"
)

// PassportValidity asks the Ministry of the Interior whether a passport of a
// citizen of Russia is in force, by series and number alone. Its request and its
// answer are both seen in full.
//
// Element names from public samples found by the namespace: a request and an
// answer of the test contour of 2018 in the tests of a Java client (passTest,
// ExecutorTest). Meaning of docStatus 300, 301, 302: by the type's description.
var PassportValidity = Type{
	Key: Passport, Version: "P001/1.0.0",
	Title:     "Действительность паспорта гражданина РФ (МВД)",
	Namespace: "urn://ru/mvd/sovm/p001/1.0.0",
	Request:   "request", Answer: "response",
	Origin: OriginSamples,
	Source: "открытые образцы запроса и ответа тестового контура, 2018",
	Words:  passportWords,
	codec:  codecOf(writePassport, readPassport),
}

// PassportOfPerson asks the same of a passport shown by somebody in person:
// name and birth date must be those of the passport.
//
// Element names of the request from a public Python program that fills version
// 1.0.0 for a bank (its common names stand in commons/sovm/1.0.0, taken over
// unchanged); of the answer only docStatus is known, from public Java classes
// for 1.0.1, and it is read where the sibling type has it.
var PassportOfPerson = Type{
	Key: Passport, Version: "RFP_ACTUAL_BANK/1.0.1",
	Title:     "Действительность паспорта, предъявленного на определённое имя (МВД)",
	Namespace: "urn://mvd/gismu/RFP_ACTUAL_BANK/1.0.1",
	Commons:   []string{"urn://mvd/gismu/RFP_ACTUAL_BANK/commons/"},
	Request:   "request", Answer: "response",
	Origin: OriginSamples,
	Source: "открытые образцы запроса версии 1.0.0 и классы разбора ответа 1.0.1",
	From:   never, // only when chosen: less of it is known
	Words:  passportWords,
	codec:  codecOf(writePassportOfPerson, readPassport),
}

// never is the time from which a type is in force that only Choose puts in force.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// PassportRequest is a passport as its owner shows it.
type PassportRequest struct {
	Series string // 4 digits, blanks allowed
	Number string // 6 digits
}

// PassportOfPersonRequest is a passport and who shows it.
type PassportOfPersonRequest struct {
	PassportRequest
	Person
	BirthDate time.Time
}

// PassportAnswer is the ministry's word on a passport.
type PassportAnswer struct {
	Verdict Verdict
	Reason  string    // code of the reason of invalidity, e.g. 601; "" otherwise
	Since   time.Time // since when it is invalid; zero: not said
}

// XML returns the content of a PassportValidity request.
func (r PassportRequest) XML() ([]byte, error) {
	return PassportValidity.Write(PassportOfPersonRequest{PassportRequest: r})
}

// XML returns the content of a PassportOfPerson request.
func (r PassportOfPersonRequest) XML() ([]byte, error) { return PassportOfPerson.Write(r) }

func writePassport(t Type, r PassportOfPersonRequest) ([]byte, error) {
	if err := r.clean(); err != nil {
		return nil, err
	}
	return encode(struct {
		XMLName xml.Name
		Series  string `xml:"requestInfo>passportRFSeries"`
		Number  string `xml:"requestInfo>passportRFNumber"`
	}{t.asked(), r.Series, r.Number})
}

func (r *PassportRequest) clean() (err error) {
	if r.Series, err = number("passport series", r.Series, 4); err != nil {
		return err
	}
	r.Number, err = number("passport number", r.Number, 6)
	return err
}

func writePassportOfPerson(t Type, r PassportOfPersonRequest) ([]byte, error) {
	if err := r.clean(); err != nil {
		return nil, err
	}
	if r.Family == "" || r.First == "" || r.BirthDate.IsZero() {
		return nil, errors.New("smev: a passport shown by a person needs the name and the birth date")
	}
	type name struct {
		Family     string `xml:"urn://mvd/gismu/RFP_ACTUAL_BANK/commons/sovm/1.0.0 familyName"`
		First      string `xml:"urn://mvd/gismu/RFP_ACTUAL_BANK/commons/sovm/1.0.0 firstName"`
		Patronymic string `xml:"urn://mvd/gismu/RFP_ACTUAL_BANK/commons/sovm/1.0.0 patronymic,omitempty"`
	}
	type passport struct {
		Series string `xml:"urn://mvd/gismu/RFP_ACTUAL_BANK/commons/sovm/1.0.0 series"`
		Number string `xml:"urn://mvd/gismu/RFP_ACTUAL_BANK/commons/sovm/1.0.0 number"`
	}
	return encode(struct {
		XMLName   xml.Name
		Name      name     `xml:"requestInfo>physicalPersonQualifiedNameType"`
		BirthDate string   `xml:"requestInfo>birthDate"`
		Passport  passport `xml:"requestInfo>passportRF"`
	}{t.asked(), name{r.Family, r.First, r.Patronymic}, date(r.BirthDate), passport{r.Series, r.Number}})
}

// DecodePassport reads the content of an answer of either type.
func DecodePassport(content []byte) (PassportAnswer, error) {
	return decode[PassportAnswer](content, Passport)
}

func readPassport(t Type, content []byte) (PassportAnswer, error) {
	var x struct {
		Status string `xml:"responseInfo>docStatus"`
		Reason string `xml:"responseInfo>invalidityReason"`
		Since  string `xml:"responseInfo>invaliditySince"`
	}
	if err := t.parse(content, &x); err != nil {
		return PassportAnswer{}, err
	}
	a := PassportAnswer{Reason: strings.TrimSpace(x.Reason)}
	switch status := strings.TrimSpace(x.Status); status {
	case "300":
		a.Verdict = Valid
	case "301":
		a.Verdict = Invalid
	case "302":
		a.Verdict = NotFound
	default:
		return PassportAnswer{}, fmt.Errorf("smev: unknown docStatus %.8q of a passport", status)
	}
	if s := strings.TrimSpace(x.Since); s != "" {
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return PassportAnswer{}, errors.New("smev: invaliditySince of a passport is no date")
		}
		a.Since = t
	}
	return a, nil
}
