package smev

import (
	"encoding/xml"
	"errors"
	"strings"
	"time"
)

// PersonINN asks the tax service for the INN of a natural person by the
// passport.
//
// Names from public samples found by the namespace: a request template of a PHP
// client, JAXB classes of request and answer in a Java client, the answer made
// by a JavaScript emulator of the type. The answer is one attribute.
var PersonINN = Type{
	Key: INN, Version: "4.0.1",
	Title:     "ИНН физического лица по паспортным данным (ФНС)",
	Namespace: "urn://x-artefacts-fns-inn-singular/root/270-18/4.0.1",
	Request:   "FNSINNSingularRequest", Answer: "FNSINNSingularResponse",
	Commons: []string{fnsINNCommons},
	Origin:  OriginSamples,
	Source:  "открытые образцы запроса, классы запроса и ответа",
	Words:   innWords,
	codec:   codecOf(writeINN, readINN),
}

// fnsINNCommons begins the namespaces of names and papers in both INN types.
const fnsINNCommons = "urn://x-artefacts-fns-inn/commons/"

// PassportOfRussia is the tax service's code of the document kind.
const PassportOfRussia = "21"

// INNRequest is a person and who asks.
type INNRequest struct {
	RequestID    string // the caller's own, e.g. the MessageID
	Organisation struct{ Name, INN, OGRN string }
	Person
	BirthDate  time.Time
	BirthPlace string
	Document   struct {
		Kind           string // code of the kind; "" is PassportOfRussia
		Series, Number string
		IssuedAt       time.Time
		IssuedBy       string
		IssuerCode     string // 6 digits of the passport's issuer, signs between them allowed
	}
}

// INNAnswer is the tax service's word.
type INNAnswer struct {
	RequestID string
	INN       string // 12 digits; "" when Verdict is NotFound
	Verdict   Verdict
}

// XML returns the content of the request.
func (r INNRequest) XML() ([]byte, error) { return PersonINN.Write(r) }

func writeINN(t Type, r INNRequest) ([]byte, error) {
	type name struct {
		Family     string `xml:"Фамилия,attr"`
		First      string `xml:"Имя,attr"`
		Patronymic string `xml:"Отчество,attr,omitempty"`
	}
	type document struct {
		Kind       string `xml:"КодВидДок,attr"`
		Number     string `xml:"СерНомДок,attr"`
		IssuedAt   string `xml:"ДатаДок,attr"`
		IssuedBy   string `xml:"ВыдДок,attr,omitempty"`
		IssuerCode string `xml:"КодВыдДок,attr,omitempty"`
	}
	d := document{
		Kind: r.Document.Kind, Number: strings.TrimSpace(r.Document.Series + " " + r.Document.Number),
		IssuedAt: date(r.Document.IssuedAt), IssuedBy: r.Document.IssuedBy, IssuerCode: r.Document.IssuerCode,
	}
	if d.Kind == "" || d.Kind == PassportOfRussia { // the tax service's form: 99 99 999999, 999-999
		d.Kind = PassportOfRussia
		n, err := number("passport series and number", d.Number, 10)
		if err != nil {
			return nil, err
		}
		d.Number = n[:2] + " " + n[2:4] + " " + n[4:]
		if d.IssuerCode != "" {
			code, err := number("passport issuer code", d.IssuerCode, 6)
			if err != nil {
				return nil, err
			}
			d.IssuerCode = code[:3] + "-" + code[3:]
		}
	}
	if r.RequestID == "" {
		return nil, errors.New("smev: an INN request needs an id")
	}
	type organisation struct {
		OGRN string `xml:"ОГРН,attr"`
		INN  string `xml:"ИННЮЛ,attr"`
		Name string `xml:"НаимОрг,attr"`
	}
	type person struct {
		BirthDate  string   `xml:"ДатаРожд,attr"`
		BirthPlace string   `xml:"МестоРожд,attr,omitempty"`
		Name       name     `xml:"urn://x-artefacts-fns-inn/commons/4.0.0 ФИО"`
		Document   document `xml:"urn://x-artefacts-fns-inn/commons/4.0.0 УдЛичнФЛ"`
	}
	return encode(struct {
		XMLName      xml.Name
		ID           string       `xml:"ИдЗапрос,attr"`
		Organisation organisation `xml:"СведЮЛ"`
		Person       person       `xml:"СведФЛ"`
	}{
		XMLName:      t.asked(),
		ID:           r.RequestID,
		Organisation: organisation{r.Organisation.OGRN, r.Organisation.INN, r.Organisation.Name},
		Person: person{
			BirthDate: date(r.BirthDate), BirthPlace: r.BirthPlace,
			Name: name{r.Family, r.First, r.Patronymic}, Document: d,
		},
	})
}

// DecodeINN reads the content of an answer. Not found comes either as an answer
// without the number or as a rejection with NO_DATA (Response.NoData).
func DecodeINN(content []byte) (INNAnswer, error) { return decode[INNAnswer](content, INN) }

func readINN(t Type, content []byte) (INNAnswer, error) {
	var x struct {
		ID  string `xml:"ИдЗапрос,attr"`
		INN string `xml:"ИННФЛ,attr"`
	}
	if err := t.parse(content, &x); err != nil {
		return INNAnswer{}, err
	}
	a := INNAnswer{RequestID: x.ID, INN: strings.TrimSpace(x.INN), Verdict: Valid}
	switch {
	case a.INN == "":
		a.Verdict = NotFound
	case len(a.INN) != 12 || digits(a.INN) != a.INN:
		return INNAnswer{}, errors.New("smev: the answer's INN has not 12 digits")
	}
	return a, nil
}
