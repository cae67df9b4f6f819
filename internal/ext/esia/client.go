package esia

import (
	"crypto"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"signdesk/internal/gost"
)

// Client talks to one ESIA for one information system. Its methods may be
// called from several goroutines.
type Client struct {
	BaseURL     string   // https://esia.gosuslugi.ru, or https://esia-portal1.test.gosuslugi.ru
	ClientID    string   // mnemonic of the information system
	RedirectURI string   // where people come back; registered with ESIA letter by letter
	Scope       []string // openid fullname snils …; "openid" is asked for anyway
	OrgScope    []string // org_shortname org_ogrn …, of organisations the person chooses

	Signer      crypto.Signer     // the information system's key
	Certificate *gost.Certificate // and its certificate, registered with ESIA

	Issuer string // iss of tokens; "" = http://host/ of BaseURL, as ESIA writes it
	Keys   []Key  // ESIA's own; without one no token is believed

	// What an edition of the rules may change; zero values are those of v2/ac and v3/te.
	AuthorizePath, TokenPath, LogoutPath, PersonsPath, OrgsPath string

	SecretParts []string                // parameters under client_secret, in order
	TimeFormat  string                  // of timestamp, as time.Format wants it
	CertHash    func(der []byte) string // client_certificate_hash
	NoPKCE      bool                    // leave out code_challenge and code_verifier

	HTTP *http.Client     // nil: one with a timeout of half a minute
	Now  func() time.Time // nil: time.Now
}

// Key is a certificate ESIA signs tokens with.
type Key struct {
	ID          string // kid of the tokens it signs; "" = any token may be signed with it
	Certificate *gost.Certificate
}

// Attempt is one person on the way to ESIA and back. It is kept in the
// browser's session and used once.
type Attempt struct {
	State    string // UUID
	Verifier string // of PKCE (RFC 7636)
	At       time.Time
}

const (
	authorizePath = "/aas/oauth2/v2/ac"
	tokenPath     = "/aas/oauth2/v3/te"
	logoutPath    = "/idp/ext/Logout"
	personsPath   = "/rs/prns"
	orgsPath      = "/rs/orgs"
	timeFormat    = "2006.01.02 15:04:05 -0700"

	attemptAge = 15 * time.Minute // a person thinks no longer about consent
	maxAnswer  = 1 << 20          // bytes
)

// secretParts is the order of the rules since v2/ac: the same at both ends,
// with the code at its exchange.
var secretParts = []string{"client_id", "scope", "scope_org", "timestamp", "state", "redirect_uri", "code"}

var defaultHTTP = &http.Client{
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// SignInURL starts an attempt and returns the address to send the browser to.
// The error is *Error when the key is out of reach.
func (c *Client) SignInURL() (string, *Attempt, error) {
	a := &Attempt{State: uuid.NewString(), Verifier: oauth2.GenerateVerifier(), At: c.now()}
	q := c.parameters(a.State)
	if err := c.sign("sign-in", q); err != nil {
		return "", nil, err
	}
	q.Set("response_type", "code")
	q.Set("access_type", "online")
	if !c.NoPKCE {
		q.Set("code_challenge", oauth2.S256ChallengeFromVerifier(a.Verifier))
		q.Set("code_challenge_method", "S256")
	}
	return c.address(c.AuthorizePath, authorizePath) + "?" + q.Encode(), a, nil
}

// LogoutURL ends the person's session at ESIA and sends the browser on to back,
// which must be registered there; "" leaves it at ESIA.
func (c *Client) LogoutURL(back string) string {
	q := url.Values{"client_id": {c.ClientID}}
	if back != "" {
		q.Set("redirect_url", back)
	}
	return c.address(c.LogoutPath, logoutPath) + "?" + q.Encode()
}

// parameters are those that every signed request carries.
func (c *Client) parameters(state string) url.Values {
	format := c.TimeFormat
	if format == "" {
		format = timeFormat
	}
	q := url.Values{
		"client_id": {c.ClientID}, "redirect_uri": {c.RedirectURI}, "state": {state},
		"scope": {c.scope()}, "timestamp": {c.now().Format(format)},
	}
	if len(c.OrgScope) > 0 {
		q.Set("scope_org", strings.Join(c.OrgScope, " "))
	}
	return q
}

func (c *Client) scope() string {
	all := []string{"openid"}
	for _, s := range c.Scope {
		if s != "openid" {
			all = append(all, s)
		}
	}
	return strings.Join(all, " ")
}

// sign adds client_secret and the hash of the certificate it verifies by.
func (c *Client) sign(operation string, q url.Values) error {
	parts := c.SecretParts
	if parts == nil {
		parts = secretParts
	}
	var text strings.Builder
	for _, name := range parts {
		text.WriteString(q.Get(name))
	}
	if !c.Certificate.PublicKey.Equal(c.Signer.Public()) {
		return trouble(operation, kindSettings, errors.New("the certificate is not for the signing key"))
	}
	sig, err := gost.SignMessage(rand.Reader, c.Signer, []byte(text.String()))
	var passes interface{ Temporary() bool } // a key behind an agent tells whether its trouble does
	switch {
	case errors.As(err, &passes) && !passes.Temporary():
		return trouble(operation, kindSettings, err)
	case err != nil:
		return trouble(operation, kindUnsigned, err)
	}
	hash := c.CertHash
	if hash == nil {
		hash = streebog
	}
	q.Set("client_secret", base64.RawURLEncoding.EncodeToString(sig))
	q.Set("client_certificate_hash", hash(c.Certificate.Raw))
	return nil
}

// streebog is the hash by which ESIA finds the certificate: Streebog-256 of its
// DER form in upper-case hex, as cpverify prints it.
func streebog(der []byte) string {
	sum := gost.Sum256(der)
	return fmt.Sprintf("%X", sum[:])
}

// address is the base with the path that is set, or the usual one.
func (c *Client) address(path, usual string) string {
	if path == "" {
		path = usual
	}
	return strings.TrimSuffix(c.BaseURL, "/") + path
}

func (c *Client) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}
