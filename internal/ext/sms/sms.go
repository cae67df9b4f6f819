// Package sms hands short messages to a gateway over HTTP with a JSON body.
//
// Gateways differ in how they spell the same four words, so the body is a
// template: a JSON document in whose strings {id}, {to}, {digits}, {text} and
// {token} are replaced. The sender's id makes a repeated message recognisable;
// a gateway that knows it accepts again and delivers once.
package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// DefaultBody is the template of the gateway the simulator plays.
const DefaultBody = `{"id":"{id}","to":"{to}","text":"{text}"}`

// Client talks to one gateway. Safe for use by many goroutines.
type Client struct {
	Method, URL string
	Token       string // sent as a bearer token, and where {token} stands in the body
	Body        any    // the template, as encoding/json decodes it

	HTTP *http.Client // nil: one with a timeout of 20 s that follows no redirects
}

// Message is one short message.
type Message struct {
	ID   string // up to 64 bytes, the same for the same message
	To   string // +79991234567
	Text string // up to ten parts of a concatenated message: 670 UTF-16 units
}

// Error is a message that the gateway did not take. It names no recipient, so
// it may stand in a log.
type Error struct {
	Final bool   // this message will not be taken, however often it is sent
	Text  string // for people
	Err   error  // for the log
}

func (e *Error) Error() string { return fmt.Sprintf("sms: %v", e.Err) }
func (e *Error) Unwrap() error { return e.Err }

const (
	maxText   = 670
	maxID     = 64
	maxAnswer = 64 << 10 // bytes; only drained
)

var (
	phone       = regexp.MustCompile(`^\+7\d{10}$`)
	defaultHTTP = &http.Client{Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
)

// New returns the client of the gateway at address. Template is the JSON body;
// "" = DefaultBody.
func New(method, address, token, template string) (*Client, error) {
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("sms: the gateway's address is not an http or https URL")
	}
	if template == "" {
		template = DefaultBody
	}
	c := &Client{Method: method, URL: address, Token: token}
	if err := json.Unmarshal([]byte(template), &c.Body); err != nil {
		return nil, fmt.Errorf("sms: body template: %w", err)
	}
	if !strings.Contains(template, "{text}") || !strings.Contains(template, "{to}") && !strings.Contains(template, "{digits}") {
		return nil, errors.New("sms: body template has no place for the text or the recipient")
	}
	return c, nil
}

// Send hands the message over. An *Error says whether trying again may help;
// nil means that the gateway has taken the message.
func (c *Client) Send(ctx context.Context, m Message) error {
	final := func(text string, err error) error { return &Error{Final: true, Text: text, Err: err} }
	switch {
	case !phone.MatchString(m.To):
		return final("Номер телефона записан неверно: нужен +7 и десять цифр.", errors.New("recipient is not +7 and ten digits"))
	case m.Text == "" || !utf8.ValidString(m.Text) || len(utf16.Encode([]rune(m.Text))) > maxText:
		return final("Текст сообщения пуст или длиннее 670 знаков.", errors.New("text is empty or too long"))
	case m.ID == "" || len(m.ID) > maxID:
		return final("Сообщение составлено неверно. Сообщите администратору.", errors.New("id is empty or too long"))
	}
	body, err := json.Marshal(fill(c.Body, strings.NewReplacer("{id}", m.ID, "{to}", m.To, "{digits}", m.To[1:], "{text}", m.Text, "{token}", c.Token)))
	if err != nil {
		return final("Сообщение составлено неверно. Сообщите администратору.", err)
	}
	req, err := http.NewRequestWithContext(ctx, c.Method, c.URL, bytes.NewReader(body))
	if err != nil {
		return &Error{Text: "Настройки СМС неверны. Сообщите администратору.", Err: err}
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	client := c.HTTP
	if client == nil {
		client = defaultHTTP
	}
	resp, err := client.Do(req)
	if err != nil {
		return &Error{Text: "Шлюз СМС не отвечает. Отправка повторится.", Err: err}
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer)) // so that the connection is used again
	return verdict(resp.StatusCode)
}

// verdict reads the status alone: an answer's text may repeat the recipient.
func verdict(status int) error {
	err := fmt.Errorf("status %d", status)
	switch {
	case status/100 == 2:
		return nil
	case status == http.StatusBadRequest, status == http.StatusNotAcceptable, status == http.StatusUnprocessableEntity:
		return &Error{Final: true, Text: fmt.Sprintf("Шлюз СМС отказался принять сообщение (ответ %d). Проверьте номер.", status), Err: err}
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound:
		return &Error{Text: "Шлюз СМС не пускает: проверьте адрес и ключ в настройках. Отправка повторится.", Err: err}
	}
	return &Error{Text: fmt.Sprintf("Шлюз СМС сейчас не принимает сообщения (ответ %d). Отправка повторится.", status), Err: err}
}

// fill replaces in every string of the template, so that no text can break out
// of its place.
func fill(v any, r *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return r.Replace(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = fill(v[i], r)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = fill(v[k], r)
		}
		return out
	}
	return v
}
