// Package agent lets the console sign with a key it does not hold: the
// organisation's own, which `agent key` keeps on this machine, encrypted or
// on a token, and with which it signs only what it recognises.
//
// A Client is a crypto.Signer and a crypto.MessageSigner. It hands over whole
// messages; a digest alone is refused on both sides. It knows the public key
// from the certificate, so it can be made while the agent is down: what is to
// be signed then fails with a temporary *Error, and whoever sends it waits and
// tries again.
package agent

import (
	"bytes"
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"signdesk/internal/gost"
)

// timeout of one signature; a token needs about a second.
const timeout = 10 * time.Second

// maxAnswer is the size of an answer in bytes.
const maxAnswer = 64 << 10

// Client signs with one key behind an agent. Its methods may be called from
// several goroutines.
type Client struct {
	base   string
	secret []byte
	public *gost.PublicKey
	http   *http.Client
}

// New makes the client of the agent at address, unix:/path of its socket or
// http://127.0.0.1:port. code is its pairing code; public is the key it ought
// to hold, from the certificate. Nothing is sent yet.
func New(address, code string, public *gost.PublicKey) (*Client, error) {
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(strings.Join(strings.Fields(code), "")))
	if err != nil || len(secret) != 32 {
		return nil, errors.New("the pairing code is not 52 characters of base32; agent pairing prints it")
	}
	c := &Client{base: strings.TrimSuffix(address, "/"), secret: secret, public: public}
	transport := &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute} // no proxy: the agent is on this machine
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		c.base = "http://agent"
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		}
	} else if u, err := url.Parse(address); err != nil || u.Scheme != "http" || !loopback(u.Host) {
		return nil, fmt.Errorf("%q is neither unix:/path nor http://127.0.0.1:port", address)
	}
	c.http = &http.Client{Timeout: timeout, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return c, nil
}

func loopback(host string) bool {
	addr, err := netip.ParseAddrPort(host)
	return err == nil && addr.Addr().IsLoopback()
}

// Public returns the *gost.PublicKey the agent ought to hold.
func (c *Client) Public() crypto.PublicKey { return c.public }

// Sign refuses: the agent signs no digests.
func (c *Client) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, &Error{Err: errors.New("the key signs whole messages, not digests")}
}

// SignMessage has the agent sign the message and proves the signature by the
// key of the certificate. The error is *Error.
func (c *Client) SignMessage(_ io.Reader, message []byte, _ crypto.SignerOpts) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	var answer struct {
		Signature []byte `json:"signature"`
	}
	if err := c.call(ctx, "/v1/sign", message, &answer); err != nil {
		return nil, err
	}
	h := c.public.HashNew()
	h.Write(message)
	if err := gost.Verify(c.public, h.Sum(nil), answer.Signature); err != nil {
		return nil, &Error{Code: OtherKey, Err: err, temporary: true}
	}
	return answer.Signature, nil
}

// Check asks for the public key: nil means that the agent is there, knows the
// same pairing code and holds the certificate's key. The error is *Error.
func (c *Client) Check(ctx context.Context) error {
	var answer struct {
		Key []byte `json:"key"`
	}
	if err := c.call(ctx, "/v1/key", nil, &answer); err != nil {
		return err
	}
	key, err := gost.ParsePublicKey(answer.Key)
	if err != nil || !c.public.Equal(key) {
		return &Error{Code: OtherKey, Err: err, temporary: true}
	}
	return nil
}

// call sends a body with its HMAC and decodes the answer into v.
func (c *Client) call(ctx context.Context, path string, message []byte, v any) error {
	var id [16]byte
	rand.Read(id[:])
	body, err := json.Marshal(struct {
		ID      string    `json:"id"`
		At      time.Time `json:"at"`
		Message []byte    `json:"message,omitempty"`
	}{hex.EncodeToString(id[:]), time.Now().UTC(), message})
	if err != nil {
		return &Error{Err: err}
	}
	mac := hmac.New(sha256.New, c.secret)
	mac.Write(append([]byte(path+"\n"), body...))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		return &Error{Err: err}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "SIGNDESK-HMAC "+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	res, err := c.http.Do(req)
	if err != nil {
		return &Error{Code: Down, Err: err, temporary: true}
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return &Error{Code: Down, Err: err, temporary: true}
	}
	if res.StatusCode != http.StatusOK {
		return refused(res.StatusCode, answer)
	}
	if err := json.Unmarshal(answer, v); err != nil {
		return &Error{Code: Down, Err: fmt.Errorf("answer: %w", err), temporary: true}
	}
	return nil
}
