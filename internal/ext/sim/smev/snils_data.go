package smev

import (
	"fmt"
	"strings"
)

const pfrCommons = "http://common.kvs.pfr.com/1.0.0"

// snilsByData answers SnilsByAdditionalDataRequest{FamilyName, FirstName,
// Patronymic?, BirthDate, Gender, BirthPlace?, PassportRF?}. Names: a PHP
// client's template; the answer's form: a recorded answer of the test contour
// in a public Java client, which repeats the question and adds the number.
//
// A known person's SNILS is given unless another passport is shown; anybody
// else gets a number computed from name and birth date, except a passport that
// ends in 404, of which the fund knows nothing.
func snilsByData(in *request) ([]content, error) {
	ns := in.payload.XMLName.Space
	if err := inOrder(in.payload, slot{smevCommons, "FamilyName", false}, slot{smevCommons, "FirstName", false}, slot{smevCommons, "Patronymic", true},
		slot{ns, "BirthDate", false}, slot{ns, "Gender", false}, slot{ns, "BirthPlace", true}, slot{smevCommons, "PassportRF", true}); err != nil {
		return invalid("%v", err), nil
	}
	v := in.payload.value
	if !isoDate.MatchString(v("BirthDate")) || v("Gender") != "Male" && v("Gender") != "Female" {
		return invalid("BirthDate — ГГГГ-ММ-ДД, Gender — Male или Female"), nil
	}
	passport := ""
	if p := in.payload.child("PassportRF"); p != nil {
		if err := inOrder(p, slot{smevCommons, "Series", false}, slot{smevCommons, "Number", false}, slot{smevCommons, "IssueDate", false}, slot{smevCommons, "Issuer", false}); err != nil {
			return invalid("%v", err), nil
		}
		passport = p.value("Series") + p.value("Number")
	}
	snils := computeSNILS(personKey(v("FamilyName"), v("FirstName"), v("Patronymic"), v("BirthDate")))
	if p, known := in.s.People.find(v("FamilyName"), v("FirstName"), v("Patronymic"), v("BirthDate")); known {
		snils = digits(p.SNILS)
		if passport != "" && passport != digits(p.PassportSeries)+digits(p.PassportNumber) {
			return reject("NO_DATA", "Сведения о СНИЛС по указанным данным не найдены"), nil
		}
	}
	if strings.HasSuffix(passport, "404") {
		return reject("NO_DATA", "Сведения о СНИЛС по указанным данным не найдены"), nil
	}
	patronymic := ""
	if v("Patronymic") != "" {
		patronymic = "<Patronymic>" + escape(v("Patronymic")) + "</Patronymic>"
	}
	return []content{{Payload: fmt.Sprintf(`<ns2:SnilsByAdditionalDataResponse xmlns:ns2="%s" xmlns="%s" xmlns:ns3="%s"><FamilyName>%s</FamilyName><FirstName>%s</FirstName>%s`+
		`<ns2:Snils>%s</ns2:Snils><ns2:BirthDate>%s</ns2:BirthDate><ns2:Gender>%s</ns2:Gender></ns2:SnilsByAdditionalDataResponse>`,
		ns, smevCommons, pfrCommons, escape(v("FamilyName")), escape(v("FirstName")), patronymic, snils, v("BirthDate"), v("Gender"))}}, nil
}

// computeSNILS makes the same valid number from the same text.
func computeSNILS(text string) string {
	n := "1" + computeINN(text)[2:10]
	sum := 0
	for i := range 9 {
		sum += int(n[i]-'0') * (9 - i)
	}
	return fmt.Sprintf("%s%02d", n, sum%101%100)
}
