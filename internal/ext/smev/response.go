package smev

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"time"

	"signdesk/internal/gost/xmldsig"
)

// Response is a message from the caller's queue. It holds exactly one of
// Content, Rejections, Progress and Async.
type Response struct {
	MessageID   string // its own: deduplicate by it, acknowledge with it
	OriginalID  string // MessageID of the request
	Reference   string // MessageID of the first message of a longer conversation, "" for none
	Transaction string // code of the request, "" for none
	Sender      string // mnemonic of the body that answers, or "smev"
	SentAt      time.Time
	DeliveredAt time.Time

	Content     []byte   // the answer: an XML document in canonical form
	ContentName xml.Name // its root element
	Rejections  []Rejection
	Progress    *Progress
	Async       *Async
	Attachments []Attachment
	References  []Reference

	Signed Signatures // who signed it
}

// Rejection is the state body's refusal to answer.
type Rejection struct {
	Code        string // ACCESS_DENIED, NO_DATA, UNKNOWN_REQUEST_DESCRIPTION, FAILURE; others may appear
	Description string // for people
}

// Progress is a state body's intermediate status; the answer comes later.
type Progress struct {
	Code        int
	Description string
	Parameters  map[string]string
}

// Async is SMEV's own news about a request it took.
type Async struct {
	OriginalID string
	Category   string // requestIsRejectedBySmev, …; others may appear
	Details    string // for people; may quote personal data
	Fault      string // e.g. InvalidContent
	FaultCode  string
	Errors     []string // of the schema check; may quote personal data
}

// Final reports whether SMEV counts the request as answered. A body may still
// have more to say: ESIA's VALIDATING is such an answer (CertificateAnswer.Final).
func (r *Response) Final() bool {
	switch {
	case r.Progress != nil:
		return false
	case r.Async != nil:
		return r.Async.Category == "requestIsRejectedBySmev" || r.Async.Category == "cancelled"
	}
	return true
}

// NoData reports whether the body answered that it knows nothing of this.
func (r *Response) NoData() bool {
	for _, x := range r.Rejections {
		if x.Code == "NO_DATA" {
			return true
		}
	}
	return false
}

type metadata struct {
	ID        string    `xml:"MessageId"`
	Sender    string    `xml:"Sender>Mnemonic"`
	Recipient string    `xml:"Recipient>Mnemonic"`
	SentAt    time.Time `xml:"SendingTimestamp"`
	Delivered time.Time `xml:"DeliveryTimestamp"`
	Status    string    `xml:"Status"`
}

func decodeMetadata(signed []byte) (m metadata, err error) {
	err = xml.Unmarshal(signed, &m)
	return m, err
}

// decodeResponse reads a Response element of any version.
func decodeResponse(signed []byte, ns namespaces) (*Response, error) {
	var x struct {
		Original    string `xml:"OriginalMessageId"`
		Transaction string `xml:"OriginalTransactionCode"`
		Reference   string `xml:"ReferenceMessageID"`
		Data        struct {
			ID         string       `xml:"MessageID"`
			Content    *struct{}    `xml:"MessagePrimaryContent"`
			Rejections []rejection  `xml:"RequestRejected"`
			Progress   *progress    `xml:"RequestStatus"`
			Async      *asyncStatus `xml:"AsyncProcessingStatus"`
			headers
		} `xml:"SenderProvidedResponseData"`
		Metadata metadata `xml:"MessageMetadata"`
		stored
	}
	if err := xml.Unmarshal(signed, &x); err != nil {
		return nil, err
	}
	d := x.Data
	r := &Response{
		MessageID: d.ID, OriginalID: x.Original, Reference: x.Reference, Transaction: x.Transaction, Sender: x.Metadata.Sender,
		SentAt: x.Metadata.SentAt, DeliveredAt: x.Metadata.Delivered,
	}
	if r.MessageID == "" {
		return nil, errors.New("response without a MessageID")
	}
	kinds := 0
	for _, rej := range d.Rejections {
		r.Rejections = append(r.Rejections, Rejection(rej))
	}
	if r.Rejections != nil {
		kinds++
	}
	if d.Progress != nil {
		kinds++
		r.Progress = d.Progress.status()
	}
	if d.Async != nil {
		kinds++
		r.Async = d.Async.async()
		if r.OriginalID == "" {
			r.OriginalID = d.Async.Original
		}
	}
	if d.Content != nil {
		kinds++
		var err error
		if r.Content, r.ContentName, err = primaryContent(signed, ns, "Response", "SenderProvidedResponseData"); err != nil {
			return nil, err
		}
	}
	if kinds != 1 {
		return nil, fmt.Errorf("response with %d kinds of content, want one", kinds)
	}
	r.Attachments, r.References = d.attachments(), d.references(x.stored)
	return r, nil
}

// primaryContent cuts the content out of a message and names its root.
func primaryContent(signed []byte, ns namespaces, message, data string) ([]byte, xml.Name, error) {
	content, err := xmldsig.Element(signed, ns.typed(message), ns.typed(data), ns.basics("MessagePrimaryContent"), xml.Name{})
	if err != nil {
		return nil, xml.Name{}, fmt.Errorf("content of the message: %w", err)
	}
	d := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := d.Token()
		if err != nil {
			return nil, xml.Name{}, err
		}
		if root, ok := token.(xml.StartElement); ok {
			return content, root.Name, nil
		}
	}
}

type rejection struct {
	Code        string `xml:"RejectionReasonCode"`
	Description string `xml:"RejectionReasonDescription"`
}

type progress struct {
	Code       int `xml:"StatusCode"`
	Parameters []struct {
		Key   string `xml:"Key"`
		Value string `xml:"Value"`
	} `xml:"StatusParameter"`
	Description string `xml:"StatusDescription"`
}

func (p *progress) status() *Progress {
	s := &Progress{Code: p.Code, Description: p.Description, Parameters: map[string]string{}}
	for _, kv := range p.Parameters {
		s.Parameters[kv.Key] = kv.Value
	}
	return s
}
