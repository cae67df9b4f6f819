package gost

import (
	"crypto/x509/pkix"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// OCSPRequest asks for the status of certificates. A signature over it is
// neither made nor looked at.
type OCSPRequest struct {
	Raw   []byte
	IDs   []CertID
	Nonce []byte // to be repeated in the answer; nil = none
}

// CreateOCSPRequest returns a request in DER for the status of a certificate.
// The nonce, 1 to 128 random bytes, ties the answer to the request; nil leaves
// it out, and then an answer may be a stored one.
func CreateOCSPRequest(c, issuer *Certificate, nonce []byte) ([]byte, error) {
	if nonce != nil && (len(nonce) == 0 || len(nonce) > maxNonce) {
		return nil, fmt.Errorf("create OCSP request: nonce of %d bytes", len(nonce))
	}
	id := newCertID(c, issuer)
	der, err := sequence(func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, id.add)
			})
			addNonce(b, 2, nonce)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("create OCSP request: %w", err)
	}
	return der, nil
}

// addNonce writes the extensions [tag] with the nonce alone, or nothing.
func addNonce(b *cryptobyte.Builder, tag uint8, nonce []byte) {
	if nonce == nil {
		return
	}
	e, err := extension(oidOCSPNonce, false, func(b *cryptobyte.Builder) { b.AddASN1OctetString(nonce) })
	if err != nil {
		b.SetError(err)
	}
	b.AddASN1(cbasn1.Tag(tag).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
		addExtensions(b, []pkix.Extension{e})
	})
}

// ParseOCSPRequest reads a request in DER. A critical extension other than the
// nonce is refused.
func ParseOCSPRequest(der []byte) (*OCSPRequest, error) {
	r, err := parseOCSPRequest(der)
	if err != nil {
		return nil, fmt.Errorf("OCSP request: %w", err)
	}
	return r, nil
}

func parseOCSPRequest(der []byte) (*OCSPRequest, error) {
	if len(der) > maxOCSP {
		return nil, fmt.Errorf("%d bytes are too many", len(der))
	}
	seq, err := outer(der)
	if err != nil {
		return nil, err
	}
	var body, list, signature cryptobyte.String
	var version int
	if !seq.ReadASN1(&body, cbasn1.SEQUENCE) || !seq.ReadOptionalASN1(&signature, nil, tag0) || !seq.Empty() {
		return nil, errors.New("bad outer sequence")
	}
	tag1, tag2 := cbasn1.Tag(1).ContextSpecific().Constructed(), cbasn1.Tag(2).ContextSpecific().Constructed()
	if !body.ReadOptionalASN1Integer(&version, tag0, 0) || version != 0 || !body.SkipOptionalASN1(tag1) ||
		!body.ReadASN1(&list, cbasn1.SEQUENCE) || list.Empty() {
		return nil, errors.New("bad body")
	}
	r := &OCSPRequest{Raw: der}
	for !list.Empty() {
		var entry cryptobyte.String
		if !list.ReadASN1(&entry, cbasn1.SEQUENCE) {
			return nil, errors.New("bad entry")
		}
		id, ok := readCertID(&entry)
		if !ok || len(r.IDs) == maxOCSPItems {
			return nil, errors.New("bad entry")
		}
		r.IDs = append(r.IDs, id)
		if _, err := readOCSPExtensions(&entry, tag0); err != nil {
			return nil, err
		}
		if !entry.Empty() {
			return nil, errors.New("bad entry")
		}
	}
	r.Nonce, err = readOCSPExtensions(&body, tag2)
	if err == nil && !body.Empty() {
		err = errTrailingBytes
	}
	return r, err
}

// readOCSPExtensions reads the optional extensions under the tag and returns
// the nonce among them.
func readOCSPExtensions(s *cryptobyte.String, tag cbasn1.Tag) (nonce []byte, err error) {
	var list cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&list, &present, tag) {
		return nil, errors.New("bad extensions")
	}
	if !present {
		return nil, nil
	}
	all, err := readExtensions(&list)
	if err != nil {
		return nil, err
	}
	if !list.Empty() {
		return nil, errTrailingBytes
	}
	for _, e := range all {
		switch {
		case e.Id.Equal(oidOCSPNonce):
			if nonce, err = readNonce(e.Value); err != nil {
				return nil, err
			}
		case e.Critical:
			return nil, fmt.Errorf("%w %v", ErrExtension, e.Id)
		}
	}
	return nonce, nil
}
