package smev

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"
	"time"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func innRequest() INNRequest {
	r := INNRequest{RequestID: requestID, Person: Person{"Щукина", "Анна", "Игоревна"}, BirthDate: day("1990-09-18"), BirthPlace: "г. Рязань"}
	r.Organisation.Name, r.Organisation.INN, r.Organisation.OGRN = `ООО "Ромашка"`, "7707083893", "1027700132195"
	r.Document.Series, r.Document.Number, r.Document.IssuedAt = "4504", "123456", day("2010-10-01")
	r.Document.IssuedBy, r.Document.IssuerCode = "ОВД г. Рязани", "620001"
	return r
}

func snilsByData() SNILSByDataRequest {
	r := SNILSByDataRequest{Person: Person{"Щукина", "Анна", ""}, BirthDate: day("1990-09-18"), BirthPlace: BirthPlace{Settlement: "Рязань", Country: "РФ"}}
	r.Passport.PassportRequest, r.Passport.IssuedAt, r.Passport.IssuedBy = PassportRequest{"45 04", "123456"}, day("2010-10-01"), "ОВД"
	return r
}

func certificateRegistration() CertificateRequest {
	return CertificateRequest{
		Environment: ESIATest, Serial: "01D8A5", Issuer: `АО "УЦ"`, NotBefore: day("2026-11-21"), NotAfter: day("2028-02-21"),
		OwnerType: OwnerOrganisation, SNILS: "112-233-445 95", INN: "500100732259", Person: Person{"Щукин", "Пётр", "Ильич"}, Male: true,
		BirthDate: day("1980-01-31"), BirthPlace: "г. Рязань", Citizenship: "RUS", OGRN: "1027700132195", OrgINN: "7707083893",
		Document: Document{Kind: "RF_PASSPORT", Series: "45 04", Number: "123456", IssuerCode: "620-001", IssuedAt: day("2010-10-01"), IssuedBy: "ОВД"},
	}
}

// TestRequests holds the bytes sent to the state bodies.
func TestRequests(t *testing.T) {
	for _, c := range []struct {
		of   Type
		r    any
		want string
	}{
		{PassportValidity, PassportRequest{Series: "45 04", Number: "123456"},
			`<request xmlns="urn://ru/mvd/sovm/p001/1.0.0"><requestInfo><passportRFSeries>4504</passportRFSeries><passportRFNumber>123456</passportRFNumber></requestInfo></request>`},
		{PassportOfPerson, PassportOfPersonRequest{PassportRequest{"4504", "123456"}, Person{"Щукина", "Анна", "Игоревна"}, day("1990-09-18")},
			`<request xmlns="urn://mvd/gismu/RFP_ACTUAL_BANK/1.0.1"><requestInfo><physicalPersonQualifiedNameType><familyName xmlns="urn://mvd/gismu/RFP_ACTUAL_BANK/commons/sovm/1.0.0">Щукина</familyName>` +
				`<firstName xmlns="urn://mvd/gismu/RFP_ACTUAL_BANK/commons/sovm/1.0.0">Анна</firstName><patronymic xmlns="urn://mvd/gismu/RFP_ACTUAL_BANK/commons/sovm/1.0.0">Игоревна</patronymic></physicalPersonQualifiedNameType>` +
				`<birthDate>1990-09-18</birthDate><passportRF><series xmlns="urn://mvd/gismu/RFP_ACTUAL_BANK/commons/sovm/1.0.0">4504</series><number xmlns="urn://mvd/gismu/RFP_ACTUAL_BANK/commons/sovm/1.0.0">123456</number></passportRF></requestInfo></request>`},
		{SNILSValidation, SNILSRequest{Person: Person{"Щукина", "Анна", ""}, SNILS: "112-233-445 95", BirthDate: day("1990-09-18")},
			`<SnilsValidationRequest xmlns="http://kvs.pfr.com/snils-validation/1.0.1"><FamilyName xmlns="urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1">Щукина</FamilyName>` +
				`<FirstName xmlns="urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1">Анна</FirstName><Snils>11223344595</Snils><Gender>Female</Gender><BirthDate>1990-09-18</BirthDate></SnilsValidationRequest>`},
		{PersonINN, innRequest(),
			`<FNSINNSingularRequest xmlns="urn://x-artefacts-fns-inn-singular/root/270-18/4.0.1" ИдЗапрос="` + requestID + `"><СведЮЛ ИННЮЛ="7707083893" НаимОрг="ООО &quot;Ромашка&quot;" ОГРН="1027700132195"></СведЮЛ>` +
				`<СведФЛ ДатаРожд="1990-09-18" МестоРожд="г. Рязань"><ФИО xmlns="urn://x-artefacts-fns-inn/commons/4.0.0" Имя="Анна" Отчество="Игоревна" Фамилия="Щукина"></ФИО>` +
				`<УдЛичнФЛ xmlns="urn://x-artefacts-fns-inn/commons/4.0.0" ВыдДок="ОВД г. Рязани" ДатаДок="2010-10-01" КодВидДок="21" КодВыдДок="620-001" СерНомДок="45 04 123456"></УдЛичнФЛ></СведФЛ></FNSINNSingularRequest>`},
		{SNILSByPassport, snilsByData(),
			`<SnilsByAdditionalDataRequest xmlns="http://kvs.pfr.com/snils-by-additionalData/1.0.1"><FamilyName xmlns="urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1">Щукина</FamilyName>` +
				`<FirstName xmlns="urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1">Анна</FirstName><BirthDate>1990-09-18</BirthDate><Gender>Female</Gender>` +
				`<BirthPlace><Settlement xmlns="http://common.kvs.pfr.com/1.0.0">Рязань</Settlement><Country xmlns="http://common.kvs.pfr.com/1.0.0">РФ</Country></BirthPlace>` +
				`<PassportRF xmlns="urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1"><Series>4504</Series><Number>123456</Number><IssueDate>2010-10-01</IssueDate><Issuer>ОВД</Issuer></PassportRF></SnilsByAdditionalDataRequest>`},
		{INNOfPassport, INNMatchRequest{"500100732259", Person{"Щукина", "Анна", "Игоревна"}, PassportRequest{"45 04", "123456"}, day("2010-10-01")},
			`<FNSPaspINNRequest xmlns="urn://x-artefacts-ffns-paspinn-tofns-ru/247-01/4.0.0" ИННФЛ="500100732259"><ФИО FamilyName="Щукина" FirstName="Анна" Patronymic="Игоревна"></ФИО>` +
				`<ДокУдЛичн DocumentCode="21" IssuerDate="2010-10-01" SeriesNumber="45 04 123456"></ДокУдЛичн></FNSPaspINNRequest>`},
		{EGRUL406, ExtractRequest{requestID, "1027700132195", "7707083893"},
			`<FNSVipULRequest xmlns="urn://x-artefacts-fns-vipul-tosmv-ru/311-14/4.0.6" ИдДок="` + requestID + `"><ЗапросЮЛ><ОГРН>1027700132195</ОГРН></ЗапросЮЛ></FNSVipULRequest>`},
	} {
		got, err := c.of.Write(c.r)
		if p, ok := c.r.(PassportRequest); ok {
			got, err = p.XML()
		}
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n got %s\nwant %s", c.of.Key, err, got, c.want)
		}
		var root struct{ XMLName xml.Name }
		if err := xml.Unmarshal(got, &root); err != nil || root.XMLName != (xml.Name{Space: c.of.Namespace, Local: c.of.Request}) {
			t.Errorf("%s: root %v, %v", c.of.Key, root.XMLName, err)
		}
		if _, err := sendable(got); err != nil {
			t.Errorf("%s: %v", c.of.Key, err)
		}
	}
}

func TestRequestsRefuse(t *testing.T) {
	long := innRequest()
	long.Document.Number = "1234567"
	nameless := innRequest()
	nameless.RequestID = ""
	for name, r := range map[string]interface{ XML() ([]byte, error) }{
		"series": PassportRequest{"450", "123456"}, "number": PassportRequest{"4504", "12345"}, "empty": PassportRequest{},
		"SNILS": SNILSRequest{SNILS: "1122334459"}, "passport": long, "no id": nameless, "certificate": CertificateRequest{},
		"nobody's SNILS": SNILSByDataRequest{}, "nobody's passport": PassportOfPersonRequest{PassportRequest: PassportRequest{"4504", "123456"}},
		"short INN": INNMatchRequest{INN: "12345", Passport: PassportRequest{"4504", "123456"}}, "nobody's account": PersonRegistrationRequest{},
	} {
		if got, err := r.XML(); err == nil {
			t.Errorf("%s: %s", name, got)
		} else if strings.Contains(err.Error(), "345") {
			t.Errorf("%s: the error quotes personal data: %v", name, err)
		}
	}
}

// TestCertificateRegistration has xmllint check requests and answers against
// the official schema.
func TestCertificateRegistration(t *testing.T) {
	schema := conformance(t, "smev", "xsd", "esia-register-certificate-41551", "esia_rg_register_certificate.xsd")
	full := certificateRegistration()
	person := full
	person.OwnerType, person.OGRN, person.OrgINN, person.Patronymic, person.Male = OwnerPerson, "", "", "", false
	foreign := person
	foreign.Document = Document{Kind: "FID_DOC", Number: "AB1234567", IssuedAt: day("2020-02-03"), ExpiresAt: day("2030-02-03")}
	for _, r := range []CertificateRequest{full, person, foreign} {
		b, err := r.XML()
		if err != nil {
			t.Fatal(err)
		}
		validate(t, schema, b)
	}
	const ns, commons = "urn://mincomsvyaz/esia/reg_service/register_certificate/1.4.1", "urn://mincomsvyaz/esia/commons/rg_sevices_types/1.4.1"
	answer := func(status, more string) []byte {
		return []byte(`<t:ESIARegisterCertificateResponse xmlns:t="` + ns + `" xmlns:c="` + commons + `"><t:status>` + status + `</t:status>` + more + `</t:ESIARegisterCertificateResponse>`)
	}
	for status, want := range map[string]struct{ final, registered bool }{
		StatusValidating: {false, false}, StatusSucceeded: {true, true},
		StatusValidationFailed: {true, false}, StatusConfirmationFailed: {true, false}, StatusFault: {true, false},
	} {
		b := answer(status, `<t:errorStatusInfo><c:Code>ESIA-1</c:Code><c:Message>Не найден СНИЛС</c:Message></t:errorStatusInfo>`)
		validate(t, schema, b)
		a, err := DecodeCertificate(b)
		if err != nil || a.Status != status || a.Final() != want.final || a.Registered() != want.registered ||
			len(a.Errors) != 1 || a.Errors[0] != (CertificateError{"ESIA-1", "Не найден СНИЛС"}) {
			t.Errorf("%s: %+v, %v", status, a, err)
		}
	}
}

func TestAnswers(t *testing.T) {
	passport := func(inside string) []byte {
		return []byte(`<p:response xmlns:p="urn://ru/mvd/sovm/p001/1.0.0"><p:requestInfo/><p:responseInfo>` + inside + `</p:responseInfo></p:response>`)
	}
	for inside, want := range map[string]PassportAnswer{
		`<p:docStatus>300</p:docStatus>`:   {Verdict: Valid},
		`<p:docStatus> 302 </p:docStatus>`: {Verdict: NotFound},
		`<p:docStatus>301</p:docStatus><p:invalidityReason>601</p:invalidityReason><p:invaliditySince>2011-07-16</p:invaliditySince>`: {Verdict: Invalid, Reason: "601", Since: day("2011-07-16")},
	} {
		if got, err := DecodePassport(passport(inside)); err != nil || got != want {
			t.Errorf("passport %s: %+v, %v", inside, got, err)
		}
	}
	snils := func(result string) []byte {
		return []byte(`<n:SnilsValidationResponse xmlns:n="http://kvs.pfr.com/snils-validation/1.0.1"><n:Result>` + result + `</n:Result></n:SnilsValidationResponse>`)
	}
	for result, want := range map[string]Verdict{"true": Valid, "false": Invalid, "1": Valid, "False": Invalid} {
		if got, err := DecodeSNILS(snils(result)); err != nil || got != want {
			t.Errorf("SNILS %s: %s, %v", result, got, err)
		}
	}
	inn := func(attrs string) []byte {
		return []byte(`<n:FNSINNSingularResponse xmlns:n="urn://x-artefacts-fns-inn-singular/root/270-18/4.0.1" ИдЗапрос="7" ` + attrs + `/>`)
	}
	if got, err := DecodeINN(inn(`ИННФЛ="500100732259"`)); err != nil || got != (INNAnswer{"7", "500100732259", Valid}) {
		t.Errorf("INN: %+v, %v", got, err)
	}
	if got, err := DecodeINN(inn("")); err != nil || got.Verdict != NotFound {
		t.Errorf("no INN: %+v, %v", got, err)
	}
	byData := func(number string) []byte { // the form of the emulator's answer
		return []byte(`<ns2:SnilsByAdditionalDataResponse xmlns:ns2="http://kvs.pfr.com/snils-by-additionalData/1.0.1" xmlns="urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1" xmlns:ns3="http://common.kvs.pfr.com/1.0.0">` +
			`<FamilyName>ЩУКИНА</FamilyName><FirstName>АННА</FirstName>` + number + `<ns2:BirthDate>1990-09-18</ns2:BirthDate><ns2:Gender>Female</ns2:Gender>` +
			`<ns2:BirthPlace><ns3:Settlement>Рязань</ns3:Settlement></ns2:BirthPlace><PassportRF><Series>4504</Series></PassportRF></ns2:SnilsByAdditionalDataResponse>`)
	}
	for number, want := range map[string]SNILSByDataAnswer{
		`<ns2:Snils>11223344595</ns2:Snils>`: {"11223344595", Valid}, `<ns2:Snils/>`: {"", NotFound}, ``: {"", NotFound},
	} {
		if got, err := DecodeSNILSByData(byData(number)); err != nil || got != want {
			t.Errorf("SNILS by data %s: %+v, %v", number, got, err)
		}
	}
	match := func(inside string) []byte {
		return []byte(`<n:FNSPaspINNResponse xmlns:n="urn://x-artefacts-ffns-paspinn-tofns-ru/247-01/4.0.0" n="1"` + inside + `</n:FNSPaspINNResponse>`)
	}
	for inside, want := range map[string]Verdict{`><n:A>true</n:A>`: Valid, ` a="FALSE">`: Invalid} {
		if got, err := DecodeINNMatch(match(inside)); err != nil || got != want {
			t.Errorf("INN and passport %s: %s, %v", inside, got, err)
		}
	}
	for name, err := range map[string]error{
		"two words":      second(DecodeINNMatch(match(`><n:A>true</n:A><n:B>false</n:B>`))),
		"a code":         second(DecodeINNMatch(match(`><n:A>1</n:A>`))),
		"wrong SNILS":    second(DecodeSNILSByData(byData(`<ns2:Snils>11223344590</ns2:Snils>`))),
		"two SNILS":      second(DecodeSNILSByData(byData(`<ns2:Snils>11223344595</ns2:Snils><ns2:Snils>11223344595</ns2:Snils>`))),
		"foreign":        second(DecodeSNILSByData(byData(`<x:Snils xmlns:x="urn:x">11223344595</x:Snils>`))),
		"two results":    second(DecodeSNILS([]byte(`<R xmlns="http://kvs.pfr.com/snils-validation/1.0.1"><Result>true</Result><Result>false</Result></R>`))),
		"unknown status": second(DecodePassport(passport(`<p:docStatus>999</p:docStatus>`))),
		"no status":      second(DecodePassport(passport(``))),
		"bad date":       second(DecodePassport(passport(`<p:docStatus>301</p:docStatus><p:invaliditySince>x</p:invaliditySince>`))),
		"wrong type":     second(DecodePassport(snils("true"))),
		"no result":      second(DecodeSNILS(snils(""))),
		"SNILS of INN":   second(DecodeSNILS(inn(""))),
		"INN of 10":      second(DecodeINN(inn(`ИННФЛ="5001007322"`))),
		"not XML":        second(DecodeCertificate([]byte("x"))),
	} {
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestTypes(t *testing.T) {
	seen := map[string]bool{}
	for _, typ := range Types {
		if seen[typ.Key+typ.Version] || seen[typ.Namespace] || typ.Title == "" || typ.Source == "" || typ.Version == "" || typ.Request == "" || typ.Answer == "" ||
			(typ.Origin == OriginSchema) != (typ.Schema != "") || typ.Origin != OriginSchema && typ.Origin != OriginSamples {
			t.Errorf("%+v", typ)
		}
		seen[typ.Key+typ.Version], seen[typ.Namespace] = true, true
		w := typ.Words
		for _, text := range []string{w.Valid, w.NoData, w.Refused, w.Unread, w.Delayed} {
			if !strings.HasSuffix(text, ".") {
				t.Errorf("%s has no words for an outcome: %+v", typ.Key, w)
			}
		}
		for _, text := range []string{w.Invalid, w.NotFound, w.NoData, w.Refused, w.Unread, w.Delayed} { // each says what to do
			if text != "" && (Outcome(text) == text || !strings.HasPrefix(text, Outcome(text)+" ")) {
				t.Errorf("%s: %q says nothing after the outcome", typ.Key, text)
			}
		}
		if got, ok := TypeOf(xml.Name{Space: typ.Namespace, Local: "x"}); !ok || got.Version != typ.Version {
			t.Errorf("%s is not found by its namespace", typ.Key)
		}
		if _, err := typ.Write(7); err == nil || !strings.Contains(err.Error(), "int") {
			t.Errorf("%s asks with a number: %v", typ.Key, err)
		}
	}
	if _, ok := TypeOf(xml.Name{Space: "urn:x"}); ok {
		t.Error("a type for any namespace")
	}
	if _, err := Types.Ask("weather", now, nil); err == nil {
		t.Error("the weather was asked")
	}
}

// TestVersions adds a version that nobody knows yet: a row and a codec. It is
// asked from its day on, or when an administrator chooses it; answers of the
// older one are read all the same.
func TestVersions(t *testing.T) {
	next := SNILSValidation
	next.Version, next.Namespace, next.From = "2.0.0", "http://kvs.pfr.com/snils-validation/2.0.0", day("2027-01-01")
	next.codec = codecOf(
		func(t Type, r SNILSRequest) ([]byte, error) {
			return encode(struct {
				XMLName xml.Name
				Number  string `xml:"Number,attr"`
			}{t.asked(), digits(r.SNILS)})
		},
		func(t Type, content []byte) (Verdict, error) {
			var x struct {
				Right bool `xml:"Right,attr"`
			}
			if err := t.parse(content, &x); err != nil || !x.Right {
				return Invalid, err
			}
			return Valid, nil
		})
	known := Types
	defer func() { Types = known }()
	Types = append(slices.Clone(known), next)
	question := SNILSRequest{Person: Person{"Щукина", "Анна", ""}, SNILS: "112-233-445 95", BirthDate: day("1990-09-18")}
	version := func(at time.Time) string {
		t.Helper()
		b, err := Types.Ask(SNILS, at, question)
		if err != nil {
			t.Fatal(err)
		}
		root, err := rootOf(b)
		if err != nil {
			t.Fatal(err)
		}
		typ, _ := TypeOf(root)
		return typ.Version
	}
	if a, b := version(day("2026-12-31")), version(day("2027-01-01")); a != "1.0.1" || b != "2.0.0" {
		t.Errorf("asked in %s, then in %s", a, b)
	}
	for content, want := range map[string]Verdict{
		`<R xmlns="http://kvs.pfr.com/snils-validation/1.0.1"><Result>true</Result></R>`: Valid,
		`<R xmlns="http://kvs.pfr.com/snils-validation/2.0.0" Right="true"/>`:            Valid,
		`<R xmlns="http://kvs.pfr.com/snils-validation/2.0.0" Right="false"/>`:           Invalid,
	} {
		if got, err := DecodeSNILS([]byte(content)); err != nil || got != want {
			t.Errorf("%s: %s, %v", content, got, err)
		}
	}
	for _, c := range []struct{ choice, at, want string }{
		{"snils=2.0.0", "2026-01-01", "2.0.0"}, {"snils=1.0.1", "2028-01-01", "1.0.1"}, {"", "2026-01-01", "1.0.1"},
	} {
		var err error
		if Types, err = append(slices.Clone(known), next).Choose(c.choice); err != nil {
			t.Fatal(err)
		}
		if got := version(day(c.at)); got != c.want {
			t.Errorf("%q on %s: %s", c.choice, c.at, got)
		}
	}
	if _, err := known.Choose("snils=9"); err == nil {
		t.Error("an unknown version was chosen")
	}
	chosen, err := known.Choose("passport=RFP_ACTUAL_BANK/1.0.1, egrul=4.0.5")
	if err != nil {
		t.Fatal(err)
	}
	passport, _ := chosen.InForce(Passport, now)
	egrul, _ := chosen.InForce(EGRUL, now)
	usual, _ := known.InForce(Passport, now)
	latest, _ := known.InForce(EGRUL, now)
	if passport.Version+egrul.Version+usual.Version+latest.Version != "RFP_ACTUAL_BANK/1.0.14.0.5P001/1.0.04.0.6" {
		t.Error(passport.Version, egrul.Version, usual.Version, latest.Version)
	}
}
