package ca

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"signdesk/internal/gost"
)

// EST gets certificates by Enrollment over Secure Transport (RFC 7030 as
// clarified by RFC 8951): a PKCS#10 posted to simpleenroll, the certificate or
// «come back later» in the answer, the chain from cacerts. The authority knows
// us by a name and a password or by a certificate of TLS, we know it by TLS
// alone; what it issues is believed for its chain, as with CMP.
//
// The protocol has no transaction: a request is asked after by sending it again
// (4.2.3), and whether that can end in two certificates is the authority's
// affair. It neither confirms nor revokes.
type EST struct {
	base, user, password string
	roots                []*gost.Certificate
	now                  func() time.Time
	http                 *http.Client

	// Keep, when set, is given every message, as with Client.
	Keep func(context.Context, Wire) error
}

// NewEST returns the client of the service at base, the address that
// /simpleenroll is appended to (…/.well-known/est, perhaps with a label). User
// may be empty when the transport carries a certificate of ours; transport may
// be nil. Addresses without TLS are taken on this machine only.
func NewEST(base, user, password string, transport http.RoundTripper, roots []*gost.Certificate, now func() time.Time) (*EST, error) {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" {
		return nil, errors.New("address of EST is not https://host/path")
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme != "https" && (u.Scheme != "http" || ip == nil || !ip.IsLoopback()) {
		return nil, errors.New("EST goes over TLS: the address begins with https")
	}
	return &EST{base: strings.TrimSuffix(base, "/"), user: user, password: password, roots: roots, now: now,
		http: &http.Client{Timeout: defaultHTTP.Timeout, CheckRedirect: defaultHTTP.CheckRedirect, Transport: transport}}, nil
}

var opEnroll, opCACerts = operation{name: "simpleenroll"}, operation{name: "cacerts"}

// Submit asks for a certificate. The transaction is only carried through to the
// answer and the journal. Errors are those of Client.Submit.
func (e *EST) Submit(ctx context.Context, transaction, csr []byte) (*Answer, error) {
	if _, err := parseTransaction(transaction); err != nil {
		return nil, err
	}
	req, err := parseCSR(csr)
	if err != nil {
		return nil, err
	}
	body := base64.StdEncoding.EncodeToString(req.Raw)
	r, err := e.exchange(ctx, opEnroll, transaction, http.MethodPost, "application/pkcs10", []byte(body))
	if err != nil {
		return nil, err
	}
	switch r.status {
	case http.StatusOK:
	case http.StatusAccepted:
		return &Answer{CheckAfter: retryAfter(r.retry, e.now()), Transaction: transaction}, nil
	default:
		return nil, r.refused()
	}
	issued, err := r.certificates()
	if err != nil {
		return nil, distrust(fmt.Errorf("simpleenroll: %w", err))
	}
	i := 0
	for i < len(issued) && (issued[i].PublicKey == nil || !req.PublicKey.Equal(issued[i].PublicKey)) {
		i++
	}
	if i == len(issued) {
		return nil, otherKey()
	}
	chain, err := e.authorities(ctx, transaction)
	if err != nil {
		return nil, err
	}
	path, err := path(issued[i], append(chain, issued...), e.roots, e.now())
	if err != nil {
		return nil, err
	}
	return &Answer{Certificate: issued[i].Raw, Chain: path, Transaction: transaction}, nil
}

// Poll sends the request again, as the protocol has it.
func (e *EST) Poll(ctx context.Context, transaction, csr []byte) (*Answer, error) {
	return e.Submit(ctx, transaction, csr)
}

// Confirm has nothing to say in this protocol.
func (e *EST) Confirm(context.Context, []byte, []byte) error { return nil }

// Revoke is always a *Refusal: the protocol has no such question.
func (e *EST) Revoke(context.Context, []byte, *gost.Certificate, int) error {
	return &Refusal{Text: "Этот удостоверяющий центр подключён по EST и не принимает аннулирование из программы. Подайте его в самом центре.",
		Err: errors.New("EST has no revocation")}
}

// Ping fetches the authority's own certificates: nothing changes at its side.
func (e *EST) Ping(ctx context.Context) error {
	_, err := e.authorities(ctx, nil)
	return err
}

// authorities are the certificates of the issuers (4.1).
func (e *EST) authorities(ctx context.Context, transaction []byte) ([]*gost.Certificate, error) {
	r, err := e.exchange(ctx, opCACerts, transaction, http.MethodGet, "", nil)
	if err != nil {
		return nil, err
	}
	if r.status != http.StatusOK {
		return nil, &Trouble{Text: "Удостоверяющий центр не назвал своих сертификатов. Запрос повторится сам.", Err: fmt.Errorf("cacerts: status %d", r.status)}
	}
	list, err := r.certificates()
	if err != nil {
		return nil, distrust(fmt.Errorf("cacerts: %w", err))
	}
	return list, nil
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3), 1 s to a day.
func retryAfter(value string, now time.Time) time.Duration {
	after := 30 * time.Second
	if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil {
		after = time.Duration(min(max(n, 0), 86400)) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		after = at.Sub(now)
	}
	return min(max(after, time.Second), 24*time.Hour)
}

// refused is the error of a status that is neither 200 nor 202. Only a 400 or
// 422 judges the request itself; the others are about us, the address or the
// authority's health.
func (r *estReply) refused() error {
	words := "причина не названа"
	if media, _, err := mime.ParseMediaType(r.kind); err == nil && media == "text/plain" {
		if text := strings.TrimRight(clean(string(r.body)), ". "); text != "" {
			words = text
		}
	}
	err := fmt.Errorf("simpleenroll: status %d", r.status)
	switch r.status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return &Refusal{Text: "Удостоверяющий центр отказал: " + words + ".", Err: err}
	case http.StatusUnauthorized, http.StatusForbidden:
		return &Trouble{Text: "Удостоверяющий центр не пускает: имя, пароль или сертификат подключения не подошли. Сообщите администратору.", Err: err, Untrusted: true}
	}
	return &Trouble{Text: fmt.Sprintf("Удостоверяющий центр пока не может ответить (%d): %s. Запрос повторится сам.", r.status, words), Err: err}
}
