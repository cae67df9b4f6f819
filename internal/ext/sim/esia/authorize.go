package esia

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"signdesk/internal/ext/sim/state"
)

//go:embed consent.html
var pages embed.FS

var page = template.Must(template.ParseFS(pages, "consent.html"))

// ask is one authorisation request; it is kept under its state.
type ask struct {
	Redirect, Scope, OrgScope string
	Challenge                 string // of PKCE
	At                        time.Time
	Answered                  bool
}

// grant is a code that was given out, kept under its hash.
type grant struct {
	Ask    ask
	Person int64
	At     time.Time
	Used   bool
}

// authorize shows the page of consent.
func (s *Service) authorize(w http.ResponseWriter, r *http.Request) {
	state.Title(w, "вход: страница согласия")
	q := r.URL.Query()
	bad := s.check(q, "response_type", "access_type")
	switch {
	case bad != nil:
	case q.Get("response_type") != "code" || q.Get("access_type") != "online" && q.Get("access_type") != "offline":
		bad = wrongValue
	case q.Get("code_challenge") != "" && q.Get("code_challenge_method") != "S256":
		bad = wrongValue
	case s.Knobs().Refuse != "":
		bad = denied
	}
	if bad != nil {
		s.back(w, r, q.Get("redirect_uri"), q.Get("state"), "", bad)
		return
	}
	a := ask{Redirect: q.Get("redirect_uri"), Scope: q.Get("scope"), OrgScope: q.Get("scope_org"), Challenge: q.Get("code_challenge"), At: s.now()}
	err := s.Store.Update(func(tx *state.Tx) error {
		var before ask
		if err := tx.Get(s.Bucket("asks"), q.Get("state"), &before); err == nil && (before.Answered || before.Redirect != a.Redirect) {
			return errReplay
		}
		return tx.Put(s.Bucket("asks"), q.Get("state"), a)
	})
	if err != nil {
		s.back(w, r, a.Redirect, q.Get("state"), "", wrongValue)
		return
	}
	target, _ := url.Parse(a.Redirect) // registered
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' "+target.Scheme+"://"+target.Host+"; frame-ancestors 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	var out bytes.Buffer
	if err := page.Execute(&out, struct {
		Client, State, Scope, OrgScope string
		People                         []Person
	}{s.ClientID, q.Get("state"), a.Scope, a.OrgScope, s.People}); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(out.Bytes())
}

var errReplay = errors.New("the request was answered before")

// consent takes the person's answer and sends the browser back.
func (s *Service) consent(w http.ResponseWriter, r *http.Request) {
	state.Title(w, "вход: ответ человека")
	id, code := r.FormValue("state"), ""
	var a ask
	err := s.Store.Update(func(tx *state.Tx) error {
		if err := tx.Get(s.Bucket("asks"), id, &a); err != nil {
			return err
		}
		if a.Answered || s.now().Sub(a.At) > window {
			return errReplay
		}
		a.Answered = true
		if err := tx.Put(s.Bucket("asks"), id, a); err != nil {
			return err
		}
		p, ok := s.find(r.FormValue("person"))
		if r.FormValue("answer") != "allow" || !ok {
			return s.Count(tx, "declined")
		}
		var err error
		now := s.now()
		code, err = s.token("authorization_code", map[string]any{"client_id": s.ClientID, "iat": now.Unix(), "exp": now.Add(codeLife).Unix(),
			"urn:esia:client:state": id, "urn:esia:sid": random()})
		if err != nil {
			return err
		}
		return tx.Put(s.Bucket("codes"), hashed(code), grant{Ask: a, Person: p.OID, At: now})
	})
	switch {
	case err != nil:
		http.Error(w, "Этот запрос на вход уже закрыт. Вернитесь и начните вход заново.", http.StatusConflict)
	case code == "":
		s.back(w, r, a.Redirect, id, "", denied)
	default:
		s.back(w, r, a.Redirect, id, code, nil)
	}
}

// back sends the browser to the client with a code or an error; to an address
// that is not registered nobody is sent.
func (s *Service) back(w http.ResponseWriter, r *http.Request, address, id, code string, bad *refusal) {
	u, err := url.Parse(address)
	if err != nil || !s.registered(address) || bad == wrongClient || bad == wrongAddress {
		http.Error(w, bad.description(), http.StatusBadRequest)
		return
	}
	q := u.Query()
	q.Set("state", id)
	if bad != nil {
		q.Set("error", bad.name)
		q.Set("error_description", bad.description())
	} else {
		q.Set("code", code)
	}
	u.RawQuery = q.Encode()
	http.Redirect(w, r, u.String(), http.StatusFound)
}

func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func random() string {
	var b [16]byte
	rand.Read(b[:])
	return fmt.Sprintf("%x", b)
}
