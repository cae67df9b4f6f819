package gost

import (
	"bufio"
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"golang.org/x/crypto/cryptobyte"
)

// Verify checks every signature over the content: the message's own when
// content is nil, else the given bytes, which must equal the message's own if
// it has any. It says nothing about whom the certificates belong to: see
// Certificate.Verify. A message without signatures is an error.
func (s *SignedData) Verify(content []byte) ([]SignerResult, error) {
	switch {
	case content == nil && s.Content == nil:
		return nil, errors.New("signed message: the content is detached and was not given")
	case content == nil:
		content = s.Content
	case s.Content != nil && !bytes.Equal(content, s.Content):
		return nil, errors.New("signed message: it carries another content than the given one")
	}
	return s.verify(bytes.NewReader(content))
}

// VerifyReader is Verify for a detached content of any length, which is read
// once and not kept.
func (s *SignedData) VerifyReader(content io.Reader) ([]SignerResult, error) {
	if s.Content != nil {
		return nil, errors.New("signed message: it carries its content")
	}
	return s.verify(content)
}

func (s *SignedData) verify(content io.Reader) ([]SignerResult, error) {
	if len(s.Signers) == 0 {
		return nil, errors.New("signed message: no signatures")
	}
	d, err := s.hash(content)
	if err != nil {
		return nil, fmt.Errorf("signed message: %w", err)
	}
	results := make([]SignerResult, len(s.Signers))
	for n := range s.Signers {
		results[n] = s.verifySigner(&s.Signers[n], d)
	}
	return results, nil
}

// contentDigests are the content's digests by the identifier of the hash.
type contentDigests struct {
	sums       map[string][]byte
	attributes bool // the content itself reads as signed attributes
}

func (s *SignedData) hash(content io.Reader) (d contentDigests, err error) {
	hashes, writers := map[string]hash.Hash{}, []io.Writer{io.Discard}
	for _, i := range s.Signers {
		if h := s.messageHash(i.digest.oid); h != nil && hashes[i.digest.oid.String()] == nil {
			hashes[i.digest.oid.String()] = h
			writers = append(writers, h)
		}
	}
	const longest = 64 << 10
	r := bufio.NewReaderSize(content, longest)
	if head, err := r.Peek(longest); errors.Is(err, io.EOF) {
		d.attributes = readsAsAttributes(head)
	}
	if _, err := io.Copy(io.MultiWriter(writers...), r); err != nil {
		return d, err
	}
	d.sums = map[string][]byte{}
	for oid, h := range hashes {
		d.sums[oid] = h.Sum(nil)
	}
	return d, nil
}

// readsAsAttributes reports whether the content is what a signature with
// attributes is made over. Such a signature, with the attributes moved into
// the content, would else pass for one over them.
func readsAsAttributes(b []byte) bool {
	s, set := cryptobyte.String(b), cryptobyte.String(nil)
	if len(b) == 0 || b[0] != 0x31 || !s.ReadASN1(&set, 0x31) || !s.Empty() {
		return false
	}
	all, err := readMessageAttributes(set)
	return err == nil && slices.ContainsFunc(all, func(a MessageAttribute) bool { return a.Type.Equal(oidMessageDigest) })
}

// messageHash is the GOST hash of that identifier; nil when it is none.
func messageHash(oid asn1.ObjectIdentifier) hash.Hash {
	switch {
	case oid.Equal(oidDigest256):
		return New256()
	case oid.Equal(oidDigest512):
		return New512()
	}
	return nil
}

// maxNamesakes bounds the certificates of one name and number that are tried.
const maxNamesakes = 4

// verifySigner judges one signature. Of several certificates that it may mean
// the one whose key fits counts: the bag is nobody's word.
func (s *SignedData) verifySigner(i *SignerInfo, d contentDigests) SignerResult {
	r := SignerResult{DigestOID: i.digest.oid, SignatureOID: i.signature.oid, Err: ErrNoSigner}
	r.SigningTime, _ = i.signingTime() // judged with the other attributes
	for _, a := range i.Unsigned {
		r.Unsigned = append(r.Unsigned, a.Name())
	}
	if s.messageHash(i.digest.oid) == nil && !i.legacy() {
		r.Err = fmt.Errorf("%w: digest %v", ErrNotGOST, i.digest.oid)
		if n := slices.IndexFunc(s.Certificates, i.named); n >= 0 {
			r.Certificate = s.Certificates[n] // whose it says to be
		}
		return r
	}
	tried := 0
	for _, c := range s.Certificates {
		if !i.named(c) || tried == maxNamesakes {
			continue
		}
		tried++
		this := s.verifyBy(i, c, d, r)
		if tried == 1 || this.Err == nil || this.SignatureOK && !r.SignatureOK {
			r = this
		}
		if r.Err == nil {
			break
		}
	}
	r.Timestamps = s.timestamps(i)
	return r
}

// verifyBy judges the signature by one certificate.
func (s *SignedData) verifyBy(i *SignerInfo, c *Certificate, d contentDigests, r SignerResult) SignerResult {
	r.Certificate = c
	var key messageKey
	if key, r.Err = s.messageKey(i, c); r.Err != nil {
		return r
	}
	if !slices.ContainsFunc(s.digests, func(a algorithm) bool { return a.oid.Equal(i.digest.oid) }) {
		r.Err = fmt.Errorf("%w: the message does not list digest %v", ErrSignature, i.digest.oid)
		return r
	}
	digest := d.sums[i.digest.oid.String()]
	if i.rawAttributes == nil {
		switch {
		case !s.ContentType.Equal(oidData):
			r.Err = fmt.Errorf("%w: content %v needs them", ErrAttributes, s.ContentType)
		case d.attributes:
			r.Err = fmt.Errorf("%w: they stand in the content", ErrAttributes)
		default:
			r.Err = key.verify(digest, i.value)
		}
		r.SignatureOK = r.Err == nil
		r.DigestOK, r.AttributesOK = r.SignatureOK, r.SignatureOK
		return r
	}
	signed, attributes := i.checkAttributes(s.ContentType, c)
	signature := i.checkAttributeSignature(key)
	r.AttributesOK, r.SignatureOK, r.DigestOK = attributes == nil, signature == nil, signed != nil && bytes.Equal(signed, digest)
	binding, _ := i.single(oidSigningCertificate)
	if binding == nil {
		binding, _ = i.single(oidSigningCertificateV1)
	}
	r.CAdES = binding != nil && r.AttributesOK
	switch {
	case !r.SignatureOK:
		r.Err = signature
	case !r.AttributesOK:
		r.Err = attributes
	case !r.DigestOK:
		r.Err = ErrContent
	}
	return r
}

// checkAttributeSignature checks the signature over the attributes: as they
// came, or sorted, when the sender transmits another order than he signs.
func (i *SignerInfo) checkAttributeSignature(key messageKey) error {
	err := key.verify(key.digest(i.rawAttributes), i.value)
	if err == nil {
		return nil
	}
	if sorted := sortedAttributes(i.Signed); !bytes.Equal(sorted, i.rawAttributes) && key.verify(key.digest(sorted), i.value) == nil {
		return nil
	}
	return err
}

// checkAlgorithms wants the digest of the key's size; the signature algorithm
// may be the signature's identifier (RFC 9215) or the key's (RFC 4490 style,
// OpenSSL and CryptoPro).
func (i *SignerInfo) checkAlgorithms(pub *PublicKey) error {
	if pub == nil || pub.agreement {
		return fmt.Errorf("%w: no GOST R 34.10-2012 signature key", ErrNotGOST)
	}
	if !i.digest.oid.Equal(pub.Curve.digestOID()) || !i.digest.bare() {
		return fmt.Errorf("%w: digest %v with a %d-bit key", ErrSignature, i.digest.oid, pub.Curve.Bits)
	}
	if !i.signature.oid.Equal(pub.Curve.signatureOID()) && !i.signature.oid.Equal(pub.Curve.keyOID()) || !i.signature.bare() {
		return fmt.Errorf("%w: algorithm %v with a %d-bit key", ErrSignature, i.signature.oid, pub.Curve.Bits)
	}
	return nil
}
