package gost

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Certificate is a parsed X.509 certificate (RFC 5280). Nothing in it is
// trusted before CheckSignatureFrom or Verify.
type Certificate struct {
	Raw, RawTBS, RawSubject, RawIssuer, RawSPKI []byte
	Serial                                      *big.Int
	Subject, Issuer                             Name
	NotBefore, NotAfter                         time.Time
	PublicKey                                   *PublicKey // nil: a key of another algorithm
	Extensions                                  []pkix.Extension

	IsCA        bool
	MaxPathLen  int           // CAs allowed below this one; -1 = any number
	KeyUsage    x509.KeyUsage // 0 = not said
	ExtKeyUsage []asn1.ObjectIdentifier
	Policies    []asn1.ObjectIdentifier

	SubjectKeyID    []byte
	AuthorityKeyID  []byte
	AuthoritySerial *big.Int      // of the issuer's certificate; nil = not said
	AuthorityNames  []GeneralName // issuers of the issuer's certificate

	SubjectAltNames, IssuerAltNames []GeneralName
	NameConstraints                 *NameConstraints

	CRLPoints   []CRLPoint
	FreshestCRL []CRLPoint
	CRLURLs     []string // of CRLPoints
	CAURLs      []string // where the issuer's certificate is
	OCSPURLs    []string

	// When the private key may sign; zero = not said (privateKeyUsagePeriod).
	KeyNotBefore, KeyNotAfter time.Time

	// NoCheck is on an OCSP responder whose own revocation nobody asks about
	// (RFC 6960, 4.2.2.2.1).
	NoCheck bool

	// SubjectSignTool names the owner's means of signature; "" = not said.
	SubjectSignTool string
	// IdentificationKind says how the owner was identified: 0 in person, 1 by
	// a certificate, 2 by a foreign passport with biometrics, 3 by the unified
	// biometric system; -1 = not said.
	IdentificationKind int
	// IssuerSignTool names the means of the authority; nil = not said.
	IssuerSignTool *IssuerSignTool

	version                 int    // 1 to 3
	subjectForm, issuerForm string // see nameForm

	policy policyRules
	frame  *signed
}

// ParseCertificate reads a certificate: DER, PEM or base64.
func ParseCertificate(b []byte) (*Certificate, error) {
	der, err := decode(b, maxObject, certificateLabels...)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	c, err := parseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return c, nil
}

func parseCertificate(der []byte) (*Certificate, error) {
	frame, body, err := parseSigned(der, maxObject)
	if err != nil {
		return nil, err
	}
	c := &Certificate{
		Raw: der, RawTBS: frame.body, frame: frame,
		Serial: new(big.Int), MaxPathLen: -1, IdentificationKind: -1, policy: noPolicyRules,
	}
	if !body.ReadOptionalASN1Integer(&c.version, cbasn1.Tag(0).ContextSpecific().Constructed(), 0) || c.version < 0 || c.version > 2 {
		return nil, errors.New("bad version")
	}
	c.version++
	if !body.ReadASN1Integer(c.Serial) || c.Serial.Sign() < 0 {
		return nil, errors.New("bad serial number")
	}
	var alg, issuer, validity, subject, spki cryptobyte.String
	if !body.ReadASN1Element(&alg, cbasn1.SEQUENCE) || !bytes.Equal(alg, frame.rawAlg) {
		return nil, errors.New("two signature algorithms")
	}
	if !body.ReadASN1Element(&issuer, cbasn1.SEQUENCE) || !body.ReadASN1(&validity, cbasn1.SEQUENCE) ||
		!body.ReadASN1Element(&subject, cbasn1.SEQUENCE) || !body.ReadASN1Element(&spki, cbasn1.SEQUENCE) {
		return nil, errors.New("bad body")
	}
	c.RawIssuer, c.RawSubject, c.RawSPKI = issuer, subject, spki
	if c.Issuer, err = ParseName(issuer); err != nil {
		return nil, err
	}
	if c.Subject, err = ParseName(subject); err != nil {
		return nil, err
	}
	c.subjectForm, c.issuerForm = nameForm(subject), nameForm(issuer)
	if !readTime(&validity, &c.NotBefore) || !readTime(&validity, &c.NotAfter) || !validity.Empty() {
		return nil, errors.New("bad validity")
	}
	if c.PublicKey, err = ParsePublicKey(spki); err != nil && !errors.Is(err, ErrForeignKey) {
		return nil, err
	}
	for _, tag := range []cbasn1.Tag{1, 2} { // unique identifiers, out of use
		if !body.SkipOptionalASN1(tag.ContextSpecific()) {
			return nil, errors.New("bad unique identifier")
		}
	}
	var extensions cryptobyte.String
	var present bool
	if !body.ReadOptionalASN1(&extensions, &present, cbasn1.Tag(3).ContextSpecific().Constructed()) || !body.Empty() {
		return nil, errors.New("bad end of body")
	}
	if present {
		if c.version != 3 {
			return nil, errors.New("extensions in an old version")
		}
		if c.Extensions, err = readExtensions(&extensions); err != nil {
			return nil, err
		}
		if !extensions.Empty() {
			return nil, errTrailingBytes
		}
	}
	return c, c.readExtensions()
}

// readTime reads UTCTime or GeneralizedTime, to the second and in UTC (RFC 5280,
// 4.1.2.5): cryptobyte would take offsets and times without seconds too.
func readTime(s *cryptobyte.String, t *time.Time) bool {
	if rest, text := *s, cryptobyte.String(nil); s.PeekASN1Tag(cbasn1.UTCTime) {
		return rest.ReadASN1(&text, cbasn1.UTCTime) && len(text) == len("060102150405Z") && s.ReadASN1UTCTime(t)
	}
	return s.ReadASN1GeneralizedTime(t) && t.Location() == time.UTC
}

// addTime writes UTCTime up to 2049 and GeneralizedTime after (RFC 5280, 4.1.2.5).
func addTime(b *cryptobyte.Builder, t time.Time) {
	if t = t.UTC().Truncate(time.Second); t.Year() >= 1950 && t.Year() < 2050 {
		b.AddASN1UTCTime(t)
	} else {
		b.AddASN1GeneralizedTime(t)
	}
}

// SerialHex returns the serial number in upper-case hex, whole bytes, as
// people read it and as registers print it.
func (c *Certificate) SerialHex() string {
	s := strings.ToUpper(c.Serial.Text(16))
	if len(s)%2 == 1 {
		s = "0" + s
	}
	return s
}

// CheckSignatureFrom verifies the signature alone, by the parent's key: names,
// dates and what the parent may do are Verify's business.
func (c *Certificate) CheckSignatureFrom(parent *Certificate) error {
	if err := c.frame.check(parent.PublicKey); err != nil {
		return fmt.Errorf("certificate %s: %w", c.SerialHex(), err)
	}
	return nil
}

// SelfSigned reports whether the certificate is signed by its own key: the form
// of a root. That says nothing about trust.
func (c *Certificate) SelfSigned() bool { return c.selfIssued() && c.CheckSignatureFrom(c) == nil }

// selfIssued reports whether subject and issuer are the same name.
func (c *Certificate) selfIssued() bool { return c.subjectForm == c.issuerForm }
