package gost

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Timestamp is a time-stamp token (RFC 3161) over a signature (CAdES-T) or a
// document, judged as far as GOST goes.
type Timestamp struct {
	At     time.Time // as the authority says
	Serial *big.Int
	Policy asn1.ObjectIdentifier
	// ImprintOK: the token is about these bytes.
	ImprintOK bool
	// Authority is the verdict on the token's own signature; ErrNotGOST in its
	// Err when it is made by another algorithm.
	Authority SignerResult
	Err       error // nil = the imprint fits and the authority's signature is good
}

// ErrTimestamp means a token that is no time-stamp, or one about other bytes.
var ErrTimestamp = errors.New("time-stamp")

const maxTimestamps = 4

// timestamps judges the tokens of CAdES-T over the value of a signature. A
// token's own time-stamps are not followed.
func (s *SignedData) timestamps(i *SignerInfo) (all []Timestamp) {
	for _, a := range i.Unsigned {
		if !a.Type.Equal(oidTimestamp) || s.ContentType.Equal(oidTSTInfo) {
			continue
		}
		for _, token := range a.Values {
			if len(all) == maxTimestamps {
				return all
			}
			all = append(all, verifyTimestamp(token, bytes.NewReader(i.value), s.Certificates))
		}
	}
	return all
}

func verifyTimestamp(token []byte, r io.Reader, certificates []*Certificate) Timestamp {
	message, err := ParseCMS(token)
	if err != nil {
		return Timestamp{Err: fmt.Errorf("%w: %w", ErrTimestamp, err)}
	}
	return message.Timestamp(r, certificates)
}

// Timestamp judges a message that is a time-stamp token over the bytes of r;
// its authority's certificate may be among the given ones. Whom that belongs
// to is the business of Certificate.Verify.
func (s *SignedData) Timestamp(r io.Reader, certificates []*Certificate) (t Timestamp) {
	fail := func(err error) Timestamp {
		t.Err = fmt.Errorf("%w: %w", ErrTimestamp, err)
		return t
	}
	if !s.ContentType.Equal(oidTSTInfo) || s.Content == nil || len(s.Signers) != 1 {
		return fail(errors.New("no token of one authority"))
	}
	imprint, digest, err := t.read(s.Content)
	if err != nil {
		return fail(err)
	}
	h := referenceHash(imprint)
	if h == nil {
		return fail(fmt.Errorf("unknown hash %v", imprint))
	}
	if _, err := io.Copy(h, r); err != nil {
		return fail(err)
	}
	t.ImprintOK = bytes.Equal(h.Sum(nil), digest)
	message := *s
	message.Certificates = append(s.Certificates[:len(s.Certificates):len(s.Certificates)], certificates...)
	results, err := message.Verify(nil)
	if err != nil {
		return fail(err)
	}
	t.Authority = results[0]
	switch c := t.Authority.Certificate; {
	case !t.ImprintOK:
		return fail(errors.New("it is about other bytes"))
	case t.Authority.Err != nil:
		return fail(t.Authority.Err)
	case !c.forTimestamps():
		return fail(errors.New("the certificate is not for time-stamps alone"))
	}
	return t
}

// forTimestamps: the purpose must be the only one and critical (RFC 3161, 2.3).
func (c *Certificate) forTimestamps() bool {
	e := find(c.Extensions, oidExtKeyUsage)
	return e != nil && e.Critical && len(c.ExtKeyUsage) == 1 && c.ExtKeyUsage[0].Equal(OIDTimeStamping)
}

// read reads TSTInfo (RFC 3161, 2.4.2).
func (t *Timestamp) read(der []byte) (hash asn1.ObjectIdentifier, digest []byte, err error) {
	bad := errors.New("bad TSTInfo")
	s, info, imprint, at := cryptobyte.String(der), cryptobyte.String(nil), cryptobyte.String(nil), cryptobyte.String(nil)
	version := 0
	t.Serial = new(big.Int)
	if !s.ReadASN1(&info, cbasn1.SEQUENCE) || !s.Empty() || !info.ReadASN1Integer(&version) || version != 1 ||
		!info.ReadASN1ObjectIdentifier(&t.Policy) || !info.ReadASN1(&imprint, cbasn1.SEQUENCE) ||
		!info.ReadASN1Integer(t.Serial) || !info.ReadASN1(&at, cbasn1.GeneralizedTime) {
		return nil, nil, bad
	}
	// Fractions of a second are allowed here, unlike in certificates.
	if t.At, err = time.Parse("20060102150405Z", string(at)); err != nil {
		return nil, nil, bad
	}
	a, ok := readAlgorithm(&imprint)
	if !ok || !imprint.ReadASN1Bytes(&digest, cbasn1.OCTET_STRING) || !imprint.Empty() {
		return nil, nil, bad
	}
	// Accuracy, ordering, nonce, name and extensions follow: nothing is asked of them.
	return a.oid, digest, nil
}
