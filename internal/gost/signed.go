package gost

import (
	"crypto"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// signed is the frame that requests, certificates and revocation lists share:
// SEQUENCE { body, signatureAlgorithm, signature }.
type signed struct {
	raw, body []byte
	algorithm algorithm
	rawAlg    []byte // the AlgorithmIdentifier, to compare with the body's
	signature []byte
}

// parseSigned splits the frame; the body's own reader is returned with it.
func parseSigned(der []byte, limit int) (*signed, cryptobyte.String, error) {
	if len(der) > limit {
		return nil, nil, fmt.Errorf("%d bytes are too many", len(der))
	}
	input, seq := cryptobyte.String(der), cryptobyte.String(nil)
	if !input.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return nil, nil, errors.New("no DER sequence")
	}
	if !input.Empty() {
		return nil, nil, errTrailingBytes
	}
	var body, alg, inner cryptobyte.String
	s := &signed{raw: der}
	if !seq.ReadASN1Element(&body, cbasn1.SEQUENCE) {
		return nil, nil, errors.New("no body to sign")
	}
	if !seq.ReadASN1Element(&alg, cbasn1.SEQUENCE) {
		return nil, nil, errors.New("no signature algorithm")
	}
	s.body, s.rawAlg = body, alg
	var ok bool
	if s.algorithm, ok = readAlgorithm(&alg); !ok {
		return nil, nil, errors.New("bad signature algorithm")
	}
	if !seq.ReadASN1BitStringAsBytes(&s.signature) || !seq.Empty() {
		return nil, nil, errors.New("bad signature")
	}
	body.ReadASN1(&inner, cbasn1.SEQUENCE)
	return s, inner, nil
}

// check verifies the signature of the frame by the key.
func (s *signed) check(pub *PublicKey) error {
	if s.algorithm.oid.Equal(oidSignature2001) {
		return fmt.Errorf("%w: %w", ErrSignature, ErrLegacy)
	}
	if pub == nil || pub.agreement {
		return fmt.Errorf("%w: no GOST R 34.10-2012 signature key", ErrSignature)
	}
	if !s.algorithm.oid.Equal(pub.Curve.signatureOID()) || !s.algorithm.bare() {
		return fmt.Errorf("%w: algorithm %v with a %d-bit key", ErrSignature, s.algorithm.oid, pub.Curve.Bits)
	}
	return Verify(pub, pub.digest(s.body), s.signature)
}

// seal signs the body and returns the frame in DER.
func seal(rand io.Reader, key crypto.Signer, body []byte) ([]byte, error) {
	pub, sig, err := signBytes(rand, key, body)
	if err != nil {
		return nil, err
	}
	return sequence(func(b *cryptobyte.Builder) {
		b.AddBytes(body)
		addAlgorithm(b, pub.Curve.signatureOID())
		b.AddASN1BitString(sig)
	})
}

// SignMessage signs the whole message msg with the key and returns s||r. The
// hash is Streebog of the key's size. A key that implements
// crypto.MessageSigner is handed the message itself: a signer beyond a wire
// then sees what it signs; any other key gets the digest. The signature is
// proved before it is returned, since a carrier may answer with anything; one
// that does not verify is ErrSignature.
func SignMessage(rand io.Reader, key crypto.Signer, msg []byte) ([]byte, error) {
	_, sig, err := signBytes(rand, key, msg)
	return sig, err
}

// signBytes is the one place where anything is signed.
func signBytes(rand io.Reader, key crypto.Signer, b []byte) (pub *PublicKey, sig []byte, err error) {
	pub, ok := key.Public().(*PublicKey)
	if !ok || pub == nil {
		return nil, nil, ErrForeignKey
	}
	digest := pub.digest(b)
	if whole, ok := key.(crypto.MessageSigner); ok {
		sig, err = whole.SignMessage(rand, b, crypto.Hash(0))
	} else {
		sig, err = key.Sign(rand, digest, crypto.Hash(0))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("sign: %w", err)
	}
	if err := Verify(pub, digest, sig); err != nil {
		return nil, nil, fmt.Errorf("the signer's answer: %w", err)
	}
	return pub, sig, nil
}
