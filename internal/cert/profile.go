package cert

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"time"

	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/org"
	"signdesk/internal/owner"
)

// Profile is a type of certificate: which fields its subject has and whom it
// may serve, as dated data (63-ФЗ, orders of FSB 795 and 31; since 01.09.2023 a
// commercial CA issues an employee a natural person's certificate).
type Profile struct {
	Code, Name  string
	For         string // head, sole or person
	From, Until time.Time
	Fields      []field
}

type field struct {
	oid   asn1.ObjectIdentifier
	label string
	value func(*org.Card, *owner.Owner) string
	must  bool
}

func since(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// Profiles are all types, the current ones first.
var Profiles = []Profile{
	{Code: "head-2022", Name: "Руководитель юридического лица", For: "head", From: since(2022, 1, 1), Fields: []field{
		commonOrg, surname, given, country, region, locality, street, organisation, title, email, inn, innle, ogrn, snils}},
	{Code: "sole-2022", Name: "Индивидуальный предприниматель", For: "sole", From: since(2022, 1, 1), Fields: []field{
		commonPerson, surname, given, country, region, locality, email, inn, ogrnip, snils}},
	{Code: "person-2023", Name: "Физическое лицо (сотрудник, по МЧД)", For: "person", From: since(2023, 9, 1), Fields: []field{
		commonPerson, surname, given, country, region, locality, email, inn, snils}},
	{Code: "employee-2013", Name: "Сотрудник юридического лица (до 31.08.2023)", For: "employee", From: since(2013, 7, 1), Until: since(2023, 9, 1), Fields: []field{
		commonOrg, surname, given, country, region, locality, street, organisation, unit, title, email, inn, innle, ogrn, snils}},
}

var (
	commonOrg    = field{gost.OIDCommonName, "Общее имя", func(o *org.Card, _ *owner.Owner) string { return o.Name() }, true}
	commonPerson = field{gost.OIDCommonName, "Общее имя", func(_ *org.Card, w *owner.Owner) string { return w.FullName() }, true}
	surname      = field{gost.OIDSurname, "Фамилия", func(_ *org.Card, w *owner.Owner) string { return w.Surname }, true}
	given        = field{gost.OIDGivenName, "Имя и отчество", func(_ *org.Card, w *owner.Owner) string { return join(w.Name, w.Patronymic) }, true}
	country      = field{gost.OIDCountry, "Страна", func(*org.Card, *owner.Owner) string { return "RU" }, true}
	region       = field{gost.OIDState, "Регион", func(o *org.Card, w *owner.Owner) string {
		if w.Region != "" {
			return join(w.Region, w.RegionName)
		}
		return join(o.Address("legal").Region, o.Address("legal").RegionName)
	}, true}
	locality = field{gost.OIDLocality, "Населённый пункт", func(o *org.Card, w *owner.Owner) string {
		if w.Locality != "" {
			return w.Locality
		}
		return o.Address("legal").Locality
	}, false}
	street = field{gost.OIDStreet, "Улица, дом", func(o *org.Card, _ *owner.Owner) string {
		a := o.Address("legal")
		if a.Street != "" && a.House != "" {
			a.Street += ","
		}
		return cut(join(a.Street, a.House), 128)
	}, false}
	organisation = field{gost.OIDOrganization, "Организация", func(o *org.Card, _ *owner.Owner) string { return o.Name() }, true}
	unit         = field{gost.OIDOrganizationalUnit, "Подразделение", func(_ *org.Card, w *owner.Owner) string { return w.Department }, false}
	title        = field{gost.OIDTitle, "Должность", func(o *org.Card, w *owner.Owner) string {
		if h := o.HeadNamed(w.FullName()); w.IsHead && h != nil && h.Title != "" {
			return h.Title // as it is on the card now (F042, F082)
		}
		return w.Title
	}, true}
	email  = field{gost.OIDEmail, "Электронная почта", func(_ *org.Card, w *owner.Owner) string { return w.Email }, false}
	inn    = field{gost.OIDINN, "ИНН", func(_ *org.Card, w *owner.Owner) string { return w.INN }, true}
	innle  = field{gost.OIDINNLE, "ИНН юридического лица", func(o *org.Card, _ *owner.Owner) string { return o.INN }, true}
	ogrn   = field{gost.OIDOGRN, "ОГРН", func(o *org.Card, _ *owner.Owner) string { return o.OGRN }, true}
	ogrnip = field{gost.OIDOGRNIP, "ОГРНИП", func(o *org.Card, _ *owner.Owner) string { return o.OGRN }, true}
	snils  = field{gost.OIDSNILS, "СНИЛС", func(_ *org.Card, w *owner.Owner) string { return w.SNILS }, true}
)

// limits of RFC 5280's upper bounds that people run into, in characters.
var limits = map[string]int{gost.OIDCommonName.String(): 64, gost.OIDSurname.String(): 64, gost.OIDGivenName.String(): 64,
	gost.OIDOrganization.String(): 64, gost.OIDOrganizationalUnit.String(): 64, gost.OIDTitle.String(): 64, gost.OIDLocality.String(): 128, gost.OIDState.String(): 128}

// ProfilesFor lists the types that may serve the owner now, the fitting one first.
func ProfilesFor(now time.Time, o *org.Card, w *owner.Owner) []Profile {
	want := "person"
	switch {
	case o.Sole() && w.IsHead:
		want = "sole"
	case w.IsHead:
		want = "head"
	}
	var list []Profile
	for _, p := range Profiles {
		if p.For == want && !now.Before(p.From) && (p.Until.IsZero() || now.Before(p.Until)) {
			list = append(list, p)
		}
	}
	return list
}

func profileByCode(code string) (Profile, bool) {
	for _, p := range Profiles {
		if p.Code == code {
			return p, true
		}
	}
	return Profile{}, false
}

// ProfileRU is the type's name on screen.
func ProfileRU(code string) string {
	p, _ := profileByCode(code)
	return p.Name
}

// SubjectField is one line of the subject as people read it.
type SubjectField struct{ Label, Value string }

// Subject composes the name of the certificate from card and owner. What is
// missing or too long is named, line by line (the pre-flight of the request form).
func (p Profile) Subject(o *org.Card, w *owner.Owner) (gost.Name, []SubjectField, error) {
	var name gost.Name
	var lines []SubjectField
	wrong := fault.Fields{}
	for _, f := range p.Fields {
		v := f.value(o, w)
		if v == "" {
			if f.must {
				wrong.Add(f.label, "Не заполнено: "+f.label+".")
			}
			continue
		}
		if max := limits[f.oid.String()]; max > 0 && len([]rune(v)) > max {
			wrong.Add(f.label, fmt.Sprintf("%s: %d знаков, в сертификат входит не больше %d.", f.label, len([]rune(v)), max))
		}
		name = append(name, gost.Attribute{Type: f.oid, Value: v})
		lines = append(lines, SubjectField{f.label, v})
	}
	return name, lines, wrong.Err()
}

// Extensions every request asks for: what the key is for (RFC 5280, 4.2.1.3 and 4.2.1.12).
func requestExtensions() ([]pkix.Extension, error) {
	usage, err := asn1.Marshal(asn1.BitString{Bytes: []byte{0xF8}, BitLength: 5}) // signature, non-repudiation, key and data encipherment, key agreement
	if err != nil {
		return nil, err
	}
	extended, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 2}, {1, 3, 6, 1, 5, 5, 7, 3, 4}}) // client authentication, e-mail
	if err != nil {
		return nil, err
	}
	return []pkix.Extension{
		{Id: asn1.ObjectIdentifier{2, 5, 29, 15}, Critical: true, Value: usage},
		{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Value: extended},
	}, nil
}

func join(words ...string) string {
	s := ""
	for _, w := range words {
		if w != "" {
			if s != "" {
				s += " "
			}
			s += w
		}
	}
	return s
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
