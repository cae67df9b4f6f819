package smev

import (
	"encoding/xml"
	"regexp"
	"strings"
)

// The passport's states in both services of the Ministry of the Interior.
const (
	passportValid    = "300"
	passportInvalid  = "301"
	passportNotFound = "302"
)

// sovmCommons begins the namespace of names and numbers in RFP_ACTUAL_BANK;
// its version is not known for certain, so any is taken.
const sovmCommons = "urn://mvd/gismu/RFP_ACTUAL_BANK/commons/sovm/"

var (
	fourDigits = regexp.MustCompile(`^\d{4}$`)
	sixDigits  = regexp.MustCompile(`^\d{6}$`)
	isoDate    = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
)

// passportBank answers request{requestInfo{physicalPersonQualifiedNameType
// {familyName, firstName, patronymic?}, birthDate, passportRF{series, number}}}
// of urn://mvd/gismu/RFP_ACTUAL_BANK. Element names: a public program that
// fills version 1.0.0 for a bank; the answer's: the sibling service P001.
func passportBank(in *request) ([]content, error) {
	ns := in.payload.XMLName.Space
	info := in.payload.child("requestInfo")
	if err := inOrder(in.payload, slot{ns, "requestInfo", false}); err != nil {
		return invalid("%v", err), nil
	}
	if err := inOrder(info, slot{ns, "physicalPersonQualifiedNameType", false}, slot{ns, "birthDate", false}, slot{ns, "passportRF", false}); err != nil {
		return invalid("%v", err), nil
	}
	who, doc := info.child("physicalPersonQualifiedNameType"), info.child("passportRF")
	for _, n := range append(append([]node{}, who.Nodes...), doc.Nodes...) {
		if !strings.HasPrefix(n.XMLName.Space, sovmCommons) {
			return invalid("элемент %s не из %s", n.XMLName.Local, sovmCommons), nil
		}
	}
	series, number, birth := doc.value("series"), doc.value("number"), info.value("birthDate")
	if who.value("familyName") == "" || who.value("firstName") == "" || !isoDate.MatchString(birth) {
		return invalid("не заполнены фамилия, имя или дата рождения"), nil
	}
	if !fourDigits.MatchString(series) || !sixDigits.MatchString(number) {
		return invalid("серия паспорта — 4 цифры, номер — 6 цифр"), nil
	}
	p, known := in.s.People.find(who.value("familyName"), who.value("firstName"), who.value("patronymic"), birth)
	status := passportStatus(number)
	if known && (digits(p.PassportSeries) != series || digits(p.PassportNumber) != number) {
		status = passportNotFound
	}
	return passportAnswer(in.payload.XMLName, series, number, status), nil
}

// passportP001 answers request{requestInfo{passportRFSeries, passportRFNumber}}
// of urn://ru/mvd/sovm/p001. Element names and the answer's form: a recorded
// message of 2018 in a public test.
func passportP001(in *request) ([]content, error) {
	ns := in.payload.XMLName.Space
	if err := inOrder(in.payload, slot{ns, "requestInfo", false}); err != nil {
		return invalid("%v", err), nil
	}
	info := in.payload.child("requestInfo")
	if err := inOrder(info, slot{ns, "passportRFSeries", false}, slot{ns, "passportRFNumber", false}); err != nil {
		return invalid("%v", err), nil
	}
	series, number := info.value("passportRFSeries"), info.value("passportRFNumber")
	if !fourDigits.MatchString(series) || !sixDigits.MatchString(number) {
		return invalid("серия паспорта — 4 цифры, номер — 6 цифр"), nil
	}
	return passportAnswer(in.payload.XMLName, series, number, passportStatus(number)), nil
}

// passportStatus is the rule of the simulated ministry.
func passportStatus(number string) string {
	switch {
	case strings.HasSuffix(number, "666"):
		return passportInvalid
	case strings.HasSuffix(number, "404"):
		return passportNotFound
	}
	return passportValid
}

func passportAnswer(root xml.Name, series, number, status string) []content {
	more := ""
	if status == passportInvalid {
		more = "<ns:invalidityReason>601</ns:invalidityReason><ns:invaliditySince>2011-07-16</ns:invaliditySince>"
	}
	return []content{{Payload: `<ns:response xmlns:ns="` + root.Space + `"><ns:requestInfo><ns:passportRFSeries>` + series +
		"</ns:passportRFSeries><ns:passportRFNumber>" + number + "</ns:passportRFNumber></ns:requestInfo><ns:responseInfo><ns:docStatus>" +
		status + "</ns:docStatus>" + more + "</ns:responseInfo></ns:response>"}}
}
