package smev

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"signdesk/internal/gost/xmldsig"
)

// Wire is one message as it was on the wire and what was made of it.
type Wire struct {
	Operation   string // SendRequest, GetResponse, Ack, GetStatus, GetRequest, SendResponse
	MessageID   string // of what is sent, acknowledged or, in SMEV's answer, received; "" for none
	OriginalID  string // of an answer received: MessageID of the request
	Sent        bool   // ours; false: SMEV's answer
	At          time.Time
	Took        time.Duration // from our first octet to SMEV's last, of an answer
	Status      int           // HTTP status of an answer
	ContentType string
	Body        []byte
	Fault       string     // of an answer: SMEV's fault
	Signed      Signatures // of an answer: who signed what was verified
	Err         error      // of an answer: why it was not taken, ErrEmpty for an empty queue

	began time.Time
}

var defaultHTTP = &http.Client{Timeout: time.Minute, Transport: &http.Transport{
	Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 32, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 15 * time.Second,
}}

// packet is an envelope ready to go.
type packet struct {
	operation, messageID string
	contentType          string // "" = text/xml
	body                 []byte
}

// call posts a packet and has the answer's SOAP document, XOP resolved, looked at
// by read, which notes in the wire what it found. A SOAP fault is returned as
// *Error; so is an error of read, which means that the answer is not to be
// believed, but for ErrEmpty.
func (c *Client) call(ctx context.Context, p packet, read func(doc *xmldsig.Document, w *Wire) error) error {
	fail := func(k kind, status int, err error) error {
		return &Error{Operation: p.operation, Status: status, Err: err, kind: k}
	}
	if p.contentType == "" {
		p.contentType = "text/xml; charset=utf-8"
	}
	keep := func(w Wire) error {
		if c.Keep == nil {
			return nil
		}
		return c.Keep(ctx, w)
	}
	begun := c.now()
	if err := keep(Wire{Operation: p.operation, MessageID: p.messageID, At: begun, Sent: true, ContentType: p.contentType, Body: p.body}); err != nil {
		return fail(retry, 0, fmt.Errorf("keep the message: %w", err))
	}
	w := Wire{Operation: p.operation, MessageID: p.messageID, began: begun}
	doc, err := c.post(ctx, p, &w)
	if err == nil {
		var d *xmldsig.Document
		if d, err = xmldsig.Parse(doc); err == nil {
			err = read(d, &w)
		}
		if e := (*Error)(nil); err != nil && !errors.Is(err, ErrEmpty) && !errors.As(err, &e) {
			err = fail(untrusted, w.Status, err)
		}
	}
	if w.Status == 0 {
		return err
	}
	w.At = c.now()
	w.Took, w.Err = w.At.Sub(begun), err
	if e := (*Error)(nil); errors.As(err, &e) {
		w.Fault = e.Fault
	}
	if err := keep(w); err != nil {
		return fail(retry, w.Status, fmt.Errorf("keep the answer: %w", err))
	}
	return err
}

// post exchanges a packet for the answer's document.
func (c *Client) post(ctx context.Context, p packet, w *Wire) ([]byte, error) {
	fail := func(k kind, err error) ([]byte, error) {
		return nil, &Error{Operation: p.operation, Status: w.Status, Err: err, kind: k}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.BaseURL, bytes.NewReader(p.body))
	if err != nil {
		return fail(refused, err)
	}
	req.Header.Set("Content-Type", p.contentType)
	req.Header.Set("SOAPAction", `"urn:`+p.operation+`"`)
	client := c.HTTP
	if client == nil {
		client = defaultHTTP
	}
	resp, err := client.Do(req)
	if err != nil {
		return fail(retry, err)
	}
	defer resp.Body.Close()
	limit := c.MaxBytes
	if limit == 0 {
		limit = 16 << 20
	}
	var all bytes.Buffer
	all.Grow(int(min(max(resp.ContentLength, 12<<10), limit, 1<<20)) + bytes.MinRead) // its length may not be said
	_, err = all.ReadFrom(io.LimitReader(resp.Body, limit+1))
	body := all.Bytes()
	w.Status = resp.StatusCode
	w.ContentType, w.Body = resp.Header.Get("Content-Type"), body
	if err != nil {
		return fail(retry, err)
	}
	if int64(len(body)) > limit {
		w.Body = body[:limit]
		return fail(refused, fmt.Errorf("answer over %d bytes", limit))
	}
	date := resp.Header.Get("Date")
	c.noteDate(date, w.began, false)
	doc, err := document(w.ContentType, body)
	if err == nil {
		var fault *Error
		if fault, err = soapFault(doc, resp.StatusCode); fault != nil {
			fault.Operation, fault.Status = p.operation, resp.StatusCode
			c.blameClock(fault, p.messageID, date, w.began)
			return nil, fault
		}
	}
	if resp.StatusCode != http.StatusOK { // a proxy's page, not SMEV's word
		return fail(kindOfStatus(resp.StatusCode), errors.New("no SOAP answer"))
	}
	if err != nil {
		return fail(retry, err)
	}
	return doc, nil
}
