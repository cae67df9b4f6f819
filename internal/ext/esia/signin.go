package esia

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Session is a person signed in. It lives in memory for as long as the reading
// takes: the access token is for nobody else.
type Session struct {
	OID       string    // of the person at ESIA, digits
	Trusted   bool      // the account is confirmed: the person has been identified in person
	ExpiresAt time.Time // of the access token
	// Skew is how far ESIA's clock is ahead of ours. Over a few seconds is worth
	// a line in the log: from about a minute on ESIA refuses our requests.
	Skew time.Duration

	token string
}

// String tells nothing secret.
func (s Session) String() string { return "ESIA session" }

// GoString keeps the token out of %#v.
func (s Session) GoString() string { return s.String() }

// LogValue keeps the token out of logs.
func (s Session) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Finish takes the parameters the browser came back with and ends the attempt
// it left with. The error is *Error.
func (c *Client) Finish(ctx context.Context, a *Attempt, query url.Values) (*Session, error) {
	const operation = "return"
	if a == nil || a.State == "" || len(query["state"]) != 1 || subtle.ConstantTimeCompare([]byte(a.State), []byte(query.Get("state"))) != 1 {
		return nil, trouble(operation, kindAgain, errors.New("state is not the attempt's"))
	}
	if query.Has("error") {
		return nil, told(operation, 0, query.Get("error"), query.Get("error_description"))
	}
	if age := c.now().Sub(a.At); age > attemptAge || age < -attemptAge {
		return nil, trouble(operation, kindAgain, fmt.Errorf("the attempt is %s old", age.Round(time.Second)))
	}
	if query.Get("code") == "" || len(query["code"]) != 1 {
		return nil, trouble(operation, kindAgain, errors.New("no code"))
	}
	t, skew, err := c.exchange(ctx, query.Get("code"), a.Verifier)
	if err != nil {
		return nil, err
	}
	s, err := c.identify(ctx, t.IDToken, skew)
	if err != nil {
		return nil, err
	}
	s.token, s.Skew = t.AccessToken, skew
	s.ExpiresAt = c.now().Add(time.Duration(min(max(t.ExpiresIn, 0), 24*3600)) * time.Second)
	return s, nil
}

// tokens is the answer of v3/te.
type tokens struct {
	AccessToken string `json:"access_token"`
	IDToken     string `json:"id_token"`
	State       string `json:"state"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"` // seconds
}

// exchange trades the code for tokens, once: a code that was refused is used up.
func (c *Client) exchange(ctx context.Context, code, verifier string) (*tokens, time.Duration, error) {
	const operation = "exchange"
	state := uuid.NewString() // another than the browser carried: it names this request
	form := c.parameters(state)
	form.Set("code", code)
	if err := c.sign(operation, form); err != nil {
		return nil, 0, err
	}
	form.Set("grant_type", "authorization_code")
	form.Set("token_type", "Bearer")
	if !c.NoPKCE {
		form.Set("code_verifier", verifier)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address(c.TokenPath, tokenPath), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, 0, trouble(operation, kindSettings, err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, body, skew, err := c.do(operation, req)
	if err != nil {
		return nil, 0, err
	}
	var answer struct {
		tokens
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	parsed := json.Unmarshal(body, &answer)
	switch {
	case parsed == nil && answer.Error != "":
		return nil, 0, told(operation, status, answer.Error, answer.Description)
	case status != http.StatusOK:
		return nil, 0, told(operation, status, "", "")
	case parsed != nil:
		return nil, 0, trouble(operation, kindUntrusted, errors.New("the answer is not JSON"))
	case answer.State != state:
		return nil, 0, trouble(operation, kindUntrusted, errors.New("the answer is to another request"))
	case answer.AccessToken == "" || answer.IDToken == "" || !strings.EqualFold(answer.TokenType, "Bearer"):
		return nil, 0, trouble(operation, kindUntrusted, errors.New("no tokens in the answer"))
	}
	return &answer.tokens, skew, nil
}
