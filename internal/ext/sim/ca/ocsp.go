package ca

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"signdesk/internal/ext/sim/pki"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
)

// OCSPResponseStatus (RFC 6960, 4.2.1).
const (
	ocspMalformed = 1
	ocspInternal  = 2
	ocspTryLater  = 3
)

var (
	oidOCSPBasic   = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}
	oidOCSPNonce   = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 2}
	oidStreebog256 = asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 2, 2}
	oidSign256     = asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 3, 2}
)

// postOCSP takes the request in the body, getOCSP in the address, in base64
// (RFC 6960, appendix A.1).
func (s *Service) postOCSP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
	if err != nil || r.Header.Get("Content-Type") != "application/ocsp-request" {
		http.Error(w, "POST application/ocsp-request", http.StatusBadRequest)
		return
	}
	s.answerOCSP(w, body)
}

func (s *Service) getOCSP(w http.ResponseWriter, r *http.Request) {
	text, err := url.PathUnescape(r.PathValue("request"))
	if err != nil {
		text = r.PathValue("request")
	}
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		http.Error(w, "the address is no base64", http.StatusBadRequest)
		return
	}
	s.answerOCSP(w, body)
}

func (s *Service) answerOCSP(w http.ResponseWriter, request []byte) {
	state.Title(w, "OCSP")
	w.Header().Set("Content-Type", "application/ocsp-response")
	q, err := parseOCSP(request)
	switch {
	case s.OCSP.Knobs().Refuse != "":
		_, _ = w.Write(ocspFailure(ocspTryLater))
		return
	case err != nil:
		_, _ = w.Write(ocspFailure(ocspMalformed))
		return
	}
	out, err := s.ocspAnswer(q)
	if err != nil {
		s.Log.Error("ocsp", "err", err)
		out = ocspFailure(ocspInternal)
	}
	_, _ = w.Write(out)
}

func ocspFailure(status uint8) []byte { return []byte{0x30, 3, 0x0a, 1, status} }

// ocspQuery is an OCSPRequest: what was asked, and the nonce to repeat.
type ocspQuery struct {
	asked []certID
	nonce []byte // the extension's value
}

type certID struct {
	raw               []byte
	hash              asn1.ObjectIdentifier
	nameHash, keyHash []byte
	serial            []byte
}

var errOCSP = errors.New("not an OCSP request")

func parseOCSP(der []byte) (*ocspQuery, error) {
	in := cryptobyte.String(der)
	var whole, tbs, list, extensions cryptobyte.String
	var has bool
	if !in.ReadASN1(&whole, cbasn1.SEQUENCE) || !in.Empty() || !whole.ReadASN1(&tbs, cbasn1.SEQUENCE) ||
		!tbs.SkipOptionalASN1(explicit(0)) || !tbs.SkipOptionalASN1(explicit(1)) || !tbs.ReadASN1(&list, cbasn1.SEQUENCE) ||
		!tbs.ReadOptionalASN1(&extensions, &has, explicit(2)) || !tbs.Empty() {
		return nil, errOCSP
	}
	q := &ocspQuery{}
	for !list.Empty() && len(q.asked) < 20 {
		var one, id, algorithm, raw cryptobyte.String
		c := certID{}
		if !list.ReadASN1(&one, cbasn1.SEQUENCE) || !one.ReadASN1Element(&raw, cbasn1.SEQUENCE) {
			return nil, errOCSP
		}
		c.raw = raw
		if !raw.ReadASN1(&id, cbasn1.SEQUENCE) || !id.ReadASN1(&algorithm, cbasn1.SEQUENCE) || !algorithm.ReadASN1ObjectIdentifier(&c.hash) ||
			!id.ReadASN1Bytes(&c.nameHash, cbasn1.OCTET_STRING) || !id.ReadASN1Bytes(&c.keyHash, cbasn1.OCTET_STRING) || !id.ReadASN1Bytes(&c.serial, cbasn1.INTEGER) {
			return nil, errOCSP
		}
		q.asked = append(q.asked, c)
	}
	if len(q.asked) == 0 || !list.Empty() {
		return nil, errOCSP
	}
	var all cryptobyte.String
	if has && !extensions.ReadASN1(&all, cbasn1.SEQUENCE) {
		return nil, errOCSP
	}
	for !all.Empty() {
		var e, value cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !all.ReadASN1(&e, cbasn1.SEQUENCE) || !e.ReadASN1ObjectIdentifier(&oid) || !e.SkipOptionalASN1(cbasn1.BOOLEAN) || !e.ReadASN1(&value, cbasn1.OCTET_STRING) {
			return nil, errOCSP
		}
		if oid.Equal(oidOCSPNonce) {
			q.nonce = value
		}
	}
	return q, nil
}

// ours reports whether the certificate's issuer is this authority.
func (s *Service) ours(c certID) bool {
	var sum func([]byte) []byte
	switch {
	case c.hash.Equal(oidSHA1):
		sum = func(b []byte) []byte { h := sha1.Sum(b); return h[:] }
	case c.hash.Equal(oidSHA256):
		sum = func(b []byte) []byte { h := sha256.Sum256(b); return h[:] }
	case c.hash.Equal(oidStreebog256):
		sum = func(b []byte) []byte { h := gost.Sum256(b); return h[:] }
	default:
		return false
	}
	spki := cryptobyte.String(s.Issuer.Cert.RawSPKI)
	var body cryptobyte.String
	var bits asn1.BitString
	if !spki.ReadASN1(&body, cbasn1.SEQUENCE) || !body.SkipASN1(cbasn1.SEQUENCE) || !body.ReadASN1BitString(&bits) {
		return false
	}
	return bytes.Equal(c.nameHash, sum(s.Issuer.Cert.RawSubject)) && bytes.Equal(c.keyHash, sum(bits.Bytes))
}

// ocspAnswer makes the BasicOCSPResponse, good for an hour.
func (s *Service) ocspAnswer(q *ocspQuery) ([]byte, error) {
	k := s.OCSP.Knobs()
	now, signer := s.Now().UTC().Truncate(time.Second), s.Responder
	if k.Stale {
		now = now.AddDate(0, 0, -2)
	}
	if k.WrongSignature {
		signer = s.Foreign
	}
	books := make([]certificate, len(q.asked))
	known := make([]bool, len(q.asked))
	err := s.Store.View(func(tx *tx) error {
		for i, c := range q.asked {
			err := tx.Get(s.Bucket("certs"), certSerial(bytes.TrimLeft(c.serial, "\x00")), &books[i])
			if err != nil && !errors.Is(err, state.ErrNotFound) {
				return err
			}
			known[i] = err == nil && s.ours(c)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(explicit(1), func(b *cryptobyte.Builder) { b.AddBytes(signer.Cert.RawSubject) })
		b.AddASN1GeneralizedTime(now)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for i, c := range q.asked {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddBytes(c.raw)
					addStatus(b, books[i], known[i])
					b.AddASN1GeneralizedTime(now)
					b.AddASN1(explicit(0), func(b *cryptobyte.Builder) { b.AddASN1GeneralizedTime(now.Add(time.Hour)) })
				})
			}
		})
		if q.nonce != nil {
			b.AddASN1(explicit(1), func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1ObjectIdentifier(oidOCSPNonce)
						b.AddASN1OctetString(q.nonce)
					})
				})
			})
		}
	})
	data, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	return signOCSP(data, signer)
}

// addStatus writes CertStatus: good [0], revoked [1], unknown [2].
func addStatus(b *cryptobyte.Builder, c certificate, known bool) {
	switch {
	case !known:
		b.AddASN1(cbasn1.Tag(2).ContextSpecific(), func(*cryptobyte.Builder) {})
	case c.RevokedAt.IsZero():
		b.AddASN1(cbasn1.Tag(0).ContextSpecific(), func(*cryptobyte.Builder) {})
	default:
		b.AddASN1(explicit(1), func(b *cryptobyte.Builder) {
			b.AddASN1GeneralizedTime(c.RevokedAt.UTC().Truncate(time.Second))
			b.AddASN1(explicit(0), func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(c.Reason)) })
		})
	}
}

func signOCSP(data []byte, signer *pki.Identity) ([]byte, error) {
	digest := gost.Sum256(data)
	signature, err := signer.Key.Sign(rand.Reader, digest[:], nil)
	if err != nil {
		return nil, err
	}
	var basic, b cryptobyte.Builder
	basic.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(data)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidSign256) })
		b.AddASN1BitString(signature)
		b.AddASN1(explicit(0), func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(signer.Cert.Raw) })
		})
	})
	inner, err := basic.Bytes()
	if err != nil {
		return nil, err
	}
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Enum(0)
		b.AddASN1(explicit(0), func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidOCSPBasic)
				b.AddASN1OctetString(inner)
			})
		})
	})
	return b.Bytes()
}
