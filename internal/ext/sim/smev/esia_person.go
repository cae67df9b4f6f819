package smev

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"signdesk/internal/ext/sim/state"
)

const esiaRegisterNS = "urn://mincomsvyaz/esia/reg_service/register/1.4.1"

// accountFields are the request's elements in the schema's order, as esiaFields.
var accountFields = []esiaField{
	{"RoutingCode", regexp.MustCompile(`^(DEV|UAT|TESIA|TCOD|PROD)$`), false},
	{"SnilsOperator", snilsForm, false}, {"ra", regexp.MustCompile(`^\d+$`), false}, {"snils", snilsForm, true},
	{"lastName", nil, false}, {"firstName", nil, false}, {"middleName", nil, true},
	{"gender", regexp.MustCompile(`^[MF]$`), false}, {"birthDate", ruDate, false}, {"doc", nil, false},
	{"email", regexp.MustCompile(`^[0-9a-zA-Z_.\-]{2,50}@[0-9a-zA-Z_./-]{2,50}\.[a-zA-Z]{2,5}$`), true},
	{"mobile", regexp.MustCompile(`^\+7\(\d{3}\)\d{7}$`), false},
	{"citizenship", regexp.MustCompile(`^[A-Z]{3}$`), false}, {"mode", regexp.MustCompile(`^(email|mobile)$`), false},
	{"address", nil, true}, {"birthPlace", nil, true},
}

var snilsForm = regexp.MustCompile(`^\d{3}-\d{3}-\d{3} \d{2}$`)

// Account is a person whom ESIA registered through SMEV, by SNILS.
type Account struct {
	SNILS string `json:"snils"`
	OID   string `json:"oid"`
}

// registerPerson answers ESIARegisterRequest after the official schema:
// VALIDATING first, then SUCCEEDED with the account's number; VALIDATION_FAILED
// when the register of passports knows the paper as invalid or absent or a known
// person's papers differ, CONFIRMATION_FAILED when the account is there already.
func registerPerson(in *request) ([]content, error) {
	if msg := esiaSchema(in.payload, esiaRegisterNS, accountFields); msg != "" {
		return invalid("%s", msg), nil
	}
	v, doc := in.payload.value, in.payload.child("doc")
	steps := []content{{Payload: accountAnswer("VALIDATING", "", "")}}
	end := func(status, oid, trouble string) ([]content, error) {
		return append(steps, content{Payload: accountAnswer(status, oid, trouble)}), nil
	}
	birth := v("birthDate")
	birth = birth[6:] + "-" + birth[3:5] + "-" + birth[:2]
	snils := digits(v("snils"))
	p, known := in.s.People.find(v("lastName"), v("firstName"), v("middleName"), birth)
	switch {
	case doc.value("type") == "RF_PASSPORT" && passportStatus(doc.value("number")) != passportValid:
		return end("VALIDATION_FAILED", "", "Паспорт недействителен или не найден в МВД")
	case known && digits(p.SNILS) != snils, !known && !snilsRight(snils):
		return end("VALIDATION_FAILED", "", "СНИЛС не соответствует ФИО, полу и дате рождения")
	}
	bucket := in.s.Bucket("esia_accounts")
	switch err := in.tx.Get(bucket, snils, &Account{}); {
	case err == nil:
		return end("CONFIRMATION_FAILED", "", "Подтверждённая учётная запись с таким СНИЛС уже есть")
	case !errors.Is(err, state.ErrNotFound):
		return nil, err
	}
	a := Account{SNILS: snils, OID: fmt.Sprint(1000000000 + in.tx.Len(bucket) + 1)}
	if !in.test {
		if err := in.tx.Put(bucket, snils, a); err != nil {
			return nil, err
		}
	}
	return end("SUCCEEDED", a.OID, "")
}

// hasAccount reports whether the person of a RegisterCertificate request is in
// ESIA: everybody is, but for known persons marked otherwise.
func (in *request) hasAccount() bool {
	v := in.payload.value
	birth := v("birthDate")
	if len(birth) != 10 {
		return true
	}
	p, known := in.s.People.find(v("lastName"), v("firstName"), v("middleName"), birth[6:]+"-"+birth[3:5]+"-"+birth[:2])
	return !known || !p.NoESIA || in.tx.Has(in.s.Bucket("esia_accounts"), digits(v("snils")))
}

func accountAnswer(status, oid, trouble string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<tns:ESIARegisterResponse xmlns:tns="%s" xmlns:c="%s"><tns:status>%s</tns:status>`, esiaRegisterNS, esiaCommons, status)
	if oid != "" {
		b.WriteString("<tns:oid>" + oid + "</tns:oid>")
	}
	if trouble != "" {
		fmt.Fprintf(&b, "<tns:errorStatusInfo><c:Code>ESIA-VALIDATION</c:Code><c:Message>%s</c:Message></tns:errorStatusInfo>", escape(trouble))
	}
	b.WriteString("</tns:ESIARegisterResponse>")
	return b.String()
}
