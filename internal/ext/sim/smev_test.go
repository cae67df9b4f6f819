package sim_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"signdesk/internal/ext/sim/pki"
	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

const (
	typesNS = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types/1.1"
	smevXSD = "smev/xsd/smev3-1.1"
)

func TestProvidersAnswerByTheirRules(t *testing.T) {
	p := newPlace(t, "")
	p.turn(`{"smev":{"wait_seconds":0}}`)
	c := p.caller()
	for _, row := range []struct{ name, payload, want string }{
		{"valid passport", passportP001("4510", "123456"), "<ns:docStatus>300<"},
		{"invalid passport says why and since when", passportP001("4510", "123666"), "<ns:docStatus>301</ns:docStatus><ns:invalidityReason>601<"},
		{"unknown passport", passportP001("4510", "123404"), "<ns:docStatus>302<"},
		{"known person, own passport", passportBank("Петров", "4510", "123456"), "<ns:docStatus>300<"},
		{"known person, another passport", passportBank("ПЕТРОВ", "4510", "123457"), "<ns:docStatus>302<"},
		{"unknown person", passportBank("Сидоров", "4510", "123666"), "<ns:docStatus>301<"},
		{"passport number of five digits breaks the schema", passportP001("4510", "12345"), "requestIsRejectedBySmev"},
		{"own SNILS", snils("Петров", "11223344595"), "Result>true<"},
		{"another's SNILS", snils("Петров", "08765430300"), "Result>false<"},
		{"right check digits", snils("Сидоров", "08765430300"), "Result>true<"},
		{"wrong check digits", snils("Сидоров", "08765430301"), "Result>false<"},
		{"right digits, number on 99", snils("Сидоров", "11223349988"), "Result>false<"},
		{"own INN by own passport", inn("Петров", "45 10 123456"), `ИННФЛ="500100732259"`},
		{"INN by another's passport", inn("Петров", "45 10 999999"), "<ns2:RejectionReasonCode>NO_DATA<"},
		{"INN of somebody unknown is always the same", inn("Сидоров", "45 10 123456"), `ИдЗапрос="7" ИННФЛ="773851964146"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			id := newID(t)
			if fault := c.send(id, row.payload); fault != "" {
				t.Fatal(fault)
			}
			body, answer := c.next()
			if !strings.Contains(body, row.want) || !strings.Contains(body, "<ns2:OriginalMessageId>"+id+"<") {
				t.Fatalf("want %s in %s", row.want, body)
			}
			if fault := c.ack(answer); fault != "" {
				t.Fatal(fault)
			}
			validate(t, smevXSD, body, "GetResponseResponse")
		})
	}
	if n := p.world.SMEV.Waiting(); n != 0 {
		t.Errorf("%d answers left in the queue", n)
	}
}

// Both signatures of an answer verify and chain to smev-ca.pem; the envelope
// is the schema's in 1.1 and carries the caller's namespaces in 1.2 and 1.3.
func TestAnswersAreSignedAndValid(t *testing.T) {
	p := newPlace(t, "")
	p.turn(`{"smev":{"wait_seconds":0}}`)
	root, err := gost.ParseCertificate(p.file("smev-ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"1.1", "1.2", "1.3"} {
		c := p.caller()
		c.version = version
		ns := strings.TrimSuffix(typesNS, "1.1") + version
		receipt, fault := c.post(c.request(newID(t), passportP001("4510", "123456")))
		if fault != "" {
			t.Fatal(receipt)
		}
		answer, id := c.next()
		ack, fault := c.post(c.ackText(id))
		if fault != "" {
			t.Fatal(ack)
		}
		for _, x := range []struct{ doc, holder, target string }{
			{receipt, "SMEVSignature", "MessageMetadata"},
			{answer, "SMEVSignature", "Response"},
			{answer, "SenderInformationSystemSignature", "SenderProvidedResponseData"},
		} {
			sig, err := xmldsig.VerifyElement([]byte(x.doc), xml.Name{Space: ns, Local: x.holder}, xml.Name{Space: ns, Local: x.target})
			if err != nil {
				t.Fatalf("%s %s: %v", version, x.holder, err)
			}
			if _, err := sig.Certificate.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{root}, At: time.Now()}); err != nil {
				t.Errorf("%s %s: %v", version, x.holder, err)
			}
		}
		if version == "1.1" {
			validate(t, smevXSD, receipt, "SendRequestResponse")
			validate(t, smevXSD, answer, "GetResponseResponse")
		}
	}
}

func TestBadCallsGetTheRealFaults(t *testing.T) {
	p := newPlace(t, "")
	c := p.caller()
	strangerRoot, err := pki.Root(t.TempDir(), "root", "Чужой УЦ", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	strangerID, err := strangerRoot.Member(t.TempDir(), "client", "Чужая система", "SGND01", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	stranger := &caller{p: p, key: strangerID.Key, cert: strangerID.Cert, version: "1.1"}
	good := passportP001("4510", "123456")
	sent := newID(t)
	if fault := c.send(sent, good); fault != "" {
		t.Fatal(fault)
	}
	signed := c.request(newID(t), good)
	cutSignature := signed[:strings.Index(signed, "<t:CallerInformationSystemSignature>")] + "</t:SendRequestRequest></S:Body></S:Envelope>"
	// wrapping: the signed element moves into a place nobody reads, another one takes its place
	data := signed[strings.Index(signed, "<t:SenderProvidedRequestData"):strings.Index(signed, "<t:CallerInformationSystemSignature>")]
	evil := strings.Replace(strings.Replace(data, "SIGNED_BY_CONSUMER", "OTHER", 1), "123456", "777777", 1)
	wrapped := strings.Replace(strings.Replace(signed, data, evil, 1), "<S:Body>", "<S:Header>"+strings.Replace(data, "<t:SenderProvidedRequestData",
		`<t:SenderProvidedRequestData xmlns:t="`+typesNS+`" xmlns:b="`+strings.Replace(typesNS, "types", "types/basic", 1)+`"`, 1)+"</S:Header><S:Body>", 1)
	for _, row := range []struct{ name, envelope, fault, detail string }{
		{"no signature", cutSignature, "SignatureVerificationFault", "NoSignatureFound"},
		{"content changed after signing", strings.Replace(signed, "123456", "123457", 1), "SignatureVerificationFault", "SignatureIsInvalid"},
		{"certificate of another authority", stranger.request(newID(t), good), "SignatureVerificationFault", "CertificateIsNotFound"},
		{"signature wrapping", wrapped, "SignatureVerificationFault", ""},
		{"signature over the payload only", c.wrap("SendRequest", "X", `<t:SenderProvidedRequestData Id="Y"><t:MessageID>`+newID(t)+
			`</t:MessageID><b:MessagePrimaryContent>`+strings.Replace(good, "<p:request ", `<p:request Id="X" `, 1)+
			"</b:MessagePrimaryContent></t:SenderProvidedRequestData>"), "SignatureVerificationFault", "IncorrectSignatureTarget"},
		{"elements out of order", c.wrap("SendRequest", "A", `<t:SenderProvidedRequestData Id="A"><b:MessagePrimaryContent>`+good+
			"</b:MessagePrimaryContent><t:MessageID>"+newID(t)+"</t:MessageID></t:SenderProvidedRequestData>"), "InvalidContent", "ValidationError"},
		{"same id again", c.request(sent, good), "MessageIsAlreadySent", ""},
		{"UUID of version 4", c.request("8b0ad1a1-6a0c-4f0e-9a53-000000000001", good), "InvalidMessageIdFormat", ""},
		{"UUID of last year", c.request("39f52a38-9a54-11ea-b23a-3316e2108089", good), "StaleMessageId", ""},
		{"unknown type", c.request(newID(t), `<x:y xmlns:x="urn:x"/>`), "BusinessDataTypeIsNotSupported", "urn:x"},
		{"selector of an hour ago", c.wrap("GetResponse", "A", `<b:MessageTypeSelector Id="A"><b:Timestamp>`+
			time.Now().Add(-time.Hour).Format(time.RFC3339)+"</b:Timestamp></b:MessageTypeSelector>"), "StaleMessageId", ""},
		{"acknowledging what was never delivered", c.ackText(newID(t)), "TargetMessageIsNotFound", ""},
		{"DTD", "<!DOCTYPE x [<!ENTITY a 'b'>]>" + signed, "Client", ""},
		{"not XML", "hello", "Client", ""},
		{"depth", soapHead + strings.Repeat("<a>", 60) + strings.Repeat("</a>", 60) + "</S:Body></S:Envelope>", "Client", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			body, fault := c.post(row.envelope)
			if fault != row.fault || !strings.Contains(body, row.detail) {
				t.Errorf("got %q: %s", fault, body)
			}
		})
	}
	p.clock.forward(11 * 365 * 24 * time.Hour)
	if body, _ := c.post(c.request(newID(t), good)); !strings.Contains(body, "CertificateIsExpired") {
		t.Errorf("expired certificate: %s", body)
	}
}
