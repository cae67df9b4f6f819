package gost

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // signing-certificate of the first version knows no other
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"fmt"
	"hash"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Foreign hashes that occur beside GOST signatures: in references to
// certificates and in time-stamps.
var (
	oidSHA1   = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
	oidSHA512 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
)

// referenceHash is the hash of an imprint; nil when it is not known here.
func referenceHash(oid asn1.ObjectIdentifier) hash.Hash {
	switch {
	case oid.Equal(oidSHA1):
		return sha1.New() //nolint:gosec // see the import
	case oid.Equal(oidSHA256):
		return sha256.New()
	case oid.Equal(oidSHA384):
		return sha512.New384()
	case oid.Equal(oidSHA512):
		return sha512.New()
	case oid.Equal(oidDigest94):
		return newGOST94(boxesCryptoPro)
	}
	return messageHash(oid)
}

// checkSigningCertificate compares the certificate with the signed hash of it
// (signing-certificate and its version 2, RFC 5035): the mark of CAdES-BES,
// which keeps a signature from being shown under another certificate of the
// same key. Both may stand together; each must hold.
func (i *SignerInfo) checkSigningCertificate(c *Certificate) error {
	for _, oid := range []asn1.ObjectIdentifier{oidSigningCertificateV1, oidSigningCertificate} {
		value, err := i.single(oid)
		if err != nil {
			return err
		}
		if value != nil && !namesCertificate(value, oid.Equal(oidSigningCertificateV1), c) {
			return fmt.Errorf("%w: signing certificate", ErrAttributes)
		}
	}
	return nil
}

// namesCertificate reads SigningCertificate or SigningCertificateV2. The first
// entry is the signer's; those after it limit the chain and are not looked at.
func namesCertificate(value cryptobyte.String, v1 bool, c *Certificate) bool {
	var attribute, list, id, want cryptobyte.String
	if !value.ReadASN1(&attribute, cbasn1.SEQUENCE) || !value.Empty() ||
		!attribute.ReadASN1(&list, cbasn1.SEQUENCE) || !list.ReadASN1(&id, cbasn1.SEQUENCE) {
		return false
	}
	digest := algorithm{oid: oidSHA256}
	if v1 {
		digest.oid = oidSHA1
	} else if id.PeekASN1Tag(cbasn1.SEQUENCE) {
		var ok bool
		if digest, ok = readAlgorithm(&id); !ok {
			return false
		}
	}
	h := referenceHash(digest.oid)
	if h == nil || !id.ReadASN1(&want, cbasn1.OCTET_STRING) {
		return false
	}
	h.Write(c.Raw)
	return bytes.Equal(h.Sum(nil), want) && (id.Empty() || namesIssuer(id, c))
}

// namesIssuer reads an IssuerSerial.
func namesIssuer(id cryptobyte.String, c *Certificate) bool {
	var pair, names, directory cryptobyte.String
	serial := new(big.Int)
	if !id.ReadASN1(&pair, cbasn1.SEQUENCE) || !id.Empty() || !pair.ReadASN1(&names, cbasn1.SEQUENCE) ||
		!pair.ReadASN1Integer(serial) || !pair.SkipOptionalASN1(cbasn1.BIT_STRING) || !pair.Empty() {
		return false
	}
	if !names.ReadASN1(&directory, cbasn1.Tag(4).ContextSpecific().Constructed()) || !names.Empty() {
		return false
	}
	return serial.Cmp(c.Serial) == 0 && sameName(directory, c.RawIssuer)
}
