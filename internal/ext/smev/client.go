package smev

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"signdesk/internal/gost"
)

// Client talks to one SMEV node for one information system. Its methods may be
// called from several goroutines.
type Client struct {
	BaseURL string // the node's web service, e.g. http://host:7500/smev/v1.2/ws
	Version string // of the schemas: "1.1" (default), "1.2", "1.3"

	Signer      crypto.Signer     // the information system's key (ЭП-ОВ)
	Certificate *gost.Certificate // and its certificate, registered with SMEV

	// Trusted holds SMEV's own signing certificates or the CAs above them.
	// Empty: no answer is believed.
	Trusted []*gost.Certificate
	// SignerName, when set, is the common name a signer below a trusted CA must
	// have: a CA that also serves other participants would otherwise let every
	// one of them answer in SMEV's name.
	SignerName string

	HTTP     *http.Client     // nil: one with a timeout of a minute
	MaxBytes int64            // limit of an answer; 0: 16 MiB
	Now      func() time.Time // nil: time.Now

	// Keep, when set, is given every message as it goes and comes, raw, for the
	// journal. An error from it ends the call: nothing unrecorded is sent, and
	// an answer that was not recorded stays in SMEV's queue.
	Keep func(context.Context, Wire) error
}

// Wire is one message as it was on the wire.
type Wire struct {
	Operation   string // SendRequest, GetResponse, Ack
	MessageID   string // of the request sent or the response acknowledged; "" for GetResponse
	Sent        bool   // ours; false: SMEV's answer
	At          time.Time
	Status      int // HTTP status of an answer
	ContentType string
	Body        []byte
}

var defaultHTTP = &http.Client{Timeout: time.Minute}

// call posts a signed envelope and returns the answer's SOAP document, XOP
// resolved. A SOAP fault is returned as *Error.
func (c *Client) call(ctx context.Context, operation, messageID string, envelope []byte) ([]byte, error) {
	fail := func(k kind, status int, err error) error {
		return &Error{Operation: operation, Status: status, Err: err, kind: k}
	}
	keep := func(w Wire) error {
		w.Operation, w.MessageID, w.At = operation, messageID, c.now()
		if c.Keep == nil {
			return nil
		}
		return c.Keep(ctx, w)
	}
	const contentType = "text/xml; charset=utf-8"
	if err := keep(Wire{Sent: true, ContentType: contentType, Body: envelope}); err != nil {
		return nil, fail(retry, 0, fmt.Errorf("keep the message: %w", err))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.BaseURL, bytes.NewReader(envelope))
	if err != nil {
		return nil, fail(refused, 0, err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("SOAPAction", `"urn:`+operation+`"`)
	client := c.HTTP
	if client == nil {
		client = defaultHTTP
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fail(retry, 0, err)
	}
	defer resp.Body.Close()
	limit := c.MaxBytes
	if limit == 0 {
		limit = 16 << 20
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, fail(retry, resp.StatusCode, err)
	}
	if int64(len(body)) > limit {
		return nil, fail(refused, resp.StatusCode, fmt.Errorf("answer over %d bytes", limit))
	}
	w := Wire{Status: resp.StatusCode, ContentType: resp.Header.Get("Content-Type"), Body: body}
	if err := keep(w); err != nil {
		return nil, fail(retry, resp.StatusCode, fmt.Errorf("keep the answer: %w", err))
	}
	doc, err := document(w.ContentType, body)
	if err == nil {
		var fault *Error
		if fault, err = soapFault(doc); fault != nil {
			fault.Operation, fault.Status = operation, resp.StatusCode
			return nil, fault
		}
	}
	if resp.StatusCode != http.StatusOK { // a proxy's page, not SMEV's word
		return nil, fail(kindOfStatus(resp.StatusCode), resp.StatusCode, errors.New("no SOAP answer"))
	}
	if err != nil {
		return nil, fail(retry, resp.StatusCode, err)
	}
	return doc, nil
}

// trust accepts SMEV's own certificate or one below a trusted CA.
func (c *Client) trust(cert *gost.Certificate) error {
	at := c.now()
	for _, t := range c.Trusted {
		if bytes.Equal(t.Raw, cert.Raw) {
			if at.Before(cert.NotBefore) || at.After(cert.NotAfter) {
				return errors.New("the signer's certificate is not in force")
			}
			return nil
		}
	}
	if _, err := cert.Verify(gost.VerifyOptions{Roots: c.Trusted, At: at}); err != nil {
		return fmt.Errorf("the signer is not trusted: %w", err)
	}
	if c.SignerName != "" && cert.Subject.Get(gost.OIDCommonName) != c.SignerName {
		return errors.New("the signer is not SMEV")
	}
	return nil
}

func (c *Client) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}
