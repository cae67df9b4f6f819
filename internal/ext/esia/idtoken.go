package esia

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"signdesk/internal/gost"
)

// JOSE names of the signatures ESIA uses; the size is the key's.
const algorithm = "GOST3410_2012_"

// clockLeeway is what two clocks may differ by before their difference is the
// likelier reason for a refused token than the token itself.
const clockLeeway = 2 * time.Minute

// subject is what the id_token says of the person, beside the usual claims.
type subject struct {
	Type    string `json:"urn:esia:sbj:typ"` // P = natural person
	OID     number `json:"urn:esia:sbj:oid"`
	Trusted bool   `json:"urn:esia:sbj:is_tru"` // left out when not confirmed
}

// identify verifies the id_token: signature, issuer, addressee, time, and that
// it is about one natural person.
func (c *Client) identify(ctx context.Context, raw string, skew time.Duration) (*Session, error) {
	const operation = "id_token"
	issuer := c.Issuer
	if issuer == "" {
		u, err := url.Parse(c.BaseURL)
		if err != nil {
			return nil, trouble(operation, kindSettings, err)
		}
		issuer = "http://" + u.Host + "/"
	}
	verifier := oidc.NewVerifier(issuer, keySet{c.Keys, c.now()}, &oidc.Config{
		ClientID: c.ClientID, Now: c.now, SupportedSigningAlgs: []string{algorithm + "256", algorithm + "512"},
	})
	token, err := verifier.Verify(ctx, raw)
	var claims struct {
		IssuedAt float64 `json:"iat"`
		Subject  subject `json:"urn:esia:sbj"`
	}
	if err == nil {
		err = token.Claims(&claims)
	}
	if err == nil {
		if ahead := time.Unix(int64(claims.IssuedAt), 0).Sub(c.now()); ahead > clockLeeway {
			return nil, trouble(operation, kindClock, fmt.Errorf("the token is from %s ahead", ahead.Round(time.Second)))
		}
	}
	var expired *oidc.TokenExpiredError
	switch {
	case err != nil && (skew > clockLeeway || skew < -clockLeeway):
		return nil, trouble(operation, kindClock, fmt.Errorf("ESIA's clock is %s ahead: %w", skew.Round(time.Second), err))
	case errors.As(err, &expired):
		return nil, trouble(operation, kindAgain, err)
	case err != nil:
		return nil, trouble(operation, kindUntrusted, err)
	case token.Subject == "" || string(claims.Subject.OID) != token.Subject || claims.Subject.Type != "P":
		return nil, trouble(operation, kindUntrusted, errors.New("the token is not about a natural person"))
	}
	return &Session{OID: token.Subject, Trusted: claims.Subject.Trusted}, nil
}

// keySet verifies GOST signatures of tokens for go-oidc.
type keySet struct {
	keys []Key
	at   time.Time
}

// errUnknownKey means a token signed with a key that is not in the settings:
// ESIA has changed its certificate, or somebody else signed.
var errUnknownKey = errors.New("no certificate of ESIA in force for the token's key")

// VerifySignature returns the payload of a token that one of the keys signed.
func (s keySet) VerifySignature(_ context.Context, jwt string) ([]byte, error) {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return nil, errors.New("not a token of three parts")
	}
	var header struct {
		Alg string `json:"alg"`
		KID string `json:"kid"`
	}
	var decoded [3][]byte
	for i, p := range parts {
		var err error
		if decoded[i], err = base64.RawURLEncoding.Strict().DecodeString(p); err != nil {
			return nil, fmt.Errorf("part %d: %w", i+1, err)
		}
	}
	if err := json.Unmarshal(decoded[0], &header); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	err := errUnknownKey
	for _, k := range s.keys {
		if k.ID != "" && header.KID != "" && k.ID != header.KID || s.at.Before(k.Certificate.NotBefore) || s.at.After(k.Certificate.NotAfter) {
			continue
		}
		pub := k.Certificate.PublicKey
		if pub == nil || header.Alg != fmt.Sprint(algorithm, pub.Curve.Bits) {
			continue
		}
		h := pub.HashNew()
		h.Write([]byte(jwt[:len(parts[0])+1+len(parts[1])]))
		if err = gost.Verify(pub, h.Sum(nil), decoded[2]); err == nil {
			return textSubject(decoded[1])
		}
	}
	return nil, err
}

// textSubject turns a sub that is a number, as ESIA writes it, into the string
// that OpenID Connect demands (Core 1.0, section 2); all else stays.
func textSubject(payload []byte) ([]byte, error) {
	var claims map[string]json.RawMessage
	if err := json.Unmarshal(payload, &claims); err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	var sub number
	if err := json.Unmarshal(claims["sub"], &sub); err != nil {
		return nil, fmt.Errorf("sub: %w", err)
	}
	claims["sub"], _ = json.Marshal(string(sub)) // digits
	return json.Marshal(claims)
}

// number is an identifier that comes as a JSON number or a string of digits.
type number string

func (n *number) UnmarshalJSON(b []byte) error {
	b = bytes.Trim(b, `"`)
	if len(b) == 0 || len(b) > 20 || bytes.ContainsFunc(b, func(r rune) bool { return r < '0' || r > '9' }) {
		return errors.New("not an identifier in digits")
	}
	*n = number(b)
	return nil
}
