package sim_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// script adds steps by the control API and returns its status.
func (p *place) script(text string) int {
	p.t.Helper()
	resp, err := http.Post(p.server.URL+"/control/script", "text/plain; charset=utf-8", strings.NewReader(text))
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// provider is a caller that speaks for a body.
func (p *place) provider(mnemonic string) *caller {
	p.t.Helper()
	key, _, err := gost.ReadPrivateKey(p.file(filepath.Join("keys", "provider-"+mnemonic+".key.pem")), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(p.file(filepath.Join("keys", "provider-"+mnemonic+".cert.pem")))
	if err != nil {
		p.t.Fatal(err)
	}
	return &caller{p: p, key: key, cert: cert, version: "1.1"}
}

// An answer of three days, one that comes twice, a request that waits for a
// body outside and every counter outlive restarts.
func TestQueuesOutliveRestarts(t *testing.T) {
	p := newPlace(t, "")
	p.turn(`{"smev":{"wait_seconds":0}}`)
	c := p.caller()
	if got := p.script("SendRequest wait 72h; SendRequest twice"); got != http.StatusOK {
		t.Fatal(got)
	}
	if got := p.script("SendRequest explode"); got != http.StatusBadRequest {
		t.Errorf("an unknown action: %d", got)
	}
	slow, twice, outside := newID(t), newID(t), newID(t)
	c.send(slow, passportP001("4510", "123456"))
	c.send(twice, passportP001("4510", "123456"))
	p.turn(`{"smev":{"external":"MVDR01 PFRF01"}}`)
	c.send(outside, passportP001("4510", "123456"))
	p.restart()

	seen := map[string]int{}
	drain := func() {
		for {
			body, id := c.next()
			if id == "" {
				return
			}
			for _, original := range []string{slow, twice, outside} {
				if strings.Contains(body, "<ns2:OriginalMessageId>"+original+"<") {
					seen[original]++
				}
			}
			if fault := c.ack(id); fault != "" {
				t.Fatal(fault)
			}
			p.restart()
		}
	}
	drain()
	if seen[twice] != 2 || seen[slow] != 0 || seen[outside] != 0 {
		t.Errorf("today %v", seen)
	}
	body := p.provider("MVDR01")
	selector := func() string {
		return body.wrap("GetRequest", "A", `<b:MessageTypeSelector Id="A"><b:Timestamp>`+p.clock.now().Format(time.RFC3339Nano)+"</b:Timestamp></b:MessageTypeSelector>")
	}
	request, fault := body.post(selector())
	if fault != "" || !strings.Contains(request, outside) {
		t.Fatalf("the body's queue: %s %s", fault, request)
	}
	validate(t, smevXSD, request, "GetRequestResponse")
	p.restart()
	if fault := body.ack(outside); fault != "" {
		t.Errorf("acknowledged by the body: %s", fault)
	}
	if fault := c.ack(outside); fault != "TargetMessageIsNotFound" {
		t.Errorf("acknowledged by the one who asked: %q", fault)
	}
	if request, _ := body.post(selector()); strings.Contains(request, "RequestMessage") {
		t.Error("delivered after the acknowledgement")
	}
	p.clock.forward(72 * time.Hour)
	drain()
	if seen[slow] != 1 {
		t.Errorf("after three days %v", seen)
	}
	if n := p.turn("{}").Systems["smev"].Counters["requests"]; n != 3 {
		t.Errorf("%d requests", n)
	}
}

// The queue does not get slower with what waits in it: taking looks at what is
// due only.
func TestFullQueue(t *testing.T) {
	p := newPlace(t, "")
	p.turn(`{"smev":{"wait_seconds":0}}`)
	c := p.caller()
	took := func() time.Duration {
		best := time.Hour
		for range 5 {
			begun := time.Now()
			c.send(newID(t), passportP001("4510", "123456"))
			_, id := c.next()
			c.ack(id)
			best = min(best, time.Since(begun))
		}
		return best
	}
	empty := took()
	if err := p.world.SMEV.Fill("SGND01", 5_000, p.clock.now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if full := took(); full > 5*empty+20*time.Millisecond {
		t.Errorf("%s with 5000 waiting, %s with none", full, empty)
	}
	if n := p.world.SMEV.Waiting(); n != 5_000 {
		t.Errorf("%d wait", n)
	}
	if got := fmt.Sprint(p.turn("{}").SMEVWaiting); got != "5000" {
		t.Errorf("the report says %s", got)
	}
}
