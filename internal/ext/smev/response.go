package smev

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"

	"signdesk/internal/gost/xmldsig"
)

// Response is a message from the caller's queue. It holds exactly one of
// Content, Rejections, Progress and Async.
type Response struct {
	MessageID   string // its own: deduplicate by it, acknowledge with it
	OriginalID  string // MessageID of the request
	Sender      string // mnemonic of the body that answers, or "smev"
	SentAt      time.Time
	DeliveredAt time.Time

	Content     []byte   // the answer: an XML document in canonical form
	ContentName xml.Name // its root element
	Rejections  []Rejection
	Progress    *Progress
	Async       *Async
	Attachments []Attachment
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

// Attachment is a file beside the answer. SMEV's signature does not cover
// Content: verify SignaturePKCS7 before trusting it.
type Attachment struct {
	ID, MimeType            string
	Content, SignaturePKCS7 []byte
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
		Original string `xml:"OriginalMessageId"`
		Data     struct {
			ID         string      `xml:"MessageID"`
			Content    *struct{}   `xml:"MessagePrimaryContent"`
			Rejections []rejection `xml:"RequestRejected"`
			Progress   *progress   `xml:"RequestStatus"`
			Async      *struct {
				Original string       `xml:"OriginalMessageId"`
				Category string       `xml:"StatusCategory"`
				Details  string       `xml:"StatusDetails"`
				Fault    *faultDetail `xml:"SmevFault"`
			} `xml:"AsyncProcessingStatus"`
			Headers []header `xml:"AttachmentHeaderList>AttachmentHeader"`
		} `xml:"SenderProvidedResponseData"`
		Metadata metadata `xml:"MessageMetadata"`
	}
	if err := xml.Unmarshal(signed, &x); err != nil {
		return nil, err
	}
	d := x.Data
	r := &Response{
		MessageID: d.ID, OriginalID: x.Original, Sender: x.Metadata.Sender,
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
		r.Async = &Async{OriginalID: d.Async.Original, Category: d.Async.Category, Details: d.Async.Details}
		if f := d.Async.Fault; f != nil {
			r.Async.Fault, r.Async.FaultCode, r.Async.Errors = f.name(), f.Code, f.Errors
		}
		if r.OriginalID == "" {
			r.OriginalID = d.Async.Original
		}
	}
	if d.Content != nil {
		kinds++
		if err := r.content(signed, ns); err != nil {
			return nil, err
		}
	}
	if kinds != 1 {
		return nil, fmt.Errorf("response with %d kinds of content, want one", kinds)
	}
	for _, h := range d.Headers {
		r.Attachments = append(r.Attachments, Attachment{ID: h.ID, MimeType: h.MimeType, SignaturePKCS7: unbase64(h.Signature)})
	}
	return r, nil
}

func (r *Response) content(signed []byte, ns namespaces) error {
	content, err := xmldsig.Element(signed, ns.typed("Response"), ns.typed("SenderProvidedResponseData"), ns.basics("MessagePrimaryContent"), xml.Name{})
	if err != nil {
		return fmt.Errorf("content of the response: %w", err)
	}
	var root struct{ XMLName xml.Name }
	if err := xml.NewDecoder(bytes.NewReader(content)).Decode(&root); err != nil {
		return err
	}
	r.Content, r.ContentName = content, root.XMLName
	return nil
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

type header struct {
	ID        string `xml:"contentId"`
	MimeType  string `xml:"MimeType"`
	Signature string `xml:"SignaturePKCS7"`
}

// attach gives the signed headers their contents, which travel unsigned.
func (r *Response) attach(doc []byte, ns namespaces) error {
	if len(r.Attachments) == 0 {
		return nil
	}
	list, err := xmldsig.Element(doc, soap("Envelope"), soap("Body"), ns.typed("GetResponseResponse"),
		ns.typed("ResponseMessage"), ns.basics("AttachmentContentList"))
	if err != nil {
		return fmt.Errorf("attachments: %w", err)
	}
	var x struct {
		Contents []struct {
			ID      string `xml:"Id"`
			Content string `xml:"Content"`
		} `xml:"AttachmentContent"`
	}
	if err := xml.Unmarshal(list, &x); err != nil {
		return err
	}
	for i := range r.Attachments {
		for _, c := range x.Contents {
			if c.ID == r.Attachments[i].ID {
				r.Attachments[i].Content = unbase64(c.Content)
			}
		}
		if r.Attachments[i].Content == nil {
			return errors.New("an attachment's content is missing or is not base64")
		}
	}
	return nil
}

// unbase64 decodes base64 with any white space, nil when it is not base64.
func unbase64(s string) []byte {
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		return nil
	}
	return b
}
