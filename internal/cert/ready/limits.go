package ready

import (
	"encoding/asn1"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"signdesk/internal/gost"
)

// Extensions that may limit the use of a certificate, and the qualifier that
// holds words for its user (RFC 5280, 4.2.1.4).
var (
	oidKeyPeriod  = asn1.ObjectIdentifier{2, 5, 29, 16}
	oidPolicies   = asn1.ObjectIdentifier{2, 5, 29, 32}
	oidExtUsage   = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidUserNotice = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 2, 2}
)

const (
	maxLimits = 20  // lines shown
	maxLimit  = 500 // signs of a line
)

// limits are the conditions of use that the certificate states, a line each
// (F373): the notices of its policies, purposes that everything else is
// forbidden beside (a critical EKU, or one without the two of every signing
// certificate), and an end of the private key's use before the certificate's.
// A malformed extension states nothing here; the profile check names it.
func limits(c *gost.Certificate) []string {
	var list []string
	add := func(s string) {
		s = strings.Join(strings.Fields(strings.Map(printable, s)), " ")
		if r := []rune(s); len(r) > maxLimit {
			s = string(r[:maxLimit]) + "…"
		}
		if s != "" && len(list) < maxLimits {
			list = append(list, s)
		}
	}
	for _, e := range c.Extensions {
		switch {
		case e.Id.Equal(oidPolicies):
			for _, notice := range notices(e.Value) {
				add("Ограничение использования: " + notice)
			}
		case e.Id.Equal(oidExtUsage):
			if e.Critical || !signsAnything(c.ExtKeyUsage) {
				var names []string
				for _, oid := range c.ExtKeyUsage {
					names = append(names, purpose(oid))
				}
				add("Применять только для: " + strings.Join(names, ", ") + ".")
			}
		case e.Id.Equal(oidKeyPeriod):
			if until := keyUntil(e.Value); !until.IsZero() && until.Before(c.NotAfter) {
				add("Подписывать этим ключом можно до " + day(until) + ", хотя сертификат действует дольше.")
			}
		}
	}
	return list
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f || r == utf8.RuneError {
		return ' '
	}
	return r
}

// signsAnything reports whether the purposes include those of every qualified
// certificate for signing: client authentication, e-mail, or any.
func signsAnything(usages []asn1.ObjectIdentifier) bool {
	for _, oid := range usages {
		switch oid.String() {
		case "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4", "2.5.29.37.0":
			return true
		}
	}
	return false
}

var purposes = map[string]string{
	"1.3.6.1.5.5.7.3.1": "проверка подлинности сервера", "1.3.6.1.5.5.7.3.2": "проверка подлинности клиента", "1.3.6.1.5.5.7.3.3": "подпись программ",
	"1.3.6.1.5.5.7.3.4": "защищённая почта", "1.3.6.1.5.5.7.3.8": "штампы времени", "1.3.6.1.5.5.7.3.9": "подпись ответов OCSP", "2.5.29.37.0": "любое применение",
}

func purpose(oid asn1.ObjectIdentifier) string {
	if name := purposes[oid.String()]; name != "" {
		return name
	}
	return oid.String()
}

// notices reads the texts of the policies' user notices.
func notices(der []byte) (texts []string) {
	s := cryptobyte.String(der)
	var policies cryptobyte.String
	if !s.ReadASN1(&policies, cbasn1.SEQUENCE) {
		return nil
	}
	for !policies.Empty() {
		var policy, qualifiers cryptobyte.String
		if !policies.ReadASN1(&policy, cbasn1.SEQUENCE) || !policy.SkipASN1(cbasn1.OBJECT_IDENTIFIER) {
			return texts
		}
		if policy.Empty() || !policy.ReadASN1(&qualifiers, cbasn1.SEQUENCE) {
			continue
		}
		for !qualifiers.Empty() {
			var one cryptobyte.String
			var oid asn1.ObjectIdentifier
			if !qualifiers.ReadASN1(&one, cbasn1.SEQUENCE) || !one.ReadASN1ObjectIdentifier(&oid) {
				return texts
			}
			if oid.Equal(oidUserNotice) {
				if text := explicitText(one); text != "" {
					texts = append(texts, text)
				}
			}
		}
	}
	return texts
}

// explicitText reads UserNotice ::= SEQUENCE { noticeRef NoticeReference OPTIONAL, explicitText DisplayText OPTIONAL }.
func explicitText(s cryptobyte.String) string {
	var notice, value cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadASN1(&notice, cbasn1.SEQUENCE) || !notice.SkipOptionalASN1(cbasn1.SEQUENCE) || notice.Empty() || !notice.ReadAnyASN1(&value, &tag) {
		return ""
	}
	switch tag {
	case cbasn1.UTF8String, cbasn1.IA5String, cbasn1.Tag(26): // VisibleString; some authorities put Windows-1251 there
		return strings.ToValidUTF8(string(value), "�")
	case cbasn1.Tag(30): // BMPString
		units := make([]uint16, len(value)/2)
		for i := range units {
			units[i] = uint16(value[2*i])<<8 | uint16(value[2*i+1])
		}
		return string(utf16.Decode(units))
	}
	return ""
}

// keyUntil reads notAfter of PrivateKeyUsagePeriod, zero when not said.
func keyUntil(der []byte) time.Time {
	var period struct {
		NotBefore time.Time `asn1:"tag:0,optional,generalized"`
		NotAfter  time.Time `asn1:"tag:1,optional,generalized"`
	}
	if rest, err := asn1.Unmarshal(der, &period); err != nil || len(rest) > 0 {
		return time.Time{}
	}
	return period.NotAfter
}

// limitsText is how the limits are kept and shown.
func limitsText(list []string) string { return strings.Join(list, "\n") }

// cryptoType guesses the tool by which the owner signs from what the certificate
// names as his means of signature: CryptoPro CSP is reached through the
// CryptoPro plug-in. Only its two modes may be changed (F378): cpPlugin signs
// without time stamps, cpPluginEx with them. The two names come from the
// source's product; their meaning is professional knowledge.
func cryptoType(c *gost.Certificate) string {
	if s := strings.ToLower(c.SubjectSignTool); strings.Contains(s, "криптопро") || strings.Contains(s, "cryptopro") {
		return CryptoPlugin
	}
	return CryptoOther
}

// Crypto types of a loaded certificate.
const (
	CryptoPlugin   = "cpPlugin"   // «Использовать подпись без штампов времени»
	CryptoPluginEx = "cpPluginEx" // «Использовать штампы времени»
	CryptoOther    = "other"
)

// CryptoRU is the crypto type on screen.
func CryptoRU(code string) string {
	switch code {
	case CryptoPlugin:
		return "КриптоПро ЭЦП, без штампов времени (cpPlugin)"
	case CryptoPluginEx:
		return "КриптоПро ЭЦП, со штампами времени (cpPluginEx)"
	}
	return "Другое средство подписи"
}

// ReasonRU is a CRLReason in words (RFC 5280, 5.3.1).
func ReasonRU(reason int) string {
	names := []string{"причина не указана", "ключ скомпрометирован", "скомпрометирован УЦ", "изменились данные владельца", "сертификат заменён", "деятельность прекращена", "действие приостановлено"}
	if reason >= 0 && reason < len(names) {
		return names[reason]
	}
	return fmt.Sprintf("причина %d", reason)
}
