package smev

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"

	"signdesk/internal/gost/xmldsig"
)

// ErrEmpty is returned by GetResponse, GetRequest and GetStatus when the queue
// is empty.
var ErrEmpty = errors.New("smev: the queue is empty")

// Selector narrows GetResponse and GetRequest to one information type by the
// full name of its root element. The zero Selector takes whatever comes first.
type Selector struct{ Namespace, Root string }

// GetResponse takes the next response from the caller's queue: an answer, or
// SMEV's news about a request. The same response comes again until Ack. The
// error is ErrEmpty or *Error; an untrusted response is left where it lies.
func (c *Client) GetResponse(ctx context.Context, s Selector) (*Response, error) {
	var r *Response
	err := c.take(ctx, "GetResponse", s, func(doc *xmldsig.Document, ns namespaces, w *Wire) error {
		signed, err := c.verified(doc, ns, "Response", w)
		if err != nil {
			return err
		}
		if r, err = decodeResponse(signed, ns); err != nil {
			return err
		}
		w.MessageID, w.OriginalID = r.MessageID, r.OriginalID
		if err := c.verifySender(doc, ns, signed, "SenderProvidedResponseData", r.ContentName, w); err != nil {
			return err
		}
		r.Signed = w.Signed
		return attach(doc, ns, "Response", r.Attachments)
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// take asks one of the queues that have selectors for its next message.
func (c *Client) take(ctx context.Context, operation string, s Selector, read func(*xmldsig.Document, namespaces, *Wire) error) error {
	fail := func(k kind, err error) error { return &Error{Operation: operation, Err: err, kind: k} }
	ns, err := namespacesOf(c.Version)
	if err != nil {
		return fail(refused, err)
	}
	var b bytes.Buffer
	b.WriteString(`<b:MessageTypeSelector Id="` + byCaller + `">`)
	if s != (Selector{}) {
		writeElement(&b, "b:NamespaceURI", s.Namespace)
		writeElement(&b, "b:RootElementLocalName", s.Root)
	}
	writeElement(&b, "b:Timestamp", timestamp(c.now()))
	if c.NodeID != "" {
		writeElement(&b, "b:NodeID", c.NodeID)
	}
	b.WriteString(`</b:MessageTypeSelector>`)
	p, err := c.pack(ns, operation, "", byCaller, b.Bytes(), nil)
	if err != nil {
		return fail(kindOfSigning(err), err)
	}
	return c.call(ctx, p, func(doc *xmldsig.Document, w *Wire) error {
		return orEmpty(read(doc, ns, w), doc, ns, operation)
	})
}

const byCaller = "SIGNED_BY_CALLER"

// Ack tells SMEV that the response with the MessageID (its own, not that of the
// request), or the request that GetRequest gave, is safely stored, so that it
// is not delivered again; accepted is false for one whose signature of SMEV was
// found bad and which is ignored. Acknowledging twice is no error. Call it
// after commit, never before.
func (c *Client) Ack(ctx context.Context, messageID string, accepted bool) error {
	const operation = "Ack"
	ns, err := namespacesOf(c.Version)
	if err != nil {
		return &Error{Operation: operation, Err: err, kind: refused}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<b:AckTargetMessage Id="%s" accepted="%t">`, byCaller, accepted)
	_ = xml.EscapeText(&b, []byte(messageID)) // a bytes.Buffer takes everything
	b.WriteString(`</b:AckTargetMessage>`)
	p, err := c.pack(ns, operation, messageID, byCaller, b.Bytes(), nil)
	if err != nil {
		return &Error{Operation: operation, Err: err, kind: kindOfSigning(err)}
	}
	err = c.call(ctx, p, func(doc *xmldsig.Document, _ *Wire) error {
		_, err := doc.Element(soap("Envelope"), soap("Body"), ns.typed("AckResponse"))
		return err
	})
	if e := (*Error)(nil); errors.As(err, &e) && e.Fault == ackedBefore {
		return nil
	}
	return err
}

// orEmpty is ErrEmpty instead of the error when the operation's answer has no
// signature because it has no message in it.
func orEmpty(err error, doc *xmldsig.Document, ns namespaces, operation string) error {
	if !errors.Is(err, xmldsig.ErrNoSignature) {
		return err
	}
	body, bad := doc.Element(soap("Envelope"), soap("Body"), ns.typed(operation+"Response"))
	if bad != nil {
		return bad
	}
	var r struct {
		Any []struct{ XMLName xml.Name } `xml:",any"`
	}
	if bad := xml.Unmarshal(body, &r); bad != nil {
		return bad
	}
	if len(r.Any) == 0 {
		return ErrEmpty
	}
	return err
}
