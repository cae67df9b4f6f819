package smev

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"signdesk/internal/gost/xmldsig"
)

// Request is one request to a state body through SMEV.
type Request struct {
	MessageID string // UUID of version 1 (NewMessageID), stored before the first attempt
	Content   []byte // XML document: the root element of the information type
	Reference string // MessageID of the first message of a longer conversation, "" for none
	EndOfLife time.Time
	Test      bool // a test message: never reaches real data
}

// Receipt is SMEV's signed word that it has the request.
type Receipt struct {
	MessageID string
	Repeated  bool // SMEV had the message from an earlier attempt; the fields below are empty
	Sender    string
	Recipient string // mnemonics
	SentAt    time.Time
	Status    string // requestIsQueued; new values may appear
}

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
	content, err := sendable(r.Content)
	if err != nil {
		return fail(refused, err)
	}
	var b bytes.Buffer
	b.WriteString(`<n:SenderProvidedRequestData Id="SIGNED_BY_CONSUMER">`)
	writeElement(&b, "n:MessageID", r.MessageID)
	if r.Reference != "" {
		writeElement(&b, "n:ReferenceMessageID", r.Reference)
	}
	if !r.EndOfLife.IsZero() {
		writeElement(&b, "n:EOL", timestamp(r.EndOfLife))
	}
	fmt.Fprintf(&b, `<b:MessagePrimaryContent>%s</b:MessagePrimaryContent>`, content)
	if r.Test {
		b.WriteString(`<n:TestMessage/>`)
	}
	b.WriteString(`</n:SenderProvidedRequestData>`)
	envelope, err := c.envelope(ns, operation, "SIGNED_BY_CONSUMER", b.String())
	if err != nil {
		return fail(kindOfSigning(err), err)
	}
	doc, err := c.call(ctx, operation, r.MessageID, envelope)
	if e := (*Error)(nil); errors.As(err, &e) && e.Fault == alreadySent {
		return &Receipt{MessageID: r.MessageID, Repeated: true}, nil
	}
	if err != nil {
		return nil, err
	}
	signed, err := c.verified(doc, ns, "MessageMetadata")
	if err != nil {
		return fail(untrusted, err)
	}
	m, err := decodeMetadata(signed)
	if err != nil {
		return fail(untrusted, err)
	}
	if m.ID != r.MessageID {
		return fail(untrusted, errors.New("receipt for another message"))
	}
	return &Receipt{MessageID: m.ID, Sender: m.Sender, Recipient: m.Recipient, SentAt: m.SentAt, Status: m.Status}, nil
}

// envelope wraps the element, which carries the id, in the operation's request
// and signs it.
func (c *Client) envelope(ns namespaces, operation, id, element string) ([]byte, error) {
	const signature = "n:CallerInformationSystemSignature"
	open := `<S:Envelope xmlns:S="` + soapNS + `"><S:Body><n:` + operation + `Request xmlns:n="` + ns.types + `" xmlns:b="` + ns.basic + `">` + element
	shut := `</n:` + operation + `Request></S:Body></S:Envelope>`
	s, err := xmldsig.Sign(rand.Reader, []byte(open+shut), id, c.Certificate, c.Signer)
	if err != nil {
		return nil, err
	}
	return []byte(open + "<" + signature + ">" + string(s) + "</" + signature + ">" + shut), nil
}

// verified returns the octets of the element that SMEV signed in the answer.
func (c *Client) verified(doc []byte, ns namespaces, target string) ([]byte, error) {
	s, err := xmldsig.VerifyElement(doc, ns.typed("SMEVSignature"), ns.typed(target))
	if err != nil {
		return nil, err
	}
	if err := c.trust(s.Certificate); err != nil {
		return nil, err
	}
	return s.Signed, nil
}

// sendable returns the canonical form of content. Text with ">" or CR and
// attributes with those, tab or line end are refused: implementations of SMEV's
// transform may differ in writing them, and the signature would fail there.
func sendable(content []byte) ([]byte, error) {
	content, err := xmldsig.Canonicalize(content)
	if err != nil {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return content, nil
		}
		if err != nil {
			return nil, err
		}
		bad := false
		switch t := token.(type) {
		case xml.CharData:
			bad = bytes.ContainsAny(t, ">\r")
		case xml.StartElement:
			for _, a := range t.Attr {
				bad = bad || strings.ContainsAny(a.Value, ">\r\n\t")
			}
		}
		if bad {
			return nil, errors.New("smev: the content has a sign that must not be sent (> or a line end)")
		}
	}
}

func writeElement(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	_ = xml.EscapeText(b, []byte(text)) // a bytes.Buffer takes everything
	b.WriteString("</" + name + ">")
}

func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
