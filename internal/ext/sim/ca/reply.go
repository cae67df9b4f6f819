package ca

import (
	"crypto/rand"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// PKIStatus and PKIFailureInfo (RFC 4210, 5.2.3).
const (
	statusAccepted  = 0
	statusRejection = 2
	statusWaiting   = 3

	failBadMessageCheck  = 1
	failBadRequest       = 2
	failBadCertID        = 4
	failBadDataFormat    = 5
	failBadPOP           = 9
	failCertRevoked      = 10
	failTransactionInUse = 21
	failSystemFailure    = 25
	failDuplicateCertReq = 26
)

// status is a PKIStatusInfo.
type status struct {
	code int
	text string
	fail int // bit of PKIFailureInfo, -1 = none
}

func refusal(fail int, text string) *status {
	return &status{code: statusRejection, text: text, fail: fail}
}

func (s *status) Error() string { return s.text }

func (s *status) add(b *cryptobyte.Builder) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(int64(s.code))
		if s.text != "" {
			freeText(b, s.text)
		}
		if s.code == statusRejection && s.fail >= 0 {
			bits := make([]byte, s.fail/8+1)
			bits[s.fail/8] = 0x80 >> (s.fail % 8)
			b.AddASN1(cbasn1.BIT_STRING, func(b *cryptobyte.Builder) {
				b.AddUint8(uint8(7 - s.fail%8)) // a named bit list ends at its last one
				b.AddBytes(bits)
			})
		}
	})
}

func freeText(b *cryptobyte.Builder, text string) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(text)) })
	})
}

// body is the answer's PKIBody.
type body func(b *cryptobyte.Builder)

func choice(kind int, content func(*cryptobyte.Builder)) body {
	return func(b *cryptobyte.Builder) { b.AddASN1(explicit(kind), content) }
}

// certBody is cp: one CertResponse, with the certificate when there is one.
func certBody(reqID int64, st *status, cert []byte) body {
	return choice(bodyCP, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1Int64(reqID)
					st.add(b)
					if cert != nil {
						b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
							b.AddASN1(explicit(0), func(b *cryptobyte.Builder) { b.AddBytes(cert) })
						})
					}
				})
			})
		})
	})
}

func pollBody(reqID int64, after time.Duration, reason string) body {
	return choice(bodyPollRep, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(reqID)
				b.AddASN1Int64(max(1, int64((after+time.Second-1)/time.Second)))
				freeText(b, reason)
			})
		})
	})
}

func confirmBody() body {
	return choice(bodyPKIConf, func(b *cryptobyte.Builder) { b.AddASN1NULL() })
}

func revokedBody(st *status) body {
	return choice(bodyRP, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { st.add(b) })
		})
	})
}

func errorBody(st *status) body {
	return choice(bodyError, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { st.add(b) })
	})
}

// write makes the whole PKIMessage: pvno 2, our name, the caller's nonce as
// recipNonce, our certificates as extraCerts, and the MAC when p is given.
func (s *Service) write(to *message, p *pbm, make body) ([]byte, error) {
	nonce := [16]byte{}
	if _, err := rand.Read(nonce[:]); err != nil {
		return nil, err
	}
	hb := cryptobyte.NewBuilder(nil)
	hb.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(2)
		b.AddASN1(explicit(4), func(b *cryptobyte.Builder) { b.AddBytes(s.Issuer.Cert.RawSubject) }) // directoryName
		b.AddBytes(to.sender)
		b.AddASN1(explicit(0), func(b *cryptobyte.Builder) { b.AddASN1GeneralizedTime(s.Now().UTC()) })
		if p != nil {
			b.AddASN1(explicit(1), p.add)
			b.AddASN1(explicit(2), func(b *cryptobyte.Builder) { b.AddASN1OctetString([]byte(Reference)) })
		}
		for i, v := range [][]byte{to.transaction, nonce[:], to.nonce} {
			b.AddASN1(explicit(4+i), func(b *cryptobyte.Builder) { b.AddASN1OctetString(v) })
		}
	})
	header, err := hb.Bytes()
	if err != nil {
		return nil, err
	}
	bb := cryptobyte.NewBuilder(nil)
	make(bb)
	content, err := bb.Bytes()
	if err != nil {
		return nil, err
	}
	out := cryptobyte.NewBuilder(nil)
	data, err := protected(header, content)
	if err != nil {
		return nil, err
	}
	out.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(header)
		b.AddBytes(content)
		if p != nil {
			mac := p.sum(s.Secret, data)
			if s.Knobs().WrongSignature {
				mac[0] ^= 1
			}
			b.AddASN1(explicit(0), func(b *cryptobyte.Builder) { b.AddASN1BitString(mac) })
		}
		b.AddASN1(explicit(1), func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddBytes(s.Issuer.Cert.Raw)
				b.AddBytes(s.Root.Cert.Raw)
			})
		})
	})
	return out.Bytes()
}
