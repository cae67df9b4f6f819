package smev

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// Incoming is a request from the queue of one who provides information.
type Incoming struct {
	MessageID       string // to acknowledge with
	ReplyTo         string // to be copied into the Answer
	Reference       string
	TransactionCode string
	Sender          string // mnemonic
	SentAt          time.Time
	EndOfLife       time.Time
	Test            bool   // nothing may be changed because of it
	Cancel          string // MessageID of the request that is taken back; then there is no content

	Content     []byte
	ContentName xml.Name
	Attachments []Attachment
	References  []Reference

	Signed Signatures
}

// GetRequest takes the next request from the provider's queue. The same comes
// again until Ack. The error is ErrEmpty or *Error.
func (c *Client) GetRequest(ctx context.Context, s Selector) (*Incoming, error) {
	var r *Incoming
	err := c.take(ctx, "GetRequest", s, func(doc *xmldsig.Document, ns namespaces, w *Wire) (err error) {
		if _, err := doc.Element(soap("Envelope"), soap("Body"), ns.typed("GetRequestResponse"), ns.typed("RequestMessage"), ns.typed("Cancel")); err == nil {
			r, err = c.cancelled(doc, ns, w)
			return err
		}
		signed, err := c.verified(doc, ns, "Request", w)
		if err != nil {
			return err
		}
		if r, err = decodeIncoming(signed, ns); err != nil {
			return err
		}
		w.MessageID = r.MessageID
		if err := c.verifySender(doc, ns, signed, "SenderProvidedRequestData", r.ContentName, w); err != nil {
			return err
		}
		r.Signed = w.Signed
		return attach(doc, ns, "Request", r.Attachments)
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (c *Client) cancelled(doc *xmldsig.Document, ns namespaces, w *Wire) (*Incoming, error) {
	signed, err := c.verified(doc, ns, "Cancel", w)
	if err != nil {
		return nil, err
	}
	var x struct {
		Reference string   `xml:"MessageReference"`
		ID        string   `xml:"MessageID"`
		Metadata  metadata `xml:"MessageMetadata"`
	}
	if err := xml.Unmarshal(signed, &x); err != nil {
		return nil, err
	}
	w.MessageID, w.OriginalID = x.ID, x.Reference
	return &Incoming{MessageID: x.ID, Cancel: x.Reference, Sender: x.Metadata.Sender, SentAt: x.Metadata.SentAt, Signed: w.Signed}, nil
}

func decodeIncoming(signed []byte, ns namespaces) (*Incoming, error) {
	var x struct {
		Data struct {
			ID          string    `xml:"MessageID"`
			Reference   string    `xml:"ReferenceMessageID"`
			Transaction string    `xml:"TransactionCode"`
			EndOfLife   time.Time `xml:"EOL"`
			Test        *struct{} `xml:"TestMessage"`
			headers
		} `xml:"SenderProvidedRequestData"`
		Metadata metadata `xml:"MessageMetadata"`
		ReplyTo  string   `xml:"ReplyTo"`
		stored
	}
	if err := xml.Unmarshal(signed, &x); err != nil {
		return nil, err
	}
	d := x.Data
	if d.ID == "" || x.ReplyTo == "" {
		return nil, errors.New("request without a MessageID or ReplyTo")
	}
	r := &Incoming{
		MessageID: d.ID, ReplyTo: x.ReplyTo, Reference: d.Reference, TransactionCode: d.Transaction, Sender: x.Metadata.Sender,
		SentAt: x.Metadata.SentAt, EndOfLife: d.EndOfLife, Test: d.Test != nil, Attachments: d.attachments(), References: d.references(x.stored),
	}
	var err error
	r.Content, r.ContentName, err = primaryContent(signed, ns, "Request", "SenderProvidedRequestData")
	return r, err
}

// Answer is a provider's answer to one request: exactly one of Content,
// Rejections and Progress.
type Answer struct {
	MessageID  string // its own: UUID of version 1
	To         string // ReplyTo of the request
	Content    []byte
	Rejections []Rejection
	Progress   *Progress // the answer itself comes later, under another MessageID

	Person      *gost.Signatory
	Attachments []Attachment
	References  []Reference
}

const byProvider = "SIGNED_BY_PROVIDER"

// SendResponse queues an answer for the one who asked. The error is *Error.
func (c *Client) SendResponse(ctx context.Context, a Answer) (*Receipt, error) {
	const operation = "SendResponse"
	fail := func(k kind, err error) (*Receipt, error) {
		return nil, &Error{Operation: operation, Err: err, kind: k}
	}
	ns, err := namespacesOf(c.Version)
	if err != nil {
		return fail(refused, err)
	}
	l := letter{a.Content, a.Person, clone(a.Attachments), a.References}
	data, err := c.responseData(a, &l)
	if err != nil {
		return fail(kindOfSigning(err), err)
	}
	p, err := c.pack(ns, operation, a.MessageID, byProvider, data, l.files)
	if err != nil {
		return fail(kindOfSigning(err), err)
	}
	return c.deliver(ctx, ns, p)
}

// responseData writes SenderProvidedResponseData in the order of the schema.
func (c *Client) responseData(a Answer, l *letter) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`<n:SenderProvidedResponseData Id="` + byProvider + `">`)
	writeElement(&b, "n:MessageID", a.MessageID)
	writeElement(&b, "n:To", a.To)
	switch {
	case len(a.Rejections) > 0:
		for _, r := range a.Rejections {
			b.WriteString(`<n:RequestRejected>`)
			writeElement(&b, "n:RejectionReasonCode", r.Code)
			writeElement(&b, "n:RejectionReasonDescription", r.Description)
			b.WriteString(`</n:RequestRejected>`)
		}
	case a.Progress != nil:
		fmt.Fprintf(&b, `<n:RequestStatus><n:StatusCode>%d</n:StatusCode>`, a.Progress.Code)
		for _, key := range slices.Sorted(maps.Keys(a.Progress.Parameters)) {
			b.WriteString(`<n:StatusParameter>`)
			writeElement(&b, "n:Key", key)
			writeElement(&b, "n:Value", a.Progress.Parameters[key])
			b.WriteString(`</n:StatusParameter>`)
		}
		writeElement(&b, "n:StatusDescription", a.Progress.Description)
		b.WriteString(`</n:RequestStatus>`)
	default:
		if err := c.write(&b, l); err != nil {
			return nil, err
		}
	}
	b.WriteString(`</n:SenderProvidedResponseData>`)
	return b.Bytes(), nil
}
