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
	Key: SNILS, Version: "1.0.1",
	Title:     "Соответствие ФИО, даты рождения, пола и СНИЛС (СФР)",
	Namespace: "http://kvs.pfr.com/snils-validation/1.0.1",
	Commons:   []string{smevCommons, "http://common.kvs.pfr.com/"},
	Request:   "SnilsValidationRequest", Answer: "SnilsValidationResponse", anyRoot: true,
	Origin: OriginSamples,
	Source: "открытые образцы запроса и разбора ответа",
	Words:  snilsWords,
	codec:  codecOf(writeSNILS, readSNILS),
}

// smevCommons begins the namespaces of the exchange's own names and papers.
const smevCommons = "urn://x-artefacts-smev-gov-ru/supplementary/commons/"

// SNILSRequest is what is said to belong together.
type SNILSRequest struct {
	Person
	SNILS     string // 11 digits, signs between them allowed
	Male      bool
	BirthDate time.Time
}

// XML returns the content of the request.
func (r SNILSRequest) XML() ([]byte, error) { return SNILSValidation.Write(r) }

func writeSNILS(t Type, r SNILSRequest) ([]byte, error) {
	snils, err := number("SNILS", r.SNILS, 11)
	if err != nil {
		return nil, err
	}
	return encode(struct {
		XMLName    xml.Name
		Family     string `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 FamilyName"`
		First      string `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 FirstName"`
		Patronymic string `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 Patronymic,omitempty"`
		SNILS      string `xml:"Snils"`
		Gender     string `xml:"Gender"`
		BirthDate  string `xml:"BirthDate"`
	}{t.asked(), r.Family, r.First, r.Patronymic, snils, gender(r.Male), date(r.BirthDate)})
}

func gender(male bool) string {
	if male {
		return "Male"
	}
	return "Female"
}

// DecodeSNILS reads the content of an answer: Valid or Invalid.
func DecodeSNILS(content []byte) (Verdict, error) { return decode[Verdict](content, SNILS) }

func readSNILS(t Type, content []byte) (Verdict, error) {
	var x struct {
		Result []string `xml:"Result"`
	}
	if err := t.parse(content, &x); err != nil {
		return "", err
	}
	if len(x.Result) == 1 {
		switch strings.ToLower(strings.TrimSpace(x.Result[0])) { // xs:boolean
		case "true", "1":
			return Valid, nil
		case "false", "0":
			return Invalid, nil
		}
	}
	return "", errors.New("smev: the answer on a SNILS has no Result")
}
