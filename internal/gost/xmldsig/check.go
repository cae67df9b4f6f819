package xmldsig

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"strings"

	"signdesk/internal/gost"
)

// checked is a verdict with what it was given on.
type checked struct {
	Signature
	target *node
	octets []byte
}

// check verifies one ds:Signature but for the place of its target. Exactly the
// form SMEV prescribes is understood: one Reference to an Id, the two
// transforms in their order, no parameters, the certificate embedded.
func check(root, signature *node) (c checked) {
	fail := func(err error) {
		if c.Err == nil {
			c.Err = err
		}
	}
	info := signature.only(nsDSig, "SignedInfo")
	if info == nil {
		fail(errors.New("xmldsig: no SignedInfo"))
		return c
	}
	parts := info.elements()
	if len(parts) != 3 || !algorithm(parts[0], "CanonicalizationMethod", algC14N) || !parts[2].is(nsDSig, "Reference") {
		fail(errors.New("xmldsig: SignedInfo is not one canonicalization, one algorithm and one reference"))
		return c
	}
	var err error
	if c.Certificate, err = certificate(signature); err != nil {
		fail(err)
	}
	if err := c.reference(root, parts[2]); err != nil {
		fail(err)
	}
	if c.Certificate == nil {
		return c
	}
	if err := c.value(signature, info, parts[1]); err != nil {
		fail(err)
	}
	return c
}

// reference resolves the Reference and compares the digest.
func (c *checked) reference(root, ref *node) error {
	uri, _ := ref.attribute("URI")
	c.ID = strings.TrimPrefix(uri, "#")
	if c.ID == uri {
		return errors.New("xmldsig: the reference is not to an Id of this document")
	}
	target, err := resolve(root, c.ID)
	if err != nil {
		return err
	}
	c.target, c.Target = target, "{"+target.uri+"}"+target.local
	parts := ref.elements()
	if len(parts) != 3 || !parts[0].is(nsDSig, "Transforms") || !parts[2].is(nsDSig, "DigestValue") {
		return errors.New("xmldsig: malformed Reference")
	}
	transforms := parts[0].elements()
	if len(transforms) != 2 || !algorithm(transforms[0], "Transform", algC14N) || !algorithm(transforms[1], "Transform", algTransform) {
		return errors.New("xmldsig: transforms are not exclusive C14N and the SMEV transform")
	}
	var h hash.Hash
	switch {
	case algorithm(parts[1], "DigestMethod", algDigest+"256"):
		h = gost.New256()
	case algorithm(parts[1], "DigestMethod", algDigest+"512"):
		h = gost.New512()
	default:
		return errors.New("xmldsig: unknown digest algorithm")
	}
	want, err := decode(parts[2])
	if err != nil {
		return fmt.Errorf("xmldsig: DigestValue: %w", err)
	}
	if c.octets, err = transformed(target); err != nil {
		return err
	}
	h.Write(c.octets)
	if c.DigestOK = bytes.Equal(h.Sum(nil), want); !c.DigestOK {
		return errors.New("xmldsig: the signed element was changed")
	}
	return nil
}

// value verifies SignatureValue over SignedInfo.
func (c *checked) value(signature, info, method *node) error {
	pub := c.Certificate.PublicKey
	if pub == nil {
		return errors.New("xmldsig: the certificate's key is not a GOST R 34.10-2012 key")
	}
	if !algorithm(method, "SignatureMethod", fmt.Sprint(algSignature, pub.Curve.Bits)) {
		return errors.New("xmldsig: the signature algorithm is unknown or not that of the certificate's key")
	}
	element := signature.only(nsDSig, "SignatureValue")
	if element == nil {
		return errors.New("xmldsig: no SignatureValue")
	}
	value, err := decode(element)
	if err != nil {
		return fmt.Errorf("xmldsig: SignatureValue: %w", err)
	}
	octets, err := canonical(info)
	if err != nil {
		return err
	}
	if err := gost.Verify(pub, sum(pub, octets), value); err != nil {
		return fmt.Errorf("xmldsig: SignatureValue: %w", err)
	}
	c.SignatureOK = true
	return nil
}

// certificate returns the first embedded certificate.
func certificate(signature *node) (*gost.Certificate, error) {
	n := signature
	for _, local := range []string{"KeyInfo", "X509Data"} {
		if n = n.only(nsDSig, local); n == nil {
			return nil, errors.New("xmldsig: no embedded certificate")
		}
	}
	for _, c := range n.elements() {
		if !c.is(nsDSig, "X509Certificate") {
			continue
		}
		der, err := decode(c)
		if err != nil {
			return nil, fmt.Errorf("xmldsig: X509Certificate: %w", err)
		}
		return gost.ParseCertificate(der)
	}
	return nil, errors.New("xmldsig: no embedded certificate")
}

// algorithm reports whether n is the dsig element with the algorithm and no
// parameters (a PrefixList would change what was digested).
func algorithm(n *node, local, uri string) bool {
	got, _ := n.attribute("Algorithm")
	return n.is(nsDSig, local) && got == uri && len(n.elements()) == 0
}

// decode reads base64 broken into lines.
func decode(n *node) ([]byte, error) {
	if len(n.elements()) > 0 {
		return nil, errors.New("elements where base64 is due")
	}
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.content()), ""))
}
