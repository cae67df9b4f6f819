// Package ca gets certificates from a certification authority, by CMP or by
// EST; Client and EST answer to the same calls.
//
// CMP is RFC 4210 as amended by RFC 9480 (now RFC 9810), carried by HTTP
// (RFC 6712, RFC 9811).
//
// A PKCS#10 goes out as p10cr under a transaction id that the caller chose and
// stored before the first attempt. The authority answers with the certificate
// or with «waiting», after which pollReq is repeated until it has decided; the
// certificate is confirmed by certConf. rr revokes. Every message carries the
// password-based MAC of a secret agreed with the authority under a reference
// value, and an answer is believed only with the right MAC, the transaction of
// the question, its nonce and, for a certificate, a chain to a known root.
//
// The client keeps nothing: whatever process knows the transaction goes on
// with it. By the letter of the RFC each later message of a transaction
// repeats the authority's last nonce; authorities that insist (OpenSSL's does)
// are satisfied when the caller stores Answer.Transaction and passes it on in
// place of its 16 bytes, which is as long as this client's memory needs to be.
//
// The id of the request inside a transaction is -1 for p10cr (RFC 9480, 2.13);
// an authority of the older practice, 0, is recognised by its first answer.
package ca

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/crypto/cryptobyte"

	"signdesk/internal/gost"
)

// Client talks to one authority by CMP. Its methods may be called from several goroutines.
type Client struct {
	url, reference string
	secret         []byte
	roots          []*gost.Certificate
	now            func() time.Time

	HTTP *http.Client // nil: one with a timeout of 20 s that follows no redirects

	// Keep, when set, is given every message as it goes and comes, raw, for the
	// journal. An error from it ends the call: nothing unrecorded is sent.
	Keep func(context.Context, Wire) error
}

// Wire is one message as it was on the wire.
type Wire struct {
	Operation   string // p10cr, pollReq, certConf, rr; simpleenroll, cacerts
	Transaction string // id in hex
	Sent        bool   // ours; false: the authority's answer
	At          time.Time
	Status      int // HTTP status of an answer
	ContentType string
	Body        []byte
}

// New returns the client of the CMP service at url. Reference and secret are
// what the authority registered for us; no certificate is accepted that does
// not chain to one of the roots.
func New(url, reference, secret string, roots []*gost.Certificate, now func() time.Time) *Client {
	return &Client{url: url, reference: reference, secret: []byte(secret), roots: roots, now: now}
}

// Transport carries the messages another way, with a TLS of its own, say; nil
// leaves the usual one.
func (c *Client) Transport(way http.RoundTripper) {
	if way != nil {
		c.HTTP = &http.Client{Timeout: defaultHTTP.Timeout, CheckRedirect: defaultHTTP.CheckRedirect, Transport: way}
	}
}

// Submit asks for a certificate. It is safe to repeat with the same
// transaction: the authority knows the request again. The certificate, when it
// comes at once, is on the request's key. Errors: *Refusal for good, anything
// else may be tried again.
func (c *Client) Submit(ctx context.Context, transaction, csr []byte) (*Answer, error) {
	t, err := parseTransaction(transaction)
	if err != nil {
		return nil, err
	}
	req, err := parseCSR(csr)
	if err != nil {
		return nil, err
	}
	t.nonce, t.request = nil, defaultRequest // the first message of a transaction
	r, err := c.exchange(ctx, opRequest, t, func(b *cryptobyte.Builder) { b.AddBytes(req.Raw) })
	if err != nil {
		return nil, err
	}
	a, err := c.answer(r, t, req)
	var refusal *Refusal
	if errors.As(err, &refusal) && refusal.fails(failTransactionIDInUse) {
		// it has this request already, or another one of the same name: see which
		return c.Poll(ctx, transaction, csr)
	}
	return a, err
}

func parseCSR(csr []byte) (*gost.Request, error) {
	req, err := gost.ParseRequest(csr)
	if err != nil {
		return nil, &Refusal{Text: "Запрос на сертификат не читается. Создайте запрос заново.", Err: err}
	}
	return req, nil
}

func otherKey() error {
	return &Refusal{Text: "Удостоверяющий центр выдал по этой операции сертификат на другой ключ. Сообщите администратору.",
		Err: errors.New("certificate is on another key")}
}

// Poll asks what has become of a submitted request. After a *Trouble the next
// attempt is better a Submit: an authority that has lost the thread takes it up
// again. Only a rejected request is a *Refusal here, an error message about the
// polling itself is not.
func (c *Client) Poll(ctx context.Context, transaction, csr []byte) (*Answer, error) {
	t, err := parseTransaction(transaction)
	if err != nil {
		return nil, err
	}
	req, err := parseCSR(csr)
	if err != nil {
		return nil, err
	}
	r, err := c.exchange(ctx, opPoll, t, func(b *cryptobyte.Builder) { addPoll(b, t.request) })
	if err != nil {
		return nil, err
	}
	a, err := c.answer(r, t, req)
	var refusal *Refusal
	if r.kind == bodyError && errors.As(err, &refusal) {
		return nil, &Trouble{Text: refusal.Text, Err: refusal.Err}
	}
	return a, err
}

// Confirm tells the authority that the certificate has come. It is safe to
// repeat while the authority remembers the transaction; a *Refusal means that
// it has no such certificate waiting, which after a lost answer may well be
// because it was confirmed.
func (c *Client) Confirm(ctx context.Context, transaction, certificate []byte) error {
	t, err := parseTransaction(transaction)
	if err != nil {
		return err
	}
	sum, err := certHash(certificate)
	if err != nil {
		return err
	}
	r, err := c.exchange(ctx, opConfirm, t, func(b *cryptobyte.Builder) { addConfirm(b, sum, t.request) })
	if err != nil {
		return err
	}
	switch r.kind {
	case bodyPKIConf:
		return nil
	case bodyError:
		if st, ok := readError(r.content); ok {
			if st.fails(failCertConfirmed) {
				return nil
			}
			return st.err()
		}
	}
	return unexpected(r)
}

// Revoke asks to put the certificate on the list of revoked ones with a
// CRLReason (RFC 5280, 5.3.1). A certificate that is there already is success.
// The transaction may be new at every attempt.
func (c *Client) Revoke(ctx context.Context, transaction []byte, certificate *gost.Certificate, reason int) error {
	t, err := parseTransaction(transaction)
	if err != nil {
		return err
	}
	if reason < 0 || reason > 10 || reason == 7 {
		return &Refusal{Text: "Такой причины аннулирования нет.", Err: fmt.Errorf("CRLReason %d", reason)}
	}
	t.nonce = nil
	r, err := c.exchange(ctx, opRevoke, t, func(b *cryptobyte.Builder) { addRevocation(b, certificate, reason) })
	if err != nil {
		return err
	}
	var st *status
	ok := false
	switch r.kind {
	case bodyRP:
		st, ok = readRevocation(r.content)
	case bodyError:
		st, ok = readError(r.content)
		ok = ok && st.code == statusRejection
	}
	switch {
	case !ok:
		return unexpected(r)
	case st.granted(), st.code == statusRevocationNotification, st.fails(failCertRevoked):
		return nil
	}
	return st.err()
}
