package gost

import (
	"encoding/asn1"
	"time"

	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The form of a qualified certificate is laid down by FSB order 795 of
// 27.12.2011 under article 17 of law 63-FZ, and changes with its editions: so
// it is data with dates, and a certificate is held against the edition that
// was in force when it was issued.
//
// Read in public sources: the dates of order 31 (in force 01.09.2021 to
// 01.09.2027), the numbers of the attributes with their types and sizes
// (INN 12, INNLE 10, OGRN 13, OGRNIP 15, SNILS 11 digits of NumericString),
// that since order 31 the number of an organisation goes to INNLE while before
// it stood in INN with two zeros in front, what article 17 wants said of whom,
// the extensions with their sizes (also RFC 9215, section 5) and the four
// kinds of identification.
//
// Unsure, and therefore not demanded: the locality, the position and the
// numbers of the person who acts for an organisation (СНИЛС, ИНН), the number
// of the authority's own certificate in authorityKeyIdentifier, the region's
// two digits before its name, extended usages. Unsure and demanded: that a
// certificate of an organisation names region and street (article 17 wants its
// location), and the lengths of names, which are those of RFC 5280. The
// paragraphs of the order are not known here by their numbers: a violation
// names its chapter. Whether the authority is accredited is not said by the
// certificate: that is the list of roots.

// profile is one edition.
type profile struct {
	edition     string
	from, until time.Time
	subjects    map[ownerKind]ownerRules
	// required extensions; those of authorities' own certificates apart, since
	// the state roots, which nobody issued, lack the tools.
	required, requiredCA []asn1.ObjectIdentifier
	firmsInINN           bool      // the number of an organisation stands in INN, with two zeros in front
	oldKeysUntil         time.Time // GOST R 34.10-2001; zero = not allowed
}

// ownerKind is what the subject's attributes make of the owner.
type ownerKind int

const (
	naturalPerson ownerKind = iota
	soleTrader
	legalWithPerson
	legalAlone
)

var ownerTitles = map[ownerKind]string{
	naturalPerson: "физическое лицо", soleTrader: "индивидуальный предприниматель",
	legalWithPerson: "юридическое лицо с физическим лицом", legalAlone: "юридическое лицо",
}

type ownerRules struct{ required, forbidden []asn1.ObjectIdentifier }

// attributeForm is what an attribute must look like in every edition; sizes
// are in characters.
type attributeForm struct {
	oid   asn1.ObjectIdentifier
	title string
	max   int // 0 = no limit
	exact int // 0 = any up to max
	tags  []cbasn1.Tag
}

var (
	directory = []cbasn1.Tag{cbasn1.UTF8String, cbasn1.PrintableString}
	numeric   = []cbasn1.Tag{tagNumeric}
)

var attributeForms = []attributeForm{
	{OIDCommonName, "общее имя (CN)", 64, 0, directory},
	{OIDSurname, "фамилия (SN)", 0, 0, directory},
	{OIDGivenName, "имя и отчество (GN)", 0, 0, directory},
	{OIDCountry, "страна (C)", 2, 2, []cbasn1.Tag{cbasn1.PrintableString}},
	{OIDState, "субъект федерации (ST)", 128, 0, directory},
	{OIDLocality, "населённый пункт (L)", 128, 0, directory},
	{OIDStreet, "улица, дом (STREET)", 128, 0, directory},
	{OIDOrganization, "организация (O)", 64, 0, directory},
	{OIDOrganizationalUnit, "подразделение (OU)", 64, 0, directory},
	{OIDTitle, "должность (T)", 64, 0, directory},
	{OIDEmail, "электронная почта (E)", 255, 0, []cbasn1.Tag{cbasn1.IA5String}},
	{OIDINN, "ИНН (INN)", 0, 12, numeric},
	{OIDINNLE, "ИНН юридического лица (INNLE)", 0, 10, numeric},
	{OIDOGRN, "ОГРН (OGRN)", 0, 13, numeric},
	{OIDOGRNIP, "ОГРНИП (OGRNIP)", 0, 15, numeric},
	{OIDSNILS, "СНИЛС (SNILS)", 0, 11, numeric},
}

var extensionTitles = map[string]string{
	oidKeyUsage.String():           "использование ключа (keyUsage)",
	oidAuthorityKeyID.String():     "идентификатор ключа УЦ (authorityKeyIdentifier)",
	oidPolicies.String():           "классы средств ЭП (certificatePolicies)",
	OIDSubjectSignTool.String():    "средство ЭП владельца (subjectSignTool)",
	OIDIssuerSignTool.String():     "средства УЦ (issuerSignTool)",
	OIDIdentificationKind.String(): "способ идентификации (identificationKind)",
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.FixedZone("MSK", 3*60*60))
}

type oids = []asn1.ObjectIdentifier

// profiles in order of time; a certificate later than all of them is held
// against none.
var profiles = []profile{
	{
		edition: "приказ ФСБ России № 795 до изменений", from: date(2012, 2, 1), until: date(2021, 9, 1),
		subjects: map[ownerKind]ownerRules{
			naturalPerson:   {oids{OIDCommonName, OIDSNILS}, nil},
			soleTrader:      {oids{OIDCommonName, OIDSNILS}, nil},
			legalWithPerson: {oids{OIDCommonName, OIDState, OIDStreet, OIDOrganization, OIDOGRN, OIDINN}, oids{OIDINNLE}},
			legalAlone:      {oids{OIDCommonName, OIDState, OIDStreet, OIDOrganization, OIDOGRN, OIDINN}, oids{OIDINNLE}},
		},
		required:   oids{oidKeyUsage, oidAuthorityKeyID, oidPolicies, OIDSubjectSignTool, OIDIssuerSignTool},
		requiredCA: oids{oidKeyUsage, oidPolicies},
		firmsInINN: true, oldKeysUntil: date(2020, 1, 1),
	},
	{
		edition: "приказ ФСБ России № 795 в редакции приказа № 31", from: date(2021, 9, 1), until: date(2027, 9, 1),
		subjects: map[ownerKind]ownerRules{
			naturalPerson:   {oids{OIDCommonName, OIDSurname, OIDGivenName, OIDCountry, OIDSNILS, OIDINN}, oids{OIDOGRN, OIDINNLE, OIDOGRNIP}},
			soleTrader:      {oids{OIDCommonName, OIDSurname, OIDGivenName, OIDCountry, OIDSNILS, OIDINN, OIDOGRNIP}, oids{OIDOGRN, OIDINNLE}},
			legalWithPerson: {oids{OIDCommonName, OIDSurname, OIDGivenName, OIDCountry, OIDState, OIDStreet, OIDOrganization, OIDOGRN, OIDINNLE}, oids{OIDOGRNIP}},
			legalAlone:      {oids{OIDCommonName, OIDCountry, OIDState, OIDStreet, OIDOrganization, OIDOGRN, OIDINNLE}, oids{OIDOGRNIP, OIDSNILS, OIDINN, OIDTitle}},
		},
		required:   oids{oidKeyUsage, oidAuthorityKeyID, oidPolicies, OIDSubjectSignTool, OIDIssuerSignTool, OIDIdentificationKind},
		requiredCA: oids{oidKeyUsage, oidPolicies},
	},
}
