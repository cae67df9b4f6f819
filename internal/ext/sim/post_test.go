package sim_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/smtp"
	"strings"
	"testing"

	"signdesk/internal/ext/sim/post"
)

type inbox struct {
	Mail []post.Letter
	SMS  []post.Short
}

func (p *place) inbox() inbox {
	p.t.Helper()
	var in inbox
	if err := json.Unmarshal([]byte(p.get("/control/inbox")), &in); err != nil {
		p.t.Fatal(err)
	}
	return in
}

func TestLettersAreCaught(t *testing.T) {
	p := newPlace(t, "")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- p.world.Mail.Serve(l) }()
	letter := "From: desk@example.org\r\nTo: petrov@example.org\r\nSubject: =?UTF-8?B?" + "0KHQtdGA0YLQuNGE0LjQutCw0YI=" +
		"?=\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n0JPQvtGC0L7Qsg==\r\n"
	send := func() error {
		return smtp.SendMail(l.Addr().String(), nil, "desk@example.org", []string{"petrov@example.org"}, []byte(letter))
	}
	if err := send(); err != nil {
		t.Fatal(err)
	}
	got := p.inbox().Mail
	if len(got) != 1 || got[0].Subject != "Сертификат" || got[0].To[0] != "petrov@example.org" {
		t.Fatalf("%+v", got)
	}
	if page := p.get("/letter/1"); !strings.Contains(page, "Готов") {
		t.Error(page)
	}
	p.turn(`{"mail":{"refuse":"no such mailbox"}}`)
	if err := send(); err == nil || !strings.Contains(err.Error(), "no such mailbox") {
		t.Errorf("refuse: %v", err)
	}
	p.turn(`{"mail":{"refuse":"","down":"503"}}`)
	if err := send(); err == nil || !strings.Contains(err.Error(), "421") {
		t.Errorf("down: %v", err)
	}
	if err := p.world.Mail.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestShortMessagesAreCaughtOnce(t *testing.T) {
	p := newPlace(t, "")
	send := func(token, body string) int {
		req, _ := http.NewRequest("POST", p.server.URL+"/sms", strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	token, good := p.secret("sms-token"), `{"id":"1","to":"+79991234567","text":"Код 123456"}`
	for _, row := range []struct {
		token, body string
		want        int
	}{
		{token, good, 202}, {token, good, 202}, {"guess", good, 401},
		{token, strings.Replace(good, "+7", "8", 1), 422}, {token, strings.Replace(good, "Код 123456", "", 1), 422}, {token, "hello", 400},
	} {
		if got := send(row.token, row.body); got != row.want {
			t.Errorf("%s: %d, want %d", row.body, got, row.want)
		}
	}
	p.restart()
	if got := p.inbox().SMS; len(got) != 1 || got[0].Text != "Код 123456" {
		t.Errorf("%+v", got)
	}
}
