package desk

import (
	"encoding/asn1"
	"encoding/hex"
	"strings"

	"signdesk/cmd/agent/internal/envelope"
)

// attributeNames are the words of the certificate form (order of the FSB 795,
// as changed by order 31).
var attributeNames = map[string]string{
	"2.5.4.3":              "Общее имя",
	"2.5.4.4":              "Фамилия",
	"2.5.4.42":             "Имя и отчество",
	"2.5.4.6":              "Страна",
	"2.5.4.8":              "Субъект Российской Федерации",
	"2.5.4.7":              "Населённый пункт",
	"2.5.4.9":              "Адрес",
	"2.5.4.10":             "Организация",
	"2.5.4.11":             "Подразделение",
	"2.5.4.12":             "Должность",
	"1.2.840.113549.1.9.1": "Электронная почта",
	"1.2.643.3.131.1.1":    "ИНН",
	"1.2.643.100.4":        "ИНН юридического лица",
	"1.2.643.100.1":        "ОГРН",
	"1.2.643.100.5":        "ОГРНИП",
	"1.2.643.100.3":        "СНИЛС",
}

func attributeName(oid string) string {
	if name, ok := attributeNames[oid]; ok {
		return name
	}
	return oid
}

// purposeNames name extended key usages (RFC 5280) and certificate policies
// (classes of signature means, order 795).
var purposeNames = map[string]string{
	"1.3.6.1.5.5.7.3.1":      "проверка подлинности сервера",
	"1.3.6.1.5.5.7.3.2":      "проверка подлинности клиента",
	"1.3.6.1.5.5.7.3.4":      "защита электронной почты",
	"1.3.6.1.4.1.311.20.2.2": "вход со смарт-картой",
	"1.2.643.100.113.1":      "класс средства ЭП КС1",
	"1.2.643.100.113.2":      "класс средства ЭП КС2",
	"1.2.643.100.113.3":      "класс средства ЭП КС3",
	"1.2.643.100.113.4":      "класс средства ЭП КВ1",
	"1.2.643.100.113.5":      "класс средства ЭП КВ2",
	"1.2.643.100.113.6":      "класс средства ЭП КА1",
}

// keyUsages are the bits of RFC 5280, 4.2.1.3, in order.
var keyUsages = []string{
	"электронная подпись", "неотрекаемость", "шифрование ключей", "шифрование данных",
	"согласование ключей", "подпись сертификатов", "подпись списков отзыва", "только зашифрование", "только расшифрование",
}

// identificationKinds are the values of 1.2.643.100.114 (order 795).
var identificationKinds = []string{
	"личное присутствие", "действующая электронная подпись", "загранпаспорт с биометрией", "единая биометрическая система",
}

// describeExtension puts a requested extension into words; what it cannot
// read it shows as hexadecimal DER, whole.
func describeExtension(e envelope.Extension) (name, value string) {
	raw := hex.EncodeToString(e.Value)
	switch e.OID {
	case "2.5.29.15":
		return "Использование ключа", words(keyUsage(e.Value), raw)
	case "2.5.29.37":
		var oids []asn1.ObjectIdentifier
		if !whole(e.Value, &oids) {
			oids = nil
		}
		return "Назначение сертификата", words(purposes(oids), raw)
	case "2.5.29.32":
		var policies []struct {
			ID         asn1.ObjectIdentifier
			Qualifiers asn1.RawValue `asn1:"optional"`
		}
		var oids []asn1.ObjectIdentifier
		if whole(e.Value, &policies) {
			for _, p := range policies {
				oids = append(oids, p.ID)
			}
		}
		return "Политики сертификата", words(purposes(oids), raw)
	case "1.2.643.100.111":
		var tool string
		if whole(e.Value, &tool) && tool != "" {
			return "Средство электронной подписи", tool
		}
		return "Средство электронной подписи", raw
	case "1.2.643.100.114":
		var kind int
		if whole(e.Value, &kind) && kind >= 0 && kind < len(identificationKinds) {
			return "Способ идентификации владельца", identificationKinds[kind]
		}
		return "Способ идентификации владельца", raw
	case "2.5.29.17":
		return "Дополнительное имя владельца", raw
	}
	return e.OID, raw
}

func words(list []string, raw string) string {
	if len(list) == 0 {
		return raw
	}
	return strings.Join(list, ", ")
}

func keyUsage(der []byte) (list []string) {
	var bits asn1.BitString
	if !whole(der, &bits) || bits.BitLength > len(keyUsages) {
		return nil
	}
	for i, name := range keyUsages {
		if bits.At(i) == 1 {
			list = append(list, name)
		}
	}
	return list
}

func purposes(oids []asn1.ObjectIdentifier) (list []string) {
	for _, oid := range oids {
		name, ok := purposeNames[oid.String()]
		if !ok {
			name = oid.String()
		}
		list = append(list, name)
	}
	return list
}

func whole(der []byte, into any) bool {
	rest, err := asn1.Unmarshal(der, into)
	return err == nil && len(rest) == 0
}
