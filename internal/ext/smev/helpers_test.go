package smev

import (
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// conformance returns the path of a conformance file, skipping the test when
// the data are not there.
func conformance(t testing.TB, elem ...string) string {
	t.Helper()
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "conformance")
	}
	path := filepath.Join(append([]string{dir}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no conformance data: %v", err)
	}
	return path
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return path
}

// validate has xmllint check the document against the schema.
func validate(t *testing.T, schema string, doc []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "doc.xml")
	if err := os.WriteFile(path, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program(t, "xmllint"), "--noout", "--nonet", "--schema", schema, path).CombinedOutput(); err != nil {
		t.Errorf("%s\n%s", out, doc)
	}
}

// now is the moment of every test: certificates and timestamps depend on it.
var now = time.Date(2026, 11, 21, 9, 30, 15, 123e6, time.UTC)

type party struct {
	cert *gost.Certificate
	key  *gost.PrivateKey
}

// newParty makes a key and a certificate by the issuer, or self-signed.
func newParty(t testing.TB, cn string, issuer *party) party {
	t.Helper()
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &gost.CertificateTemplate{
		Serial: big.NewInt(now.Unix()), Subject: gost.Name{{Type: gost.OIDCommonName, Value: cn}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IdentificationKind: -1,
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
	var parent *gost.Certificate
	signer := key
	if issuer == nil {
		tmpl.IsCA, tmpl.KeyUsage = true, x509.KeyUsageCertSign
	} else {
		parent, signer = issuer.cert, issuer.key
	}
	der, err := gost.CreateCertificate(rand.Reader, tmpl, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return party{cert, key}
}

// node is a SMEV node for one test: it answers each call with what answer says.
type node struct {
	*httptest.Server
	party
	calls  []string // SOAPAction of each call
	bodies [][]byte
	answer func(w http.ResponseWriter, body []byte)
}

// newNode starts a node and a client that trusts its CA.
func newNode(t *testing.T) (*node, *Client) {
	t.Helper()
	ca := newParty(t, "УЦ СМЭВ", nil)
	n := &node{party: newParty(t, "СМЭВ", &ca)}
	n.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		n.calls = append(n.calls, r.Header.Get("SOAPAction"))
		n.bodies = append(n.bodies, body)
		n.answer(w, body)
	}))
	t.Cleanup(n.Close)
	own := newParty(t, "Пульт партнёра", nil)
	return n, &Client{
		BaseURL: n.URL, Signer: own.key, Certificate: own.cert,
		Trusted: []*gost.Certificate{ca.cert}, Now: func() time.Time { return now },
	}
}

// says makes the node answer with the SOAP body, signed over the element with
// Id="SIGNED_BY_SMEV" where %s stands.
func (n *node) says(t *testing.T, by party, body string) {
	t.Helper()
	n.answer = func(w http.ResponseWriter, _ []byte) {
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		io.WriteString(w, signed(t, by, body))
	}
}

func signed(t *testing.T, by party, body string) string {
	t.Helper()
	doc := envelope11(body)
	if !strings.Contains(doc, "%s") {
		return doc
	}
	s, err := xmldsig.Sign(rand.Reader, fmt.Appendf(nil, doc, ""), "SIGNED_BY_SMEV", by.cert, by.key)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(doc, s)
}

func envelope11(body string) string {
	const base = `urn://x-artefacts-smev-gov-ru/services/message-exchange/types/`
	return `<soap:Envelope xmlns:soap="` + soapNS + `"><soap:Body xmlns:t="` + base + `1.1" xmlns:b="` + base + `basic/1.1" xmlns:f="` + base + `faults/1.1">` + body + `</soap:Body></soap:Envelope>`
}

const (
	requestID  = "39f52a38-9a54-11ea-b23a-3316e2108089"
	responseID = "c0938f39-9a55-11ea-8ec7-2dd0b486eb66"
)

func receipt(id string) string {
	return `<t:SendRequestResponse><t:MessageMetadata Id="SIGNED_BY_SMEV"><t:MessageId>` + id + `</t:MessageId><t:MessageType>REQUEST</t:MessageType>` +
		`<t:Sender><t:Mnemonic>PARTNER</t:Mnemonic></t:Sender><t:SendingTimestamp>2026-11-21T12:30:15.000+03:00</t:SendingTimestamp>` +
		`<t:Recipient><t:Mnemonic>MVD</t:Mnemonic></t:Recipient><t:Status>requestIsQueued</t:Status></t:MessageMetadata><t:SMEVSignature>%s</t:SMEVSignature></t:SendRequestResponse>`
}

func response(content, attachments string) string {
	return `<t:GetResponseResponse><t:ResponseMessage><t:Response Id="SIGNED_BY_SMEV"><t:OriginalMessageId>` + requestID + `</t:OriginalMessageId>` +
		`<t:SenderProvidedResponseData><t:MessageID>` + responseID + `</t:MessageID><t:To>x</t:To>` + content + `</t:SenderProvidedResponseData>` +
		`<t:MessageMetadata><t:MessageId>` + responseID + `</t:MessageId><t:MessageType>RESPONSE</t:MessageType><t:Sender><t:Mnemonic>MVD</t:Mnemonic></t:Sender>` +
		`<t:SendingTimestamp>2026-11-21T12:30:15.000+03:00</t:SendingTimestamp></t:MessageMetadata></t:Response>` + attachments +
		`<t:SMEVSignature>%s</t:SMEVSignature></t:ResponseMessage></t:GetResponseResponse>`
}

func soapFaultBody(name, inside string) string {
	return `<soap:Fault><faultcode>soap:Server</faultcode><faultstring>беда</faultstring><detail><f:` + name + `>` + inside + `</f:` + name + `></detail></soap:Fault>`
}
