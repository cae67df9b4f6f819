package smev

import (
	"context"
	"encoding/base64"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

func passport(t testing.TB) []byte {
	t.Helper()
	content, err := PassportRequest{Series: "45 04", Number: "123456"}.XML()
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestSent sends every operation and has the envelopes checked by programs not
// written here: the schema by xmllint, the signature by OpenSSL.
func TestSent(t *testing.T) {
	schema := conformance(t, "smev", "xsd", "smev3-1.1", "smev-message-exchange-types-1.1.xsd")
	n, c := newNode(t)
	n.says(t, n.party, receipt(requestID))
	got, err := c.SendRequest(t.Context(), Request{MessageID: requestID, Content: passport(t), Reference: requestID, EndOfLife: now, Test: true})
	if err != nil {
		t.Fatal(err)
	}
	if got.MessageID != requestID || got.Status != "requestIsQueued" || got.Sender != "PARTNER" || got.Recipient != "MVD" || got.SentAt.UTC().Hour() != 9 {
		t.Errorf("receipt %+v", got)
	}
	n.says(t, n.party, `<t:GetResponseResponse/>`)
	if _, err := c.GetResponse(t.Context(), Selector{}); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty queue: %v", err)
	}
	if _, err := c.GetResponse(t.Context(), Selector{PassportValidity.Namespace, PassportValidity.Request}); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty queue: %v", err)
	}
	n.says(t, n.party, `<t:AckResponse/>`)
	if err := c.Ack(t.Context(), responseID, true); err != nil {
		t.Error(err)
	}
	if calls := strings.Join(n.calls, " "); calls != `"urn:SendRequest" "urn:GetResponse" "urn:GetResponse" "urn:Ack"` {
		t.Errorf("SOAP actions %s", calls)
	}
	for _, sent := range n.bodies {
		body, err := xmldsig.Element(sent, soap("Envelope"), soap("Body"), xml.Name{})
		if err != nil {
			t.Fatal(err)
		}
		validate(t, schema, body)
		opensslVerify(t, sent, body, c.Certificate)
	}
}

// opensslVerify has OpenSSL's gost engine verify SignatureValue over the
// canonical SignedInfo of the envelope.
func opensslVerify(t *testing.T, sent, body []byte, cert *gost.Certificate) {
	t.Helper()
	openssl := program(t, "openssl")
	all, err := xmldsig.VerifyAll(sent)
	if err != nil || len(all) != 1 || all[0].Err != nil {
		t.Fatalf("own verdict: %+v, %v", all, err)
	}
	var root struct{ XMLName xml.Name }
	if err := xml.Unmarshal(body, &root); err != nil {
		t.Fatal(err)
	}
	dsig := func(local string) xml.Name {
		return xml.Name{Space: "http://www.w3.org/2000/09/xmldsig#", Local: local}
	}
	path := []xml.Name{root.XMLName, {Space: root.XMLName.Space, Local: "CallerInformationSystemSignature"}, dsig("Signature")}
	octets, err := xmldsig.Element(body, append(path, dsig("SignedInfo"))...)
	if err != nil {
		t.Fatal(err)
	}
	element, err := xmldsig.Element(body, append(path, dsig("SignatureValue"))...)
	if err != nil {
		t.Fatal(err)
	}
	var value string
	if err := xml.Unmarshal(element, &value); err != nil {
		t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	spki, err := gost.MarshalPublicKey(cert.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"octets": octets, "value": raw,
		"pub.pem": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(openssl, "dgst", "-engine", "gost", "-md_gost12_256", "-verify", "pub.pem", "-signature", "value", "octets")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "Verified OK") {
		t.Errorf("OpenSSL: %v %s", err, out)
	}
}

// TestFaults is wire's table of what each fault asks of us.
func TestFaults(t *testing.T) {
	n, c := newNode(t)
	send := func() error {
		_, err := c.SendRequest(t.Context(), Request{MessageID: requestID, Content: passport(t)})
		return err
	}
	for _, row := range []struct{ fault, want string }{
		{"SMEVFailure", "temporary"}, {"DestinationOverflow", "temporary"},
		{"MessageIsAlreadySent", "success"},
		{"StaleMessageId", "stale"}, {"EndOfLifeReached", "stale"},
		{"InvalidContent", "refused"}, {"SignatureVerificationFault", "refused"}, {"AccessDenied", "refused"},
		{"SenderIsNotRegistered", "refused"}, {"BusinessDataTypeIsNotSupported", "refused"}, {"InvalidMessageIdFormat", "refused"},
		{"FaultOfTheFuture", "refused"},
	} {
		n.answer = func(w http.ResponseWriter, _ []byte) {
			w.Header().Set("Content-Type", "text/xml")
			w.WriteHeader(http.StatusInternalServerError)
			io.WriteString(w, envelope11(soapFaultBody(row.fault, `<b:Code>c1</b:Code><b:Description>Иванов</b:Description>`)))
		}
		err := send()
		if got := verdict(err); got != row.want {
			t.Errorf("%s: %s (%v), want %s", row.fault, got, err, row.want)
		}
		var e *Error
		if errors.As(err, &e) && (e.Fault != row.fault || e.Code != "c1" || e.Description != "Иванов" || e.Text() == "" || strings.Contains(err.Error(), "Иванов")) {
			t.Errorf("%s: %+v logged as %v", row.fault, e, err)
		}
	}
	n.answer = func(w http.ResponseWriter, _ []byte) {
		w.Header().Set("Content-Type", "text/xml")
		io.WriteString(w, envelope11(soapFaultBody(ackedBefore, "")))
	}
	if err := c.Ack(t.Context(), responseID, true); err != nil {
		t.Errorf("acknowledged before: %v", err)
	}
}

func verdict(err error) string {
	var e *Error
	switch {
	case err == nil:
		return "success"
	case !errors.As(err, &e):
		return "untyped"
	case e.Untrusted():
		return "untrusted"
	case e.Temporary():
		return "temporary"
	case e.Stale():
		return "stale"
	default:
		return "refused"
	}
}

// TestTrouble answers SendRequest and GetResponse as a bad day would.
func TestTrouble(t *testing.T) {
	n, c := newNode(t)
	stranger := newParty(t, "Самозванец", nil)
	status := func(code int, body string) func() {
		return func() {
			n.answer = func(w http.ResponseWriter, _ []byte) {
				w.Header().Set("Content-Type", "text/xml")
				w.WriteHeader(code)
				io.WriteString(w, body)
			}
		}
	}
	says := func(by party, body string) func() { return func() { n.says(t, by, body) } }
	good := signed(t, n.party, receipt(requestID))
	for _, row := range []struct {
		name, want string
		answer     func()
	}{
		{"gateway page", "temporary", status(502, "<html>")},
		{"too many requests", "temporary", status(429, "")},
		{"not found", "refused", status(404, "<html>")},
		{"server fault without detail", "temporary", status(500, envelope11(`<soap:Fault><faultcode>soap:Server</faultcode><faultstring>x</faultstring></soap:Fault>`))},
		{"client fault without detail", "refused", status(500, envelope11(`<soap:Fault><faultcode>soap:Client</faultcode><faultstring>x</faultstring></soap:Fault>`))},
		{"not XML", "temporary", status(200, "hello")},
		{"DTD", "untrusted", status(200, "<!DOCTYPE a>"+good)},
		{"too long", "refused", status(200, good+strings.Repeat(" ", 1<<16))},
		{"signature broken", "untrusted", status(200, strings.Replace(good, "PARTNER", "PARTNERX", 1))},
		{"unsigned", "untrusted", says(n.party, strings.Replace(receipt(requestID), "%s", "", 1))},
		{"stranger's signature", "untrusted", says(stranger, receipt(requestID))},
		{"receipt for another", "untrusted", says(n.party, receipt(responseID))},
		{"good", "success", status(200, good)},
	} {
		row.answer()
		c.MaxBytes = int64(len(good)) + 1<<10
		_, err := c.SendRequest(t.Context(), Request{MessageID: requestID, Content: passport(t)})
		if got := verdict(err); got != row.want {
			t.Errorf("%s: %s (%v), want %s", row.name, got, err, row.want)
		}
	}
	for name, body := range map[string]string{
		"answer to another operation": receipt(requestID),
		"no content":                  response("", ""),
		"two kinds of content":        response(`<t:RequestStatus><t:StatusCode>1</t:StatusCode></t:RequestStatus><b:MessagePrimaryContent><a xmlns="urn:a"/></b:MessagePrimaryContent>`, ""),
	} {
		n.says(t, n.party, body)
		if _, err := c.GetResponse(t.Context(), Selector{}); verdict(err) != "untrusted" {
			t.Errorf("%s: %v", name, err)
		}
	}
	c.SignerName = "Другой участник"
	n.says(t, n.party, receipt(requestID))
	if _, err := c.SendRequest(t.Context(), Request{MessageID: requestID, Content: passport(t)}); verdict(err) != "untrusted" {
		t.Errorf("another participant's signature: %v", err)
	}
	c.Trusted = []*gost.Certificate{n.cert} // SMEV's own certificate pinned
	n.says(t, n.party, receipt(requestID))
	if _, err := c.SendRequest(t.Context(), Request{MessageID: requestID, Content: passport(t)}); err != nil {
		t.Errorf("pinned: %v", err)
	}
	n.Close()
	if _, err := c.SendRequest(t.Context(), Request{MessageID: requestID, Content: passport(t)}); verdict(err) != "temporary" {
		t.Errorf("node down: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Ack(ctx, responseID, true); verdict(err) != "temporary" || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestSendRequestRefusesContent(t *testing.T) {
	n, c := newNode(t)
	for name, content := range map[string]string{
		"not XML": "x", "greater-than": "<a xmlns='urn:a'>1 &gt; 0</a>", "carriage return": "<a xmlns='urn:a'>&#13;</a>",
		"line end in an attribute": "<a xmlns='urn:a' b='&#10;'/>", "our own Id": "<a xmlns='urn:a' Id='SIGNED_BY_CONSUMER'/>",
	} {
		if _, err := c.SendRequest(t.Context(), Request{MessageID: requestID, Content: []byte(content)}); verdict(err) != "refused" {
			t.Errorf("%s: %v", name, err)
		}
	}
	c.Version = "2.0"
	if _, err := c.GetResponse(t.Context(), Selector{}); verdict(err) != "refused" {
		t.Errorf("unknown version: %v", err)
	}
	if len(n.calls) != 0 {
		t.Errorf("sent: %v", n.calls)
	}
}

// TestKeep proves that nothing unrecorded goes out and that what came is
// recorded before it is looked at.
func TestKeep(t *testing.T) {
	n, c := newNode(t)
	n.says(t, n.party, receipt(requestID))
	var kept []string
	full := ""
	c.Keep = func(_ context.Context, w Wire) error {
		what := fmt.Sprintf("%s %t %d", w.Operation, w.Sent, w.Status)
		if what == full {
			return errors.New("disk full")
		}
		kept = append(kept, what)
		if w.MessageID != requestID || !w.At.Equal(now) || len(w.Body) == 0 || w.ContentType == "" {
			t.Errorf("kept %+v", w)
		}
		return nil
	}
	send := func() error {
		_, err := c.SendRequest(t.Context(), Request{MessageID: requestID, Content: passport(t)})
		return err
	}
	if err := send(); err != nil || strings.Join(kept, ", ") != "SendRequest true 0, SendRequest false 200" {
		t.Errorf("kept %v, %v", kept, err)
	}
	if full = "SendRequest false 200"; verdict(send()) != "temporary" {
		t.Error("an answer not recorded was believed")
	}
	calls := len(n.calls)
	if full = "SendRequest true 0"; verdict(send()) != "temporary" || len(n.calls) != calls {
		t.Error("an unrecorded message was sent")
	}
}
