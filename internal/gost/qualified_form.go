package gost

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

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
