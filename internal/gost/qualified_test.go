package gost

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The published certificates that keep the form: all of real authorities, and
// of both editions. None of the others, made for tests, keeps it.
var keepTheForm = []string{
	"cryptopro-test-root-2012", "cryptopro-test-sub-2012", "gnutls-grfc-2001", "guc-root-2012-gost2001", "guc-uc1-gost2001",
	"mincifry-root-2022", "mincifry-root-2025", "mincifry-root-2026", "minkomsvyaz-root-2018", "minkomsvyaz-root-2021",
	"ruca-01-tc26a", "ruca-02-tc26a", "ruca-03-tc26a", "ruca-04-512a", "ruca-05-512a", "ruca-06-512a", "ruca-07-xcha",
	"ruca-08-xcha", "ruca-09-cpc", "ruca-10-cpb", "ruca-11-cpa", "ruca-12-cpa", "ruca-13-cpa", "ruca-14-cpa",
}

func TestQualifiedPublished(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectorDir(t), "files/certs/*.der"))
	if err != nil || len(files) < 60 {
		t.Fatal(len(files), err)
	}
	editions := map[string]int{}
	for _, f := range files {
		c := mustCertificate(t, readVector(t, "files/certs/"+filepath.Base(f)))
		name := strings.TrimSuffix(filepath.Base(f), ".der")
		found := CheckQualified(c, time.Time{})
		if kept := slices.Contains(keepTheForm, name); kept != (len(found) == 0) {
			t.Errorf("%s: %v", name, found)
		}
		if len(found) == 0 {
			editions[QualifiedEdition(c.NotBefore)]++
		} else {
			t.Logf("%s: %d, first %v", name, len(found), found[0])
		}
	}
	t.Log(editions)
}

// drop and put change an owner's name.
func drop(n Name, types ...asn1.ObjectIdentifier) Name {
	return slices.DeleteFunc(slices.Clone(n), func(a Attribute) bool { return slices.ContainsFunc(types, a.Type.Equal) })
}

func put(n Name, t asn1.ObjectIdentifier, v string) Name { return append(drop(n, t), Attribute{t, v}) }

// Every rule with one certificate that breaks it and nothing else.
func TestQualifiedRules(t *testing.T) {
	day2020, day2026, day2028 := noon.AddDate(-6, 0, 0), noon, noon.AddDate(2, 0, 0)
	issuer := Name{{OIDCountry, "RU"}, {OIDState, "77 г. Москва"}, {OIDStreet, "ул. Ленина, д. 2"}, {OIDOrganization, "АО «УЦ»"},
		{OIDOGRN, "1027700132195"}, {OIDINNLE, "7701234567"}, {OIDCommonName, "АО «УЦ»"}}
	key := must[*PrivateKey](t)(GenerateKey(rand.Reader, CryptoProA))
	root := &link{key: key, cert: mustCertificate(t, must[[]byte](t)(CreateCertificate(rand.Reader, &CertificateTemplate{
		Serial: big.NewInt(1), Subject: issuer, IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, IdentificationKind: -1,
		Policies: []asn1.ObjectIdentifier{qualified}, NotBefore: day2020, NotAfter: day2028.AddDate(1, 0, 0)}, nil, &key.PublicKey, key)))}
	natural := Name{{OIDCommonName, "Иванов Иван Иванович"}, {OIDSurname, "Иванов"}, {OIDGivenName, "Иван Иванович"},
		{OIDCountry, "RU"}, {OIDINN, "770123456789"}, {OIDSNILS, "11223344595"}}
	trader := put(natural, OIDOGRNIP, "304500116000157")
	alone := drop(person, OIDSurname, OIDGivenName, OIDTitle, OIDINN, OIDSNILS)
	old := put(drop(person, OIDINNLE), OIDINN, "007701234567")
	change := func(f func(*CertificateTemplate)) func(*CertificateTemplate) { return f }
	for _, tt := range []struct {
		name    string
		subject Name
		at      time.Time
		change  func(*CertificateTemplate)
		want    asn1.ObjectIdentifier // of the one violation; nil = none
		problem string
	}{
		{name: "a natural person", subject: natural},
		{name: "a sole trader", subject: trader},
		{name: "a firm and its head", subject: person},
		{name: "a firm", subject: alone},
		{name: "a firm of 2020", subject: old, at: day2020, change: change(func(t *CertificateTemplate) { t.IdentificationKind = -1 })},
		{name: "of 2028", subject: natural, at: day2028, problem: "не известны"},

		{name: "no surname", subject: drop(natural, OIDSurname), want: OIDSurname, problem: "не указано"},
		{name: "no SNILS", subject: drop(natural, OIDSNILS), want: OIDSNILS, problem: "не указано"},
		{name: "a trader without INN", subject: drop(trader, OIDINN), want: OIDINN, problem: "индивидуальный предприниматель"},
		{name: "a trader with OGRN", subject: put(trader, OIDOGRN, "1027700132195"), want: OIDOGRN, problem: "указано, а владелец"},
		{name: "a firm without OGRN", subject: drop(person, OIDOGRN), want: OIDOGRN, problem: "юридическое лицо"},
		{name: "a firm without INNLE", subject: drop(alone, OIDINNLE), want: OIDINNLE, problem: "не указано"},
		{name: "a firm without region", subject: drop(person, OIDState), want: OIDState, problem: "не указано"},
		{name: "a firm alone with somebody's SNILS", subject: put(alone, OIDSNILS, "11223344595"), want: OIDSNILS, problem: "указано, а владелец"},
		{name: "a firm's number in INN", subject: put(person, OIDINN, "007701234567"), want: OIDINN, problem: "INNLE"},
		{name: "INNLE before its time", subject: put(old, OIDINNLE, "7701234567"), at: day2020, want: OIDINNLE, problem: "указано, а владелец"},
		{name: "a short INN", subject: put(natural, OIDINN, "7701234567"), want: OIDINN, problem: "10 знаков вместо 12"},
		{name: "a long OGRN", subject: put(person, OIDOGRN, "10277001321955"), want: OIDOGRN, problem: "14 знаков вместо 13"},
		{name: "a long name", subject: put(natural, OIDCommonName, strings.Repeat("ё", 65)), want: OIDCommonName, problem: "65 знаков, а можно 64"},
		{name: "a name of just that length", subject: put(natural, OIDCommonName, strings.Repeat("ё", 64))},
		{name: "a country in three letters", subject: put(natural, OIDCountry, "RUS"), want: OIDCountry, problem: "3 знаков вместо 2"},
		{name: "a number twice", subject: append(slices.Clone(natural), Attribute{OIDSNILS, "11223344595"}), want: OIDSNILS, problem: "дважды"},

		{name: "no policy", subject: natural, change: change(func(t *CertificateTemplate) { t.Policies = nil }), want: oidPolicies, problem: "нет в сертификате"},
		{name: "a foreign policy", subject: natural, change: change(func(t *CertificateTemplate) { t.Policies = []asn1.ObjectIdentifier{{1, 2, 643, 100, 113, 7}} }), want: oidPolicies, problem: "класса"},
		{name: "no means of the owner", subject: natural, change: change(func(t *CertificateTemplate) { t.SubjectSignTool = "" }), want: OIDSubjectSignTool, problem: "нет в сертификате"},
		{name: "long means of the owner", subject: natural, change: change(func(t *CertificateTemplate) { t.SubjectSignTool = strings.Repeat("ё", 201) }), want: OIDSubjectSignTool, problem: "201"},
		{name: "no means of the authority", subject: natural, change: change(func(t *CertificateTemplate) { t.IssuerSignTool = nil }), want: OIDIssuerSignTool, problem: "нет в сертификате"},
		{name: "nameless means of the authority", subject: natural, change: change(func(t *CertificateTemplate) { t.IssuerSignTool.CATool = "" }), want: OIDIssuerSignTool, problem: "средство УЦ: 0 знаков"},
		{name: "identified nobody knows how", subject: natural, change: change(func(t *CertificateTemplate) { t.IdentificationKind = -1 }), want: OIDIdentificationKind, problem: "нет в сертификате"},
		{name: "identified in a new way", subject: natural, change: change(func(t *CertificateTemplate) { t.IdentificationKind = 4 }), want: OIDIdentificationKind, problem: "значение 4"},
		{name: "a key for encryption", subject: natural, change: change(func(t *CertificateTemplate) { t.KeyUsage = x509.KeyUsageKeyEncipherment }), want: oidKeyUsage, problem: "электронная подпись"},
		{name: "no usage", subject: natural, change: change(func(t *CertificateTemplate) { t.KeyUsage = 0 }), want: oidKeyUsage, problem: "нет в сертификате"},
		{name: "expired", subject: natural, change: change(func(t *CertificateTemplate) { t.NotAfter = day2026 }), problem: "не действует"},
	} {
		if tt.at.IsZero() {
			tt.at = day2026
		}
		tpl := CertificateTemplate{Serial: big.NewInt(5), Subject: tt.subject, NotBefore: tt.at.Add(-time.Hour), NotAfter: tt.at.AddDate(1, 0, 0),
			KeyUsage: x509.KeyUsageDigitalSignature, Policies: []asn1.ObjectIdentifier{qualified}, SubjectSignTool: "КриптоПро CSP 5.0",
			IssuerSignTool: &IssuerSignTool{"КриптоПро CSP 5.0", "КриптоПро УЦ 2.0", "№ СФ/124-1", "№ СФ/128-1"}, IdentificationKind: 0}
		if tt.change != nil {
			tt.change(&tpl)
		}
		c := mustCertificate(t, must[[]byte](t)(CreateCertificate(rand.Reader, &tpl, root.cert, &key.PublicKey, key)))
		found := CheckQualified(c, tt.at.Add(time.Minute))
		if tt.problem == "" {
			if len(found) > 0 {
				t.Errorf("%s: %v", tt.name, found)
			}
			continue
		}
		if len(found) != 1 || !found[0].OID.Equal(tt.want) || !strings.Contains(found[0].Problem, tt.problem) || found[0].Clause == "" {
			t.Errorf("%s: %v", tt.name, found)
		}
	}
}

// String types, which our own writer does not get wrong.
func TestQualifiedStrings(t *testing.T) {
	c := &Certificate{}
	attribute := func(oid asn1.ObjectIdentifier, tag byte, value string) []byte {
		o := must[[]byte](t)(asn1.Marshal(oid))
		return appendElement(0x30, appendElement(0x31, appendElement(0x30, append(o, appendElement(tag, []byte(value))...))))
	}
	for _, tt := range []struct {
		der     []byte
		problem string
	}{
		{attribute(OIDINN, 18, "770123456789"), ""},
		{attribute(OIDINN, 12, "770123456789"), "строкой UTF8String"},
		{attribute(OIDINN, 19, "770123456789"), "строкой PrintableString"},
		{attribute(OIDINN, 18, "77012345678x"), "знаки, которых нет"},
		{attribute(OIDCommonName, 19, "Ivanov"), ""},
		{attribute(OIDCommonName, 19, "Иванов"), "знаки, которых нет в строке PrintableString"},
		{attribute(OIDCommonName, 30, "\x04\x18"), "строкой BMPString"},
		{attribute(OIDCommonName, 20, "Ivanov"), "строкой TeletexString"},
		{attribute(OIDCountry, 12, "RU"), "строкой UTF8String"},
		{attribute(OIDEmail, 12, "a@example.test"), "строкой UTF8String"},
		{attribute(OIDEmail, 22, "a@example.test"), ""},
	} {
		k := &qualifiedCheck{c: c, p: &profiles[1]}
		k.names(tt.der, "владелец", true)
		if (len(k.found) == 0) != (tt.problem == "") || len(k.found) > 0 && !strings.Contains(k.found[0].Problem, tt.problem) {
			t.Errorf("%x: %v, want %q", tt.der, k.found, tt.problem)
		}
	}
}
