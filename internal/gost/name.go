package gost

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Attribute is one part of a name: its type and its text.
type Attribute struct {
	Type  asn1.ObjectIdentifier
	Value string
}

// Name is a distinguished name in the order of its encoding.
type Name []Attribute

// Attribute types of a qualified certificate (FSB order 795, RFC 5280).
var (
	OIDCommonName         = asn1.ObjectIdentifier{2, 5, 4, 3}
	OIDSurname            = asn1.ObjectIdentifier{2, 5, 4, 4}
	OIDGivenName          = asn1.ObjectIdentifier{2, 5, 4, 42} // given name and patronymic
	OIDCountry            = asn1.ObjectIdentifier{2, 5, 4, 6}
	OIDState              = asn1.ObjectIdentifier{2, 5, 4, 8} // "77 г. Москва"
	OIDLocality           = asn1.ObjectIdentifier{2, 5, 4, 7}
	OIDStreet             = asn1.ObjectIdentifier{2, 5, 4, 9}
	OIDOrganization       = asn1.ObjectIdentifier{2, 5, 4, 10}
	OIDOrganizationalUnit = asn1.ObjectIdentifier{2, 5, 4, 11}
	OIDTitle              = asn1.ObjectIdentifier{2, 5, 4, 12}
	OIDEmail              = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}
	OIDINN                = asn1.ObjectIdentifier{1, 2, 643, 3, 131, 1, 1} // 12 digits
	OIDINNLE              = asn1.ObjectIdentifier{1, 2, 643, 100, 4}       // 10 digits
	OIDOGRN               = asn1.ObjectIdentifier{1, 2, 643, 100, 1}       // 13 digits
	OIDOGRNIP             = asn1.ObjectIdentifier{1, 2, 643, 100, 5}       // 15 digits
	OIDSNILS              = asn1.ObjectIdentifier{1, 2, 643, 100, 3}       // 11 digits
)

// attributeTypes gives each type its short name and its string type, by which
// it is written.
var attributeTypes = []struct {
	oid   asn1.ObjectIdentifier
	short string
	tag   cbasn1.Tag
}{
	{OIDCommonName, "CN", cbasn1.UTF8String},
	{OIDSurname, "SN", cbasn1.UTF8String},
	{OIDGivenName, "GN", cbasn1.UTF8String},
	{OIDCountry, "C", cbasn1.PrintableString},
	{OIDState, "ST", cbasn1.UTF8String},
	{OIDLocality, "L", cbasn1.UTF8String},
	{OIDStreet, "STREET", cbasn1.UTF8String},
	{OIDOrganization, "O", cbasn1.UTF8String},
	{OIDOrganizationalUnit, "OU", cbasn1.UTF8String},
	{OIDTitle, "T", cbasn1.UTF8String},
	{OIDEmail, "E", cbasn1.IA5String},
	{OIDINN, "INN", tagNumeric},
	{OIDINNLE, "INNLE", tagNumeric},
	{OIDOGRN, "OGRN", tagNumeric},
	{OIDOGRNIP, "OGRNIP", tagNumeric},
	{OIDSNILS, "SNILS", tagNumeric},
}

// maxAttributes bounds a name; real ones have under 20 attributes.
const maxAttributes = 100

// Get returns the first value of the type, or "".
func (n Name) Get(oid asn1.ObjectIdentifier) string {
	for _, a := range n {
		if a.Type.Equal(oid) {
			return a.Value
		}
	}
	return ""
}

// String is the name for people: "CN=…, SN=…, O=…"; a type without a short
// name is written by its number, a comma inside a value gets a backslash.
func (n Name) String() string {
	var b strings.Builder
	for i, a := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		short := a.Type.String()
		for _, t := range attributeTypes {
			if t.oid.Equal(a.Type) {
				short = t.short
			}
		}
		b.WriteString(short + "=" + escapeValue.Replace(a.Value))
	}
	return b.String()
}

var escapeValue = strings.NewReplacer(`\`, `\\`, ",", `\,`, "\n", `\0A`, "\r", `\0D`)

// Marshal returns the name in DER, one attribute to a set. Numbers of persons
// and organisations are NumericString, the country PrintableString, the e-mail
// IA5String, all else UTF8String; a value its type cannot hold is an error.
func (n Name) Marshal() ([]byte, error) {
	return sequence(func(b *cryptobyte.Builder) {
		for _, a := range n {
			tag := cbasn1.UTF8String
			for _, t := range attributeTypes {
				if t.oid.Equal(a.Type) {
					tag = t.tag
				}
			}
			if a.Value == "" || !fits(a.Value, tag) {
				b.SetError(fmt.Errorf("name: value of %v does not fit its type", a.Type))
				return
			}
			b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(a.Type)
					b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte(a.Value)) })
				})
			})
		}
	})
}

// ParseName reads a name in DER; sets of several attributes are flattened.
func ParseName(der []byte) (Name, error) {
	all, err := readAttributes(der)
	if err != nil {
		return nil, fmt.Errorf("name: %w", err)
	}
	n := make(Name, len(all))
	for i, a := range all {
		n[i] = a.Attribute
	}
	return n, nil
}

// rawAttribute is an attribute as it is written: its string type and the
// number of its set.
type rawAttribute struct {
	Attribute
	tag  cbasn1.Tag
	set  int
	size int // of the value, bytes
}

func readAttributes(der []byte) (all []rawAttribute, err error) {
	rdns, err := outer(der)
	if err != nil {
		return nil, err
	}
	for n := 0; !rdns.Empty(); n++ {
		var set cryptobyte.String
		if !rdns.ReadASN1(&set, cbasn1.SET) || set.Empty() {
			return nil, errors.New("bad set")
		}
		for !set.Empty() {
			var pair, value cryptobyte.String
			a := rawAttribute{set: n}
			if !set.ReadASN1(&pair, cbasn1.SEQUENCE) || !pair.ReadASN1ObjectIdentifier(&a.Type) ||
				!pair.ReadAnyASN1(&value, &a.tag) || !pair.Empty() {
				return nil, errors.New("bad attribute")
			}
			a.size = len(value)
			if a.Value, err = text(value, a.tag); err != nil {
				return nil, fmt.Errorf("%v: %w", a.Type, err)
			}
			if strings.ContainsRune(a.Value, 0) { // a name that looks shorter than it is
				return nil, fmt.Errorf("%v: a zero byte", a.Type)
			}
			if all = append(all, a); len(all) > maxAttributes {
				return nil, errors.New("too many attributes")
			}
		}
	}
	return all, nil
}
