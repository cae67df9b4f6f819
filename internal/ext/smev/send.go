package smev

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// Request is one request to a state body through SMEV.
type Request struct {
	MessageID string // UUID of version 1 (NewMessageID), stored before the first attempt
	Content   []byte // XML document: the root element of the information type
	Reference string // MessageID of the first message of a longer conversation, "" for none
	EndOfLife time.Time
	Test      bool // a test message: never reaches real data

	TransactionCode string // of the service in whose course one asks, "" for none
	Business        []byte // one element about the business process, nil for none

	Person      *gost.Signatory // who signs the content as an official (ЭП-СП), nil for nobody
	Attachments []Attachment    // files beside the request, signed by Person or by the system
	References  []Reference     // files put into SMEV's store before
}

// Receipt is SMEV's signed word that it has the message.
type Receipt struct {
	MessageID string
	Repeated  bool // SMEV had the message from an earlier attempt; the fields below are empty
	Sender    string
	Recipient string // mnemonics
	SentAt    time.Time
	Status    string // requestIsQueued; new values may appear
}

const byConsumer = "SIGNED_BY_CONSUMER"

// SendRequest queues a request. The error is *Error. A receipt says only that
// the request lies in the queue: whether it was valid comes by GetResponse.
func (c *Client) SendRequest(ctx context.Context, r Request) (*Receipt, error) {
	const operation = "SendRequest"
	fail := func(k kind, err error) (*Receipt, error) {
		return nil, &Error{Operation: operation, Err: err, kind: k}
	}
	ns, err := namespacesOf(c.Version)
	if err != nil {
		return fail(refused, err)
	}
	l := letter{r.Content, r.Person, clone(r.Attachments), r.References}
	data, err := c.requestData(r, &l)
	if err != nil {
		return fail(kindOfSigning(err), err)
	}
	p, err := c.pack(ns, operation, r.MessageID, byConsumer, data, l.files)
	if err != nil {
		return fail(kindOfSigning(err), err)
	}
	return c.deliver(ctx, ns, p)
}

// requestData writes SenderProvidedRequestData in the order of the schema.
func (c *Client) requestData(r Request, l *letter) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`<n:SenderProvidedRequestData Id="` + byConsumer + `">`)
	writeElement(&b, "n:MessageID", r.MessageID)
	for _, e := range []struct{ name, text string }{
		{"n:ReferenceMessageID", r.Reference}, {"n:TransactionCode", r.TransactionCode}, {"n:NodeID", c.NodeID},
	} {
		if e.text != "" {
			writeElement(&b, e.name, e.text)
		}
	}
	if !r.EndOfLife.IsZero() {
		writeElement(&b, "n:EOL", timestamp(r.EndOfLife))
	}
	if err := c.write(&b, l); err != nil {
		return nil, err
	}
	if r.Business != nil {
		business, err := sendable(r.Business)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, `<n:BusinessProcessMetadata>%s</n:BusinessProcessMetadata>`, business)
	}
	if r.Test {
		b.WriteString(`<n:TestMessage/>`)
	}
	b.WriteString(`</n:SenderProvidedRequestData>`)
	return b.Bytes(), nil
}

// deliver sends a request or an answer and reads SMEV's receipt.
func (c *Client) deliver(ctx context.Context, ns namespaces, p packet) (*Receipt, error) {
	var m metadata
	err := c.call(ctx, p, func(doc *xmldsig.Document, w *Wire) error {
		signed, err := c.verified(doc, ns, "MessageMetadata", w)
		if err != nil {
			return err
		}
		if m, err = decodeMetadata(signed); err != nil {
			return err
		}
		if m.ID != p.messageID {
			return errors.New("receipt for another message")
		}
		c.noteSigned(m.SentAt, w.began)
		return nil
	})
	if e := (*Error)(nil); errors.As(err, &e) && e.Fault == alreadySent {
		return &Receipt{MessageID: p.messageID, Repeated: true}, nil
	}
	if err != nil {
		return nil, err
	}
	return &Receipt{MessageID: m.ID, Sender: m.Sender, Recipient: m.Recipient, SentAt: m.SentAt, Status: m.Status}, nil
}
