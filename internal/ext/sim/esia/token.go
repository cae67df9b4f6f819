package esia

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
)

// access is what a token opens, kept under its hash.
type access struct {
	Person          int64
	Scope, OrgScope string
	Expires         time.Time
}

// exchange gives tokens for a code, once.
func (s *Service) exchange(w http.ResponseWriter, r *http.Request) {
	state.Title(w, "обмен кода на маркеры")
	if err := r.ParseForm(); err != nil || len(r.URL.RawQuery) > 0 {
		s.refuse(w, "", wrongValue)
		return
	}
	q := r.PostForm
	id := q.Get("state")
	bad := s.check(q, "code", "grant_type", "token_type")
	if bad == nil && (q.Get("grant_type") != "authorization_code" || q.Get("token_type") != "Bearer") {
		bad = wrongValue
	}
	if bad == nil && s.Knobs().Refuse != "" {
		bad = denied
	}
	if bad != nil {
		s.refuse(w, id, bad)
		return
	}
	var answer map[string]any
	err := s.Store.Update(func(tx *state.Tx) error {
		var g grant
		key := hashed(q.Get("code"))
		if err := tx.Get(s.Bucket("codes"), key, &g); err != nil || g.Used || s.now().Sub(g.At) > codeLife ||
			g.Ask.Redirect != q.Get("redirect_uri") || g.Ask.Scope != q.Get("scope") || g.Ask.OrgScope != q.Get("scope_org") {
			bad = wrongCode
			return nil
		}
		g.Used = true // a wrong proof uses the code up as well
		if err := tx.Put(s.Bucket("codes"), key, g); err != nil {
			return err
		}
		switch verifier := q.Get("code_verifier"); {
		case g.Ask.Challenge == "" && verifier != "":
			bad = noChallenge
		case g.Ask.Challenge != "" && challenge(verifier) != g.Ask.Challenge:
			bad = wrongProof
		}
		if bad != nil {
			return nil
		}
		var err error
		if answer, err = s.tokens(tx, &g, "http://"+r.Host+"/"); err != nil {
			return err
		}
		answer["state"] = id
		return s.Count(tx, "sign_ins")
	})
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	case bad != nil:
		s.refuse(w, id, bad)
	default:
		reply(w, http.StatusOK, answer)
	}
}

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (s *Service) refuse(w http.ResponseWriter, id string, bad *refusal) {
	reply(w, http.StatusBadRequest, map[string]string{"error": bad.name, "error_description": bad.description(), "state": id})
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may be gone
}

// tokens makes both tokens with the temper that is switched on.
func (s *Service) tokens(tx *state.Tx, g *grant, issuer string) (map[string]any, error) {
	p, ok := s.byOID(g.Person)
	if !ok {
		return nil, fmt.Errorf("no person %d", g.Person)
	}
	now, aud := s.now(), s.ClientID
	from := now
	switch s.Knobs().Token {
	case TokenExpired:
		from = now.Add(-2 * life)
	case TokenOtherAud:
		aud = "OTHER01"
	case TokenOtherIss:
		issuer = "http://esia.example.test/"
	}
	session := random()
	var owned []string
	for _, scope := range strings.Fields(g.Ask.Scope) {
		owned = append(owned, fmt.Sprintf("%s?oid=%d", scope, p.OID))
	}
	open, err := s.token("access", map[string]any{"iss": issuer, "client_id": s.ClientID, "urn:esia:sid": session, "urn:esia:sbj_id": p.OID,
		"scope": strings.Join(owned, " "), "nbf": now.Unix(), "iat": now.Unix(), "exp": now.Add(life).Unix()})
	if err != nil {
		return nil, err
	}
	subject := map[string]any{"urn:esia:sbj:typ": "P", "urn:esia:sbj:oid": p.OID, "urn:esia:sbj:nam": fmt.Sprintf("OID.%d", p.OID)}
	if !p.Unconfirmed {
		subject["urn:esia:sbj:is_tru"] = true
	}
	who, err := s.token("id", map[string]any{"iss": issuer, "aud": aud, "sub": p.OID, "amr": "PWD", "urn:esia:amd": "PWD", "auth_time": from.Unix(),
		"nbf": from.Unix(), "iat": from.Unix(), "exp": from.Add(life).Unix(), "urn:esia:sid": session, "urn:esia:sbj": subject})
	if err != nil {
		return nil, err
	}
	err = tx.Put(s.Bucket("tokens"), hashed(open), access{Person: p.OID, Scope: g.Ask.Scope, OrgScope: g.Ask.OrgScope, Expires: now.Add(life)})
	return map[string]any{"access_token": open, "id_token": who, "token_type": "Bearer", "expires_in": int(life / time.Second)}, err
}

// token signs claims: a JWT with the sort of token in sbt, as ESIA's are.
func (s *Service) token(sort string, claims map[string]any) (string, error) {
	key, kid := s.Identity.Key, s.Identity.Cert.SerialHex()
	if s.Knobs().Token == TokenUnknownKey {
		var err error
		if key, err = gost.GenerateKey(rand.Reader, gost.CryptoProA); err != nil {
			return "", err
		}
		kid = "0BAD"
	}
	part := func(v any) (string, error) {
		b, err := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(b), err
	}
	header, err := part(map[string]any{"ver": 1, "typ": "JWT", "sbt": sort, "alg": "GOST3410_2012_256", "kid": kid})
	if err != nil {
		return "", err
	}
	body, err := part(claims)
	if err != nil {
		return "", err
	}
	digest := gost.Sum256([]byte(header + "." + body))
	sig, err := key.Sign(rand.Reader, digest[:], nil)
	if err != nil {
		return "", err
	}
	if s.Knobs().WrongSignature {
		sig[0] ^= 1
	}
	return header + "." + body + "." + base64.RawURLEncoding.EncodeToString(sig), nil
}
