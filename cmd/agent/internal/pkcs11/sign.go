//go:build pkcs11

package pkcs11

import (
	"crypto"
	"crypto/ecdsa"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"slices"

	"github.com/miekg/pkcs11"

	"signdesk/internal/gost"
)

// signer is a private key on a token.
type signer struct {
	*objects
	key       pkcs11.ObjectHandle
	mechanism uint
	public    crypto.PublicKey
}

var errBadSignature = errors.New("the token made a signature that its public key does not verify")

// Public returns the *gost.PublicKey or *ecdsa.PublicKey.
func (s *signer) Public() crypto.PublicKey { return s.public }

// Sign signs a digest: s||r for GOST, an ECDSA-Sig-Value for P-256. What does
// not verify is not returned.
func (s *signer) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	if err := s.ctx.SignInit(s.h, []*pkcs11.Mechanism{pkcs11.NewMechanism(s.mechanism, nil)}, s.key); err != nil {
		return nil, s.explain(err)
	}
	raw, err := s.ctx.Sign(s.h, digest)
	if err != nil {
		return nil, s.explain(err)
	}
	if len(raw) == 0 || len(raw)%2 != 0 {
		return nil, errBadSignature
	}
	half := len(raw) / 2
	switch public := s.public.(type) {
	case *gost.PublicKey:
		// Modules differ in which number comes first; only one order verifies.
		for _, sig := range [][]byte{raw, slices.Concat(raw[half:], raw[:half])} {
			if gost.Verify(public, digest, sig) == nil {
				return sig, nil
			}
		}
	case *ecdsa.PublicKey:
		der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:half]), new(big.Int).SetBytes(raw[half:])})
		if err == nil && ecdsa.VerifyASN1(public, digest, der) {
			return der, nil
		}
	}
	return nil, errBadSignature
}
