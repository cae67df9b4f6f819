package ca

import (
	"encoding/asn1"
	"errors"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"signdesk/internal/gost"
)

// Choices of PKIBody (RFC 4210, 5.1.2).
const (
	bodyCP       = 3
	bodyP10CR    = 4
	bodyRR       = 11
	bodyRP       = 12
	bodyPKIConf  = 19
	bodyError    = 23
	bodyCertConf = 24
	bodyPollReq  = 25
	bodyPollRep  = 26
)

// operation is a kind of message we send.
type operation struct {
	name string
	body int
}

var (
	opRequest = operation{"p10cr", bodyP10CR}
	opPoll    = operation{"pollReq", bodyPollReq}
	opConfirm = operation{"certConf", bodyCertConf}
	opRevoke  = operation{"rr", bodyRR}
)

func tagged(n int) cbasn1.Tag { return cbasn1.Tag(n).ContextSpecific().Constructed() }

func sequence(b *cryptobyte.Builder, content cryptobyte.BuilderContinuation) {
	b.AddASN1(cbasn1.SEQUENCE, content)
}

// message makes a protected PKIMessage. The sender is named by the reference,
// as RFC 9483 (3.1) has it for a MAC; the recipient is left unnamed.
func (c *Client) message(op operation, t transaction, nonce []byte, at time.Time, content func(*cryptobyte.Builder)) ([]byte, error) {
	salt := random(saltSize)
	sender, err := gost.Name{{Type: gost.OIDCommonName, Value: c.reference}}.Marshal()
	if err != nil {
		return nil, err
	}
	var protected, out cryptobyte.Builder
	sequence(&protected, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(2)                                                        // cmp2000
		b.AddASN1(tagged(4), func(b *cryptobyte.Builder) { b.AddBytes(sender) }) // directoryName
		b.AddASN1(tagged(4), func(b *cryptobyte.Builder) { sequence(b, func(*cryptobyte.Builder) {}) })
		b.AddASN1(tagged(0), func(b *cryptobyte.Builder) { b.AddASN1GeneralizedTime(at.UTC().Truncate(time.Second)) })
		b.AddASN1(tagged(1), func(b *cryptobyte.Builder) { addMAC(b, salt) })
		b.AddASN1(tagged(2), func(b *cryptobyte.Builder) { b.AddASN1OctetString([]byte(c.reference)) })
		b.AddASN1(tagged(4), func(b *cryptobyte.Builder) { b.AddASN1OctetString(t.id) })
		b.AddASN1(tagged(5), func(b *cryptobyte.Builder) { b.AddASN1OctetString(nonce) })
		if len(t.nonce) > 0 {
			b.AddASN1(tagged(6), func(b *cryptobyte.Builder) { b.AddASN1OctetString(t.nonce) })
		}
	})
	protected.AddASN1(tagged(op.body), content)
	parts, err := protected.Bytes()
	if err != nil {
		return nil, err
	}
	data, err := protectedPart(parts)
	if err != nil {
		return nil, err
	}
	sequence(&out, func(b *cryptobyte.Builder) {
		b.AddBytes(parts)
		b.AddASN1(tagged(0), func(b *cryptobyte.Builder) { b.AddASN1BitString(protect(c.secret, salt, data)) })
	})
	return out.Bytes()
}

// protectedPart is what a MAC is made over: SEQUENCE {header, body}.
func protectedPart(headerAndBody []byte) ([]byte, error) {
	var b cryptobyte.Builder
	sequence(&b, func(b *cryptobyte.Builder) { b.AddBytes(headerAndBody) })
	return b.Bytes()
}

// addPoll writes PollReqContent.
func addPoll(b *cryptobyte.Builder, request int8) {
	sequence(b, func(b *cryptobyte.Builder) {
		sequence(b, func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(request)) })
	})
}

// addConfirm writes CertConfirmContent that accepts the certificate.
func addConfirm(b *cryptobyte.Builder, hash []byte, request int8) {
	sequence(b, func(b *cryptobyte.Builder) {
		sequence(b, func(b *cryptobyte.Builder) {
			b.AddASN1OctetString(hash)
			b.AddASN1Int64(int64(request))
		})
	})
}

// addRevocation writes RevReqContent: serial number and issuer in a
// CertTemplate, the reason as an entry extension.
func addRevocation(b *cryptobyte.Builder, cert *gost.Certificate, reason int) {
	var code cryptobyte.Builder
	code.AddASN1Enum(int64(reason))
	var serial cryptobyte.Builder
	serial.AddASN1BigInt(cert.Serial)
	number := cryptobyte.String(serial.BytesOrPanic())
	var digits cryptobyte.String
	number.ReadASN1(&digits, cbasn1.INTEGER)
	sequence(b, func(b *cryptobyte.Builder) {
		sequence(b, func(b *cryptobyte.Builder) {
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.Tag(1).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(digits) })
				b.AddASN1(tagged(3), func(b *cryptobyte.Builder) { b.AddBytes(cert.RawIssuer) }) // a CHOICE: explicit
			})
			sequence(b, func(b *cryptobyte.Builder) {
				sequence(b, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{2, 5, 29, 21})
					b.AddASN1OctetString(code.BytesOrPanic())
				})
			})
		})
	})
}

// certHash is the hash of a certificate by the algorithm of its signature
// (RFC 4210, 5.3.18): Streebog of the issuer's key size.
func certHash(der []byte) ([]byte, error) {
	cert, err := gost.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	in := cryptobyte.String(cert.Raw)
	var seq, algorithm cryptobyte.String
	var oid asn1.ObjectIdentifier
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.SkipASN1(cbasn1.SEQUENCE) || !seq.ReadASN1(&algorithm, cbasn1.SEQUENCE) ||
		!algorithm.ReadASN1ObjectIdentifier(&oid) {
		return nil, errors.New("signature algorithm of the certificate is not readable")
	}
	switch oid.String() {
	case "1.2.643.7.1.1.3.2":
		sum := gost.Sum256(cert.Raw)
		return sum[:], nil
	case "1.2.643.7.1.1.3.3":
		sum := gost.Sum512(cert.Raw)
		return sum[:], nil
	}
	return nil, errors.New("certificate is not signed by GOST R 34.10-2012")
}
