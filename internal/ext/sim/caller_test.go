package sim_test

import (
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// caller is an information system of its own, speaking raw SOAP text.
type caller struct {
	p       *place
	key     *gost.PrivateKey
	cert    *gost.Certificate
	version string
}

func (p *place) caller() *caller {
	p.t.Helper()
	block, _ := pem.Decode(p.file("smev-client.key.pem"))
	key, err := gost.ParsePrivateKey(block.Bytes)
	if err != nil {
		p.t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(p.file("smev-client.cert.pem"))
	if err != nil {
		p.t.Fatal(err)
	}
	return &caller{p: p, key: key, cert: cert, version: "1.1"}
}

// newID makes a UUID of version 1 for now.
func newID(t *testing.T) string {
	t.Helper()
	u, err := uuid.NewUUID()
	if err != nil {
		t.Fatal(err)
	}
	return u.String()
}

const soapHead = `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>`

// wrap puts the signed element into its operation.
func (c *caller) wrap(operation, id, element string) string {
	c.p.t.Helper()
	open := fmt.Sprintf(`%s<t:%sRequest xmlns:t="urn://x-artefacts-smev-gov-ru/services/message-exchange/types/%[3]s" `+
		`xmlns:b="urn://x-artefacts-smev-gov-ru/services/message-exchange/types/basic/%[3]s">%[4]s`, soapHead, operation, c.version, element)
	shut := "</t:" + operation + "Request></S:Body></S:Envelope>"
	sig, err := xmldsig.Sign(rand.Reader, []byte(open+shut), id, c.cert, c.key)
	if err != nil {
		c.p.t.Fatal(err)
	}
	return open + "<t:CallerInformationSystemSignature>" + string(sig) + "</t:CallerInformationSystemSignature>" + shut
}

func (c *caller) request(id, payload string) string {
	return c.wrap("SendRequest", "SIGNED_BY_CONSUMER", `<t:SenderProvidedRequestData Id="SIGNED_BY_CONSUMER"><t:MessageID>`+id+
		"</t:MessageID><b:MessagePrimaryContent>"+payload+"</b:MessagePrimaryContent></t:SenderProvidedRequestData>")
}

func (c *caller) selector(space, root string) string {
	what := ""
	if space != "" {
		what = "<b:NamespaceURI>" + space + "</b:NamespaceURI><b:RootElementLocalName>" + root + "</b:RootElementLocalName>"
	}
	return c.wrap("GetResponse", "SIGNED_BY_CALLER", `<b:MessageTypeSelector Id="SIGNED_BY_CALLER">`+what+"<b:Timestamp>"+
		c.p.clock.now().Format(time.RFC3339Nano)+"</b:Timestamp></b:MessageTypeSelector>")
}

func (c *caller) ackText(id string) string {
	return c.wrap("Ack", "SIGNED_BY_CALLER", `<b:AckTargetMessage Id="SIGNED_BY_CALLER" accepted="true">`+id+"</b:AckTargetMessage>")
}

// post sends an envelope; fault is the local name of the detail, "" for none.
func (c *caller) post(envelope string) (body, fault string) {
	c.p.t.Helper()
	resp, err := http.Post(c.p.server.URL+"/smev", "text/xml; charset=utf-8", strings.NewReader(envelope))
	if err != nil {
		c.p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		c.p.t.Fatal(err)
	}
	if m := regexp.MustCompile(`<detail><ns3:(\w+)`).FindStringSubmatch(string(b)); m != nil {
		return string(b), m[1]
	}
	if strings.Contains(string(b), "<soap:Fault>") {
		return string(b), "Client"
	}
	if resp.StatusCode != http.StatusOK {
		return string(b), fmt.Sprint(resp.StatusCode)
	}
	return string(b), ""
}

func (c *caller) send(id, payload string) string {
	_, fault := c.post(c.request(id, payload))
	return fault
}

// next takes the next answer from the queue; id is "" when it is empty.
func (c *caller) next() (body, id string) {
	c.p.t.Helper()
	body, fault := c.post(c.selector("", ""))
	if fault != "" {
		c.p.t.Fatalf("GetResponse: %s", body)
	}
	if m := regexp.MustCompile(`<ns2:MessageID>([^<]+)<`).FindStringSubmatch(body); m != nil {
		id = m[1]
	}
	return body, id
}

func (c *caller) ack(id string) string {
	_, fault := c.post(c.ackText(id))
	return fault
}
