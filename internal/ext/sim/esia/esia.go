// Package esia plays ESIA, the state's identification system: the page where
// a person says who he is and what he shows, the exchange of the code for
// tokens, and the REST interface with the person's data.
//
// It is as strict as the real one is said to be. A request must carry every
// parameter once; its client_secret must be the raw GOST signature of exactly
// its own parameters in their order, by the certificate whose Streebog hash it
// names; its time must be of now; the address to come back to must be
// registered. A code serves once, for a minute, and only the browser that
// asked for it when PKCE was used. Tokens are JWT signed with GOST R 34.10-2012.
// A request is answered by ESIA's own error codes.
//
// Its temper lies in the knobs: down, slow, refusing, signing badly, and tokens
// that a client must not believe.
package esia

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"signdesk/internal/ext/sim/pki"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
)

// What the token knob makes of tokens.
const (
	TokenExpired    = "expired"
	TokenOtherAud   = "other_aud"
	TokenOtherIss   = "other_iss"
	TokenUnknownKey = "unknown_kid"
	TokenClock      = "clock" // all of ESIA is ten minutes ahead
)

const (
	window   = 5 * time.Minute // for timestamps
	codeLife = time.Minute
	life     = time.Hour // of tokens
)

// Service is ESIA with one registered client.
type Service struct {
	*state.System
	Identity  *pki.Identity     // signs tokens
	ClientID  string            // mnemonic of the client
	Client    *gost.Certificate // registered for it
	Redirects []string          // addresses registered for it; nil = any of this machine
	People    []Person
}

// Handler serves the interface below the prefix.
func (s *Service) Handler(prefix string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /aas/oauth2/v2/ac", s.authorize)
	mux.HandleFunc("POST /aas/oauth2/v2/ac", s.consent)
	mux.HandleFunc("POST /aas/oauth2/v3/te", s.exchange)
	mux.HandleFunc("GET /idp/ext/Logout", s.logout)
	mux.HandleFunc("GET /rs/prns/{oid}", s.rest(s.person))
	mux.HandleFunc("GET /rs/prns/{oid}/{what}", s.rest(s.collection))
	mux.HandleFunc("GET /rs/orgs/{oid}", s.rest(s.organisation))
	return http.StripPrefix(prefix, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
		w.Header().Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	}))
}

func (s *Service) now() time.Time {
	if s.Knobs().Token == TokenClock {
		return s.Now().Add(10 * time.Minute)
	}
	return s.Now()
}

// registered reports whether people may be sent back to the address.
func (s *Service) registered(address string) bool {
	if s.Redirects != nil {
		return slices.Contains(s.Redirects, address)
	}
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost")
}

// logout ends nothing, since nobody stays signed in here; it sends people back.
func (s *Service) logout(w http.ResponseWriter, r *http.Request) {
	back := r.URL.Query().Get("redirect_url")
	if r.URL.Query().Get("client_id") != s.ClientID || back != "" && !s.registered(back) {
		http.Error(w, "ESIA-007023", http.StatusBadRequest)
		return
	}
	if back == "" {
		back = "/"
	}
	http.Redirect(w, r, back, http.StatusFound)
}
