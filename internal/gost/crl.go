package gost

import (
	"bytes"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// RevokedEntry is one revoked certificate of a list.
type RevokedEntry struct {
	Serial *big.Int
	At     time.Time
	Reason int       // one of the reasons of RFC 5280, 5.3.1
	Since  time.Time // since when it is not to be trusted (invalidityDate); zero = not said
}

// Reasons of a revocation (RFC 5280, 5.3.1). A certificate on hold counts as
// revoked while it is; RemoveFromCRL takes the hold back.
const (
	Unspecified          = 0
	KeyCompromise        = 1
	CACompromise         = 2
	AffiliationChanged   = 3
	Superseded           = 4
	CessationOfOperation = 5
	CertificateHold      = 6
	RemoveFromCRL        = 8
	PrivilegeWithdrawn   = 9
	AACompromise         = 10
)

// CRL is a parsed certificate revocation list (RFC 5280, section 5).
type CRL struct {
	Raw, RawTBS, RawIssuer []byte
	Issuer                 Name
	ThisUpdate, NextUpdate time.Time // NextUpdate is zero when not said
	Revoked                []RevokedEntry
	Extensions             []pkix.Extension
	AuthorityKeyID         []byte
	AuthoritySerial        *big.Int      // of the issuer's certificate; nil = not said
	AuthorityNames         []GeneralName // issuers of the issuer's certificate
	Number                 *big.Int      // nil = not said

	// Unusable says why Verify never uses the list: it is a delta, indirect,
	// for some reasons only, or says something critical that is not
	// understood. "" = it is used.
	Unusable string

	issuerForm string // see nameForm

	frame    *signed
	bySerial map[string]int
	scope    crlScope
}

// maxCRL bounds a list; those of large centres have some hundred thousand
// entries of 40 bytes.
const maxCRL = 128 << 20

// ParseCRL reads a revocation list: DER, PEM or base64.
func ParseCRL(b []byte) (*CRL, error) {
	c, err := parseCRL(b)
	if err != nil {
		return nil, fmt.Errorf("revocation list: %w", err)
	}
	return c, nil
}

func parseCRL(b []byte) (*CRL, error) {
	der, err := decode(b, maxCRL, "X509 CRL")
	if err != nil {
		return nil, err
	}
	frame, body, err := parseSigned(der, maxCRL)
	if err != nil {
		return nil, err
	}
	c := &CRL{Raw: der, RawTBS: frame.body, frame: frame, bySerial: map[string]int{}}
	var version int
	if body.PeekASN1Tag(cbasn1.INTEGER) && (!body.ReadASN1Integer(&version) || version != 1) {
		return nil, errors.New("bad version")
	}
	var alg, issuer, revoked, extensions cryptobyte.String
	if !body.ReadASN1Element(&alg, cbasn1.SEQUENCE) || !bytes.Equal(alg, frame.rawAlg) {
		return nil, errors.New("two signature algorithms")
	}
	if !body.ReadASN1Element(&issuer, cbasn1.SEQUENCE) || !readTime(&body, &c.ThisUpdate) {
		return nil, errors.New("bad body")
	}
	c.RawIssuer = issuer
	if c.Issuer, err = ParseName(issuer); err != nil {
		return nil, err
	}
	c.issuerForm = nameForm(issuer)
	if body.PeekASN1Tag(cbasn1.UTCTime) || body.PeekASN1Tag(cbasn1.GeneralizedTime) {
		if !readTime(&body, &c.NextUpdate) {
			return nil, errors.New("bad next update")
		}
	}
	if !body.ReadOptionalASN1(&revoked, nil, cbasn1.SEQUENCE) ||
		!body.ReadOptionalASN1(&extensions, nil, cbasn1.Tag(0).ContextSpecific().Constructed()) || !body.Empty() {
		return nil, errors.New("bad end of body")
	}
	if err := c.readRevoked(revoked); err != nil {
		return nil, err
	}
	if len(extensions) == 0 {
		return c, nil
	}
	if c.Extensions, err = readExtensions(&extensions); err != nil {
		return nil, err
	}
	if !extensions.Empty() {
		return nil, errTrailingBytes
	}
	return c, c.useExtensions()
}

func (c *CRL) useExtensions() error {
	for _, e := range c.Extensions {
		value, ok := cryptobyte.String(e.Value), false
		switch {
		case e.Id.Equal(oidAuthorityKeyID):
			c.AuthorityKeyID, c.AuthorityNames, c.AuthoritySerial, ok = authorityKeyID(&value)
		case e.Id.Equal(oidCRLNumber):
			c.Number = new(big.Int)
			ok = value.ReadASN1Integer(c.Number) && c.Number.Sign() >= 0
		case e.Id.Equal(oidCRLScope):
			var why string
			if why, ok = c.scope.read(&value); why != "" {
				c.Unusable = why
			}
		case e.Id.Equal(oidDeltaCRL):
			ok = value.ReadASN1Integer(new(big.Int))
			c.Unusable = "a delta of another list"
		case e.Critical:
			c.Unusable = fmt.Sprintf("unknown critical extension %v", e.Id)
			continue
		default:
			continue
		}
		if !ok || !value.Empty() {
			return fmt.Errorf("bad extension %v", e.Id)
		}
	}
	return nil
}

// Find returns the entry of the serial number.
func (c *CRL) Find(serial *big.Int) (RevokedEntry, bool) {
	i, ok := c.bySerial[string(serial.Bytes())]
	if !ok || c.Revoked[i].Serial.Cmp(serial) != 0 {
		return RevokedEntry{}, false
	}
	return c.Revoked[i], true
}

// CheckSignatureFrom verifies the signature alone, by the issuer's key.
func (c *CRL) CheckSignatureFrom(issuer *Certificate) error {
	if err := c.frame.check(issuer.PublicKey); err != nil {
		return fmt.Errorf("revocation list: %w", err)
	}
	return nil
}
