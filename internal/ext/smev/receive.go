package smev

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"

	"signdesk/internal/gost/xmldsig"
)

// ErrEmpty is returned by GetResponse when the queue is empty.
var ErrEmpty = errors.New("smev: the queue of responses is empty")

// Selector narrows GetResponse to one information type by the full name of its
// root element. The zero Selector takes whatever comes first.
type Selector struct{ Namespace, Root string }

// GetResponse takes the next response from the caller's queue: an answer, or
// SMEV's news about a request. The same response comes again until Ack. The
// error is ErrEmpty or *Error; an untrusted response is left where it lies.
func (c *Client) GetResponse(ctx context.Context, s Selector) (*Response, error) {
	const operation = "GetResponse"
	fail := func(k kind, err error) (*Response, error) {
		return nil, &Error{Operation: operation, Err: err, kind: k}
	}
	ns, err := namespacesOf(c.Version)
	if err != nil {
		return fail(refused, err)
	}
	var b bytes.Buffer
	b.WriteString(`<b:MessageTypeSelector Id="SIGNED_BY_CALLER">`)
	if s != (Selector{}) {
		writeElement(&b, "b:NamespaceURI", s.Namespace)
		writeElement(&b, "b:RootElementLocalName", s.Root)
	}
	writeElement(&b, "b:Timestamp", timestamp(c.now()))
	b.WriteString(`</b:MessageTypeSelector>`)
	envelope, err := c.envelope(ns, operation, "SIGNED_BY_CALLER", b.String())
	if err != nil {
		return fail(kindOfSigning(err), err)
	}
	doc, err := c.call(ctx, operation, "", envelope)
	if err != nil {
		return nil, err
	}
	empty, err := emptyQueue(doc, ns)
	if err != nil {
		return fail(untrusted, err)
	}
	if empty {
		return nil, ErrEmpty
	}
	signed, err := c.verified(doc, ns, "Response")
	if err != nil {
		return fail(untrusted, err)
	}
	r, err := decodeResponse(signed, ns)
	if err != nil {
		return fail(untrusted, err)
	}
	if err := r.attach(doc, ns); err != nil {
		return fail(untrusted, err)
	}
	return r, nil
}

// Ack tells SMEV that the response with the MessageID (its own, not that of the
// request) is safely stored, so that it is not delivered again; accepted is
// false for one whose content could not be accepted. Acknowledging twice is no
// error. Call it after commit, never before.
func (c *Client) Ack(ctx context.Context, messageID string, accepted bool) error {
	const operation = "Ack"
	ns, err := namespacesOf(c.Version)
	if err != nil {
		return &Error{Operation: operation, Err: err, kind: refused}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<b:AckTargetMessage Id="SIGNED_BY_CALLER" accepted="%t">`, accepted)
	_ = xml.EscapeText(&b, []byte(messageID)) // a bytes.Buffer takes everything
	b.WriteString(`</b:AckTargetMessage>`)
	envelope, err := c.envelope(ns, operation, "SIGNED_BY_CALLER", b.String())
	if err != nil {
		return &Error{Operation: operation, Err: err, kind: kindOfSigning(err)}
	}
	doc, err := c.call(ctx, operation, messageID, envelope)
	if e := (*Error)(nil); errors.As(err, &e) && e.Fault == ackedBefore {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := xmldsig.Element(doc, soap("Envelope"), soap("Body"), ns.typed("AckResponse")); err != nil {
		return &Error{Operation: operation, Err: err, kind: untrusted}
	}
	return nil
}

// emptyQueue reports whether GetResponseResponse has no message in it.
func emptyQueue(doc []byte, ns namespaces) (bool, error) {
	body, err := xmldsig.Element(doc, soap("Envelope"), soap("Body"), ns.typed("GetResponseResponse"))
	if err != nil {
		return false, err
	}
	var r struct {
		Any []struct{ XMLName xml.Name } `xml:",any"`
	}
	if err := xml.Unmarshal(body, &r); err != nil {
		return false, err
	}
	return len(r.Any) == 0, nil
}
