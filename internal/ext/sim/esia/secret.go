package esia

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"signdesk/internal/gost"
)

// refusal is one of ESIA's errors.
type refusal struct {
	name string // of OAuth
	code string
	text string
}

func (r *refusal) description() string { return r.code + ": " + r.text }

var (
	missing      = &refusal{"invalid_request", "ESIA-007014", "The request doesn't contain the mandatory parameter"}
	wrongValue   = &refusal{"invalid_request", "ESIA-007003", "OAuthErrorEnum.clientInvalid"}
	wrongTime    = &refusal{"invalid_request", "ESIA-007015", "OAuthErrorEnum.wrongTimestamp"}
	wrongClient  = &refusal{"unauthorized_client", "ESIA-007002", "OAuthErrorEnum.certificate"}
	wrongSecret  = &refusal{"invalid_request", "ESIA-007053", "OAuthErrorEnum.clientSecretWrong"}
	wrongScope   = &refusal{"invalid_scope", "ESIA-007006", "OAuthErrorEnum.invalidScope"}
	wrongAddress = &refusal{"invalid_request", "ESIA-007023", "OAuthErrorEnum.redirectUri"}
	wrongCode    = &refusal{"invalid_grant", "ESIA-007011", "OAuthErrorEnum.invalidGrant"}
	noChallenge  = &refusal{"invalid_request", "ESIA-007039", "OAuthErrorEnum.noCodeChallenge"}
	wrongProof   = &refusal{"invalid_grant", "ESIA-007040", "OAuthErrorEnum.codeVerifier"}
	denied       = &refusal{"access_denied", "ESIA-007004", "OAuthErrorEnum.accessDenied"}
)

var (
	uuidForm  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	stampForm = regexp.MustCompile(`^\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d [+-]\d{4}$`)
)

// scopes that the client was given.
var scopes = map[string]bool{}

func init() {
	for _, s := range strings.Fields("openid fullname birthdate birthplace gender citizenship snils inn id_doc email mobile contacts addresses usr_org " +
		"org_shortname org_fullname org_type org_ogrn org_inn org_kpp") {
		scopes[s] = true
	}
}

// check proves that the parameters are the client's own and of now. once names
// those that must be there beside the usual ones.
func (s *Service) check(q url.Values, once ...string) *refusal {
	for _, name := range append(once, "client_id", "client_secret", "client_certificate_hash", "redirect_uri", "scope", "state", "timestamp") {
		if q.Get(name) == "" {
			return missing
		}
	}
	for _, values := range q {
		if len(values) != 1 {
			return wrongValue
		}
	}
	at, err := time.Parse("2006.01.02 15:04:05 -0700", q.Get("timestamp"))
	switch {
	case q.Get("client_id") != s.ClientID:
		return wrongClient
	case !s.registered(q.Get("redirect_uri")):
		return wrongAddress
	case !uuidForm.MatchString(q.Get("state")):
		return wrongValue
	case err != nil || !stampForm.MatchString(q.Get("timestamp")) || at.Sub(s.now()).Abs() > window:
		return wrongTime
	case !s.signed(q):
		return wrongSecret
	}
	for _, scope := range strings.Fields(q.Get("scope") + " " + q.Get("scope_org")) {
		if !scopes[scope] {
			return wrongScope
		}
	}
	return nil
}

// signed verifies client_secret by the registered certificate.
func (s *Service) signed(q url.Values) bool {
	hash := gost.Sum256(s.Client.Raw)
	if !strings.EqualFold(q.Get("client_certificate_hash"), fmt.Sprintf("%x", hash[:])) || s.now().After(s.Client.NotAfter) {
		return false
	}
	sig, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(q.Get("client_secret"), "="))
	if err != nil {
		return false
	}
	text := q.Get("client_id") + q.Get("scope") + q.Get("scope_org") + q.Get("timestamp") + q.Get("state") + q.Get("redirect_uri") + q.Get("code")
	digest := gost.Sum256([]byte(text))
	return gost.Verify(s.Client.PublicKey, digest[:], sig) == nil
}
