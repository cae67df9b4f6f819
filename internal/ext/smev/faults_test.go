package smev

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestFaults is wire's table of what each fault of the schema asks of us: every
// one stands here by its name.
func TestFaults(t *testing.T) {
	table := map[string]string{
		"SMEVFailure": "temporary", "DestinationOverflow": "temporary",
		"MessageIsAlreadySent": "success",
		"StaleMessageId":       "stale", "EndOfLifeReached": "stale",
		"InvalidContent": "refused", "SignatureVerificationFault": "refused", "AccessDenied": "refused", "SenderIsNotRegistered": "refused",
		"RecipientIsNotFound": "refused", "BusinessDataTypeIsNotSupported": "refused", "UnknownMessageType": "refused",
		"TransactionCodeInvalid": "refused", "InvalidMessageIdFormat": "refused", "AttachmentContentMiscoordination": "refused",
		"AttachmentSizeLimitExceeded": "refused", "QuoteLimitExceeded": "refused", "IncorrectResponseContentType": "refused",
		"RequestIsNotFound": "refused", "TargetMessageIsNotFound": "refused",
		"FaultOfTheFuture": "refused",
	}
	var schema struct {
		Elements []struct {
			Name string `xml:"name,attr"`
		} `xml:"element"`
	}
	if err := xml.Unmarshal(readFile(t, conformance(t, "smev", "xsd", "smev3-1.1", "smev-message-exchange-faults-1.1.xsd")), &schema); err != nil {
		t.Fatal(err)
	}
	for _, e := range schema.Elements {
		if _, ok := table[e.Name]; !ok {
			t.Errorf("the schema's fault %s is not in the table", e.Name)
		}
		if _, ok := faults[e.Name]; !ok {
			t.Errorf("the schema's fault %s has no rule", e.Name)
		}
	}
	if len(schema.Elements) != len(faults) {
		t.Errorf("%d rules for %d faults", len(faults), len(schema.Elements))
	}
	n, c := newNode(t)
	for fault, want := range table {
		n.faults(fault, `<b:Code>c1</b:Code><b:Description>Иванов</b:Description>`)
		_, err := c.SendRequest(t.Context(), Request{MessageID: NewMessageID(now), Content: passport(t)})
		if got := verdict(err); got != want {
			t.Errorf("%s: %s (%v), want %s", fault, got, err, want)
		}
		var e *Error
		if errors.As(err, &e) && (e.Fault != fault || e.Code != "c1" || e.Description != "Иванов" || e.Text() == "" || strings.Contains(err.Error(), "Иванов") ||
			e.Refused() != strings.Contains(e.Text(), "Иванов")) {
			t.Errorf("%s: %+v logged as %v, told as %s", fault, e, err, e.Text())
		}
	}
	n.faults(ackedBefore, "")
	if err := c.Ack(t.Context(), responseID, true); err != nil {
		t.Errorf("acknowledged before: %v", err)
	}
	if _, err := c.GetResponse(t.Context(), Selector{}); verdict(err) != "refused" {
		t.Errorf("nothing acknowledged: %v", err)
	}
}

func (n *node) faults(name, inside string) {
	n.answer = func(w http.ResponseWriter, _ []byte) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(http.StatusInternalServerError)
		io.WriteString(w, envelope11(soapFaultBody(name, inside)))
	}
}

// TestFaultForms reads one fault in the forms that versions and gateways have.
func TestFaultForms(t *testing.T) {
	const base = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types/"
	const soap12body = `<e:Envelope xmlns:e="` + soap12 + `"><e:Body><e:Fault><e:Code><e:Value>e:%s</e:Value></e:Code><e:Reason><e:Text xml:lang="ru">беда</e:Text></e:Reason>%s</e:Fault></e:Body></e:Envelope>`
	form := func(version string) string {
		return `<S:Envelope xmlns:S="` + soapNS + `"><S:Body><S:Fault><faultcode>S:Server</faultcode><faultstring>беда</faultstring><detail><q:SignatureVerificationFault xmlns:q="` +
			base + "faults/" + version + `" xmlns="` + base + "basic/" + version + `"><Code> c1 </Code><Description>слова</Description>` +
			`<q:SignatureVerificationFault>CertificateIsExpired</q:SignatureVerificationFault></q:SignatureVerificationFault></detail></S:Fault></S:Body></S:Envelope>`
	}
	for _, row := range []struct{ name, doc, fault, reason, words, want string }{
		{"1.1", form("1.1"), "SignatureVerificationFault", "CertificateIsExpired", "слова", "refused"},
		{"1.2", form("1.2"), "SignatureVerificationFault", "CertificateIsExpired", "слова", "refused"},
		{"1.3", form("1.3"), "SignatureVerificationFault", "CertificateIsExpired", "слова", "refused"},
		{"SOAP 1.2 with detail", strings.Replace(strings.Replace(soap12body, "%s", "Receiver", 1), "%s", `<e:Detail><f:SMEVFailure xmlns:f="`+base+`faults/1.3"/></e:Detail>`, 1), "SMEVFailure", "", "беда", "temporary"},
		{"SOAP 1.2 of the receiver", strings.Replace(strings.Replace(soap12body, "%s", "Receiver", 1), "%s", "", 1), "", "", "беда", "temporary"},
		{"SOAP 1.2 of the sender", strings.Replace(strings.Replace(soap12body, "%s", "Sender", 1), "%s", "", 1), "", "", "беда", "refused"},
		{"with the status of success", form("1.1"), "SignatureVerificationFault", "CertificateIsExpired", "слова", "refused"},
	} {
		n, c := newNode(t)
		n.answer = func(w http.ResponseWriter, _ []byte) {
			w.Header().Set("Content-Type", "text/xml")
			if row.name != "with the status of success" {
				w.WriteHeader(http.StatusInternalServerError)
			}
			io.WriteString(w, row.doc)
		}
		_, err := c.GetResponse(t.Context(), Selector{})
		var e *Error
		if !errors.As(err, &e) || verdict(err) != row.want || e.Fault != row.fault || e.Reason != row.reason || e.Description != row.words {
			t.Errorf("%s: %+v", row.name, e)
		}
	}
}

// TestAsyncFaults honours xsi:type and takes categories nobody has heard of.
func TestAsyncFaults(t *testing.T) {
	n, c := newNode(t)
	for _, row := range []struct{ status, fault string }{
		{`<t:SmevFault xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="f:InvalidContent"><b:Code>k</b:Code><f:ValidationError errorPosition="1">плохо</f:ValidationError></t:SmevFault>`, "InvalidContent"},
		{`<t:SmevFault xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="AccessDenied"/>`, "AccessDenied"},
		{`<t:SmevFault xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="f:FaultOfTheFuture"/>`, "FaultOfTheFuture"},
		{`<t:SmevFault><b:Code>k</b:Code></t:SmevFault>`, "SmevFault"},
		{``, ""},
	} {
		n.says(t, n.party, response(`<t:AsyncProcessingStatus><t:OriginalMessageId>`+requestID+`</t:OriginalMessageId><t:StatusCategory>requestIsRejectedBySmev</t:StatusCategory>`+row.status+`</t:AsyncProcessingStatus>`, ""))
		r, err := c.GetResponse(t.Context(), Selector{})
		if err != nil || r.Async == nil || r.Async.Fault != row.fault || !r.Final() || r.OriginalID != requestID {
			t.Errorf("%s: %+v, %v", row.fault, r, err)
		}
		if row.fault == "InvalidContent" && !slices.Equal(r.Async.Errors, []string{"плохо"}) {
			t.Errorf("errors %q", r.Async.Errors)
		}
	}
}
