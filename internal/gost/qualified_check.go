package gost

import (
	"encoding/asn1"
	"fmt"
	"time"
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
