package sim_test

import (
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost/xmldsig"
)

// An answer comes back until it is acknowledged, over a restart too; selectors
// narrow; another system's queue stays its own.
func TestQueueKeepsAnswersUntilAck(t *testing.T) {
	p := newPlace(t, "")
	c := p.caller()
	if fault := c.send(newID(t), passportP001("4510", "123456")); fault != "" {
		t.Fatal(fault)
	}
	if _, id := c.next(); id != "" {
		t.Fatal("answered before the thinking time")
	}
	p.clock.forward(2 * time.Second)
	if body, _ := c.post(c.selector("http://kvs.pfr.com/snils-validation/1.0.1", "SnilsValidationRequest")); strings.Contains(body, "ResponseMessage") {
		t.Fatal("selector of another type took the answer")
	}
	_, first := c.next()
	if first == "" {
		t.Fatal("no answer")
	}
	if _, again := c.next(); again != "" {
		t.Fatal("delivered twice inside the visibility window")
	}
	p.restart()
	p.clock.forward(6 * time.Second)
	_, again := c.next()
	if again != first {
		t.Fatalf("redelivered %q, want %q", again, first)
	}
	if fault := c.ack(first); fault != "" {
		t.Fatal(fault)
	}
	p.clock.forward(time.Minute)
	p.restart()
	if _, id := c.next(); id != "" {
		t.Fatal("delivered after the acknowledgement")
	}
	if fault := c.ack(first); fault != "TargetMessageIsNotFound" {
		t.Errorf("second acknowledgement: %q", fault)
	}
}

func TestSMEVKnobs(t *testing.T) {
	p := newPlace(t, "")
	c := p.caller()
	good := passportP001("4510", "123456")
	for _, fault := range []string{"SMEVFailure", "DestinationOverflow"} {
		p.turn(`{"smev":{"wait_seconds":0,"fault":"` + fault + `"}}`)
		if got := c.send(newID(t), good); got != fault {
			t.Errorf("got %q, want %q", got, fault)
		}
	}
	p.turn(`{"smev":{"fault":"","refuse":"ACCESS_DENIED: нет доступа"}}`)
	c.send(newID(t), good)
	body, id := c.next()
	if !strings.Contains(body, "<ns2:RejectionReasonCode>ACCESS_DENIED</ns2:RejectionReasonCode><ns2:RejectionReasonDescription>нет доступа<") {
		t.Errorf("refusal: %s", body)
	}
	validate(t, smevXSD, body, "GetResponseResponse")
	c.ack(id)

	p.turn(`{"smev":{"refuse":"","twice":true,"wrong_signature":true}}`)
	c.send(newID(t), good)
	body, id = c.next()
	_, err := xmldsig.VerifyElement([]byte(body), xml.Name{Space: typesNS, Local: "SMEVSignature"}, xml.Name{Space: typesNS, Local: "Response"})
	if err == nil {
		t.Error("the knob did not spoil SMEV's signature")
	}
	p.turn(`{"smev":{"wrong_signature":false}}`)
	c.ack(id)
	if _, again := c.next(); again != id {
		t.Errorf("twice: got %q, want %q", again, id)
	}
	c.ack(id)
	if _, more := c.next(); more != "" {
		t.Error("delivered a third time")
	}

	p.turn(`{"smev":{"twice":false,"multipart":true}}`)
	resp, err := http.Post(p.server.URL+"/smev", "text/xml", strings.NewReader(c.selector("", "")))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); !strings.HasPrefix(kind, "multipart/related") {
		t.Errorf("Content-Type %s", kind)
	}

	p.turn(`{"smev":{"multipart":false,"down":"503"}}`)
	if got := c.send(newID(t), good); got != "503" {
		t.Errorf("down: %q", got)
	}
	p.turn(`{"smev":{"down":"drop"}}`)
	if resp, err := http.Post(p.server.URL+"/smev", "text/xml", strings.NewReader("x")); err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		t.Error("dropped connection answered")
	}
	p.turn(`{"smev":{"down":"","slow_seconds":0.2}}`)
	before := time.Now()
	c.next()
	if took := time.Since(before); took < 200*time.Millisecond {
		t.Errorf("slow: %v", took)
	}
}
