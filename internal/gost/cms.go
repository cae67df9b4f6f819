package gost

import (
	"encoding/asn1"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Identifiers of signed messages (RFC 5652, RFC 5035).
var (
	oidData               = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidSigningCertificate = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
)

// Limits of a signed message.
const (
	maxMessage      = 256 << 20
	maxCertificates = 200
	maxSigners      = 100
)

// SignedData is a parsed signed message (CMS, RFC 5652).
type SignedData struct {
	// Content is what the message carries; nil when it is detached.
	Content      []byte
	ContentType  asn1.ObjectIdentifier
	Certificates []*Certificate // to add a signer's certificate from elsewhere, append it
	Signers      []SignerInfo
}

// ParseCMS reads a signed message: DER, BER, PEM or bare base64.
func ParseCMS(b []byte) (*SignedData, error) {
	s, err := parseCMS(b)
	if err != nil {
		return nil, fmt.Errorf("signed message: %w", err)
	}
	return s, nil
}

func parseCMS(b []byte) (*SignedData, error) {
	ber, err := decode(b, maxMessage, "CMS", "PKCS7", "PKCS #7 SIGNED DATA", "SIGNATURE")
	if err != nil {
		return nil, err
	}
	if len(ber) > maxMessage {
		return nil, errors.New("file is too large")
	}
	der, err := toDER(ber)
	if err != nil {
		return nil, err
	}
	input, info, wrapped, seq := cryptobyte.String(der), cryptobyte.String(nil), cryptobyte.String(nil), cryptobyte.String(nil)
	var contentType asn1.ObjectIdentifier
	tag0 := cbasn1.Tag(0).ContextSpecific().Constructed()
	if !input.ReadASN1(&info, cbasn1.SEQUENCE) || !input.Empty() || !info.ReadASN1ObjectIdentifier(&contentType) {
		return nil, errors.New("not a CMS message")
	}
	if !contentType.Equal(oidSignedData) {
		return nil, fmt.Errorf("content type %v is not signed data", contentType)
	}
	if !info.ReadASN1(&wrapped, tag0) || !info.Empty() || !wrapped.ReadASN1(&seq, cbasn1.SEQUENCE) || !wrapped.Empty() {
		return nil, errors.New("bad content")
	}
	s := &SignedData{}
	var version int
	var digests, certificates, signers cryptobyte.String
	if !seq.ReadASN1Integer(&version) || !seq.ReadASN1(&digests, cbasn1.SET) {
		return nil, errors.New("bad signed data")
	}
	if err := s.readContent(&seq); err != nil {
		return nil, err
	}
	if !seq.ReadOptionalASN1(&certificates, nil, tag0) ||
		!seq.SkipOptionalASN1(cbasn1.Tag(1).ContextSpecific().Constructed()) || // revocation lists
		!seq.ReadASN1(&signers, cbasn1.SET) || !seq.Empty() {
		return nil, errors.New("bad signed data")
	}
	if err := s.readCertificates(certificates); err != nil {
		return nil, err
	}
	for !signers.Empty() {
		if len(s.Signers) == maxSigners {
			return nil, errors.New("too many signers")
		}
		info, err := readSignerInfo(&signers)
		if err != nil {
			return nil, fmt.Errorf("signer %d: %w", len(s.Signers)+1, err)
		}
		s.Signers = append(s.Signers, info)
	}
	return s, nil
}

func (s *SignedData) readContent(seq *cryptobyte.String) error {
	var info, wrapped, octets cryptobyte.String
	var present bool
	if !seq.ReadASN1(&info, cbasn1.SEQUENCE) || !info.ReadASN1ObjectIdentifier(&s.ContentType) ||
		!info.ReadOptionalASN1(&wrapped, &present, cbasn1.Tag(0).ContextSpecific().Constructed()) || !info.Empty() {
		return errors.New("bad content")
	}
	if present {
		if !wrapped.ReadASN1(&octets, cbasn1.OCTET_STRING) || !wrapped.Empty() {
			return errors.New("bad content octets")
		}
		s.Content = append([]byte{}, octets...) // not nil even when empty
	}
	return nil
}

// readCertificates skips what is no X.509 certificate (attribute certificates).
func (s *SignedData) readCertificates(set cryptobyte.String) error {
	for !set.Empty() {
		var element cryptobyte.String
		var tag cbasn1.Tag
		if !set.ReadAnyASN1Element(&element, &tag) {
			return errors.New("bad certificates")
		}
		if tag != cbasn1.SEQUENCE {
			continue
		}
		if len(s.Certificates) == maxCertificates {
			return errors.New("too many certificates")
		}
		c, err := ParseCertificate(element)
		if err != nil {
			return err
		}
		s.Certificates = append(s.Certificates, c)
	}
	return nil
}
