package gost

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Violation is one departure of a certificate from the qualified form, for
// people: Field, Problem and Clause are Russian.
type Violation struct {
	Field   string                // "ОГРН (OGRN)"
	OID     asn1.ObjectIdentifier // of the attribute or extension; nil = of the body
	Problem string                // what is wrong
	Clause  string                // of the law or the order
}

func (v Violation) String() string {
	if v.OID == nil {
		return fmt.Sprintf("%s: %s (%s)", v.Field, v.Problem, v.Clause)
	}
	return fmt.Sprintf("%s, %v: %s (%s)", v.Field, v.OID, v.Problem, v.Clause)
}

const (
	clauseOwner  = "63-ФЗ, ст. 17, ч. 2, п. 2 и 3"
	clauseDates  = "63-ФЗ, ст. 17, ч. 2, п. 1"
	clauseKey    = "63-ФЗ, ст. 17, ч. 2, п. 4"
	clauseTools  = "63-ФЗ, ст. 17, ч. 2, п. 5"
	clauseNames  = "атрибуты имени"
	clauseExtend = "дополнения сертификата"
)

// QualifiedEdition names the edition of order 795 by which a certificate
// issued at the moment is judged, or "".
func QualifiedEdition(notBefore time.Time) string {
	if p := profileAt(notBefore); p != nil {
		return p.edition
	}
	return ""
}

func profileAt(t time.Time) *profile {
	for i := range profiles {
		if p := &profiles[i]; !t.Before(p.from) && t.Before(p.until) {
			return p
		}
	}
	return nil
}

// CheckQualified lists every departure of the certificate from the form of a
// qualified one, by the edition of the order in force when it was issued; none
// means that the form is kept, which says nothing of signature, chain and
// accreditation. The moment is the one at which it is to be used; zero = that
// is not asked.
func CheckQualified(c *Certificate, at time.Time) []Violation {
	p := profileAt(c.NotBefore)
	if p == nil {
		clause := "приказ ФСБ России № 31, п. 2: действует до 01.09.2027"
		if c.NotBefore.Before(profiles[0].from) {
			clause = "приказ ФСБ России № 795: издан 27.12.2011"
		}
		return []Violation{{"начало действия", nil, "на " + c.NotBefore.UTC().Format("02.01.2006") + " требования к форме не известны", clause}}
	}
	k := &qualifiedCheck{c: c, p: p}
	k.body(at)
	k.owner()
	k.names(c.RawSubject, "владелец", true)
	k.names(c.RawIssuer, "издатель", false)
	k.issuer()
	k.extensions()
	return k.found
}

type qualifiedCheck struct {
	c     *Certificate
	p     *profile
	found []Violation
}

func (k *qualifiedCheck) add(field string, oid asn1.ObjectIdentifier, clause, format string, args ...any) {
	switch clause {
	case clauseNames, clauseExtend:
		clause = k.p.edition + ", " + clause
	}
	k.found = append(k.found, Violation{field, oid, fmt.Sprintf(format, args...), clause})
}

func (k *qualifiedCheck) body(at time.Time) {
	if k.c.version != 3 {
		k.add("версия", nil, clauseExtend, "%d вместо 3", k.c.version)
	}
	if n := k.c.Serial.BitLen(); n == 0 || n > 159 {
		k.add("серийный номер", nil, clauseDates, "не от 1 до 20 байтов")
	}
	if !at.IsZero() && (at.Before(k.c.NotBefore) || at.After(k.c.NotAfter)) {
		k.add("срок действия", nil, clauseDates, "не действует на %s", at.UTC().Format("02.01.2006"))
	}
	old := k.c.NotBefore.Before(k.p.oldKeysUntil) && keyAlgorithm(k.c.RawSPKI).Equal(oidKey2001)
	if !old && (k.c.PublicKey == nil || k.c.PublicKey.agreement) {
		k.add("ключ проверки ЭП", nil, clauseKey, "алгоритм %v вместо ГОСТ Р 34.10-2012", keyAlgorithm(k.c.RawSPKI))
	}
	// The authority's own key may be of another size, or older.
	signed := k.c.frame.algorithm.oid
	old = k.c.NotBefore.Before(k.p.oldKeysUntil) && signed.Equal(oidSignature2001)
	if !old && !signed.Equal(oidSignature256) && !signed.Equal(oidSignature512) {
		k.add("подпись УЦ", nil, clauseKey, "алгоритм %v вместо ГОСТ Р 34.10-2012", signed)
	}
}

// keyAlgorithm names the algorithm of a key that may not be understood.
func keyAlgorithm(spki []byte) asn1.ObjectIdentifier {
	alg, _, _ := readSPKI(spki)
	return alg.oid
}

// kind tells owners apart by the numbers they have.
func (c *Certificate) kind() ownerKind {
	has := func(oid asn1.ObjectIdentifier) bool { return c.Subject.Get(oid) != "" }
	switch {
	case has(OIDOGRNIP):
		return soleTrader
	case !has(OIDOGRN) && !has(OIDINNLE) && !has(OIDOrganization) && !c.IsCA:
		return naturalPerson
	case has(OIDSurname) || has(OIDGivenName):
		return legalWithPerson
	}
	return legalAlone
}

func (k *qualifiedCheck) owner() {
	kind := k.c.kind()
	rules := k.p.subjects[kind]
	for _, oid := range rules.required {
		if k.c.Subject.Get(oid) == "" {
			k.add(formOf(oid).title, oid, clauseOwner, "не указано, а владелец — %s", ownerTitles[kind])
		}
	}
	for _, oid := range rules.forbidden {
		if k.c.Subject.Get(oid) != "" {
			k.add(formOf(oid).title, oid, clauseNames, "указано, а владелец — %s", ownerTitles[kind])
		}
	}
}

func formOf(oid asn1.ObjectIdentifier) *attributeForm {
	for i := range attributeForms {
		if attributeForms[i].oid.Equal(oid) {
			return &attributeForms[i]
		}
	}
	return nil
}

// names checks how attributes are written. The issuer's name is that of its
// own certificate, which may have been made by an earlier edition.
func (k *qualifiedCheck) names(der []byte, whose string, owner bool) {
	all, err := readAttributes(der)
	if err != nil {
		return // the parser has read it
	}
	for i, a := range all {
		form := formOf(a.Type)
		if form == nil {
			continue
		}
		bad := func(format string, args ...any) {
			k.add(form.title, a.Type, clauseNames, whose+": "+format, args...)
		}
		if slices.ContainsFunc(all[:i], func(b rawAttribute) bool { return b.Type.Equal(a.Type) }) && !a.Type.Equal(OIDOrganizationalUnit) {
			bad("указано дважды")
		}
		if !slices.Contains(form.tags, a.tag) {
			bad("записано строкой %s", stringTitle(a.tag))
		} else if !fits(a.Value, a.tag) {
			bad("знаки, которых нет в строке %s", stringTitle(a.tag))
		}
		n := utf8.RuneCountInString(a.Value)
		switch {
		case form.exact > 0 && n != form.exact:
			bad("%d знаков вместо %d", n, form.exact)
		case form.max > 0 && n > form.max:
			bad("%d знаков, а можно %d", n, form.max)
		case n == 0:
			bad("пусто")
		case owner && a.Type.Equal(OIDINN) && strings.HasPrefix(a.Value, "00") && !k.p.firmsInINN:
			bad("ИНН организации пишется в INNLE")
		}
	}
}

func (k *qualifiedCheck) issuer() {
	for _, oid := range (oids{OIDCommonName, OIDOrganization, OIDOGRN}) {
		if k.c.Issuer.Get(oid) == "" {
			k.add(formOf(oid).title, oid, "63-ФЗ, ст. 17, ч. 2, п. 6", "издатель: не указано")
		}
	}
	if k.c.Issuer.Get(OIDINNLE) == "" && k.c.Issuer.Get(OIDINN) == "" {
		k.add(formOf(OIDINNLE).title, OIDINNLE, clauseNames, "издатель: не указано")
	}
}

func (k *qualifiedCheck) extensions() {
	required := k.p.required
	if k.c.IsCA {
		required = k.p.requiredCA
	}
	for _, oid := range required {
		if find(k.c.Extensions, oid) == nil {
			clause := clauseExtend
			if oid.Equal(OIDSubjectSignTool) || oid.Equal(OIDIssuerSignTool) {
				clause = clauseTools
			}
			k.add(extensionTitles[oid.String()], oid, clause, "нет в сертификате")
		}
	}
	want, what := x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment, "электронная подпись"
	if k.c.IsCA {
		want, what = x509.KeyUsageCertSign, "подпись сертификатов"
	}
	if k.c.KeyUsage != 0 && k.c.KeyUsage&want == 0 {
		k.add(extensionTitles[oidKeyUsage.String()], oidKeyUsage, clauseExtend, "нет назначения «%s»", what)
	}
	if len(k.c.Policies) > 0 && !slices.ContainsFunc(k.c.Policies, toolClass) {
		k.add(extensionTitles[oidPolicies.String()], oidPolicies, clauseExtend, "нет ни одного класса средств ЭП (КС1–КА1)")
	}
	k.tools()
	if kind := k.c.IdentificationKind; kind > 3 {
		k.add(extensionTitles[OIDIdentificationKind.String()], OIDIdentificationKind, clauseExtend, "значение %d, а бывает от 0 до 3", kind)
	}
}

// toolClass reports whether the policy is a class of means: KC1 to KA1.
func toolClass(oid asn1.ObjectIdentifier) bool {
	return len(oid) == 6 && oid[:5].Equal(asn1.ObjectIdentifier{1, 2, 643, 100, 113}) && oid[5] >= 1 && oid[5] <= 6
}

// tools checks the lengths of RFC 9215, section 5.
func (k *qualifiedCheck) tools() {
	size := func(oid asn1.ObjectIdentifier, what, s string, limit int) {
		if n := utf8.RuneCountInString(s); n < 1 || n > limit {
			k.add(extensionTitles[oid.String()], oid, clauseExtend, "%s: %d знаков, а можно от 1 до %d", what, n, limit)
		}
	}
	if find(k.c.Extensions, OIDSubjectSignTool) != nil {
		size(OIDSubjectSignTool, "наименование", k.c.SubjectSignTool, 200)
	}
	if t := k.c.IssuerSignTool; t != nil {
		size(OIDIssuerSignTool, "средство ЭП", t.SignTool, 200)
		size(OIDIssuerSignTool, "средство УЦ", t.CATool, 200)
		size(OIDIssuerSignTool, "заключение на средство ЭП", t.SignToolCert, 100)
		size(OIDIssuerSignTool, "заключение на средство УЦ", t.CAToolCert, 100)
	}
}

func stringTitle(tag cbasn1.Tag) string {
	switch tag {
	case cbasn1.UTF8String:
		return "UTF8String"
	case cbasn1.PrintableString:
		return "PrintableString"
	case cbasn1.IA5String:
		return "IA5String"
	case cbasn1.T61String:
		return "TeletexString"
	case tagNumeric:
		return "NumericString"
	case tagBMP:
		return "BMPString"
	}
	return fmt.Sprintf("типа %d", tag)
}
