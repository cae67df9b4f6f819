package smev

import (
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"signdesk/internal/gost/xmldsig"
)

// Type is an information type (вид сведений): what is asked of whom, kept as
// data because the bodies issue new versions.
type Type struct {
	Key       string // how the rest of the product names it
	Title     string // on screen
	Namespace string
	Request   string // root elements
	Answer    string
	Origin    string // OriginSchema or OriginSamples
	Source    string // where the element names were taken from
}

// How well a type is known.
const (
	OriginSchema  = "официальная схема"
	OriginSamples = "восстановлено по образцам"
)

// Types are the information types with a codec here.
var Types = []Type{PassportValidity, PassportOfPerson, SNILSValidation, PersonINN, CertificateRegistration}

// TypeOf finds the type of a content by its root's namespace.
func TypeOf(root xml.Name) (Type, bool) {
	for _, t := range Types {
		if t.Namespace == root.Space {
			return t, true
		}
	}
	return Type{}, false
}

// Verdict of a check of somebody's papers.
type Verdict string

// Verdicts.
const (
	Valid    Verdict = "valid"
	Invalid  Verdict = "invalid"
	NotFound Verdict = "not_found" // the body has no such paper
)

// Person is a name as the papers have it.
type Person struct {
	Family, First string
	Patronymic    string // "" for none
}

// date is a calendar date on the wire, xs:date; the time's own zone counts.
func date(t time.Time) string { return t.Format(time.DateOnly) }

// digits keeps the digits of a number written for people.
func digits(s string) string {
	return strings.Map(func(c rune) rune {
		if '0' <= c && c <= '9' {
			return c
		}
		return -1
	}, s)
}

// number is digits of exactly n signs; what names it in the error, the value
// itself is personal data and is left out.
func number(what, s string, n int) (string, error) {
	d := digits(s)
	if len(d) != n {
		return "", fmt.Errorf("smev: %s must have %d digits", what, n)
	}
	return d, nil
}

// encode writes a content in canonical form, where every namespace is declared
// once.
func encode(v any) ([]byte, error) {
	b, err := xml.Marshal(v)
	if err != nil {
		return nil, err
	}
	return xmldsig.Canonicalize(b)
}

// decode reads a content into v and requires one of the roots.
func decode(content []byte, v any, want ...xml.Name) error {
	clean, err := xmldsig.Canonicalize(content)
	if err != nil {
		return err
	}
	var root struct{ XMLName xml.Name }
	if err := xml.Unmarshal(clean, &root); err != nil {
		return err
	}
	if !slices.Contains(want, root.XMLName) {
		return errors.New("smev: the answer is of another information type")
	}
	return xml.Unmarshal(clean, v)
}

func (t Type) answer() xml.Name { return xml.Name{Space: t.Namespace, Local: t.Answer} }
