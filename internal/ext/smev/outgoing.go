package smev

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"time"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// letter is what a request and an answer have in common: the content with its
// personal signature and the files.
type letter struct {
	content []byte
	person  *gost.Signatory
	files   []Attachment
	refs    []Reference
}

// write adds the letter's elements in the schema's order. The personal
// signature and those of the files are made here, before the system signs all
// of it but the files themselves.
func (c *Client) write(b *bytes.Buffer, l *letter) error {
	content, err := sendable(l.content)
	if err != nil {
		return err
	}
	signature := []byte(nil)
	if l.person != nil {
		if content, signature, err = signPersonally(content, *l.person); err != nil {
			return err
		}
	}
	fmt.Fprintf(b, `<b:MessagePrimaryContent>%s</b:MessagePrimaryContent>`, content)
	if signature != nil {
		fmt.Fprintf(b, `<n:PersonalSignature>%s</n:PersonalSignature>`, signature)
	}
	signer := gost.Signatory{Certificate: c.Certificate, Key: c.Signer}
	if l.person != nil {
		signer = *l.person
	}
	if err := c.seal(l.files, signer); err != nil {
		return err
	}
	if len(l.files) > 0 {
		b.WriteString(`<b:AttachmentHeaderList>`)
		for _, a := range l.files {
			b.WriteString(`<b:AttachmentHeader>`)
			writeElement(b, "b:contentId", a.ID)
			writeElement(b, "b:MimeType", a.MimeType)
			writeElement(b, "b:SignaturePKCS7", base64.StdEncoding.EncodeToString(a.SignaturePKCS7))
			b.WriteString(`</b:AttachmentHeader>`)
		}
		b.WriteString(`</b:AttachmentHeaderList>`)
	}
	if len(l.refs) > 0 {
		b.WriteString(`<b:RefAttachmentHeaderList>`)
		for _, r := range l.refs {
			if err := r.check(); err != nil {
				return err
			}
			r.write(b, c.Version)
		}
		b.WriteString(`</b:RefAttachmentHeaderList>`)
	}
	return nil
}

// personalID is the Id that a content gets for its personal signature when it
// has none.
const personalID = "PERSONAL_SIGNATURE"

// signPersonally signs the canonical content, the element right under
// MessagePrimaryContent, and returns both. The signature refers to it by the
// attribute Id, which SMEV allows on every root.
func signPersonally(content []byte, who gost.Signatory) (with, signature []byte, err error) {
	var root struct {
		ID string `xml:"Id,attr"`
	}
	if err := xml.Unmarshal(content, &root); err != nil {
		return nil, nil, err
	}
	id := root.ID
	if id == "" {
		id = personalID
		end := bytes.IndexAny(content, " >") // canonical: no / and no line end after the name
		with = append(with, content[:end]...)
		with = append(with, ` Id="`+id+`"`...)
		content = append(with, content[end:]...)
		if content, err = xmldsig.Canonicalize(content); err != nil { // attributes after declarations
			return nil, nil, err
		}
	}
	signature, err = xmldsig.Sign(rand.Reader, content, id, who.Certificate, who.Key)
	return content, signature, err
}

// pack signs the element, which carries the id, and wraps it in the operation's
// request with the files beside it.
func (c *Client) pack(ns namespaces, operation, messageID, id string, element []byte, files []Attachment) (packet, error) {
	open := `<S:Envelope xmlns:S="` + soapNS + `"><S:Body><n:` + operation + `Request xmlns:n="` + ns.types + `" xmlns:b="` + ns.basic + `">` + string(element)
	const shut, signature = `Request></S:Body></S:Envelope>`, "n:CallerInformationSystemSignature>"
	s, err := xmldsig.Sign(rand.Reader, []byte(open+"</n:"+operation+shut), id, c.Certificate, c.Signer)
	if err != nil {
		return packet{}, err
	}
	var b bytes.Buffer
	b.WriteString(open)
	c.writeFiles(&b, files)
	b.WriteString("<" + signature)
	b.Write(s)
	b.WriteString("</" + signature + "</n:" + operation + shut)
	p := packet{operation: operation, messageID: messageID, body: b.Bytes()}
	if len(files) > 0 && !c.Inline {
		p.contentType, p.body, err = multipartOf(p.body, files)
	}
	return p, err
}

// sendable returns the canonical form of content, where every namespace is
// declared in it. What implementations of SMEV's transform may write
// differently is refused when it is signed.
func sendable(content []byte) ([]byte, error) {
	if len(content) == 0 {
		return nil, errors.New("smev: no content")
	}
	return xmldsig.Canonicalize(content)
}

func writeElement(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	_ = xml.EscapeText(b, []byte(text)) // a bytes.Buffer takes everything
	b.WriteString("</" + name + ">")
}

func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
