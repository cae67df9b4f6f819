package gost

import (
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"math/bits"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// CertificateTemplate is what a certificate says; the key identifiers are
// added by CreateCertificate.
type CertificateTemplate struct {
	Serial                    *big.Int // 1 to 20 bytes
	Subject                   Name
	NotBefore, NotAfter       time.Time
	IsCA                      bool
	PathLen                   *int          // CAs allowed below; nil = any number
	KeyUsage                  x509.KeyUsage // 0 = leave out
	ExtKeyUsage, Policies     []asn1.ObjectIdentifier
	CRLURLs, CAURLs, OCSPURLs []string
	SubjectSignTool           string // "" = leave out
	IdentificationKind        int    // -1 = leave out
	IssuerSignTool            *IssuerSignTool
	AltNames                  []GeneralName
	NameConstraints           *NameConstraints
	KeyNotBefore, KeyNotAfter time.Time        // privateKeyUsagePeriod; zero = leave out
	NoCheck                   bool             // of an OCSP responder
	ExtraExtensions           []pkix.Extension // in place of those of the same kind
}

// CreateCertificate returns a certificate for pub in DER, signed by key. The
// parent is the issuer, and key must be its key; with a nil parent the
// certificate is self-signed and key must belong to pub.
func CreateCertificate(rand io.Reader, t *CertificateTemplate, parent *Certificate, pub *PublicKey, key crypto.Signer) ([]byte, error) {
	der, err := createCertificate(rand, t, parent, pub, key)
	if err != nil {
		return nil, fmt.Errorf("create certificate: %w", err)
	}
	return der, nil
}

func createCertificate(rand io.Reader, t *CertificateTemplate, parent *Certificate, pub *PublicKey, key crypto.Signer) ([]byte, error) {
	if t.Serial == nil || t.Serial.Sign() <= 0 || t.Serial.BitLen() > 159 {
		return nil, errors.New("serial number is not 1 to 20 bytes")
	}
	if !t.NotBefore.Before(t.NotAfter) {
		return nil, errors.New("validity is empty")
	}
	subject, err := t.Subject.Marshal()
	if err != nil {
		return nil, err
	}
	issuer, authority, issuerKey := subject, keyID(pub), pub
	if parent != nil {
		issuer, authority, issuerKey = parent.RawSubject, parent.SubjectKeyID, parent.PublicKey
	}
	if issuerKey == nil || !issuerKey.Equal(key.Public()) {
		return nil, errors.New("the key is not the issuer's")
	}
	spki, err := MarshalPublicKey(pub)
	if err != nil {
		return nil, err
	}
	extensions, err := t.extensions(keyID(pub), authority)
	if err != nil {
		return nil, err
	}
	body, err := sequence(func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddASN1Int64(2) })
		b.AddASN1BigInt(t.Serial)
		addAlgorithm(b, issuerKey.Curve.signatureOID())
		b.AddBytes(issuer)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			addTime(b, t.NotBefore)
			addTime(b, t.NotAfter)
		})
		b.AddBytes(subject)
		b.AddBytes(spki)
		b.AddASN1(cbasn1.Tag(3).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { addExtensions(b, extensions) })
	})
	if err != nil {
		return nil, err
	}
	return seal(rand, key, body)
}

// keyID names a key by the first 20 bytes of the Streebog-256 of its point
// (RFC 5280, 4.2.1.2 leaves the method open).
func keyID(p *PublicKey) []byte {
	sum := Sum256(p.point())
	return sum[:20]
}

// extensions lists the extensions of the template in the customary order.
func (t *CertificateTemplate) extensions(subject, authority []byte) (all []pkix.Extension, err error) {
	add := func(oid asn1.ObjectIdentifier, critical bool, fill func(*cryptobyte.Builder)) {
		e, bad := extension(oid, critical, fill)
		if bad != nil && err == nil {
			err = bad
		}
		all = append(all, e)
	}
	list := func(oid asn1.ObjectIdentifier, n int, item func(*cryptobyte.Builder, int)) {
		if n == 0 {
			return
		}
		add(oid, false, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for i := range n {
					item(b, i)
				}
			})
		})
	}
	if t.IsCA {
		add(oidBasicConstraints, true, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Boolean(true)
				if t.PathLen != nil {
					b.AddASN1Int64(int64(*t.PathLen))
				}
			})
		})
	}
	if t.KeyUsage != 0 {
		add(oidKeyUsage, true, func(b *cryptobyte.Builder) { addKeyUsage(b, t.KeyUsage) })
	}
	list(oidExtKeyUsage, len(t.ExtKeyUsage), func(b *cryptobyte.Builder, i int) {
		b.AddASN1ObjectIdentifier(t.ExtKeyUsage[i])
	})
	list(oidPolicies, len(t.Policies), func(b *cryptobyte.Builder, i int) { addAlgorithm(b, t.Policies[i]) })
	if t.SubjectSignTool != "" {
		add(OIDSubjectSignTool, false, func(b *cryptobyte.Builder) { addText(b, t.SubjectSignTool) })
	}
	if t.IssuerSignTool != nil {
		add(OIDIssuerSignTool, false, t.IssuerSignTool.add)
	}
	if t.IdentificationKind >= 0 {
		add(OIDIdentificationKind, false, func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(t.IdentificationKind)) })
	}
	if !t.KeyNotBefore.IsZero() || !t.KeyNotAfter.IsZero() {
		add(oidPrivateKeyPeriod, false, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				addTagged(b, 0, t.KeyNotBefore)
				addTagged(b, 1, t.KeyNotAfter)
			})
		})
	}
	if len(t.AltNames) > 0 {
		add(oidSubjectAltName, len(t.Subject) == 0, func(b *cryptobyte.Builder) { addNameList(b, t.AltNames) })
	}
	if t.NameConstraints != nil {
		add(oidNameConstraints, true, t.NameConstraints.add)
	}
	if t.NoCheck {
		add(oidNoCheck, false, func(b *cryptobyte.Builder) { b.AddASN1NULL() })
	}
	add(oidSubjectKeyID, false, func(b *cryptobyte.Builder) { b.AddASN1OctetString(subject) })
	if len(authority) > 0 {
		add(oidAuthorityKeyID, false, func(b *cryptobyte.Builder) { addAuthorityKeyID(b, authority) })
	}
	list(oidCRLPoints, len(t.CRLURLs), func(b *cryptobyte.Builder, i int) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { addPointName(b, t.CRLURLs[i:i+1]) })
	})
	list(oidAuthorityInfo, len(t.OCSPURLs)+len(t.CAURLs), func(b *cryptobyte.Builder, i int) {
		if i < len(t.OCSPURLs) {
			addAccess(b, oidAccessOCSP, t.OCSPURLs[i])
		} else {
			addAccess(b, oidAccessCAIssuers, t.CAURLs[i-len(t.OCSPURLs)])
		}
	})
	all = slices.DeleteFunc(all, func(e pkix.Extension) bool { return find(t.ExtraExtensions, e.Id) != nil })
	return append(all, t.ExtraExtensions...), err
}

func addKeyUsage(b *cryptobyte.Builder, usage x509.KeyUsage) {
	n := bits.Len(uint(usage)) // DER drops the zero bits at the end
	value := make([]byte, (n+7)/8)
	for i := range n {
		if usage>>i&1 == 1 {
			value[i/8] |= 0x80 >> (i % 8)
		}
	}
	b.AddASN1(cbasn1.BIT_STRING, func(b *cryptobyte.Builder) {
		b.AddUint8(uint8(8*len(value) - n))
		b.AddBytes(value)
	})
}

func addAuthorityKeyID(b *cryptobyte.Builder, id []byte) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.Tag(0).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(id) })
	})
}
