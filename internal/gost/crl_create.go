package gost

import (
	"crypto"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// CreateCRL returns a full revocation list in DER, signed by the issuer's key.
func CreateCRL(rand io.Reader, issuer *Certificate, key crypto.Signer, number *big.Int, revoked []RevokedEntry, thisUpdate, nextUpdate time.Time) ([]byte, error) {
	if issuer.PublicKey == nil || !issuer.PublicKey.Equal(key.Public()) {
		return nil, errors.New("create revocation list: the key is not the issuer's")
	}
	if number == nil || number.Sign() < 0 || !thisUpdate.Before(nextUpdate) {
		return nil, errors.New("create revocation list: bad number or dates")
	}
	crlNumber, err := extension(oidCRLNumber, false, func(b *cryptobyte.Builder) { b.AddASN1BigInt(number) })
	if err != nil {
		return nil, fmt.Errorf("create revocation list: %w", err)
	}
	extensions := []pkix.Extension{crlNumber}
	if len(issuer.SubjectKeyID) > 0 {
		authority, err := extension(oidAuthorityKeyID, false, func(b *cryptobyte.Builder) { addAuthorityKeyID(b, issuer.SubjectKeyID) })
		if err != nil {
			return nil, fmt.Errorf("create revocation list: %w", err)
		}
		extensions = append(extensions, authority)
	}
	body, err := sequence(func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		addAlgorithm(b, issuer.PublicKey.Curve.signatureOID())
		b.AddBytes(issuer.RawSubject)
		addTime(b, thisUpdate)
		addTime(b, nextUpdate)
		if len(revoked) > 0 {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for _, r := range revoked {
					addRevoked(b, r)
				}
			})
		}
		b.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { addExtensions(b, extensions) })
	})
	if err != nil {
		return nil, fmt.Errorf("create revocation list: %w", err)
	}
	der, err := seal(rand, key, body)
	if err != nil {
		return nil, fmt.Errorf("create revocation list: %w", err)
	}
	return der, nil
}

func addRevoked(b *cryptobyte.Builder, r RevokedEntry) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(r.Serial)
		addTime(b, r.At)
		if r.Reason == 0 { // "unspecified" is said by leaving it out
			return
		}
		reason, err := extension(oidReasonCode, false, func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(r.Reason)) })
		if err != nil {
			b.SetError(err)
		}
		addExtensions(b, []pkix.Extension{reason})
	})
}
