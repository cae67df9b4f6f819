package staff

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"signdesk/internal/db"
	"signdesk/internal/fault"
)

// OIDC signs staff in at the organisation's own identity provider: discovery,
// authorization code, PKCE (S256) and nonce. An employee is found by issuer and
// subject; at the first sign-in by a verified e-mail that one employee has.
type OIDC struct {
	issuer   string
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	client   *http.Client
}

// NewOIDC discovers the provider; callback is the address it sends people back to.
func NewOIDC(ctx context.Context, issuer, clientID, secret, callback string) (*OIDC, error) {
	client := &http.Client{Timeout: 10 * time.Second}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, client), issuer)
	if err != nil {
		return nil, fmt.Errorf("discover OIDC provider: %w", err)
	}
	return &OIDC{
		issuer: issuer, client: client,
		oauth: oauth2.Config{ClientID: clientID, ClientSecret: secret, RedirectURL: callback,
			Endpoint: provider.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "profile", "email"}},
		verifier: provider.Verifier(&oidc.Config{ClientID: clientID}),
	}, nil
}

// Attempt is what the browser's session keeps between leaving and coming back.
type Attempt struct{ State, Nonce, Verifier string }

// Begin returns a fresh attempt and the provider's address to send the browser to.
func (o *OIDC) Begin() (Attempt, string) {
	a := Attempt{State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier()}
	return a, o.oauth.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier))
}

// Finish exchanges the code for a verified token and returns the employee.
func (o *OIDC) Finish(ctx context.Context, d *db.DB, now time.Time, a Attempt, state, code string) (*Employee, error) {
	again := func(err error) error {
		return fault.Wrap(fault.Unauthenticated, "Вход через поставщика удостоверений не завершён. Начните вход заново.", err)
	}
	if a.State == "" || subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1 {
		return nil, again(errors.New("state does not match"))
	}
	ctx = oidc.ClientContext(ctx, o.client)
	token, err := o.oauth.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return nil, again(fmt.Errorf("exchange code: %w", err))
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := o.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, again(fmt.Errorf("verify id_token: %w", err))
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(a.Nonce)) != 1 {
		return nil, again(errors.New("nonce does not match"))
	}
	var claims struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
	}
	if err := id.Claims(&claims); err != nil {
		return nil, again(fmt.Errorf("read claims: %w", err))
	}
	if !claims.Verified {
		claims.Email = ""
	}
	employee, err := findByToken(ctx, d, id.Issuer, id.Subject, strings.ToLower(claims.Email))
	if err != nil {
		return nil, err
	}
	return enter(ctx, d, now, employee, "staff.sign_in_oidc")
}

// findByToken looks by subject first and binds an unbound employee by e-mail once.
func findByToken(ctx context.Context, d *db.DB, issuer, subject, email string) (int64, error) {
	var id int64
	err := d.Plain().QueryRowContext(ctx, `SELECT id FROM employee WHERE oidc_issuer = ? AND oidc_subject = ? AND active`, issuer, subject).Scan(&id)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	if email != "" {
		err = d.Plain().QueryRowContext(ctx, `UPDATE employee SET oidc_issuer = ?, oidc_subject = ?
			WHERE active AND oidc_subject = '' AND lower(email) = ? AND (SELECT count(*) FROM employee WHERE active AND lower(email) = ?) = 1
			RETURNING id`, issuer, subject, email, email).Scan(&id)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return id, err
		}
	}
	return 0, fault.New(fault.Forbidden, "Ваша учётная запись не заведена в консоли. Обратитесь к администратору.")
}
