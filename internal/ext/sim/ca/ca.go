// Package ca plays an accredited certification authority over CMP (RFC 4210,
// RFC 9480, HTTP transfer RFC 6712): p10cr, pollReq, certConf and rr at one
// address, with certificates of the qualified profile on GOST keys.
//
// A request is first told to wait; the certificate comes by polling, once. The
// same transaction asked again gets the same certificate, the same key under
// another transaction is refused while the first request lives, so no client
// that repeats itself ends with two. Messages must carry the password-based
// MAC of the shared secret; unprotected ones are answered with an error. EST
// (RFC 7030) leads to the same orders.
package ca

import (
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"

	"signdesk/internal/ext/sim/pki"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
)

// Reference is the name under which the shared secret is registered (senderKID).
const Reference = "console"

const maxMessage = 256 << 10 // bytes of a PKIMessage

// Service is the authority.
type Service struct {
	*state.System
	Root, Issuer *pki.Identity
	Responder    *pki.Identity // signs OCSP answers for the issuer
	Foreign      *pki.Identity // an authority that nobody has accredited
	Lists, OCSP  *state.System // the tempers of /ca/crl and /ca/ocsp
	Secret       []byte
	BaseURL      string // written into certificates: where chain and CRL are fetched
}

// Defaults are the knobs of a fresh world.
func Defaults() state.Knobs { return state.Knobs{WaitSeconds: 4} }

type tx = state.Tx

// ServeHTTP answers one PKIMessage with another (RFC 6712).
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/pkixcmp") {
		http.Error(w, "POST application/pkixcmp", http.StatusBadRequest)
		return
	}
	der, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
	if err != nil {
		http.Error(w, "message too large", http.StatusRequestEntityTooLarge)
		return
	}
	m, err := parseMessage(der)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	state.Title(w, bodyNames[m.kind])
	var out []byte
	p, err := s.check(m)
	if err == nil {
		var reply *pbm
		if reply, err = p.reply(); err == nil {
			out, err = s.write(m, reply, s.serve(m))
		}
	} else {
		// whoever does not know the secret gets an unprotected error
		out, err = s.write(m, nil, errorBody(refusal(failBadMessageCheck, err.Error())))
	}
	if err != nil {
		s.Log.Error("cmp", "err", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/pkixcmp")
	_, _ = w.Write(out)
}

func (s *Service) check(m *message) (*pbm, error) {
	if m.protection == nil || m.algorithm == nil {
		return nil, errors.New("message is not protected")
	}
	if string(m.senderKID) != Reference {
		return nil, errors.New("unknown reference value")
	}
	return m.authentic(s.Secret)
}

func (s *Service) serve(m *message) body {
	var out body
	var err error
	switch m.kind {
	case bodyP10CR:
		out, err = s.request(m)
	case bodyPollReq:
		out, err = s.poll(m)
	case bodyCertConf:
		out, err = s.confirm(m)
	case bodyRR:
		out, err = s.revoke(m)
	default:
		err = refusal(failBadRequest, "body type is not served")
	}
	if err == nil {
		return out
	}
	var st *status
	if !errors.As(err, &st) {
		s.Log.Error("cmp", "body", m.kind, "err", err)
		st = refusal(failSystemFailure, "internal error")
	}
	return errorBody(st)
}

func (m *message) id() string { return hex.EncodeToString(m.transaction) }

// CertSerial is how a serial number is written in buckets and by people.
func certSerial(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

// Issued finds a certificate by its serial number in upper-case hex.
func (s *Service) Issued(tx *state.Tx, serial string) (cert *gost.Certificate, revoked, ok bool) {
	var c certificate
	if err := tx.Get(s.Bucket("certs"), strings.ToUpper(strings.TrimLeft(serial, "0")), &c); err != nil {
		return nil, false, false
	}
	cert, err := gost.ParseCertificate(c.DER)
	return cert, !c.RevokedAt.IsZero(), err == nil
}

// certificate is one issued certificate.
type certificate struct {
	DER         []byte    `json:"der"`
	Transaction string    `json:"transaction"`
	RevokedAt   time.Time `json:"revoked_at"`
	Reason      int       `json:"reason"` // CRLReason
}

func readInt(s *cryptobyte.String) (int64, bool) {
	var n int64
	ok := s.ReadASN1Integer(&n)
	return n, ok
}
