package gost

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The online status of certificates (RFC 6960). A request names certificates
// by hashes of their issuer; the answer is signed by the issuer or by a
// responder the issuer has certified for it.

var (
	oidOCSPBasic    = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}
	oidOCSPNonce    = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 2}
	errOCSPResponse = errors.New("OCSP response")
)

const (
	maxOCSP      = 1 << 18 // bytes of a request or a response
	maxOCSPCerts = 20
	maxOCSPItems = 100
	maxNonce     = 128 // RFC 9654 allows 1 to 128 bytes
)

// ErrNotAbout means an answer about other certificates.
var ErrNotAbout = errors.New("the answer is not about this certificate")

// CertID names a certificate in OCSP.
type CertID struct {
	Hash                          asn1.ObjectIdentifier // of the two hashes
	IssuerNameHash, IssuerKeyHash []byte
	Serial                        *big.Int
}

// OCSPAnswer is the status of one certificate.
type OCSPAnswer struct {
	ID                     CertID
	State                  RevocationState
	RevokedAt              time.Time // when revoked
	Reason                 int       // when revoked; 0 = unspecified
	ThisUpdate, NextUpdate time.Time // NextUpdate zero = not said
}

// newCertID names the certificate by SHA-1: every responder knows it.
func newCertID(c, issuer *Certificate) CertID {
	name, key, _ := ocspHashes(oidSHA1, c.RawIssuer, issuer)
	return CertID{Hash: oidSHA1, IssuerNameHash: name, IssuerKeyHash: key, Serial: c.Serial}
}

// ocspHashes computes the hashes of the issuer's name and key.
func ocspHashes(oid asn1.ObjectIdentifier, rawName []byte, issuer *Certificate) (name, key []byte, ok bool) {
	h := referenceHash(oid)
	if h == nil {
		return nil, nil, false
	}
	h.Write(rawName)
	name = h.Sum(nil)
	h.Reset()
	h.Write(issuer.keyBits())
	return name, h.Sum(nil), true
}

// keyBits is the value of the certificate's BIT STRING with the public key.
func (c *Certificate) keyBits() []byte {
	s, seq := cryptobyte.String(c.RawSPKI), cryptobyte.String(nil)
	var bits []byte
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.SkipASN1(cbasn1.SEQUENCE) || !seq.ReadASN1BitStringAsBytes(&bits) {
		return nil
	}
	return bits
}

// IssuedBy reports whether the name is of a certificate of this issuer; a hash
// that is not known here matches nobody.
func (id *CertID) IssuedBy(issuer *Certificate) bool {
	name, key, ok := ocspHashes(id.Hash, issuer.RawSubject, issuer)
	return ok && bytes.Equal(name, id.IssuerNameHash) && bytes.Equal(key, id.IssuerKeyHash)
}

func (id *CertID) names(c, issuer *Certificate) bool {
	name, key, ok := ocspHashes(id.Hash, c.RawIssuer, issuer)
	return ok && id.Serial.Cmp(c.Serial) == 0 && bytes.Equal(name, id.IssuerNameHash) && bytes.Equal(key, id.IssuerKeyHash)
}

func readCertID(s *cryptobyte.String) (id CertID, ok bool) {
	var seq, name, key cryptobyte.String
	id.Serial = new(big.Int)
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return id, false
	}
	alg, ok := readAlgorithm(&seq)
	if !ok || !alg.bare() || !seq.ReadASN1(&name, cbasn1.OCTET_STRING) || !seq.ReadASN1(&key, cbasn1.OCTET_STRING) ||
		!seq.ReadASN1Integer(id.Serial) || !seq.Empty() {
		return id, false
	}
	id.Hash, id.IssuerNameHash, id.IssuerKeyHash = alg.oid, name, key
	return id, true
}

func (id *CertID) add(b *cryptobyte.Builder) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(id.Hash)
			if id.Hash.Equal(oidSHA1) {
				b.AddASN1NULL() // as every other program writes it
			}
		})
		b.AddASN1OctetString(id.IssuerNameHash)
		b.AddASN1OctetString(id.IssuerKeyHash)
		b.AddASN1BigInt(id.Serial)
	})
}

// readNonce takes the value of the nonce extension; old programs left the inner
// OCTET STRING out.
func readNonce(value []byte) ([]byte, error) {
	s, inner := cryptobyte.String(value), cryptobyte.String(nil)
	if s.ReadASN1(&inner, cbasn1.OCTET_STRING) && s.Empty() {
		value = inner
	}
	if len(value) == 0 || len(value) > maxNonce {
		return nil, fmt.Errorf("nonce of %d bytes", len(value))
	}
	return value, nil
}
