package xmldsig

import (
	"encoding/xml"
	"errors"
	"fmt"

	"signdesk/internal/gost"
)

// ErrNoSignature is returned by VerifyElement when the place for the signature
// is not there or is empty.
var ErrNoSignature = errors.New("xmldsig: not signed")

// Signature is the verdict on one signature. It says nothing about trust: the
// certificate is the one embedded, its chain is the caller's to verify.
type Signature struct {
	ID          string // Reference URI without #
	Target      string // {namespace}local of the signed element
	DigestOK    bool   // the signed element is as it was
	SignatureOK bool   // SignedInfo is signed by the certificate's key
	TargetOK    bool   // the schema puts the signature of just this element here
	Certificate *gost.Certificate
	Err         error  // why something is not OK, nil when all is
	Signed      []byte // VerifyElement only: the octets digested, namespace-well-formed XML
}

// VerifyAll gives a verdict on every signature of the document, in document
// order. TargetOK is the message-exchange schemas' rule of place; signatures
// elsewhere are never on target. The error is for a document that cannot be
// read, or one with more signatures than the limit.
func VerifyAll(doc []byte) ([]Signature, error) {
	root, err := parse(doc)
	if err != nil {
		return nil, err
	}
	var found []*node
	root.walk(func(n *node) {
		if n.is(nsDSig, "Signature") {
			found = append(found, n)
		}
	})
	if len(found) > maxSignatures {
		return nil, ErrTooLarge
	}
	verdicts := make([]Signature, len(found))
	for i, s := range found {
		c := check(root, s)
		c.TargetOK = c.target != nil && prescribed(s, c.target)
		if c.Err == nil && !c.TargetOK {
			c.Err = errors.New("xmldsig: not the element this signature must sign")
		}
		verdicts[i] = c.Signature
	}
	return verdicts, nil
}

// VerifyElement verifies the one signature inside the one element named
// sigParent. Its Reference must resolve to exactly one element, named target,
// the only one of that name beside sigParent: a second Id, a second place for
// the signature or a target elsewhere (signature wrapping) is refused. A
// personal signature's target lies in MessagePrimaryContent beside it.
//
// The message must be read from Signature.Signed and from nothing else.
func VerifyElement(doc []byte, sigParent, target xml.Name) (*Signature, error) {
	root, err := parse(doc)
	if err != nil {
		return nil, err
	}
	var places []*node
	root.walk(func(n *node) {
		if n.name() == sigParent {
			places = append(places, n)
		}
	})
	if len(places) == 0 || len(places) == 1 && len(places[0].elements()) == 0 {
		return nil, ErrNoSignature
	}
	if len(places) > 1 || len(places[0].elements()) != 1 || !places[0].elements()[0].is(nsDSig, "Signature") {
		return nil, fmt.Errorf("xmldsig: want one signature in one %s", sigParent.Local)
	}
	place := places[0]
	c := check(root, place.elements()[0])
	if c.Err != nil {
		return nil, c.Err
	}
	if c.target.name() != target || !beside(place, c.target) {
		return nil, fmt.Errorf("xmldsig: the signature in %s signs %s in the wrong place", sigParent.Local, c.Target)
	}
	c.TargetOK = true
	c.Signed = c.octets
	return &c.Signature, nil
}
