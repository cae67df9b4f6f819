package smev

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"signdesk/internal/gost"
)

func passport(t testing.TB) []byte {
	t.Helper()
	content, err := PassportRequest{Series: "45 04", Number: "123456"}.XML()
	if err != nil {
		t.Fatal(err)
	}
	return content
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
