package smev

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// PassportValidity asks the Ministry of the Interior whether a passport of a
// citizen of Russia is in force. Of the two types known by samples this one,
// by series and number alone, is the only one whose answer is seen in full;
// the newer urn://mvd/gismu/RFP_ACTUAL_BANK/1.0.1 (name, birth date, passport)
// is known by its request and by docStatus of its answer.
//
// Element names from public samples found by the namespace: a request and an
// answer of the test contour in a Java client's tests (class ExecutorTest,
// passTest). Meaning of docStatus: 300, 301, 302 as in the type's description.
var PassportValidity = Type{
	Key:       "passport",
	Title:     "Действительность паспорта гражданина РФ (МВД)",
	Namespace: "urn://ru/mvd/sovm/p001/1.0.0",
	Request:   "request", Answer: "response",
	Origin: OriginSamples,
	Source: "открытые образцы запроса и ответа тестового контура, 2018",
}

// PassportRequest is a passport as its owner shows it.
type PassportRequest struct {
	Series string // 4 digits, blanks allowed
	Number string // 6 digits
}

// PassportAnswer is the ministry's word on a passport.
type PassportAnswer struct {
	Verdict Verdict
	Reason  string    // code of the reason of invalidity, e.g. 601; "" otherwise
	Since   time.Time // since when it is invalid; zero: not said
}

// XML returns the content of the request.
func (r PassportRequest) XML() ([]byte, error) {
	series, err := number("passport series", r.Series, 4)
	if err != nil {
		return nil, err
	}
	num, err := number("passport number", r.Number, 6)
	if err != nil {
		return nil, err
	}
	return encode(struct {
		XMLName xml.Name `xml:"urn://ru/mvd/sovm/p001/1.0.0 request"`
		Series  string   `xml:"requestInfo>passportRFSeries"`
		Number  string   `xml:"requestInfo>passportRFNumber"`
	}{Series: series, Number: num})
}

// DecodePassport reads the content of an answer.
func DecodePassport(content []byte) (PassportAnswer, error) {
	var x struct {
		Status string `xml:"responseInfo>docStatus"`
		Reason string `xml:"responseInfo>invalidityReason"`
		Since  string `xml:"responseInfo>invaliditySince"`
	}
	if err := decode(content, &x, PassportValidity.answer()); err != nil {
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
		return PassportAnswer{}, fmt.Errorf("smev: unknown docStatus %q of a passport", status)
	}
	if s := strings.TrimSpace(x.Since); s != "" {
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return PassportAnswer{}, fmt.Errorf("smev: invaliditySince of a passport: %w", err)
		}
		a.Since = t
	}
	return a, nil
}
