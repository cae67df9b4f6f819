package ready

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"signdesk/internal/gost"
)

// Line is one thing the certificate says, as people read it.
type Line struct{ Name, Value string }

// Extension is one extension of the certificate.
type Extension struct {
	Name, OID, Value string
	Critical         bool
}

// Link is one certificate of the chain.
type Link struct {
	Name, Serial string
	Until        time.Time
	Root         bool
}

// Details is «Данные сертификата» (F379).
type Details struct {
	Subject, Issuer, General []Line
	Extensions               []Extension
	Chain                    []Link // the certificate itself first
}

// Details reads everything that the stored certificate says.
func (c *Certificate) Details() (*Details, error) {
	leaf, above, err := c.Parsed()
	if err != nil {
		return nil, err
	}
	key, signature := algorithmOIDs(leaf)
	d := &Details{Subject: lines(leaf.Subject), Issuer: lines(leaf.Issuer), General: []Line{
		{"Алгоритм ключа", or(keyAlgorithms[key], key)}, {"Алгоритм подписи УЦ", or(signatureAlgorithms[signature], signature)},
	}}
	if leaf.SubjectSignTool != "" {
		d.General = append(d.General, Line{"Средство ЭП владельца", leaf.SubjectSignTool})
	}
	if leaf.IdentificationKind >= 0 {
		d.General = append(d.General, Line{"Идентификация владельца", identification(leaf.IdentificationKind)})
	}
	for _, e := range leaf.Extensions {
		x := Extension{Name: or(extensionNames[e.Id.String()], "Другое расширение"), OID: e.Id.String(), Critical: e.Critical, Value: extensionValue(leaf, e.Id)}
		if x.Value == "" {
			x.Value = short(e.Value)
		}
		d.Extensions = append(d.Extensions, x)
	}
	for i, link := range append([]*gost.Certificate{leaf}, above...) {
		d.Chain = append(d.Chain, Link{Name: or(commonName(link.Subject), link.Subject.String()), Serial: link.SerialHex(), Until: link.NotAfter, Root: i > 0 && i == len(above)})
	}
	return d, nil
}

var nameLabels = map[string]string{
	gost.OIDCommonName.String(): "Общее имя", gost.OIDSurname.String(): "Фамилия", gost.OIDGivenName.String(): "Имя и отчество", gost.OIDCountry.String(): "Страна",
	gost.OIDState.String(): "Регион", gost.OIDLocality.String(): "Населённый пункт", gost.OIDStreet.String(): "Улица, дом", gost.OIDOrganization.String(): "Организация",
	gost.OIDOrganizationalUnit.String(): "Подразделение", gost.OIDTitle.String(): "Должность", gost.OIDEmail.String(): "Электронная почта", gost.OIDINN.String(): "ИНН",
	gost.OIDINNLE.String(): "ИНН юридического лица", gost.OIDOGRN.String(): "ОГРН", gost.OIDOGRNIP.String(): "ОГРНИП", gost.OIDSNILS.String(): "СНИЛС",
}

func lines(n gost.Name) []Line {
	var list []Line
	for _, a := range n {
		list = append(list, Line{or(nameLabels[a.Type.String()], a.Type.String()), a.Value})
	}
	return list
}

func identification(kind int) string {
	words := []string{"лично", "по действующей квалифицированной подписи", "по загранпаспорту с биометрией", "в единой биометрической системе"}
	if kind < len(words) {
		return words[kind]
	}
	return fmt.Sprintf("вид %d", kind)
}

var extensionNames = map[string]string{
	"2.5.29.14": "Идентификатор ключа владельца", "2.5.29.15": "Использование ключа", "2.5.29.16": "Период использования ключа", "2.5.29.17": "Другие имена владельца",
	"2.5.29.19": "Основные ограничения", "2.5.29.31": "Списки отозванных", "2.5.29.32": "Политики сертификата", "2.5.29.35": "Идентификатор ключа УЦ", "2.5.29.37": "Улучшенный ключ",
	"1.3.6.1.5.5.7.1.1": "Доступ к сведениям УЦ", "1.2.643.100.111": "Средство ЭП владельца", "1.2.643.100.112": "Средства ЭП и УЦ издателя", "1.2.643.100.114": "Вид идентификации",
}

func extensionValue(c *gost.Certificate, oid asn1.ObjectIdentifier) string {
	switch oid.String() {
	case "2.5.29.14":
		return strings.ToUpper(hex.EncodeToString(c.SubjectKeyID))
	case "2.5.29.15":
		return usages(c.KeyUsage)
	case "2.5.29.31":
		return strings.Join(c.CRLURLs, ", ")
	case "2.5.29.32":
		return strings.Join(append(oids(c.Policies), prefixed("«", c, "»")...), ", ")
	case "2.5.29.35":
		return strings.ToUpper(hex.EncodeToString(c.AuthorityKeyID))
	case "2.5.29.37":
		var names []string
		for _, u := range c.ExtKeyUsage {
			names = append(names, purpose(u))
		}
		return strings.Join(names, ", ")
	case "1.3.6.1.5.5.7.1.1":
		var parts []string
		for _, u := range c.OCSPURLs {
			parts = append(parts, "OCSP: "+u)
		}
		for _, u := range c.CAURLs {
			parts = append(parts, "сертификат УЦ: "+u)
		}
		return strings.Join(parts, ", ")
	case "1.2.643.100.111":
		return c.SubjectSignTool
	case "1.2.643.100.114":
		return identification(c.IdentificationKind)
	}
	return ""
}

// prefixed are the notices of the policies in quotes.
func prefixed(open string, c *gost.Certificate, closing string) (list []string) {
	for _, e := range c.Extensions {
		if e.Id.Equal(oidPolicies) {
			for _, n := range notices(e.Value) {
				list = append(list, open+n+closing)
			}
		}
	}
	return list
}

var policyNames = map[string]string{
	"1.2.643.100.113.1": "КС1", "1.2.643.100.113.2": "КС2", "1.2.643.100.113.3": "КС3", "1.2.643.100.113.4": "КВ1", "1.2.643.100.113.5": "КВ2", "1.2.643.100.113.6": "КА1",
}

func oids(list []asn1.ObjectIdentifier) (names []string) {
	for _, oid := range list {
		names = append(names, or(policyNames[oid.String()], oid.String()))
	}
	return names
}

func usages(u x509.KeyUsage) string {
	names := []string{"цифровая подпись", "неотрекаемость", "шифрование ключей", "шифрование данных", "согласование ключей", "подпись сертификатов", "подпись списков отзыва", "только зашифрование", "только расшифрование"}
	var has []string
	for i, name := range names {
		if u&(1<<i) != 0 {
			has = append(has, name)
		}
	}
	return strings.Join(has, ", ")
}

// short is bytes in hex, the first 32 of them.
func short(b []byte) string {
	s := strings.ToUpper(hex.EncodeToString(b[:min(len(b), 32)]))
	if len(b) > 32 {
		s += fmt.Sprintf("… (%d байт)", len(b))
	}
	return s
}

// SourceRU says where the evidence is from.
func (e Evidence) SourceRU() string {
	switch e.Source {
	case "ocsp":
		return "ответ OCSP"
	case "crl":
		return "список отозванных"
	}
	return ""
}

// IssuerName is the authority's name as people know it.
func (c *Certificate) IssuerName() string {
	leaf, err := gost.ParseCertificate(c.DER)
	if err != nil {
		return c.Issuer
	}
	return issuerName(leaf)
}
