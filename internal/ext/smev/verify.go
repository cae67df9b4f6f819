package smev

import (
	"bytes"
	"encoding/xml"
	"fmt"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// Signatures are the signers of a message received, each found good. What of
// them is nil has not signed.
type Signatures struct {
	SMEV   *gost.Certificate // over the whole message: there always
	Sender *gost.Certificate // of the other information system (ЭП-ОВ), over what it provided
	Person *gost.Certificate // of an official (ЭП-СП), over the content
}

// verified returns the octets of the element that SMEV signed in the answer.
func (c *Client) verified(doc *xmldsig.Document, ns namespaces, target string, w *Wire) ([]byte, error) {
	s, err := doc.VerifyElement(ns.typed("SMEVSignature"), ns.typed(target))
	if err != nil {
		return nil, err
	}
	if err := c.trust(s.Certificate); err != nil {
		return nil, err
	}
	w.Signed.SMEV = s.Certificate
	return s.Signed, nil
}

// verifySender verifies the signatures that SMEV passes on with a message, when
// they are there: of the sending system over data, of an official over the
// content with the root. SMEV has verified them before; one that is bad now
// means that somebody changed something since, and the message is refused.
func (c *Client) verifySender(doc *xmldsig.Document, ns namespaces, signed []byte, data string, root xml.Name, w *Wire) error {
	const sender, person = "SenderInformationSystemSignature", "PersonalSignature"
	if bytes.Contains(signed, []byte(sender)) {
		s, err := doc.VerifyElement(ns.typed(sender), ns.typed(data))
		if err != nil {
			return fmt.Errorf("the sender's signature: %w", err)
		}
		if len(c.Senders) > 0 {
			if _, err := s.Certificate.Verify(gost.VerifyOptions{Roots: c.Senders, At: c.now()}); err != nil {
				return fmt.Errorf("the sender is not trusted: %w", err)
			}
		}
		w.Signed.Sender = s.Certificate
	}
	if root != (xml.Name{}) && bytes.Contains(signed, []byte(person)) {
		s, err := doc.VerifyElement(ns.typed(person), root)
		if err != nil {
			return fmt.Errorf("the personal signature: %w", err)
		}
		w.Signed.Person = s.Certificate
	}
	return nil
}
