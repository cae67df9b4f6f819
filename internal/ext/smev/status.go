package smev

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"

	"signdesk/internal/gost/xmldsig"
)

// GetStatus takes the next news of how SMEV processes a message sent before:
// that it was passed on, that it was found bad. The WSDL and the schema of 1.1
// have the operation, under the action urn:GetStatus, with a signed time and no
// selector: which message the news is about stands in it, one cannot ask after
// a certain one. Such news has no MessageID of its own, so it cannot be
// acknowledged; it is **unsure** whether SMEV repeats it. The error is ErrEmpty
// or *Error.
func (c *Client) GetStatus(ctx context.Context) (*Async, error) {
	const operation = "GetStatus"
	fail := func(k kind, err error) (*Async, error) {
		return nil, &Error{Operation: operation, Err: err, kind: k}
	}
	ns, err := namespacesOf(c.Version)
	if err != nil {
		return fail(refused, err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<b:Timestamp Id="%s">%s</b:Timestamp>`, byCaller, timestamp(c.now()))
	p, err := c.pack(ns, operation, "", byCaller, b.Bytes(), nil)
	if err != nil {
		return fail(kindOfSigning(err), err)
	}
	var a *Async
	err = c.call(ctx, p, func(doc *xmldsig.Document, w *Wire) error {
		signed, err := c.verified(doc, ns, "AsyncProcessingStatusData", w)
		if err != nil {
			return orEmpty(err, doc, ns, operation)
		}
		var x struct {
			Status *asyncStatus `xml:"AsyncProcessingStatus"`
		}
		if err := xml.Unmarshal(signed, &x); err != nil {
			return err
		}
		if x.Status == nil || x.Status.Original == "" {
			return errors.New("a status of no message")
		}
		a = x.Status.async()
		w.OriginalID = a.OriginalID
		return nil
	})
	return a, err
}

// asyncStatus is AsyncProcessingStatus on the wire.
type asyncStatus struct {
	Original string       `xml:"OriginalMessageId"`
	Category string       `xml:"StatusCategory"`
	Details  string       `xml:"StatusDetails"`
	Fault    *faultDetail `xml:"SmevFault"`
}

func (s *asyncStatus) async() *Async {
	a := &Async{OriginalID: s.Original, Category: s.Category, Details: s.Details}
	if f := s.Fault; f != nil {
		a.Fault, a.FaultCode, a.Errors = f.name(), f.Code, f.Errors
	}
	return a
}
