package smev

import (
	"regexp"
	"strings"
)

const smevCommons = "urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1"

var elevenDigits = regexp.MustCompile(`^\d{11}$`)

// snilsValidation answers SnilsValidationRequest{FamilyName, FirstName,
// Patronymic?, Snils, Gender, BirthDate}; the first three come from SMEV's
// commons 1.0.1. Names: a public program that sends it; the answer's Result:
// a public program that reads it.
//
// A known person's number must be his own. Anybody else's is true when the
// check digits are right and the nine digits do not end in 99.
func snilsValidation(in *request) ([]content, error) {
	ns := in.payload.XMLName.Space
	if err := inOrder(in.payload, slot{smevCommons, "FamilyName", false}, slot{smevCommons, "FirstName", false}, slot{smevCommons, "Patronymic", true},
		slot{ns, "Snils", false}, slot{ns, "Gender", false}, slot{ns, "BirthDate", false}); err != nil {
		return invalid("%v", err), nil
	}
	v := in.payload.value
	switch {
	case !elevenDigits.MatchString(v("Snils")):
		return invalid("Snils — 11 цифр без разделителей"), nil
	case v("Gender") != "Male" && v("Gender") != "Female":
		return invalid("Gender — Male или Female"), nil
	case !isoDate.MatchString(v("BirthDate")):
		return invalid("BirthDate — ГГГГ-ММ-ДД"), nil
	}
	good := snilsRight(v("Snils")) && !strings.HasSuffix(v("Snils")[:9], "99")
	if p, known := in.s.People.find(v("FamilyName"), v("FirstName"), v("Patronymic"), v("BirthDate")); known {
		good = digits(p.SNILS) == v("Snils")
	}
	result := "false"
	if good {
		result = "true"
	}
	return []content{{Payload: `<tns:SnilsValidationResponse xmlns:tns="` + ns + `"><tns:Result>` + result + "</tns:Result></tns:SnilsValidationResponse>"}}, nil
}

// snilsRight checks the last two digits (annex to PFR instructions): weights 9
// to 1, modulo 101, 100 is written as 00.
func snilsRight(s string) bool {
	sum := 0
	for i := range 9 {
		sum += int(s[i]-'0') * (9 - i)
	}
	return sum%101%100 == int(s[9]-'0')*10+int(s[10]-'0')
}
