package gost

import (
	"encoding/asn1"
	"fmt"
	"hash"
)

// messageKey is what checks the signatures of a message: a key of the present
// standard, or of the previous one where the caller accepts it.
type messageKey interface {
	digest(b []byte) []byte
	verify(digest, sig []byte) error
}

func (p *PublicKey) verify(digest, sig []byte) error { return Verify(p, digest, sig) }

// messageKey returns the certificate's key if the identifiers of the signature
// fit it.
func (s *SignedData) messageKey(i *SignerInfo, c *Certificate) (messageKey, error) {
	if !i.legacy() {
		return c.PublicKey, i.checkAlgorithms(c.PublicKey)
	}
	if !s.Legacy {
		return nil, fmt.Errorf("%w: %w", ErrNotGOST, ErrLegacy)
	}
	return i.legacyKey(c)
}

// messageHash is the GOST hash of that identifier, if it is accepted; nil when
// it is none.
func (s *SignedData) messageHash(oid asn1.ObjectIdentifier) hash.Hash {
	if s.Legacy && oid.Equal(oidDigest94) {
		return newGOST94(boxesCryptoPro)
	}
	return messageHash(oid)
}

// legacy reports whether the signature says to be of GOST R 34.10-2001.
func (i *SignerInfo) legacy() bool {
	return i.digest.oid.Equal(oidDigest94) || i.signature.oid.Equal(oidSignature2001) || i.signature.oid.Equal(oidKey2001)
}

// legacyKey is the certificate's key for a signature of RFC 4490, section 3:
// the digest with the CryptoPro substitution (which may be named), the
// signature algorithm by its own identifier or by the key's.
func (i *SignerInfo) legacyKey(c *Certificate) (messageKey, error) {
	key := c.LegacyKey()
	if key == nil || key.boxes != boxesCryptoPro {
		return nil, fmt.Errorf("%w: no GOST R 34.10-2001 key with the CryptoPro hash", ErrSignature)
	}
	named, err := asn1.Marshal(oidDigest94CryptoPro)
	if err != nil {
		return nil, err
	}
	if !i.digest.oid.Equal(oidDigest94) || !i.digest.bare() && string(i.digest.parameters) != string(named) {
		return nil, fmt.Errorf("%w: digest %v with a key of GOST R 34.10-2001", ErrSignature, i.digest.oid)
	}
	if !i.signature.oid.Equal(oidSignature2001) && !i.signature.oid.Equal(oidKey2001) || !i.signature.bare() {
		return nil, fmt.Errorf("%w: algorithm %v with a key of GOST R 34.10-2001", ErrSignature, i.signature.oid)
	}
	return key, nil
}
