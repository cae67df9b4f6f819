package gost

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// SignerResult is the verdict on one signature of a message.
type SignerResult struct {
	Certificate *Certificate // nil when the message does not carry it
	SigningTime time.Time    // as the signer says; zero if absent
	Err         error        // nil = the signature is good
}

// ErrNoSigner means that the signer's certificate is not in the message.
var ErrNoSigner = errors.New("the signer's certificate is not in the message")

// oidSHA256 is the default hash of a signing-certificate attribute.
var oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}

// Verify checks every signature over the content: the message's own when
// content is nil, else the given bytes, which must equal the message's own if
// it has any. It says nothing about whom the certificates belong to: see
// Certificate.Verify. A message without signatures is an error.
func (s *SignedData) Verify(content []byte) ([]SignerResult, error) {
	switch {
	case content == nil && s.Content == nil:
		return nil, errors.New("signed message: the content is detached and was not given")
	case content == nil:
		content = s.Content
	case s.Content != nil && !bytes.Equal(content, s.Content):
		return nil, errors.New("signed message: it carries another content than the given one")
	}
	if len(s.Signers) == 0 {
		return nil, errors.New("signed message: no signatures")
	}
	digests := map[int][]byte{} // the content may be long: one hash of each size
	results := make([]SignerResult, len(s.Signers))
	for n := range s.Signers {
		i, r := &s.Signers[n], &results[n]
		if r.Certificate = s.certificate(i); r.Certificate == nil {
			r.Err = ErrNoSigner
			continue
		}
		if r.SigningTime, r.Err = i.signingTime(); r.Err != nil {
			continue
		}
		pub := r.Certificate.PublicKey
		if r.Err = i.checkAlgorithms(pub); r.Err != nil {
			continue
		}
		bits := pub.Curve.Bits
		if digests[bits] == nil {
			digests[bits] = pub.digest(content)
		}
		r.Err = i.check(s.ContentType, r.Certificate, digests[bits])
	}
	return results, nil
}

// certificate finds the signer's certificate among those of the message.
func (s *SignedData) certificate(i *SignerInfo) *Certificate {
	for _, c := range s.Certificates {
		if i.Serial != nil && c.Serial.Cmp(i.Serial) == 0 && bytes.Equal(c.RawIssuer, i.RawIssuer) ||
			i.Serial == nil && len(c.SubjectKeyID) > 0 && bytes.Equal(c.SubjectKeyID, i.SubjectKeyID) {
			return c
		}
	}
	return nil
}

// checkAlgorithms wants the digest of the key's size; the signature algorithm
// may be the signature's identifier (RFC 9215) or the key's (RFC 4490 style,
// OpenSSL and CryptoPro).
func (i *SignerInfo) checkAlgorithms(pub *PublicKey) error {
	if pub == nil || pub.agreement {
		return fmt.Errorf("%w: no GOST R 34.10-2012 signature key", ErrSignature)
	}
	if !i.digest.oid.Equal(pub.Curve.digestOID()) || !i.digest.bare() {
		return fmt.Errorf("%w: digest %v with a %d-bit key", ErrSignature, i.digest.oid, pub.Curve.Bits)
	}
	if !i.signature.oid.Equal(pub.Curve.signatureOID()) && !i.signature.oid.Equal(pub.Curve.keyOID()) || !i.signature.bare() {
		return fmt.Errorf("%w: algorithm %v with a %d-bit key", ErrSignature, i.signature.oid, pub.Curve.Bits)
	}
	return nil
}

func (i *SignerInfo) check(contentType asn1.ObjectIdentifier, c *Certificate, digest []byte) error {
	if i.rawAttributes == nil {
		if !contentType.Equal(oidData) {
			return fmt.Errorf("%w: content %v needs signed attributes", ErrSignature, contentType)
		}
		return Verify(c.PublicKey, digest, i.value)
	}
	var oid asn1.ObjectIdentifier
	values := i.attributes[oidContentType.String()]
	if !values.ReadASN1ObjectIdentifier(&oid) || !values.Empty() || !oid.Equal(contentType) {
		return fmt.Errorf("%w: content type attribute", ErrSignature)
	}
	var signed []byte
	values = i.attributes[oidMessageDigest.String()]
	if !values.ReadASN1Bytes(&signed, cbasn1.OCTET_STRING) || !values.Empty() || !bytes.Equal(signed, digest) {
		return fmt.Errorf("%w: the content is not the signed one", ErrSignature)
	}
	if values, ok := i.attributes[oidSigningCertificate.String()]; ok {
		if err := checkSigningCertificate(values, c); err != nil {
			return err
		}
	}
	return Verify(c.PublicKey, c.PublicKey.digest(i.rawAttributes), i.value)
}

// checkSigningCertificate compares the certificate with the signed hash of it
// (signing-certificate-v2, RFC 5035): the mark of CAdES-BES, which keeps a
// signature from being shown under another certificate of the same key.
func checkSigningCertificate(values cryptobyte.String, c *Certificate) error {
	bad := fmt.Errorf("%w: signing certificate attribute", ErrSignature)
	var attribute, list, id cryptobyte.String
	if !values.ReadASN1(&attribute, cbasn1.SEQUENCE) || !values.Empty() ||
		!attribute.ReadASN1(&list, cbasn1.SEQUENCE) || !list.ReadASN1(&id, cbasn1.SEQUENCE) {
		return bad
	}
	hash := algorithm{oid: oidSHA256}
	if id.PeekASN1Tag(cbasn1.SEQUENCE) {
		var ok bool
		if hash, ok = readAlgorithm(&id); !ok {
			return bad
		}
	}
	var want, got []byte
	if !id.ReadASN1Bytes(&want, cbasn1.OCTET_STRING) {
		return bad
	}
	switch {
	case hash.oid.Equal(oidDigest256):
		sum := Sum256(c.Raw)
		got = sum[:]
	case hash.oid.Equal(oidDigest512):
		sum := Sum512(c.Raw)
		got = sum[:]
	case hash.oid.Equal(oidSHA256):
		sum := sha256.Sum256(c.Raw)
		got = sum[:]
	default:
		return fmt.Errorf("%w: unknown hash %v", bad, hash.oid)
	}
	if !bytes.Equal(got, want) {
		return bad
	}
	return nil
}
