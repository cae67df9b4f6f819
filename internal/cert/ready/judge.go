package ready

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"encoding/asn1"

	"signdesk/internal/gost"
	"signdesk/internal/org"
	"signdesk/internal/owner"
)

// Check is one rule of the technical check with its verdict. Kind is a chip's:
// done, warn (people are told and go on), stop (the certificate is refused),
// wait (revocation: still being asked).
type Check struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Kind string `json:"kind"`
	Text string `json:"text"`
	Cure string `json:"cure"` // what to do; "" when all is well
}

// Judgement is what the technical check says of a file.
type Judgement struct {
	Certificate *gost.Certificate
	Above       []*gost.Certificate // the chain without the leaf; nil when there is none
	Checks      []Check
	Limits      []string // of use, to be acknowledged (F373)
}

// Stopped reports whether a rule refuses the certificate.
func (j *Judgement) Stopped() bool {
	for _, c := range j.Checks {
		if c.Kind == "stop" {
			return true
		}
	}
	return false
}

// known is what the rules compare the certificate with.
type known struct {
	org   *org.Card
	owner *owner.Owner
	live  string // number of the owner's live application, "" = none (F376)
	twice string // where the same certificate is already, "" = nowhere
}

// judge applies every rule but revocation.
func judge(rules Rules, now time.Time, c *gost.Certificate, links []*gost.Certificate, know known) *Judgement {
	j := &Judgement{Certificate: c, Limits: limits(c)}
	chain, chainErr := rules.Trust.chain(c, links, now)
	if chainErr == nil {
		j.Above = chain[1:]
	}
	j.Checks = []Check{
		authority(c, j.Above, chainErr), algorithms(c), dates(c, now, rules.MinLeft), qualified(c),
		person(c, know.owner), snils(c, know.owner), inn(c, know.owner), organisation(c, know.org), usage(c), live(know.live), twice(know.twice),
		askable(c),
	}
	return j
}

// authority is F201: an accredited authority, by a chain to a trusted root.
func authority(c *gost.Certificate, above []*gost.Certificate, err error) Check {
	k := Check{Code: "authority", Name: "Аккредитованный УЦ"}
	issuer := issuerName(c)
	switch {
	case err == nil:
		k.Kind, k.Text = "done", fmt.Sprintf("Выдал %s. Доверенный корень: %s.", issuer, commonName(above[len(above)-1].Subject))
	case errors.Is(err, errNoTrust):
		k.Kind, k.Text, k.Cure = "stop", "Список аккредитованных УЦ не настроен.", "Обратитесь к администратору: настройка ACCREDITED_CA_FILE."
	case errors.Is(err, gost.ErrDates):
		k.Kind, k.Text, k.Cure = "stop", "Закончился срок действия сертификата УЦ: "+issuer+".", "Запросите у владельца новый сертификат действующего УЦ."
	case errors.Is(err, gost.ErrNoIssuer):
		k.Kind, k.Text, k.Cure = "stop", "Издателя нет в списке аккредитованных: "+issuer+". Цепочка до доверенного корня не строится.",
			"Если УЦ аккредитован, попросите администратора добавить его сертификат; иначе нужен сертификат другого УЦ."
	default:
		k.Kind, k.Text, k.Cure = "stop", "Цепочка сертификатов до корня не проходит проверку: "+issuer+".", "Экспортируйте сертификат заново; если не поможет, нужен другой сертификат."
	}
	return k
}

// keyAlgorithms and signatureAlgorithms name what may stand in a certificate;
// good ones are R 34.10-2012 of 256 and 512 bits (F201).
var keyAlgorithms = map[string]string{
	"1.2.643.7.1.1.1.1": "ГОСТ Р 34.10-2012, 256 бит", "1.2.643.7.1.1.1.2": "ГОСТ Р 34.10-2012, 512 бит",
	"1.2.643.2.2.19": "ГОСТ Р 34.10-2001", "1.2.643.2.2.20": "ГОСТ Р 34.10-94", "1.2.840.113549.1.1.1": "RSA", "1.2.840.10045.2.1": "ECDSA",
	"1.3.101.112": "Ed25519",
}

var signatureAlgorithms = map[string]string{
	"1.2.643.7.1.1.3.2": "ГОСТ Р 34.11-2012", "1.2.643.7.1.1.3.3": "ГОСТ Р 34.11-2012", "1.2.643.2.2.3": "ГОСТ Р 34.11-94",
	"1.2.840.113549.1.1.5": "SHA-1 с RSA", "1.2.840.113549.1.1.11": "SHA-256 с RSA",
}

func algorithms(c *gost.Certificate) Check {
	k := Check{Code: "algorithms", Name: "Алгоритм и ключ", Kind: "done"}
	keyOID, signOID := algorithmOIDs(c)
	key, signature := keyAlgorithms[keyOID], signatureAlgorithms[signOID]
	if key == "" {
		key = "алгоритм " + keyOID
	}
	if signature == "" {
		signature = "алгоритм " + signOID
	}
	k.Text = "Ключ " + key + "; подпись УЦ — " + signature + "."
	goodKey := c.PublicKey != nil && (keyOID == "1.2.643.7.1.1.1.1" || keyOID == "1.2.643.7.1.1.1.2")
	if !goodKey || signOID != "1.2.643.7.1.1.3.2" && signOID != "1.2.643.7.1.1.3.3" {
		k.Kind, k.Cure = "stop", "Принимаются только ключи ГОСТ Р 34.10-2012 от 256 бит с хэшем ГОСТ Р 34.11-2012. Нужен другой сертификат."
	}
	return k
}

// algorithmOIDs are the key's and the signature's algorithms.
func algorithmOIDs(c *gost.Certificate) (key, signature string) {
	first := func(s cryptobyte.String) string { // SEQUENCE { OBJECT IDENTIFIER, … }
		var body cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !s.ReadASN1(&body, cbasn1.SEQUENCE) || !body.ReadASN1ObjectIdentifier(&oid) {
			return "не указан"
		}
		return oid.String()
	}
	spki, whole := cryptobyte.String(c.RawSPKI), cryptobyte.String(c.Raw)
	var body, tbs cryptobyte.String
	key, signature = "не указан", "не указан"
	if spki.ReadASN1(&body, cbasn1.SEQUENCE) {
		key = first(body)
	}
	if whole.ReadASN1(&body, cbasn1.SEQUENCE) && body.ReadASN1Element(&tbs, cbasn1.SEQUENCE) {
		signature = first(body)
	}
	return key, signature
}

// dates is F202: in force now, and for MinLeft more.
func dates(c *gost.Certificate, now time.Time, minLeft time.Duration) Check {
	k := Check{Code: "dates", Name: "Срок действия", Kind: "stop", Text: fmt.Sprintf("%s — %s.", day(c.NotBefore), day(c.NotAfter))}
	left, need := c.NotAfter.Sub(now), int(minLeft.Hours()/24)
	switch {
	case now.Before(c.NotBefore):
		k.Text += " Ещё не начал действовать."
		k.Cure = "Проверьте часы компьютера; если они верны, загрузите сертификат, когда он начнёт действовать."
	case left < 0:
		k.Text += " Срок закончился."
		k.Cure = "Выпустите новый сертификат."
	case left < minLeft:
		k.Text += fmt.Sprintf(" Осталось дней: %d, нужно не меньше %d.", int(left.Hours()/24), need)
		k.Cure = "Выпустите новый сертификат: этот скоро закончится."
	default:
		k.Kind = "done"
		k.Text += fmt.Sprintf(" Осталось дней: %d.", int(left.Hours()/24))
	}
	return k
}

// askable: an authority that cannot be asked about revocation is no help; only
// http is spoken. Whether it is revoked is asked after the loading.
func askable(c *gost.Certificate) Check {
	k := Check{Code: "revocation", Name: "Отзыв", Kind: "wait", Text: "Спрашивается у УЦ после загрузки: OCSP, затем список отозванных."}
	if !slices.ContainsFunc(append(first(c.OCSPURLs), first(c.CRLURLs)...), func(url string) bool { return strings.HasPrefix(strings.ToLower(url), "http://") }) {
		k.Kind, k.Text, k.Cure = "stop", "В сертификате нет адреса http, где спросить об отзыве.", "Узнать, не отозван ли он, нельзя: нужен сертификат, в котором УЦ указал OCSP или список отозванных."
	}
	return k
}

// live is F376: an application for a new certificate is under way.
func live(number string) Check {
	k := Check{Code: "application", Name: "Заявки на выпуск", Kind: "done", Text: "Активных заявок нет."}
	if number != "" {
		k.Kind, k.Text, k.Cure = "stop", "По владельцу идёт заявка "+number+".", "Завершите её или отзовите, затем загрузите сертификат."
	}
	return k
}

func twice(where string) Check {
	k := Check{Code: "twice", Name: "Повтор", Kind: "done", Text: "Раньше не загружали."}
	if where != "" {
		k.Kind, k.Text, k.Cure = "stop", where, "Ничего делать не нужно: откройте его в списке сертификатов владельца."
	}
	return k
}

// issuerName is the issuing organisation's name, or its common name.
func issuerName(c *gost.Certificate) string {
	if name := commonName(c.Issuer); name != "" {
		return name
	}
	return c.Issuer.Get(gost.OIDOrganization)
}

func commonName(n gost.Name) string { return n.Get(gost.OIDCommonName) }

// day shows a moment by its day in Moscow, by whose time certificates are read.
func day(t time.Time) string { return t.In(moscow).Format("02.01.2006") }

var moscow = time.FixedZone("MSK", 3*60*60)

func fold(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), " ")) }
