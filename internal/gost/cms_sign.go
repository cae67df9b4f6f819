package gost

import (
	"bytes"
	"crypto"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// SignOptions say what a signed message carries.
type SignOptions struct {
	// Detached leaves the content out of the message.
	Detached bool
	// SigningTime goes into the signed attributes together with the hash of
	// the certificate (CAdES-BES). Zero means no signed attributes at all: the
	// signature is over the content itself.
	SigningTime time.Time
	// Chain are further certificates to carry, beside the signer's own.
	Chain []*Certificate
}

// SignCMS signs the content and returns the message in DER (RFC 5652 with the
// identifiers of RFC 9215). The key must be the certificate's.
func SignCMS(rand io.Reader, content []byte, cert *Certificate, key crypto.Signer, o SignOptions) ([]byte, error) {
	der, err := signCMS(rand, content, cert, key, o)
	if err != nil {
		return nil, fmt.Errorf("sign message: %w", err)
	}
	return der, nil
}

func signCMS(rand io.Reader, content []byte, cert *Certificate, key crypto.Signer, o SignOptions) ([]byte, error) {
	pub := cert.PublicKey
	if pub == nil || !pub.Equal(key.Public()) {
		return nil, errors.New("the key is not the certificate's")
	}
	var attributes []byte
	toSign := content
	if !o.SigningTime.IsZero() {
		var err error
		if attributes, err = signedAttributes(pub.digest(content), cert, o.SigningTime); err != nil {
			return nil, err
		}
		toSign = appendElement(0x31, attributes)
	}
	_, sig, err := signBytes(rand, key, toSign)
	if err != nil {
		return nil, err
	}
	tag0 := cbasn1.Tag(0).ContextSpecific().Constructed()
	return sequence(func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidSignedData)
		b.AddASN1(tag0, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) { addAlgorithm(b, pub.Curve.digestOID()) })
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(oidData)
					if !o.Detached {
						b.AddASN1(tag0, func(b *cryptobyte.Builder) { b.AddASN1OctetString(content) })
					}
				})
				b.AddASN1(tag0, func(b *cryptobyte.Builder) { b.AddBytes(certificateSet(cert, o.Chain)) })
				b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) { addSignerInfo(b, cert, attributes, sig) })
			})
		})
	})
}

func addSignerInfo(b *cryptobyte.Builder, cert *Certificate, attributes, sig []byte) {
	c := cert.PublicKey.Curve
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(cert.RawIssuer)
			b.AddASN1BigInt(cert.Serial)
		})
		addAlgorithm(b, c.digestOID())
		if attributes != nil {
			b.AddBytes(appendElement(0xa0, attributes))
		}
		addAlgorithm(b, c.signatureOID())
		b.AddASN1OctetString(sig)
	})
}

// certificateSet is the signer's certificate and the chain, each once, in DER
// order.
func certificateSet(cert *Certificate, chain []*Certificate) []byte {
	all := [][]byte{cert.Raw}
	for _, c := range chain {
		all = append(all, c.Raw)
	}
	slices.SortFunc(all, bytes.Compare)
	all = slices.CompactFunc(all, bytes.Equal)
	return bytes.Join(all, nil)
}

// signedAttributes are content type, message digest, signing time and signing
// certificate, in DER order, without the outer tag.
func signedAttributes(digest []byte, cert *Certificate, at time.Time) ([]byte, error) {
	var all [][]byte
	var failed error
	add := func(oid asn1.ObjectIdentifier, value func(*cryptobyte.Builder)) {
		der, err := sequence(func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oid)
			b.AddASN1(cbasn1.SET, value)
		})
		failed = errors.Join(failed, err)
		all = append(all, der)
	}
	add(oidContentType, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidData) })
	add(oidMessageDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(digest) })
	add(oidSigningTime, func(b *cryptobyte.Builder) { addTime(b, at) })
	add(oidSigningCertificate, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					c := cert.PublicKey.Curve
					addAlgorithm(b, c.digestOID())
					b.AddASN1OctetString(cert.PublicKey.digest(cert.Raw))
				})
			})
		})
	})
	slices.SortFunc(all, bytes.Compare)
	return bytes.Join(all, nil), failed
}
