package gost

import (
	"crypto"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// CRLTemplate is what a revocation list says.
type CRLTemplate struct {
	Number                 *big.Int
	Revoked                []RevokedEntry
	ThisUpdate, NextUpdate time.Time
	// A list for a part of the certificates: those that name one of the URLs,
	// those of users, those of authorities.
	URLs                       []string
	UsersOnly, AuthoritiesOnly bool
	ExtraExtensions            []pkix.Extension
}

// CreateCRL returns a full revocation list in DER, signed by the issuer's key.
func CreateCRL(rand io.Reader, issuer *Certificate, key crypto.Signer, number *big.Int, revoked []RevokedEntry, thisUpdate, nextUpdate time.Time) ([]byte, error) {
	t := CRLTemplate{Number: number, Revoked: revoked, ThisUpdate: thisUpdate, NextUpdate: nextUpdate}
	return t.Create(rand, issuer, key)
}

// Create returns the list in DER, signed by the issuer's key.
func (t *CRLTemplate) Create(rand io.Reader, issuer *Certificate, key crypto.Signer) ([]byte, error) {
	der, err := t.create(rand, issuer, key)
	if err != nil {
		return nil, fmt.Errorf("create revocation list: %w", err)
	}
	return der, nil
}

func (t *CRLTemplate) create(rand io.Reader, issuer *Certificate, key crypto.Signer) ([]byte, error) {
	if issuer.PublicKey == nil || !issuer.PublicKey.Equal(key.Public()) {
		return nil, errors.New("the key is not the issuer's")
	}
	if t.Number == nil || t.Number.Sign() < 0 || !t.ThisUpdate.Before(t.NextUpdate) {
		return nil, errors.New("bad number or dates")
	}
	extensions, err := t.extensions(issuer)
	if err != nil {
		return nil, err
	}
	body, err := sequence(func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		addAlgorithm(b, issuer.PublicKey.Curve.signatureOID())
		b.AddBytes(issuer.RawSubject)
		addTime(b, t.ThisUpdate)
		addTime(b, t.NextUpdate)
		if len(t.Revoked) > 0 {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for _, r := range t.Revoked {
					addRevoked(b, r)
				}
			})
		}
		b.AddASN1(tag0, func(b *cryptobyte.Builder) { addExtensions(b, extensions) })
	})
	if err != nil {
		return nil, err
	}
	return seal(rand, key, body)
}

func (t *CRLTemplate) extensions(issuer *Certificate) (all []pkix.Extension, err error) {
	add := func(oid asn1.ObjectIdentifier, critical bool, fill func(*cryptobyte.Builder)) {
		e, bad := extension(oid, critical, fill)
		if bad != nil && err == nil {
			err = bad
		}
		all = append(all, e)
	}
	add(oidCRLNumber, false, func(b *cryptobyte.Builder) { b.AddASN1BigInt(t.Number) })
	if len(issuer.SubjectKeyID) > 0 {
		add(oidAuthorityKeyID, false, func(b *cryptobyte.Builder) { addAuthorityKeyID(b, issuer.SubjectKeyID) })
	}
	if len(t.URLs) > 0 || t.UsersOnly || t.AuthoritiesOnly {
		add(oidCRLScope, true, t.addScope)
	}
	return append(all, t.ExtraExtensions...), err
}

func addRevoked(b *cryptobyte.Builder, r RevokedEntry) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(r.Serial)
		addTime(b, r.At)
		var all []pkix.Extension
		add := func(oid asn1.ObjectIdentifier, fill func(*cryptobyte.Builder)) {
			e, err := extension(oid, false, fill)
			if err != nil {
				b.SetError(err)
			}
			all = append(all, e)
		}
		if r.Reason != Unspecified { // said by leaving it out
			add(oidReasonCode, func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(r.Reason)) })
		}
		if !r.Since.IsZero() {
			add(oidInvalidityDate, func(b *cryptobyte.Builder) { b.AddASN1GeneralizedTime(r.Since.UTC()) })
		}
		if len(all) > 0 {
			addExtensions(b, all)
		}
	})
}
