// Package dadata is the client of a reference service of the shape of DaData's
// suggestions: what a business register says of an organisation, by its number
// or by a part of its name, and what an address may be meant. Each question is a
// POST of JSON to …/rs/findById/party, …/rs/suggest/party or …/rs/suggest/address
// below the base address, with Authorization: Token when the service wants one.
//
// The service signs nothing and answers for nothing: it is a second opinion
// beside a card, never an extract.
package dadata

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
)

// Limits of one question.
const (
	timeout   = 10 * time.Second
	maxAnswer = 2 << 20 // bytes
	maxQuery  = 300     // letters, as the service's own limit
	maxCount  = 20      // suggestions of one answer, as the service's own limit
)

// ErrUnknown means that the service knows no such organisation.
var ErrUnknown = errors.New("dadata: no such organisation")

// Error is an answer that is none.
type Error struct {
	Status int // of HTTP; 0 = there was no answer, or one that cannot be read
	Err    error
}

func (e *Error) Error() string {
	if e.Err != nil {
		return "dadata: " + e.Err.Error()
	}
	return fmt.Sprintf("dadata: status %d", e.Status)
}

func (e *Error) Unwrap() error { return e.Err }

// Text is what happened and what to do, for people.
func (e *Error) Text() string {
	switch {
	case e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden:
		return "Справочный сервис не принял ключ доступа. Сообщите администратору: DADATA_TOKEN."
	case e.Status == http.StatusTooManyRequests:
		return "Справочный сервис ограничил число запросов. Повторите позже."
	case e.Status >= 400 && e.Status < 500:
		return "Справочный сервис не понял запрос. Сообщите администратору."
	}
	return "Справочный сервис не отвечает. Повторите позже или запросите выписку по СМЭВ."
}

// Client talks to one service.
type Client struct {
	base, token string
	http        *http.Client
}

// New returns the client of the service at base, which ends before /rs; with an
// empty token none is sent. It follows no redirects: a question carries the key
// and goes nowhere else.
func New(base, token string) *Client {
	return &Client{base: strings.TrimSuffix(base, "/"), token: token, http: &http.Client{Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// FindParty returns the organisation or entrepreneur of an OGRN or INN: of
// several under one INN the head office. Errors are ErrUnknown, an *Error, or ctx's own.
func (c *Client) FindParty(ctx context.Context, number string) (*Party, error) {
	list, err := ask[Party](ctx, c, "/rs/findById/party", map[string]any{"query": number, "branch_type": "MAIN", "count": 2})
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if s.Data.OGRN == number || s.Data.INN == number {
			return &s.Data, nil
		}
	}
	return nil, ErrUnknown
}

// SuggestParty lists what may be meant by a part of a name or number.
func (c *Client) SuggestParty(ctx context.Context, query string, count int) ([]Party, error) {
	list, err := ask[Party](ctx, c, "/rs/suggest/party", question(query, count))
	parties := make([]Party, len(list))
	for i, s := range list {
		parties[i] = s.Data
	}
	return parties, err
}

// SuggestAddress lists what may be meant by a part of an address.
func (c *Client) SuggestAddress(ctx context.Context, query string, count int) ([]Suggestion[AddressParts], error) {
	return ask[AddressParts](ctx, c, "/rs/suggest/address", question(query, count))
}

func question(query string, count int) map[string]any {
	if r := []rune(query); len(r) > maxQuery {
		query = string(r[:maxQuery])
	}
	return map[string]any{"query": query, "count": min(max(count, 1), maxCount)}
}

func ask[T any](ctx context.Context, c *Client, path string, in any) ([]Suggestion[T], error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Accept", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Token "+c.token)
	}
	res, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &Error{Err: err}
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, &Error{Status: res.StatusCode}
	}
	if kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, &Error{Err: fmt.Errorf("the answer is %q, not JSON", res.Header.Get("Content-Type"))}
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return nil, &Error{Err: err}
	}
	if len(answer) > maxAnswer {
		return nil, &Error{Err: fmt.Errorf("the answer is larger than %d bytes", maxAnswer)}
	}
	var out struct {
		Suggestions *[]Suggestion[T] `json:"suggestions"`
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		return nil, &Error{Err: fmt.Errorf("decode answer: %w", err)}
	}
	if out.Suggestions == nil {
		return nil, &Error{Err: errors.New("the answer has no suggestions")}
	}
	return (*out.Suggestions)[:min(len(*out.Suggestions), maxCount)], nil
}
