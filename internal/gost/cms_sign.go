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

// Signatory signs a message. The key must be the certificate's.
type Signatory struct {
	Certificate *Certificate
	Key         crypto.Signer
}

// SignCMS signs the content and returns the message in DER (RFC 5652 with the
// identifiers of RFC 9215).
func SignCMS(rand io.Reader, content []byte, cert *Certificate, key crypto.Signer, o SignOptions) ([]byte, error) {
	return SignCMSTogether(rand, content, []Signatory{{cert, key}}, o)
}

// SignCMSTogether makes one message with a signature of each signatory; their
// keys may be of different sizes.
func SignCMSTogether(rand io.Reader, content []byte, all []Signatory, o SignOptions) ([]byte, error) {
	encapsulated, err := sequence(func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidData)
		if !o.Detached {
			b.AddASN1(context0, func(b *cryptobyte.Builder) { b.AddASN1OctetString(content) })
		}
	})
	if err != nil {
		return nil, fmt.Errorf("sign message: %w", err)
	}
	m := messageParts{version: 1, content: encapsulated}
	if len(all) == 0 {
		err = errors.New("no signatories")
	}
	for _, s := range all {
		err = errors.Join(err, m.sign(rand, content, oidData, s, o))
	}
	if err != nil {
		return nil, fmt.Errorf("sign message: %w", err)
	}
	return m.marshal()
}

// SignCMSReader is SignCMS for a detached content of any length, which is read
// once and not kept. The signature is always over attributes, so SigningTime
// must be set.
func SignCMSReader(rand io.Reader, content io.Reader, by Signatory, o SignOptions) ([]byte, error) {
	pub := by.Certificate.PublicKey
	switch {
	case o.SigningTime.IsZero() || !o.Detached:
		return nil, errors.New("sign message: a content that is not kept is signed detached and with a time")
	case pub == nil || !pub.Equal(by.Key.Public()):
		return nil, errors.New("sign message: the key is not the certificate's")
	}
	h := pub.HashNew()
	if _, err := io.Copy(h, content); err != nil {
		return nil, fmt.Errorf("sign message: %w", err)
	}
	encapsulated, err := sequence(func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidData) })
	if err != nil {
		return nil, fmt.Errorf("sign message: %w", err)
	}
	m := messageParts{version: 1, content: encapsulated}
	if err := m.signDigest(rand, h.Sum(nil), oidData, by, o); err != nil {
		return nil, fmt.Errorf("sign message: %w", err)
	}
	return m.marshal()
}

// messageParts are the parts of a message as whole elements, in any order.
type messageParts struct {
	version                        int
	digests, certificates, signers [][]byte
	content, revocation            []byte
}

// sign adds one signature with what belongs to it.
func (m *messageParts) sign(rand io.Reader, content []byte, contentType asn1.ObjectIdentifier, s Signatory, o SignOptions) error {
	pub := s.Certificate.PublicKey
	if pub == nil || !pub.Equal(s.Key.Public()) {
		return errors.New("the key is not the certificate's")
	}
	if !o.SigningTime.IsZero() {
		return m.signDigest(rand, pub.digest(content), contentType, s, o)
	}
	return m.add(rand, content, nil, s, o)
}

// signDigest signs attributes that hold the content's digest.
func (m *messageParts) signDigest(rand io.Reader, digest []byte, contentType asn1.ObjectIdentifier, s Signatory, o SignOptions) error {
	attributes, err := signedAttributes(digest, contentType, s.Certificate, o.SigningTime)
	if err != nil {
		return err
	}
	return m.add(rand, appendElement(0x31, attributes), attributes, s, o)
}

// add signs the octets and adds the signature with what belongs to it.
func (m *messageParts) add(rand io.Reader, toSign, attributes []byte, s Signatory, o SignOptions) error {
	pub := s.Certificate.PublicKey
	_, sig, err := signBytes(rand, s.Key, toSign)
	if err != nil {
		return err
	}
	info, err := signerInfo(s.Certificate, attributes, sig)
	if err != nil {
		return err
	}
	digest, err := build(func(b *cryptobyte.Builder) { addAlgorithm(b, pub.Curve.digestOID()) })
	if err != nil {
		return err
	}
	m.signers, m.digests = append(m.signers, info), append(m.digests, digest)
	for _, c := range append([]*Certificate{s.Certificate}, o.Chain...) {
		m.certificates = append(m.certificates, c.Raw)
	}
	return nil
}

// marshal writes the message, its sets in the order of DER and each object once.
func (m *messageParts) marshal() ([]byte, error) {
	return sequence(func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidSignedData)
		b.AddASN1(context0, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(int64(m.version))
				b.AddBytes(setOf(cbasn1.SET, m.digests))
				b.AddBytes(m.content)
				if len(m.certificates) > 0 {
					b.AddBytes(setOf(context0, m.certificates))
				}
				b.AddBytes(m.revocation)
				b.AddBytes(setOf(cbasn1.SET, m.signers))
			})
		})
	})
}

func setOf(tag cbasn1.Tag, elements [][]byte) []byte {
	all := slices.SortedFunc(slices.Values(elements), bytes.Compare)
	return appendElement(byte(tag), bytes.Join(slices.CompactFunc(all, bytes.Equal), nil))
}

// signerInfo names the signer by issuer and serial number, hence version 1.
func signerInfo(cert *Certificate, attributes, sig []byte) ([]byte, error) {
	c := cert.PublicKey.Curve
	return sequence(func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		addIssuerAndSerial(b, cert, cert.RawIssuer)
		addAlgorithm(b, c.digestOID())
		if attributes != nil {
			b.AddBytes(appendElement(0xa0, attributes))
		}
		addAlgorithm(b, c.signatureOID())
		b.AddASN1OctetString(sig)
	})
}

func addIssuerAndSerial(b *cryptobyte.Builder, cert *Certificate, issuer []byte) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(issuer)
		b.AddASN1BigInt(cert.Serial)
	})
}

// signedAttributes are content type, message digest, signing time and signing
// certificate, in DER order, without the outer tag.
func signedAttributes(digest []byte, contentType asn1.ObjectIdentifier, cert *Certificate, at time.Time) ([]byte, error) {
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
	add(oidContentType, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(contentType) })
	add(oidMessageDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(digest) })
	add(oidSigningTime, func(b *cryptobyte.Builder) { addTime(b, at) })
	add(oidSigningCertificate, func(b *cryptobyte.Builder) { addSigningCertificate(b, cert) })
	slices.SortFunc(all, bytes.Compare)
	return bytes.Join(all, nil), failed
}

// addSigningCertificate writes SigningCertificateV2 (RFC 5035, section 3) with
// one entry: hash, issuer and serial number of the signer's certificate.
func addSigningCertificate(b *cryptobyte.Builder, cert *Certificate) {
	directory := appendElement(0x30, appendElement(0xa4, cert.RawIssuer)) // GeneralNames of one directoryName
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				addAlgorithm(b, cert.PublicKey.Curve.digestOID())
				b.AddASN1OctetString(cert.PublicKey.digest(cert.Raw))
				addIssuerAndSerial(b, cert, directory)
			})
		})
	})
}
