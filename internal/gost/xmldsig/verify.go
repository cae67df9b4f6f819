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
	Err         error // why something is not OK, nil when all is
	// Signed is the signed element as a document by itself, of VerifyElement
	// only: the octets digested, or the canonical form they were made of where
	// the transform gives xml:lang and its like a prefix which no reader takes.
	Signed []byte
}

// VerifyAll gives a verdict on every signature of the document, in document
// order. TargetOK is the message-exchange schemas' rule of place; signatures
// elsewhere are never on target. The error is for a document that cannot be
// read, or one with more signatures than the limit.
func VerifyAll(doc []byte) ([]Signature, error) {
	t, err := parse(doc)
	if err != nil {
		return nil, err
	}
	found := t.all(nsDSig, "Signature")
	if len(found) > maxSignatures {
		return nil, ErrTooLarge
	}
	verdicts := make([]Signature, len(found))
	for i, s := range found {
		c := check(s)
		if !c.target.none() {
			err := prescribed(s, c.target)
			c.TargetOK = err == nil
			if c.Err == nil {
				c.Err = err
			}
		}
		verdicts[i] = c.Signature
	}
	return verdicts, nil
}

// VerifyElement verifies the one signature inside the one element named
// sigParent, a signature's place in the message-exchange schema. Its Reference
// must resolve to exactly one element, named target, in the position where the
// schema has the element signed there: a second Id, a second place for the
// signature or a target elsewhere (signature wrapping) is refused.
//
// The message must be read from Signature.Signed and from nothing else.
func VerifyElement(doc []byte, sigParent, target xml.Name) (*Signature, error) {
	d, err := Parse(doc)
	if err != nil {
		return nil, err
	}
	return d.VerifyElement(sigParent, target)
}

// VerifyElement is the function of this name on a document read before.
func (d *Document) VerifyElement(sigParent, target xml.Name) (*Signature, error) {
	found := d.t.all(sigParent.Space, sigParent.Local)
	if len(found) == 0 || len(found) == 1 && len(found[0].elements()) == 0 {
		return nil, ErrNoSignature
	}
	inside := found[0].elements()
	if len(found) > 1 || len(inside) != 1 || !inside[0].is(nsDSig, "Signature") {
		return nil, fmt.Errorf("xmldsig: want one signature in one %s", sigParent.Local)
	}
	c := check(inside[0])
	if c.Err != nil {
		return nil, c.Err
	}
	if c.target.name() != target {
		return nil, fmt.Errorf("xmldsig: the signature in %s signs %s", sigParent.Local, c.Target)
	}
	if err := prescribed(inside[0], c.target); err != nil {
		return nil, err
	}
	c.TargetOK = true
	if c.Signed = c.octets; c.target.hasXMLAttributes() {
		var err error
		if c.Signed, err = (C14N{}).form(c.target); err != nil {
			return nil, err
		}
	}
	return &c.Signature, nil
}
