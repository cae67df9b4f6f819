package sim_test

import (
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

const esiaXSD = "smev/xsd/esia-register-certificate-41551"

func esiaRequest(c *gost.Certificate, serial, snils string) string {
	return `<e:ESIARegisterCertificateRequest xmlns:e="urn://mincomsvyaz/esia/reg_service/register_certificate/1.4.1" xmlns:d="urn://mincomsvyaz/esia/commons/rg_sevices_types/1.4.1">` +
		"<e:RoutingCode>DEV</e:RoutingCode><e:serialNumber>" + serial + "</e:serialNumber><e:issuerOrgName>" + c.Issuer.Get(gost.OIDCommonName) +
		"</e:issuerOrgName><e:startDate>" + c.NotBefore.Format("02.01.2006") + "</e:startDate><e:expiryDate>" + c.NotAfter.Format("02.01.2006") +
		"</e:expiryDate><e:ownerType>ORG</e:ownerType><e:snils>" + snils + "</e:snils><e:lastName>Петров</e:lastName><e:gender>M</e:gender>" +
		"<e:doc><d:type>RF_PASSPORT</d:type><d:series>4510</d:series><d:number>123456</d:number><d:issueDate>01.01.2005</d:issueDate></e:doc>" +
		"<e:citizenship>RUS</e:citizenship></e:ESIARegisterCertificateRequest>"
}

// A certificate of the simulated authority is registered: VALIDATING, then
// SUCCEEDED, counted once per accepted message; anything else is not.
func TestESIARegistersItsCertificates(t *testing.T) {
	p := newPlace(t, "")
	c := p.caller()
	cert := p.applicant().issueFor("transaction-0001", newCSR(t, newKey(t), "Петров Иван"))
	statuses := func(payload string) (string, string) {
		t.Helper()
		var out []string
		if fault := c.send(newID(t), payload); fault != "" {
			t.Fatal(fault)
		}
		for range 2 {
			p.clock.forward(1100 * time.Millisecond)
			body, id := c.next()
			if !strings.Contains(body, "ESIARegisterCertificateResponse") {
				out = append(out, body)
				break
			}
			validate(t, esiaXSD, body, "ESIARegisterCertificateResponse")
			_, status, _ := strings.Cut(body, "<tns:status>")
			status, _, _ = strings.Cut(status, "<")
			out = append(out, status)
			c.ack(id)
		}
		return out[0], out[len(out)-1]
	}
	good := esiaRequest(cert, cert.SerialHex(), "112-233-445 95")
	validate(t, esiaXSD, good, "ESIARegisterCertificateRequest")
	for _, row := range []struct{ name, payload, first, last string }{
		{"right", good, "VALIDATING", "SUCCEEDED"},
		{"somebody else's SNILS", esiaRequest(cert, cert.SerialHex(), "087-654-303 00"), "VALIDATING", "VALIDATION_FAILED"},
		{"unknown serial", esiaRequest(cert, "7777", "112-233-445 95"), "VALIDATING", "VALIDATION_FAILED"},
	} {
		if first, last := statuses(row.payload); first != row.first || last != row.last {
			t.Errorf("%s: %s, %s", row.name, first, last)
		}
	}
	if first, _ := statuses(strings.Replace(good, "112-233-445 95", "11223344595", 1)); !strings.Contains(first, "requestIsRejectedBySmev") {
		t.Errorf("SNILS against the schema: %s", first)
	}
	id := newID(t)
	if first, second := c.send(id, good), c.send(id, good); first != "" || second != "MessageIsAlreadySent" {
		t.Errorf("the same message twice: %q, %q", first, second)
	}
	p.restart()
	if n := p.turn("{}").ESIA[cert.SerialHex()]; n != 2 {
		t.Errorf("%d registrations, want 2: one per message accepted", n)
	}
}
