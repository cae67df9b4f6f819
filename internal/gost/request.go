package gost

import (
	"crypto"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Both identifiers carry the wished extensions in a request: PKCS#9's and the
// older one that Windows and CryptoPro still write.
var (
	oidExtensionRequest   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 14}
	oidMSExtensionRequest = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 1, 14}
)

// RequestTemplate is what a certificate request asks for.
type RequestTemplate struct {
	Subject    Name
	Extensions []pkix.Extension
}

// Request is a parsed PKCS#10 certificate request (RFC 2986). Its signature is
// not checked yet: see CheckSignature.
type Request struct {
	Raw, RawTBS, RawSubject, RawSPKI []byte
	Subject                          Name
	PublicKey                        *PublicKey
	Extensions                       []pkix.Extension

	frame *signed
}

// CreateRequest returns a PKCS#10 request in DER, signed by the key.
func CreateRequest(rand io.Reader, t *RequestTemplate, key crypto.Signer) ([]byte, error) {
	der, err := createRequest(rand, t, key)
	if err != nil {
		return nil, fmt.Errorf("create request: %w", err)
	}
	return der, nil
}

func createRequest(rand io.Reader, t *RequestTemplate, key crypto.Signer) ([]byte, error) {
	pub, ok := key.Public().(*PublicKey)
	if !ok {
		return nil, ErrForeignKey
	}
	subject, err := t.Subject.Marshal()
	if err != nil {
		return nil, err
	}
	spki, err := MarshalPublicKey(pub)
	if err != nil {
		return nil, err
	}
	body, err := sequence(func(b *cryptobyte.Builder) {
		b.AddASN1Int64(0)
		b.AddBytes(subject)
		b.AddBytes(spki)
		b.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
			if len(t.Extensions) == 0 {
				return
			}
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidExtensionRequest)
				b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) { addExtensions(b, t.Extensions) })
			})
		})
	})
	if err != nil {
		return nil, err
	}
	return seal(rand, key, body)
}

// ParseRequest reads a PKCS#10 request: DER, PEM or base64. A request with a
// key of another algorithm (RSA) is refused with ErrForeignKey.
func ParseRequest(b []byte) (*Request, error) {
	r, err := parseRequest(b)
	if err != nil {
		return nil, fmt.Errorf("certificate request: %w", err)
	}
	return r, nil
}

func parseRequest(b []byte) (*Request, error) {
	der, err := decode(b, maxObject, "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")
	if err != nil {
		return nil, err
	}
	frame, body, err := parseSigned(der, maxObject)
	if err != nil {
		return nil, err
	}
	r := &Request{Raw: der, RawTBS: frame.body, frame: frame}
	var version int
	var subject, spki, attributes cryptobyte.String
	if !body.ReadASN1Integer(&version) || version != 0 ||
		!body.ReadASN1Element(&subject, cbasn1.SEQUENCE) || !body.ReadASN1Element(&spki, cbasn1.SEQUENCE) {
		return nil, errors.New("bad body")
	}
	r.RawSubject, r.RawSPKI = subject, spki
	if r.Subject, err = ParseName(subject); err != nil {
		return nil, err
	}
	if r.PublicKey, err = ParsePublicKey(spki); err != nil {
		return nil, err
	}
	// Some programs leave the empty attributes out although RFC 2986 wants them.
	if !body.ReadOptionalASN1(&attributes, nil, cbasn1.Tag(0).ContextSpecific().Constructed()) || !body.Empty() {
		return nil, errors.New("bad attributes")
	}
	for !attributes.Empty() {
		var attribute, values cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !attributes.ReadASN1(&attribute, cbasn1.SEQUENCE) || !attribute.ReadASN1ObjectIdentifier(&oid) ||
			!attribute.ReadASN1(&values, cbasn1.SET) || !attribute.Empty() {
			return nil, errors.New("bad attribute")
		}
		if !oid.Equal(oidExtensionRequest) && !oid.Equal(oidMSExtensionRequest) {
			continue
		}
		if r.Extensions != nil {
			return nil, errors.New("extensions are asked for twice")
		}
		if r.Extensions, err = readExtensions(&values); err != nil {
			return nil, err
		}
		if !values.Empty() {
			return nil, errors.New("bad extension request")
		}
		// What a certificate could not say cannot be asked for.
		if err := (&Certificate{Extensions: r.Extensions}).readExtensions(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// CheckSignature proves that the sender holds the private key; nil means good.
func (r *Request) CheckSignature() error {
	if err := r.frame.check(r.PublicKey); err != nil {
		return fmt.Errorf("certificate request: %w", err)
	}
	return nil
}
