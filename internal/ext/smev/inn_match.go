package smev

import (
	"encoding/xml"
	"errors"
	"strings"
	"time"
)

// INNOfPassport asks the tax service whether an INN belongs to the person of a
// passport (247-01).
//
// Element names of the request, its attributes in Latin among them, from one
// public Python program that fills it for the SMEV adapter. Of the answer no
// sample is known at all: it is believed only when it says one plain xs:boolean
// and nothing else of that kind, any other form is left to people. Therefore the
// type is in force only when an administrator chooses it.
var INNOfPassport = Type{
	Key: INNMatch, Version: "4.0.0",
	Title:     "Соответствие ИНН и паспорта физического лица (ФНС)",
	Namespace: "urn://x-artefacts-ffns-paspinn-tofns-ru/247-01/4.0.0",
	Commons:   []string{"urn://x-artefacts-fns"},
	Request:   "FNSPaspINNRequest", Answer: "FNSPaspINNResponse", anyRoot: true,
	Origin: OriginSamples,
	Source: "открытый образец запроса; образца ответа нет",
	From:   never,
	Words:  innWords,
	codec:  codecOf(writeINNMatch, readINNMatch),
}

// INNMatchRequest is an INN and the passport of a citizen of Russia.
type INNMatchRequest struct {
	INN string // 12 digits
	Person
	Passport PassportRequest
	IssuedAt time.Time
}

// XML returns the content of the request.
func (r INNMatchRequest) XML() ([]byte, error) { return INNOfPassport.Write(r) }

func writeINNMatch(t Type, r INNMatchRequest) ([]byte, error) {
	inn, err := number("INN", r.INN, 12)
	if err != nil {
		return nil, err
	}
	if err := r.Passport.clean(); err != nil {
		return nil, err
	}
	type name struct {
		Family     string `xml:"FamilyName,attr"`
		First      string `xml:"FirstName,attr"`
		Patronymic string `xml:"Patronymic,attr,omitempty"`
	}
	type document struct {
		Kind     string `xml:"DocumentCode,attr"`
		IssuedAt string `xml:"IssuerDate,attr"`
		Number   string `xml:"SeriesNumber,attr"`
	}
	s := r.Passport.Series
	return encode(struct {
		XMLName  xml.Name
		INN      string   `xml:"ИННФЛ,attr"`
		Name     name     `xml:"ФИО"`
		Document document `xml:"ДокУдЛичн"`
	}{t.asked(), inn, name{r.Family, r.First, r.Patronymic},
		document{PassportOfRussia, date(r.IssuedAt), s[:2] + " " + s[2:] + " " + r.Passport.Number}})
}

// DecodeINNMatch reads the content of an answer: Valid or Invalid.
func DecodeINNMatch(content []byte) (Verdict, error) { return decode[Verdict](content, INNMatch) }

func readINNMatch(t Type, content []byte) (Verdict, error) {
	var x leaf
	if err := t.parse(content, &x); err != nil {
		return "", err
	}
	var said []string
	x.collect(&said)
	if len(said) != 1 {
		return "", errors.New("smev: the answer on an INN and a passport is of an unknown form")
	}
	if said[0] == "true" {
		return Valid, nil
	}
	return Invalid, nil
}

// leaf is an element whose names are not known.
type leaf struct {
	Attrs []xml.Attr `xml:",any,attr"`
	Text  string     `xml:",chardata"`
	Inner []leaf     `xml:",any"`
}

// collect gathers every plain xs:boolean of the element.
func (l leaf) collect(said *[]string) {
	for _, a := range l.Attrs {
		boolean(a.Value, said)
	}
	boolean(l.Text, said)
	for _, i := range l.Inner {
		i.collect(said)
	}
}

func boolean(s string, said *[]string) {
	if s = strings.ToLower(strings.TrimSpace(s)); s == "true" || s == "false" {
		*said = append(*said, s)
	}
}
