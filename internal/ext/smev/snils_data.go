package smev

import (
	"encoding/xml"
	"errors"
	"strings"
	"time"

	"signdesk/internal/ident"
)

// SNILSByPassport asks the Social Fund for the SNILS of a person by name, birth
// and passport.
//
// Element names from public samples found by the namespace, which agree: a
// request template of a PHP client, a Java client that fills every field, an
// answer of the emulator of the test contour of 2020 in a Java client and the
// same answer in a JavaScript emulator. An answer without the number means "not
// found" by a C# service of a housing inspectorate.
var SNILSByPassport = Type{
	Key: SNILSByData, Version: "1.0.1",
	Title:     "СНИЛС по ФИО, дате и месту рождения и паспорту (СФР)",
	Namespace: "http://kvs.pfr.com/snils-by-additionalData/1.0.1",
	Commons:   []string{smevCommons, "http://common.kvs.pfr.com/"},
	Request:   "SnilsByAdditionalDataRequest", Answer: "SnilsByAdditionalDataResponse",
	Origin: OriginSamples,
	Source: "открытые образцы запроса и ответа, четыре программы",
	Words:  snilsWords,
	codec:  codecOf(writeSNILSByData, readSNILSByData),
}

// SNILSByDataRequest is a person and a passport of a citizen of Russia.
type SNILSByDataRequest struct {
	Person
	Male       bool
	BirthDate  time.Time
	BirthPlace BirthPlace // zero: left out
	Passport   struct {   // zero: left out
		PassportRequest
		IssuedAt time.Time
		IssuedBy string
	}
}

// BirthPlace as the fund keeps it; every part may be missing.
type BirthPlace struct{ Kind, Settlement, District, Region, Country string }

// SNILSByDataAnswer is the fund's word.
type SNILSByDataAnswer struct {
	SNILS   string // 11 digits; "" when Verdict is NotFound
	Verdict Verdict
}

type pfrPlace struct {
	Kind       string `xml:"http://common.kvs.pfr.com/1.0.0 PlaceType,omitempty"`
	Settlement string `xml:"http://common.kvs.pfr.com/1.0.0 Settlement,omitempty"`
	District   string `xml:"http://common.kvs.pfr.com/1.0.0 District,omitempty"`
	Region     string `xml:"http://common.kvs.pfr.com/1.0.0 Region,omitempty"`
	Country    string `xml:"http://common.kvs.pfr.com/1.0.0 Country,omitempty"`
}

type pfrPassport struct {
	Series   string `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 Series"`
	Number   string `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 Number"`
	IssuedAt string `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 IssueDate"`
	IssuedBy string `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 Issuer"`
}

// XML returns the content of the request.
func (r SNILSByDataRequest) XML() ([]byte, error) { return SNILSByPassport.Write(r) }

func writeSNILSByData(t Type, r SNILSByDataRequest) ([]byte, error) {
	if r.Family == "" || r.First == "" || r.BirthDate.IsZero() {
		return nil, errors.New("smev: a SNILS is asked by name and birth date")
	}
	x := struct {
		XMLName    xml.Name
		Family     string       `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 FamilyName"`
		First      string       `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 FirstName"`
		Patronymic string       `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 Patronymic,omitempty"`
		BirthDate  string       `xml:"BirthDate"`
		Gender     string       `xml:"Gender"`
		Place      *pfrPlace    `xml:"BirthPlace"`
		Passport   *pfrPassport `xml:"urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1 PassportRF"`
	}{XMLName: t.asked(), Family: r.Family, First: r.First, Patronymic: r.Patronymic, BirthDate: date(r.BirthDate), Gender: gender(r.Male)}
	if r.BirthPlace != (BirthPlace{}) {
		p := pfrPlace(r.BirthPlace)
		x.Place = &p
	}
	if p := r.Passport; p.Series+p.Number != "" {
		if err := p.clean(); err != nil {
			return nil, err
		}
		x.Passport = &pfrPassport{p.Series, p.Number, date(p.IssuedAt), p.IssuedBy}
	}
	return encode(x)
}

// DecodeSNILSByData reads the content of an answer. Not found comes either as
// an answer without the number or as a rejection with NO_DATA (Response.NoData).
func DecodeSNILSByData(content []byte) (SNILSByDataAnswer, error) {
	return decode[SNILSByDataAnswer](content, SNILSByData)
}

func readSNILSByData(t Type, content []byte) (SNILSByDataAnswer, error) {
	var x struct {
		SNILS []string `xml:"Snils"`
	}
	if err := t.parse(content, &x); err != nil {
		return SNILSByDataAnswer{}, err
	}
	switch {
	case len(x.SNILS) > 1:
		return SNILSByDataAnswer{}, errors.New("smev: the answer has several SNILS")
	case len(x.SNILS) == 0 || strings.TrimSpace(x.SNILS[0]) == "":
		return SNILSByDataAnswer{Verdict: NotFound}, nil
	}
	snils := digits(x.SNILS[0])
	if ident.SNILS(snils) != nil {
		return SNILSByDataAnswer{}, errors.New("smev: the answer's SNILS is none")
	}
	return SNILSByDataAnswer{SNILS: snils, Verdict: Valid}, nil
}
