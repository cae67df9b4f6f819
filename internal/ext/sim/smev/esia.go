package smev

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
)

const (
	esiaNS      = "urn://mincomsvyaz/esia/reg_service/register_certificate/1.4.1"
	esiaCommons = "urn://mincomsvyaz/esia/commons/rg_sevices_types/1.4.1" // the schema's own spelling
)

// Registration is what ESIA knows of one certificate.
type Registration struct {
	Serial   string   `json:"serial"`
	Messages []string `json:"messages"` // one per accepted request
}

// esiaFields are the request's elements in the schema's order with the
// patterns of its simple types; an empty pattern is any text.
var esiaFields = []esiaField{
	{"RoutingCode", regexp.MustCompile(`^(DEV|UAT|TESIA|TCOD|PROD)$`), false},
	{"serialNumber", regexp.MustCompile(`^\S`), false},
	{"issuerOrgName", regexp.MustCompile(`^\S`), false},
	{"startDate", ruDate, false}, {"expiryDate", ruDate, false},
	{"ownerType", regexp.MustCompile(`^(PSO|ORG|IB|SYS)$`), false},
	{"snils", regexp.MustCompile(`^\d{3}-\d{3}-\d{3} \d{2}$`), true},
	{"personINN", regexp.MustCompile(`^\d{12}$`), true},
	{"lastName", nil, true}, {"firstName", nil, true}, {"middleName", nil, true},
	{"gender", regexp.MustCompile(`^[MF]$`), true}, {"birthDate", ruDate, true}, {"birthPlace", nil, true}, {"doc", nil, true},
	{"citizenship", regexp.MustCompile(`^[A-Z]{3}$`), true},
	{"ogrn", regexp.MustCompile(`^(\d{13}|\d{15})$`), true}, {"orgINN", regexp.MustCompile(`^(\d{10}|\d{12})$`), true},
}

type esiaField struct {
	name     string
	pattern  *regexp.Regexp
	optional bool
}

var ruDate = regexp.MustCompile(`^[0-3]\d\.[01]\d\.\d{4}$`)

// registerCertificate answers after the official schema: VALIDATING first,
// then SUCCEEDED when the certificate was issued by the simulated authority,
// is not revoked, its serial, issuer, dates and SNILS are what the request says
// and the owner has an account; VALIDATION_FAILED with the differences otherwise.
func registerCertificate(in *request) ([]content, error) {
	if msg := esiaSchema(in.payload, esiaNS, esiaFields); msg != "" {
		return invalid("%s", msg), nil
	}
	validating := content{Payload: esiaAnswer("VALIDATING", nil)}
	serial := strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(in.payload.value("serialNumber"), " ", ""), ":", ""))
	cert, revoked, ok := in.s.Issued.Issued(in.tx, serial)
	var wrong []string
	switch {
	case !ok:
		wrong = []string{"сертификат с таким серийным номером не выдавался аккредитованным УЦ"}
	case revoked:
		wrong = []string{"сертификат аннулирован"}
	default:
		wrong = esiaDifferences(in.payload, cert)
	}
	if wrong == nil && !in.hasAccount() {
		wrong = []string{"Учётная запись с таким СНИЛС в ЕСИА не найдена"}
	}
	if wrong != nil {
		return []content{validating, {Payload: esiaAnswer("VALIDATION_FAILED", wrong)}}, nil
	}
	if !in.test {
		if err := in.s.register(in.tx, serial, in.id); err != nil {
			return nil, err
		}
	}
	return []content{validating, {Payload: esiaAnswer("SUCCEEDED", nil)}}, nil
}

func (s *Service) register(tx *tx, serial, message string) error {
	r := Registration{Serial: serial}
	if err := tx.Get(s.Bucket("esia"), serial, &r); err != nil && !errors.Is(err, state.ErrNotFound) {
		return err
	}
	r.Messages = append(r.Messages, message)
	if err := s.Count(tx, "esia_registrations"); err != nil {
		return err
	}
	return tx.Put(s.Bucket("esia"), serial, r)
}

// Registrations counts accepted registrations by certificate serial.
func (s *Service) Registrations() map[string]int {
	out := map[string]int{}
	_ = s.Store.View(func(tx *tx) error {
		return state.Each(tx, s.Bucket("esia"), func(k string, r Registration) (bool, error) {
			out[k] = len(r.Messages)
			return true, nil
		})
	})
	return out
}

func esiaSchema(p *node, ns string, fields []esiaField) string {
	slots := make([]slot, len(fields))
	for i, f := range fields {
		slots[i] = slot{ns, f.name, f.optional}
	}
	if err := inOrder(p, slots...); err != nil {
		return err.Error()
	}
	for _, f := range fields {
		if p.child(f.name) != nil && f.pattern != nil && !f.pattern.MatchString(p.value(f.name)) {
			return fmt.Sprintf("cvc-pattern-valid: значение элемента %s не соответствует типу", f.name)
		}
	}
	if d := p.child("doc"); d != nil {
		c := esiaCommons
		if err := inOrder(d, slot{c, "type", false}, slot{c, "series", true}, slot{c, "number", false}, slot{c, "issueId", true},
			slot{c, "issueDate", false}, slot{c, "expiryDate", true}, slot{c, "issuedBy", true}); err != nil {
			return err.Error()
		}
	}
	return ""
}

func esiaDifferences(p *node, cert *gost.Certificate) []string {
	var out []string
	sameDay := func(field string, at time.Time) { // the day in Moscow or in UTC: the schema names no zone
		got := p.value(field)
		if got != at.UTC().Format("02.01.2006") && got != at.In(moscow).Format("02.01.2006") {
			out = append(out, field+": в сертификате иное значение")
		}
	}
	sameDay("startDate", cert.NotBefore)
	sameDay("expiryDate", cert.NotAfter)
	if issuer := p.value("issuerOrgName"); issuer != cert.Issuer.Get(gost.OIDCommonName) && issuer != cert.Issuer.Get(gost.OIDOrganization) {
		out = append(out, "issuerOrgName: сертификат выдан другим издателем")
	}
	if s := digits(p.value("snils")); s != "" && s != cert.Subject.Get(gost.OIDSNILS) {
		out = append(out, "snils: в сертификате иное значение")
	}
	return out
}

func esiaAnswer(status string, wrong []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<tns:ESIARegisterCertificateResponse xmlns:tns="%s" xmlns:c="%s"><tns:status>%s</tns:status>`, esiaNS, esiaCommons, status)
	for _, w := range wrong {
		fmt.Fprintf(&b, "<tns:errorStatusInfo><c:Code>ESIA-VALIDATION</c:Code><c:Message>%s</c:Message></tns:errorStatusInfo>", escape(w))
	}
	b.WriteString("</tns:ESIARegisterCertificateResponse>")
	return b.String()
}
