package esia

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// do sends a request and returns the answer with what ESIA's clock was ahead of
// ours. The error is *Error: no answer, or one too large.
func (c *Client) do(operation string, req *http.Request) (status int, body []byte, skew time.Duration, err error) {
	client := c.HTTP
	if client == nil {
		client = defaultHTTP
	}
	req.Header.Set("Accept", "application/json")
	res, err := client.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) { // its text holds the address, which names the person
			err = u.Err
		}
		return 0, nil, 0, trouble(operation, kindRetry, err)
	}
	defer res.Body.Close()
	if at, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		skew = at.Sub(c.now())
	}
	body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return 0, nil, 0, trouble(operation, kindRetry, err)
	case len(body) > maxAnswer:
		return 0, nil, 0, trouble(operation, kindUntrusted, fmt.Errorf("answer over %d bytes", maxAnswer))
	}
	return res.StatusCode, body, skew, nil
}

// get reads a resource into v with the session's token.
func (c *Client) get(ctx context.Context, s *Session, operation, address string, v any) error {
	if s.token == "" || !c.now().Before(s.ExpiresAt) {
		return trouble(operation, kindOver, errors.New("the access token has expired"))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return trouble(operation, kindSettings, errors.New("bad address"))
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	status, body, _, err := c.do(operation, req)
	if err != nil {
		return err
	}
	if k, ok := map[int]kind{http.StatusUnauthorized: kindOver, http.StatusForbidden: kindForbidden, http.StatusNotFound: kindNotFound}[status]; ok {
		e := trouble(operation, k, nil)
		e.Code, e.Status = codeForm.FindString(string(body)), status
		return e
	}
	if status != http.StatusOK {
		return told(operation, status, "", codeForm.FindString(string(body)))
	}
	if err := json.Unmarshal(body, v); err != nil {
		return trouble(operation, kindUntrusted, errors.New("the answer is not the JSON expected")) // err may quote data
	}
	return nil
}

// collection is a list with its elements embedded.
type collection[T any] struct {
	Elements []T `json:"elements"`
}

// embedded reads a collection below a resource.
func embedded[T any](ctx context.Context, c *Client, s *Session, operation, address string) ([]T, error) {
	var all collection[T]
	if err := c.get(ctx, s, operation, address+"?embed=(elements)", &all); err != nil {
		return nil, err
	}
	return all.Elements, nil
}
