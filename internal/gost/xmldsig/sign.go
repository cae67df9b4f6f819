package xmldsig

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"signdesk/internal/gost"
)

// Sign returns a ds:Signature element over the element of doc whose Id
// attribute is id; the caller places it where the schema wants it. The digest
// and the algorithm identifiers follow the size of the key (256 or 512 bits).
// cert is embedded and must be the key's. The fresh signature is verified
// before it is returned: a token that answers nonsense yields an error.
func Sign(rand io.Reader, doc []byte, id string, cert *gost.Certificate, key crypto.Signer) ([]byte, error) {
	pub, ok := key.Public().(*gost.PublicKey)
	if !ok || !pub.Equal(cert.PublicKey) {
		return nil, errors.New("xmldsig: the certificate is not for the signing key")
	}
	root, err := parse(doc)
	if err != nil {
		return nil, err
	}
	target, err := resolve(root, id)
	if err != nil {
		return nil, err
	}
	octets, err := transformed(target)
	if err != nil {
		return nil, err
	}
	info := signedInfo(id, pub.Curve.Bits, sum(pub, octets))
	digest, err := infoDigest(pub, info)
	if err != nil {
		return nil, err
	}
	value, err := key.Sign(rand, digest, crypto.Hash(0))
	if err != nil {
		return nil, fmt.Errorf("xmldsig: sign: %w", err)
	}
	if err := gost.Verify(pub, digest, value); err != nil {
		return nil, fmt.Errorf("xmldsig: the signer gave a signature that does not verify: %w", err)
	}
	var b bytes.Buffer
	b.WriteString(`<ds:Signature xmlns:ds="` + nsDSig + `">` + info + `<ds:SignatureValue>`)
	b.WriteString(base64.StdEncoding.EncodeToString(value))
	b.WriteString(`</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>`)
	b.WriteString(base64.StdEncoding.EncodeToString(cert.Raw))
	b.WriteString(`</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`)
	return b.Bytes(), nil
}

// resolve finds the one element with the Id.
func resolve(root *node, id string) (*node, error) {
	if id == "" || nameLen(id) != len(id) || strings.Contains(id, ":") {
		return nil, fmt.Errorf("xmldsig: %q is not an Id", id)
	}
	found := root.byID(id)
	if len(found) != 1 {
		return nil, fmt.Errorf("xmldsig: %d elements with Id %q, want one", len(found), id)
	}
	return found[0], nil
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

// infoDigest is the digest of SignedInfo's canonical form.
func infoDigest(pub *gost.PublicKey, info string) ([]byte, error) {
	root, err := parse([]byte(`<ds:Signature xmlns:ds="` + nsDSig + `">` + info + `</ds:Signature>`))
	if err != nil {
		return nil, err
	}
	octets, err := canonical(root.elements()[0].elements()[0])
	if err != nil {
		return nil, err
	}
	return sum(pub, octets), nil
}

func sum(pub *gost.PublicKey, octets []byte) []byte {
	h := pub.HashNew()
	h.Write(octets)
	return h.Sum(nil)
}
