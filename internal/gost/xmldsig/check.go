package xmldsig

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"signdesk/internal/gost"
)

// checked is a verdict with what it was given on.
type checked struct {
	Signature
	target elem
	octets []byte
}

// check verifies one ds:Signature but for the place of its target. Exactly the
// form SMEV prescribes is understood: one Reference to an Id, the two
// transforms in their order, one certificate embedded, no Object. What stands
// in another form has no verdict but bad; in that form the digest, the
// certificate and the value are judged each, the first error is kept.
func check(s elem) (c checked) {
	fail := func(err error) {
		if c.Err == nil {
			c.Err = err
		}
	}
	p, err := partsOf(s)
	if err != nil {
		fail(err)
		return c
	}
	c.ID, c.target, err = s.tree.target(p.reference)
	if err != nil {
		fail(err)
	} else {
		c.Target = "{" + c.target.space() + "}" + c.target.local()
		fail(c.digest(s, p))
	}
	if c.Certificate, err = certificate(p.key); err != nil {
		fail(err)
		return c
	}
	fail(c.value(p))
	return c
}

// parts are what a signature consists of.
type parts struct {
	info, reference, value, key elem
	method                      C14N // of SignedInfo
	bits                        int  // of key and digest
}

// partsOf takes a signature apart and refuses another form or algorithm.
func partsOf(s elem) (p parts, err error) {
	names := func(list []elem) string {
		var out []string
		for _, e := range list {
			out = append(out, e.local())
		}
		return strings.Join(out, ", ")
	}
	list := s.elements()
	if len(list) != 3 || !list[0].is(nsDSig, "SignedInfo") || !list[1].is(nsDSig, "SignatureValue") || !list[2].is(nsDSig, "KeyInfo") {
		return p, fmt.Errorf("xmldsig: the signature holds %s, want SignedInfo, SignatureValue, KeyInfo", names(list))
	}
	p.info, p.value, p.key = list[0], list[1], list[2]
	list = p.info.elements()
	if len(list) != 3 || !list[2].is(nsDSig, "Reference") {
		return p, fmt.Errorf("xmldsig: SignedInfo holds %s, want two methods and one Reference", names(list))
	}
	p.reference = list[2]
	if p.method, err = canonicalization(list[0], "CanonicalizationMethod"); err != nil {
		return p, err
	}
	if p.bits, err = size(list[1], "SignatureMethod", algSignature); err != nil {
		return p, err
	}
	list = p.reference.elements()
	if len(list) != 3 || !list[2].is(nsDSig, "DigestValue") {
		return p, fmt.Errorf("xmldsig: Reference holds %s, want Transforms, DigestMethod, DigestValue", names(list))
	}
	if err := transforms(list[0]); err != nil {
		return p, err
	}
	digest, err := size(list[1], "DigestMethod", algDigest)
	if err == nil && digest != p.bits {
		err = fmt.Errorf("xmldsig: a digest of %d bits under a signature of %d", digest, p.bits)
	}
	return p, err
}

// digest compares the digest of the target.
func (c *checked) digest(s elem, p parts) error {
	if c.target.contains(s) || s.contains(c.target) {
		return errors.New("xmldsig: signature and signed element lie inside each other")
	}
	want, err := decodeBase64(p.reference.elements()[2])
	if err != nil {
		return fmt.Errorf("xmldsig: DigestValue: %w", err)
	}
	if c.octets, err = transformed(c.target); err != nil {
		return err
	}
	if c.DigestOK = bytes.Equal(sum(p.bits, c.octets), want); !c.DigestOK {
		return errors.New("xmldsig: the signed element was changed")
	}
	return nil
}

// value verifies SignatureValue over SignedInfo.
func (c *checked) value(p parts) error {
	pub := c.Certificate.PublicKey
	if pub == nil {
		return errors.New("xmldsig: the certificate's key is not a GOST R 34.10-2012 key")
	}
	if pub.Curve.Bits != p.bits {
		return fmt.Errorf("xmldsig: a key of %d bits under an algorithm of %d", pub.Curve.Bits, p.bits)
	}
	value, err := decodeBase64(p.value)
	if err != nil {
		return fmt.Errorf("xmldsig: SignatureValue: %w", err)
	}
	octets, err := p.method.form(p.info)
	if err != nil {
		return err
	}
	if err := gost.Verify(pub, sum(p.bits, octets), value); err != nil {
		return fmt.Errorf("xmldsig: SignatureValue: %w", err)
	}
	c.SignatureOK = true
	return nil
}

// certificate returns the embedded certificate. With a second one, or a bare
// key beside it, readers could differ about whose signature this is.
func certificate(key elem) (*gost.Certificate, error) {
	data := key.elements()
	if len(data) != 1 || !data[0].is(nsDSig, "X509Data") {
		return nil, errors.New("xmldsig: KeyInfo is not one X509Data")
	}
	var found []elem
	for _, e := range data[0].elements() {
		if e.is(nsDSig, "X509Certificate") {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("xmldsig: %d certificates embedded, want one", len(found))
	}
	der, err := decodeBase64(found[0])
	if err != nil {
		return nil, fmt.Errorf("xmldsig: X509Certificate: %w", err)
	}
	c, err := parsed.certificate(der)
	if err != nil {
		return nil, fmt.Errorf("xmldsig: X509Certificate: %w", err)
	}
	return c, nil
}

// decodeBase64 reads base64 broken into lines.
func decodeBase64(e elem) ([]byte, error) {
	if len(e.elements()) > 0 {
		return nil, errors.New("elements where base64 is due")
	}
	b := slices.DeleteFunc(e.content(), isSpace)
	return base64.StdEncoding.AppendDecode(nil, b)
}

func sum(bits int, octets []byte) []byte {
	if bits == 512 {
		s := gost.Sum512(octets)
		return s[:]
	}
	s := gost.Sum256(octets)
	return s[:]
}
