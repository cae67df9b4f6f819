package smev

import (
	"encoding/xml"
	"errors"
	"strings"
	"time"
)

// SNILSValidation asks the Social Fund whether a SNILS, a name, a sex and a
// birth date belong together.
//
// Element names from public samples found by the namespace: a request in a
// Python script for the SMEV adapter, Result of the answer in a C# service of
// a city's register, Male and Female in an answer of the neighbouring type
// snils-by-additionalData/1.0.1. No sample of the answer's root is known: any
// root of the namespace is read.
var SNILSValidation = Type{
	Key:       "snils",
	Title:     "Соответствие ФИО, даты рождения, пола и СНИЛС (СФР)",
	Namespace: "http://kvs.pfr.com/snils-validation/1.0.1",
	Request:   "SnilsValidationRequest", Answer: "SnilsValidationResponse",
	Origin: OriginSamples,
	Source: "открытые образцы запроса и разбора ответа",
}

// SNILSRequest is what is said to belong together.
type SNILSRequest struct {
	Person
	SNILS     string // 11 digits, signs between them allowed
	Male      bool
	BirthDate time.Time
}

// XML returns the content of the request.
func (r SNILSRequest) XML() ([]byte, error) {
	snils, err := number("SNILS", r.SNILS, 11)
	if err != nil {
		return nil, err
	}
	sex := "Female"
	if r.Male {
		sex = "Male"
	}
	return encode(struct {
		XMLName    xml.Name `xml:"http://kvs.pfr.com/snils-validation/1.0.1 SnilsValidationRequest"`
		Family     string   `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 FamilyName"`
		First      string   `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 FirstName"`
		Patronymic string   `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 Patronymic,omitempty"`
		SNILS      string   `xml:"http://kvs.pfr.com/snils-validation/1.0.1 Snils"`
		Gender     string   `xml:"http://kvs.pfr.com/snils-validation/1.0.1 Gender"`
		BirthDate  string   `xml:"http://kvs.pfr.com/snils-validation/1.0.1 BirthDate"`
	}{Family: r.Family, First: r.First, Patronymic: r.Patronymic, SNILS: snils, Gender: sex, BirthDate: date(r.BirthDate)})
}

// DecodeSNILS reads the content of an answer: Valid or Invalid.
func DecodeSNILS(content []byte) (Verdict, error) {
	var x struct {
		XMLName xml.Name
		Result  string `xml:"http://kvs.pfr.com/snils-validation/1.0.1 Result"`
	}
	if err := xml.Unmarshal(content, &x); err != nil {
		return "", err
	}
	if x.XMLName.Space != SNILSValidation.Namespace {
		return "", errors.New("smev: the answer is of another information type")
	}
	switch strings.ToLower(strings.TrimSpace(x.Result)) { // xs:boolean
	case "true", "1":
		return Valid, nil
	case "false", "0":
		return Invalid, nil
	}
	return "", errors.New("smev: the answer on a SNILS has no Result")
}
