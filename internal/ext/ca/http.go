package ca

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"golang.org/x/crypto/cryptobyte"
)

const (
	contentType = "application/pkixcmp" // RFC 6712, 3.4
	maxMessage  = 1 << 20               // bytes of an answer
)

var defaultHTTP = &http.Client{
	Timeout:       20 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// exchange sends one message and returns the answer once it is proved to be
// the authority's, to this very message.
func (c *Client) exchange(ctx context.Context, op operation, t transaction, content func(*cryptobyte.Builder)) (*reply, error) {
	nonce := random(16)
	message, err := c.message(op, t, nonce, c.now(), content)
	if err != nil {
		return nil, fmt.Errorf("make %s: %w", op.name, err)
	}
	body, err := c.post(ctx, op, hex.EncodeToString(t.id), message)
	if err != nil {
		return nil, err
	}
	r, err := parseReply(body)
	if err != nil {
		return nil, distrust(err)
	}
	if err := c.check(r, t.id, nonce); err != nil {
		return nil, distrust(fmt.Errorf("%s: %w", op.name, err))
	}
	return r, nil
}

// check believes an answer or says why not.
func (c *Client) check(r *reply, transaction, nonce []byte) error {
	if r.protection == nil || r.algorithm == nil {
		if st, ok := readError(r.content); r.kind == bodyError && ok {
			return fmt.Errorf("unprotected error: %s", st.words())
		}
		return errors.New("answer is not protected")
	}
	if err := authentic(c.secret, r.algorithm, r.protection, r.protected); err != nil {
		return err
	}
	if !bytes.Equal(r.transaction, transaction) {
		return errors.New("answer belongs to another transaction")
	}
	if subtle.ConstantTimeCompare(r.echo, nonce) != 1 {
		return errors.New("answer is to another message")
	}
	return nil
}

// post carries one message there and one back.
func (c *Client) post(ctx context.Context, op operation, id string, message []byte) ([]byte, error) {
	fail := func(err error) error { return unreachable(op, err) }
	keep := func(w Wire) error {
		if c.Keep == nil {
			return nil
		}
		w.Operation, w.Transaction, w.At = op.name, id, c.now()
		return c.Keep(ctx, w)
	}
	if err := keep(Wire{Sent: true, ContentType: contentType, Body: message}); err != nil {
		return nil, fail(fmt.Errorf("keep the message: %w", err))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(message))
	if err != nil {
		return nil, fail(err)
	}
	req.Close = true // messages are far between: a kept connection would be found dead
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Accept", contentType)
	req.Header.Set("Cache-Control", "no-cache")
	client := c.HTTP
	if client == nil {
		client = defaultHTTP
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fail(err)
	}
	defer resp.Body.Close()
	body, err := readAnswer(resp.Body)
	if err != nil {
		return nil, fail(err)
	}
	kind := resp.Header.Get("Content-Type")
	if err := keep(Wire{Status: resp.StatusCode, ContentType: kind, Body: body}); err != nil {
		return nil, fail(fmt.Errorf("keep the answer: %w", err))
	}
	// an error message of CMP may come under an error status (RFC 6712, 3.4)
	if media, _, err := mime.ParseMediaType(kind); err != nil || media != contentType {
		return nil, fail(fmt.Errorf("status %d with %q instead of %s", resp.StatusCode, clean(kind), contentType))
	}
	return body, nil
}

func readAnswer(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxMessage+1))
	if err == nil && len(body) > maxMessage {
		err = fmt.Errorf("answer is larger than %d bytes", maxMessage)
	}
	return body, err
}
