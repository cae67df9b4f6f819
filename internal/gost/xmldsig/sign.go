package xmldsig

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"

	"signdesk/internal/gost"
)

// ErrAmbiguous is returned by Sign for an element that SMEV's implementations
// may write differently.
var ErrAmbiguous = errors.New("xmldsig: the element has >, a line end or an xml: attribute where they must not be signed")

// Sign returns a ds:Signature element over the element of doc whose Id
// attribute is id; the caller places it where the schema wants it. The digest
// and the algorithm identifiers follow the size of the key (256 or 512 bits).
// cert is embedded and must be the key's. The fresh signature is verified
// before it is returned: a token that answers nonsense yields an error. id must
// be an NCName that no other element of doc bears (nor any of ID, id, wsu:Id).
func Sign(rand io.Reader, doc []byte, id string, cert *gost.Certificate, key crypto.Signer) ([]byte, error) {
	pub, ok := key.Public().(*gost.PublicKey)
	if !ok || !pub.Equal(cert.PublicKey) {
		return nil, errors.New("xmldsig: the certificate is not for the signing key")
	}
	t, err := parse(doc)
	if err != nil {
		return nil, err
	}
	target, err := t.resolve(id)
	if err != nil {
		return nil, err
	}
	if err := unambiguous(target); err != nil {
		return nil, err
	}
	octets, err := transformed(target)
	if err != nil {
		return nil, err
	}
	info := signedInfo(id, pub.Curve.Bits, sum(pub.Curve.Bits, octets))
	toSign, err := canonicalInfo(info)
	if err != nil {
		return nil, err
	}
	value, err := gost.SignMessage(rand, key, toSign)
	if err != nil {
		return nil, fmt.Errorf("xmldsig: %w", err)
	}
	var b bytes.Buffer
	b.Grow(len(info) + base64.StdEncoding.EncodedLen(len(cert.Raw)) + 512)
	b.WriteString(`<ds:Signature xmlns:ds="` + nsDSig + `">` + info + `<ds:SignatureValue>`)
	b.WriteString(base64.StdEncoding.EncodeToString(value))
	b.WriteString(`</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>`)
	b.WriteString(base64.StdEncoding.EncodeToString(cert.Raw))
	b.WriteString(`</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`)
	return b.Bytes(), nil
}

// unambiguous refuses what implementations of SMEV's transform may write
// differently, so that the signature would not hold at the other side: > and CR
// in text, those, tab and line end in attributes, and attributes of xml's
// namespace, which is not free to be declared under another prefix.
func unambiguous(e elem) error {
	for i := e.i; i < e.node().next; i++ {
		n := &e.nodes[i]
		bad := n.kind == text && bytes.ContainsAny(e.bytes(n.name), ">\r")
		for _, a := range e.attributes(n) {
			bad = bad || bytes.ContainsAny(e.bytes(a.value), ">\r\n\t")
		}
		if bad {
			return ErrAmbiguous
		}
	}
	if e.hasXMLAttributes() {
		return ErrAmbiguous
	}
	return nil
}

// signedInfo writes ds:SignedInfo; the prefix is declared by ds:Signature.
func signedInfo(id string, bits int, digest []byte) string {
	size := strconv.Itoa(bits)
	return `<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="` + algC14N + `"/>` +
		`<ds:SignatureMethod Algorithm="` + algSignature + size + `"/>` +
		`<ds:Reference URI="#` + id + `"><ds:Transforms>` +
		`<ds:Transform Algorithm="` + algC14N + `"/><ds:Transform Algorithm="` + algTransform + `"/></ds:Transforms>` +
		`<ds:DigestMethod Algorithm="` + algDigest + size + `"/>` +
		`<ds:DigestValue>` + base64.StdEncoding.EncodeToString(digest) + `</ds:DigestValue>` +
		`</ds:Reference></ds:SignedInfo>`
}

// canonicalInfo is SignedInfo as it is signed. A key that lives elsewhere gets
// these octets whole.
func canonicalInfo(info string) ([]byte, error) {
	t, err := parse([]byte(`<ds:Signature xmlns:ds="` + nsDSig + `">` + info + `</ds:Signature>`))
	if err != nil {
		return nil, err
	}
	return C14N{}.form(t.root().elements()[0])
}
