package gost

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// OCSPCode is the outcome of a request as a whole (RFC 6960, 4.2.1).
type OCSPCode int

// The outcomes; only the first one carries answers.
const (
	OCSPSuccessful       OCSPCode = 0
	OCSPMalformedRequest OCSPCode = 1
	OCSPInternalError    OCSPCode = 2
	OCSPTryLater         OCSPCode = 3
	OCSPSigRequired      OCSPCode = 5
	OCSPUnauthorized     OCSPCode = 6
)

func (c OCSPCode) String() string {
	switch c {
	case OCSPSuccessful:
		return "successful"
	case OCSPMalformedRequest:
		return "malformedRequest"
	case OCSPInternalError:
		return "internalError"
	case OCSPTryLater:
		return "tryLater"
	case OCSPSigRequired:
		return "sigRequired"
	case OCSPUnauthorized:
		return "unauthorized"
	}
	return fmt.Sprintf("code %d", int(c))
}

// OCSPResponse is a parsed answer. Its signature and signer are not checked
// yet: see Status.
type OCSPResponse struct {
	Raw          []byte
	Code         OCSPCode // all that follows is empty unless it is OCSPSuccessful
	RawResponder []byte   // name of the responder in DER; nil: it is named by its key
	ResponderKey []byte   // SHA-1 of its key; nil: it is named by its name
	ProducedAt   time.Time
	Answers      []OCSPAnswer
	Nonce        []byte // nil = none
	Certificates []*Certificate

	frame *signed
}

// ParseOCSPResponse reads a response in DER. A refusal such as tryLater is a
// response too: see Code.
func ParseOCSPResponse(der []byte) (*OCSPResponse, error) {
	r, err := parseOCSPResponse(der)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errOCSPResponse, err)
	}
	return r, nil
}

func parseOCSPResponse(der []byte) (*OCSPResponse, error) {
	if len(der) > maxOCSP {
		return nil, fmt.Errorf("%d bytes are too many", len(der))
	}
	seq, err := outer(der)
	if err != nil {
		return nil, err
	}
	r := &OCSPResponse{Raw: der}
	var code int
	var explicit, inner, basic cryptobyte.String
	var present bool
	if !seq.ReadASN1Enum(&code) || code < 0 || code > 6 || code == 4 ||
		!seq.ReadOptionalASN1(&explicit, &present, tag0) || !seq.Empty() {
		return nil, errors.New("bad outer sequence")
	}
	if r.Code = OCSPCode(code); r.Code != OCSPSuccessful {
		if present {
			return nil, errors.New("a refusal with an answer")
		}
		return r, nil
	}
	var kind asn1.ObjectIdentifier
	if !explicit.ReadASN1(&inner, cbasn1.SEQUENCE) || !explicit.Empty() || !inner.ReadASN1ObjectIdentifier(&kind) ||
		!inner.ReadASN1(&basic, cbasn1.OCTET_STRING) || !inner.Empty() {
		return nil, errors.New("bad response bytes")
	}
	if !kind.Equal(oidOCSPBasic) {
		return nil, fmt.Errorf("response type %v", kind)
	}
	return r, r.readBasic(basic)
}

// readBasic reads BasicOCSPResponse.
func (r *OCSPResponse) readBasic(der []byte) error {
	seq, err := outer(der)
	if err != nil {
		return err
	}
	var body, alg, certs, list cryptobyte.String
	var present, ok bool
	f := &signed{raw: der}
	if !seq.ReadASN1Element(&body, cbasn1.SEQUENCE) || !seq.ReadASN1Element(&alg, cbasn1.SEQUENCE) {
		return errors.New("bad basic response")
	}
	f.body, f.rawAlg = body, alg
	if f.algorithm, ok = readAlgorithm(&alg); !ok || !seq.ReadASN1BitStringAsBytes(&f.signature) ||
		!seq.ReadOptionalASN1(&certs, &present, tag0) || !seq.Empty() {
		return errors.New("bad basic response")
	}
	r.frame = f
	if present && (!certs.ReadASN1(&list, cbasn1.SEQUENCE) || !certs.Empty()) {
		return errors.New("bad certificates")
	}
	for !list.Empty() {
		var raw cryptobyte.String
		if !list.ReadASN1Element(&raw, cbasn1.SEQUENCE) || len(r.Certificates) == maxOCSPCerts {
			return errors.New("bad certificates")
		}
		c, err := parseCertificate(raw)
		if err != nil {
			return fmt.Errorf("certificate: %w", err)
		}
		r.Certificates = append(r.Certificates, c)
	}
	var data cryptobyte.String
	body.ReadASN1(&data, cbasn1.SEQUENCE)
	return r.readData(data)
}
