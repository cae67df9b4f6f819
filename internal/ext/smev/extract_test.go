package smev

import (
	"errors"
	"strings"
	"testing"
)

const egrulXSD, egrul405XSD, egripXSD = "egrul-vipul-34087", "egrul-vipul-16351", "egrip-vipip-15980"

// TestExtractRequests has xmllint check the questions against the official schemas.
func TestExtractRequests(t *testing.T) {
	for _, c := range []struct {
		of  Type
		dir string
		r   ExtractRequest
	}{
		{EGRUL406, egrulXSD, ExtractRequest{requestID, "1027700132195", ""}},
		{EGRUL406, egrulXSD, ExtractRequest{requestID, "", "7707083893"}},
		{EGRUL405, egrul405XSD, ExtractRequest{requestID, "1027700132195", ""}},
		{EGRUL405, egrul405XSD, ExtractRequest{requestID, "", "7707083893"}},
		{EGRIP405, egripXSD, ExtractRequest{requestID, "304500116000157", ""}},
		{EGRIP405, egripXSD, ExtractRequest{requestID, "", "500100732259"}},
	} {
		b, err := c.of.Write(c.r)
		if err != nil {
			t.Fatal(err)
		}
		validate(t, conformance(t, "smev", "xsd", c.dir, c.of.Schema), b)
	}
	for name, r := range map[string]ExtractRequest{
		"nothing": {ID: requestID}, "no id": {OGRN: "1027700132195"}, "long id": {ID: requestID + "0", OGRN: "1027700132195"},
		"wrong OGRN": {ID: requestID, OGRN: "1027700132190"}, "a trader's INN": {ID: requestID, INN: "500100732259"},
	} {
		if got, err := EGRUL406.Write(r); err == nil {
			t.Errorf("%s: %s", name, got)
		}
	}
	if _, err := EGRIP405.Write(ExtractRequest{requestID, "1027700132195", ""}); err == nil {
		t.Error("a firm was asked for in the register of traders")
	}
}

func egrulAnswer(namespace, inside string) []byte {
	return []byte(`<ns1:FNSVipULResponse xmlns:ns1="` + namespace + `" xmlns:fnst="urn://x-artefacts-fns/vipul-types/4.0.6" ИдДок="1">` + inside + `</ns1:FNSVipULResponse>`)
}

// TestExtractAnswers reads what may come, in both versions.
func TestExtractAnswers(t *testing.T) {
	const record = `<ns1:СвЮЛ ДатаВып="2026-11-20" ОГРН="1027700132195" ДатаОГРН="2002-08-16"><ns1:СвАдресЮЛ><ns1:АдресРФ><fnst:Регион/></ns1:АдресРФ></ns1:СвАдресЮЛ></ns1:СвЮЛ>`
	good := ExtractAnswer{ID: "1", Verdict: Valid, OGRN: "1027700132195", Made: day("2026-11-20")}
	if a, err := DecodeExtract(egrulAnswer(EGRUL406.Namespace, record)); err != nil || a != good {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := DecodeExtract([]byte(strings.ReplaceAll(string(egrulAnswer(EGRUL405.Namespace, record)), "types/4.0.6", "types/4.0.5"))); err != nil || a != good {
		t.Errorf("4.0.5: %+v, %v", a, err)
	}
	const trader = `<i:FNSVipIPResponse xmlns:i="urn://x-artefacts-fns-vipip-tosmv-ru/311-15/4.0.5" ИдДок="1"><i:СвИП ДатаВып="2026-11-20" ОГРНИП="304500116000157"/></i:FNSVipIPResponse>`
	if a, err := DecodeExtract([]byte(trader)); err != nil || a.Verdict != Valid || a.OGRN != "304500116000157" {
		t.Errorf("trader: %+v, %v", a, err)
	}
	for code, want := range map[string]struct {
		verdict Verdict
		text    string
	}{"01": {NotFound, "нет такой записи"}, "53": {Invalid, "электронном виде"}, "54": {Invalid, "архивом"}, "77": {Invalid, "кодом 77"}} {
		b := egrulAnswer(EGRUL406.Namespace, "<ns1:КодОбр>"+code+"</ns1:КодОбр>")
		validate(t, conformance(t, "smev", "xsd", egrulXSD, EGRUL406.Schema), b)
		if a, err := DecodeExtract(b); err != nil || a.Verdict != want.verdict || a.Code != code || !strings.Contains(a.Text(), want.text) {
			t.Errorf("code %s: %+v, %v, %s", code, a, err, a.Text())
		}
	}
	for name, b := range map[string][]byte{
		"empty":        egrulAnswer(EGRUL406.Namespace, ""),
		"two records":  egrulAnswer(EGRUL406.Namespace, record+record),
		"both":         egrulAnswer(EGRUL406.Namespace, record+"<ns1:КодОбр>01</ns1:КодОбр>"),
		"long code":    egrulAnswer(EGRUL406.Namespace, "<ns1:КодОбр>0100</ns1:КодОбр>"),
		"no date":      egrulAnswer(EGRUL406.Namespace, strings.Replace(record, "2026-11-20", "", 1)),
		"wrong OGRN":   egrulAnswer(EGRUL406.Namespace, strings.Replace(record, "1027700132195", "1027700132190", 1)),
		"a trader":     egrulAnswer(EGRUL406.Namespace, `<ns1:СвИП ДатаВып="2026-11-20" ОГРНИП="304500116000157"/>`),
		"no id":        []byte(strings.Replace(string(egrulAnswer(EGRUL406.Namespace, record)), `ИдДок="1"`, "", 1)),
		"request":      []byte(`<FNSVipULRequest xmlns="` + EGRUL406.Namespace + `" ИдДок="1"/>`),
		"future type":  egrulAnswer("urn://x-artefacts-fns-vipul-tosmv-ru/311-14/9.0.0", record),
		"other type":   []byte(`<R xmlns="http://kvs.pfr.com/snils-validation/1.0.1"><Result>true</Result></R>`),
		"doctype":      append([]byte(`<!DOCTYPE x [<!ENTITY a "b">]>`), egrulAnswer(EGRUL406.Namespace, record)...),
		"cut off":      egrulAnswer(EGRUL406.Namespace, record)[:200],
		"deep":         egrulAnswer(EGRUL406.Namespace, strings.Repeat("<ns1:СвЮЛ>", 60)+strings.Repeat("</ns1:СвЮЛ>", 60)),
		"binary":       []byte("\x00\x01\x02"),
		"nothing":      nil,
		"hostile size": make([]byte, maxContent+1),
	} {
		if a, err := DecodeExtract(b); err == nil {
			t.Errorf("%s: %+v", name, a)
		}
	}
	if _, err := DecodeExtract(egrulAnswer(EGRUL406.Namespace, record+`<x:СвЮЛ xmlns:x="urn:x"/>`)); !errors.Is(err, ErrForeign) {
		t.Errorf("foreign namespace: %v", err)
	}
}

// TestPersonRegistration has xmllint check both messages of ESIA's Register.
func TestPersonRegistration(t *testing.T) {
	schema := conformance(t, "smev", "xsd", "esia-register-41556", PersonRegistration.Schema)
	full := PersonRegistrationRequest{
		Environment: ESIATest, OperatorSNILS: "112-233-445 95", Centre: 1000, SNILS: "11223344595", Person: Person{"Щукин", "Пётр", "Ильич"}, Male: true,
		BirthDate: day("1980-01-31"), BirthPlace: "г. Рязань", Email: "petr@example.org", Mobile: "8 (912) 345-67-89", Citizenship: "RUS",
		Document: Document{Kind: "RF_PASSPORT", Series: "45 04", Number: "123456", IssuerCode: "620-001", IssuedAt: day("2010-10-01"), IssuedBy: "ОВД"},
	}
	foreign := full
	foreign.Patronymic, foreign.Email, foreign.BirthPlace, foreign.Male, foreign.Mobile = "", "", "", false, "+79123456789"
	foreign.Document = Document{Kind: "FID_DOC", Number: "AB1234567", IssuedAt: day("2020-02-03"), ExpiresAt: day("2030-02-03")}
	for _, r := range []PersonRegistrationRequest{full, foreign} {
		b, err := r.XML()
		if err != nil {
			t.Fatal(err)
		}
		validate(t, schema, b)
		if !strings.Contains(string(b), "<mobile>+7(912)3456789</mobile>") {
			t.Errorf("%s", b)
		}
	}
	full.Mobile = "12"
	if _, err := full.XML(); err == nil {
		t.Error("a phone of two digits")
	}
	answer := func(inside string) []byte {
		return []byte(`<t:ESIARegisterResponse xmlns:t="` + PersonRegistration.Namespace + `" xmlns:c="` + esiaCommons + `1.4.1">` + inside + `</t:ESIARegisterResponse>`)
	}
	done := answer(`<t:status>SUCCEEDED</t:status><t:oid>1000300890</t:oid><t:warning>w</t:warning>`)
	validate(t, schema, done)
	if a, err := DecodePersonRegistration(done); err != nil || !a.Final() || !a.Registered() || a.OID != "1000300890" || a.Warning != "w" {
		t.Errorf("%+v, %v", a, err)
	}
	failed := answer(`<t:status>VALIDATION_FAILED</t:status><t:errorStatusInfo><c:Code>ESIA-1</c:Code><c:Message>Не найден СНИЛС</c:Message></t:errorStatusInfo>`)
	validate(t, schema, failed)
	if a, err := DecodePersonRegistration(failed); err != nil || !a.Final() || a.Registered() || len(a.Errors) != 1 || a.Errors[0].Code != "ESIA-1" {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := DecodePersonRegistration(answer(`<t:status>DREAMING</t:status>`)); err != nil || !a.Final() || a.Registered() {
		t.Errorf("an unknown status: %+v, %v", a, err)
	}
	if a, err := DecodePersonRegistration(answer(``)); err == nil {
		t.Errorf("no status: %+v", a)
	}
	if a, err := DecodeCertificate(done); err == nil {
		t.Errorf("an account taken for a certificate: %+v", a)
	}
}

// FuzzAnswers gives every codec what may come: none panics, and none quotes the
// content in its error.
func FuzzAnswers(f *testing.F) {
	for _, t := range Types {
		root := t.Answer
		for _, inside := range []string{`<status>SUCCEEDED</status>`, `<Result>true</Result>`, `<Snils>11223344595</Snils>`, `<КодОбр>01</КодОбр>`,
			`<responseInfo><docStatus>301</docStatus><invaliditySince>2011-07-16</invaliditySince></responseInfo>`, `<СвЮЛ ДатаВып="2026-11-20" ОГРН="1027700132195"/>`} {
			f.Add([]byte(`<` + root + ` xmlns="` + t.Namespace + `" ИдДок="1" ИННФЛ="500100732259">` + inside + `</` + root + `>`))
		}
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, typ := range Types {
			a, err := typ.Read(content)
			if err == nil && a == nil {
				t.Errorf("%s: neither an answer nor an error", typ.Key)
			}
		}
		_, _ = DecodePassport(content)
		_, _ = DecodeSNILS(content)
		_, _ = DecodeSNILSByData(content)
		_, _ = DecodeINN(content)
		_, _ = DecodeINNMatch(content)
		_, _ = DecodeExtract(content)
		_, _ = DecodeCertificate(content)
		_, _ = DecodePersonRegistration(content)
	})
}
