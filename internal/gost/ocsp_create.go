package gost

import (
	"crypto"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// OCSPTemplate is what a responder says.
type OCSPTemplate struct {
	Code         OCSPCode // other than OCSPSuccessful: a refusal, and nothing below is written
	Answers      []OCSPAnswer
	ProducedAt   time.Time
	Nonce        []byte         // of the request; nil = none
	ByKey        bool           // the responder names itself by its key, not by its name
	Certificates []*Certificate // sent along: a delegated responder's own
}

// CreateOCSPResponse returns a response in DER, signed by the responder's key.
// For a refusal, which nobody signs, responder and key may be nil.
func CreateOCSPResponse(rand io.Reader, responder *Certificate, key crypto.Signer, t OCSPTemplate) ([]byte, error) {
	der, err := t.create(rand, responder, key)
	if err != nil {
		return nil, fmt.Errorf("create OCSP response: %w", err)
	}
	return der, nil
}

func (t *OCSPTemplate) create(rand io.Reader, responder *Certificate, key crypto.Signer) ([]byte, error) {
	if t.Code != OCSPSuccessful {
		return sequence(func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(t.Code)) })
	}
	if responder.PublicKey == nil || !responder.PublicKey.Equal(key.Public()) {
		return nil, errors.New("the key is not the responder's")
	}
	body, err := sequence(func(b *cryptobyte.Builder) { t.addData(b, responder) })
	if err != nil {
		return nil, err
	}
	pub, sig, err := signBytes(rand, key, body)
	if err != nil {
		return nil, err
	}
	basic, err := sequence(func(b *cryptobyte.Builder) {
		b.AddBytes(body)
		addAlgorithm(b, pub.Curve.signatureOID())
		b.AddASN1BitString(sig)
		if len(t.Certificates) > 0 {
			b.AddASN1(tag0, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					for _, c := range t.Certificates {
						b.AddBytes(c.Raw)
					}
				})
			})
		}
	})
	if err != nil {
		return nil, err
	}
	return sequence(func(b *cryptobyte.Builder) {
		b.AddASN1Enum(int64(OCSPSuccessful))
		b.AddASN1(tag0, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidOCSPBasic)
				b.AddASN1OctetString(basic)
			})
		})
	})
}

// addData writes ResponseData.
func (t *OCSPTemplate) addData(b *cryptobyte.Builder, responder *Certificate) {
	if t.ByKey {
		b.AddASN1(cbasn1.Tag(2).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
			b.AddASN1OctetString(responder.ocspKey())
		})
	} else {
		b.AddASN1(cbasn1.Tag(1).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddBytes(responder.RawSubject) })
	}
	b.AddASN1GeneralizedTime(t.ProducedAt.UTC())
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, a := range t.Answers {
			b.AddASN1(cbasn1.SEQUENCE, a.add)
		}
	})
	addNonce(b, 1, t.Nonce)
}

// add writes SingleResponse.
func (a *OCSPAnswer) add(b *cryptobyte.Builder) {
	a.ID.add(b)
	switch a.State {
	case StatusGood:
		b.AddASN1(cbasn1.Tag(0).ContextSpecific(), func(*cryptobyte.Builder) {})
	case StatusRevoked:
		b.AddASN1(cbasn1.Tag(1).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
			b.AddASN1GeneralizedTime(a.RevokedAt.UTC())
			if a.Reason != Unspecified {
				b.AddASN1(tag0, func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(a.Reason)) })
			}
		})
	default:
		b.AddASN1(cbasn1.Tag(2).ContextSpecific(), func(*cryptobyte.Builder) {})
	}
	b.AddASN1GeneralizedTime(a.ThisUpdate.UTC())
	if !a.NextUpdate.IsZero() {
		b.AddASN1(tag0, func(b *cryptobyte.Builder) { b.AddASN1GeneralizedTime(a.NextUpdate.UTC()) })
	}
}
