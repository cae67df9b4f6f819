package gost

import (
	"encoding/asn1"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Content types (RFC 5652, section 4; RFC 3161, section 2.4.2).
var (
	oidData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTSTInfo    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
)

// Limits of a signed message.
const (
	maxMessage      = 256 << 20
	maxCertificates = 200
	maxSigners      = 100
)

// Tags of the optional parts.
const (
	context0 = cbasn1.Tag(0x80 | 0x20)
	context1 = cbasn1.Tag(0x80 | 0x20 | 1)
)

// SignedData is a parsed signed message (CMS, RFC 5652).
type SignedData struct {
	// Content is what the message carries; nil when it is detached.
	Content      []byte
	ContentType  asn1.ObjectIdentifier
	Certificates []*Certificate // to add a signer's certificate from elsewhere, append it
	Skipped      int            // objects among the certificates that are none, or none that can be read
	// CRLs and OCSP are the revocation lists and OCSPResponses the message
	// carries, in DER, unjudged. See SignerInfo.Values for those of one signature.
	CRLs, OCSP [][]byte
	Signers    []SignerInfo

	// Legacy, set before Verify, accepts signatures of GOST R 34.10-2001: for
	// old extracts, never for anything new. Without it they are ErrLegacy.
	Legacy bool

	digests []algorithm
}

// ParseCMS reads a signed message: DER, BER, PEM or bare base64.
func ParseCMS(b []byte) (*SignedData, error) {
	s, err := parseCMS(b)
	if err != nil {
		return nil, fmt.Errorf("signed message: %w", err)
	}
	return s, nil
}

// ParsePaddedCMS reads a signed message in DER or BER that zero bytes follow, as
// in a PDF, where the room is left before the message is made.
func ParsePaddedCMS(b []byte) (*SignedData, error) {
	n, _, err := scanBER(b)
	if err != nil {
		return nil, fmt.Errorf("signed message: %w", err)
	}
	for _, c := range b[n:] {
		if c != 0 {
			return nil, fmt.Errorf("signed message: %w", errTrailingBytes)
		}
	}
	return ParseCMS(b[:n])
}

func parseCMS(b []byte) (*SignedData, error) {
	f, err := readFrame(b)
	if err != nil {
		return nil, err
	}
	s := &SignedData{}
	if err := s.readContent(f.content); err != nil {
		return nil, err
	}
	for set := f.digests; !set.Empty(); {
		a, ok := readAlgorithm(&set)
		if !ok || len(s.digests) == maxSigners {
			return nil, errors.New("bad digest algorithms")
		}
		s.digests = append(s.digests, a)
	}
	if err := s.readCertificates(f.certificates); err != nil {
		return nil, err
	}
	if err := s.readRevocation(f.revocation); err != nil {
		return nil, err
	}
	for set := f.signers; !set.Empty(); {
		if len(s.Signers) == maxSigners {
			return nil, errors.New("too many signers")
		}
		info, err := readSignerInfo(&set)
		if err != nil {
			return nil, fmt.Errorf("signer %d: %w", len(s.Signers)+1, err)
		}
		s.Signers = append(s.Signers, info)
	}
	return s, nil
}

// messageFrame is a message cut into its parts, the sets without their headers.
type messageFrame struct {
	version                                    int
	digests, certificates, revocation, signers cryptobyte.String
	content                                    cryptobyte.String // the whole EncapsulatedContentInfo
	hasRevocation                              bool
}

func readFrame(b []byte) (f messageFrame, err error) {
	ber, err := decode(b, maxMessage, "CMS", "PKCS7", "PKCS #7 SIGNED DATA", "SIGNATURE")
	if err != nil {
		return f, err
	}
	if len(ber) > maxMessage {
		return f, errors.New("file is too large")
	}
	der, err := toDER(ber)
	if err != nil {
		return f, err
	}
	input, info, wrapped, seq := cryptobyte.String(der), cryptobyte.String(nil), cryptobyte.String(nil), cryptobyte.String(nil)
	var contentType asn1.ObjectIdentifier
	if !input.ReadASN1(&info, cbasn1.SEQUENCE) || !input.Empty() || !info.ReadASN1ObjectIdentifier(&contentType) {
		return f, errors.New("not a CMS message")
	}
	if !contentType.Equal(oidSignedData) {
		return f, fmt.Errorf("content type %v is not signed data", contentType)
	}
	if !info.ReadASN1(&wrapped, context0) || !info.Empty() || !wrapped.ReadASN1(&seq, cbasn1.SEQUENCE) || !wrapped.Empty() {
		return f, errors.New("bad content")
	}
	// The version follows from what is inside (RFC 5652, 5.1); senders get it
	// wrong between 1 and 5, and nothing hangs on it.
	if !seq.ReadASN1Integer(&f.version) || f.version < 1 || f.version > 5 {
		return f, errors.New("bad version")
	}
	if !seq.ReadASN1(&f.digests, cbasn1.SET) || !seq.ReadASN1Element(&f.content, cbasn1.SEQUENCE) ||
		!seq.ReadOptionalASN1(&f.certificates, nil, context0) || !seq.ReadOptionalASN1(&f.revocation, &f.hasRevocation, context1) ||
		!seq.ReadASN1(&f.signers, cbasn1.SET) || !seq.Empty() {
		return f, errors.New("bad signed data")
	}
	return f, nil
}

func (s *SignedData) readContent(element cryptobyte.String) error {
	var info, wrapped, octets cryptobyte.String
	var present bool
	if !element.ReadASN1(&info, cbasn1.SEQUENCE) || !info.ReadASN1ObjectIdentifier(&s.ContentType) ||
		!info.ReadOptionalASN1(&wrapped, &present, context0) || !info.Empty() {
		return errors.New("bad content")
	}
	if present {
		if !wrapped.ReadASN1(&octets, cbasn1.OCTET_STRING) || !wrapped.Empty() {
			return errors.New("bad content octets")
		}
		s.Content = octets
		if len(octets) == 0 {
			s.Content = []byte{} // not nil: it is there
		}
	}
	return nil
}
