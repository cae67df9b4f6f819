package ca

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"signdesk/internal/ext/sim/state"
)

// EST serves the same authority by RFC 7030 under /ca/est: cacerts and
// simpleenroll. Name and password are the reference and secret of CMP. The same
// PKCS#10 sent again belongs to the same order, so a client that repeats itself
// ends with one certificate here as well.
func (s *Service) EST(mux *http.ServeMux) {
	mux.Handle("GET /ca/est/cacerts", s.Guard(s.known(func(w http.ResponseWriter, _ *http.Request) {
		s.certsOnly(w, s.Issuer.Cert.Raw, s.Root.Cert.Raw)
	})))
	mux.Handle("POST /ca/est/simpleenroll", s.Guard(s.known(s.enroll)))
}

// known lets in who knows the secret (RFC 7030, 3.2.3).
func (s *Service) known(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if subtle.ConstantTimeCompare([]byte(user), []byte(Reference))&subtle.ConstantTimeCompare([]byte(password), s.Secret) != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="est"`)
			http.Error(w, "unknown applicant", http.StatusUnauthorized)
			return
		}
		next(w, r)
	})
}

func (s *Service) enroll(w http.ResponseWriter, r *http.Request) {
	if media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); media != "application/pkcs10" {
		http.Error(w, "application/pkcs10", http.StatusUnsupportedMediaType)
		return
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
	if err != nil {
		http.Error(w, "message too large", http.StatusRequestEntityTooLarge)
		return
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		http.Error(w, "PKCS#10 is not base64", http.StatusBadRequest)
		return
	}
	state.Title(w, "simpleenroll")
	sum := sha256.Sum256(der)
	id := "est-" + hex.EncodeToString(sum[:16])
	var o Order
	err = s.Store.Update(func(tx *tx) error {
		switch err := tx.Get(s.Bucket("orders"), id, &o); {
		case errors.Is(err, state.ErrNotFound):
			var st *status
			if o, st = s.take(tx, id, der); st != nil {
				return st
			}
		case err != nil:
			return err
		case !bytes.Equal(o.Request, der):
			return refusal(failBadRequest, "another request of this name")
		}
		return s.decide(tx, &o)
	})
	var st *status
	switch {
	case errors.As(err, &st):
		http.Error(w, st.text, http.StatusBadRequest)
	case err != nil:
		s.Log.Error("est", "err", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
	case o.State == Waiting:
		left := o.ReadyAt.Sub(s.Now()).Seconds()
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(left)))))
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, "заявка на рассмотрении\n")
	case o.State == Refused:
		http.Error(w, o.Reason, http.StatusBadRequest)
	default:
		issued := bytes.Clone(o.Certificate)
		if s.Knobs().WrongSignature {
			issued[len(issued)-1] ^= 1
		}
		s.certsOnly(w, issued)
	}
}

// certsOnly writes a Simple PKI Response (RFC 5272, 4.1).
func (s *Service) certsOnly(w http.ResponseWriter, certificates ...[]byte) {
	var b cryptobyte.Builder
	data := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2})
		b.AddASN1(explicit(0), func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1(cbasn1.SET, func(*cryptobyte.Builder) {})
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(data) })
				b.AddASN1(explicit(0), func(b *cryptobyte.Builder) {
					for _, der := range certificates {
						b.AddBytes(der)
					}
				})
				b.AddASN1(cbasn1.SET, func(*cryptobyte.Builder) {})
			})
		})
	})
	der, err := b.Bytes()
	if err != nil {
		s.Log.Error("est", "err", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/pkcs7-mime; smime-type=certs-only")
	w.Header().Set("Content-Transfer-Encoding", "base64")
	_, _ = io.WriteString(w, base64.StdEncoding.EncodeToString(der))
}
