package smev

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// Attachment is a file inside a message. SMEV's signature covers its header,
// not its content; the signature in the header does.
//
// To send one, fill ID, MimeType and Content; SignaturePKCS7 is made when it is
// nil. Of one received, believe Content only when Err is nil.
type Attachment struct {
	ID, MimeType            string // ID is an NCName, unique in the message
	Content, SignaturePKCS7 []byte

	Signer *gost.Certificate // whose SignaturePKCS7 is good; its chain is the caller's to judge
	Err    error             // why it is not good: ErrUnsigned, or what gost says
}

// ErrUnsigned marks a file that nobody signed.
var ErrUnsigned = errors.New("smev: the file is not signed")

var (
	ncName   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)
	mimeType = regexp.MustCompile(`^(text|image|audio|video|application)/[a-zA-Z0-9-+.]*$`) // RFC2046MimeTypesType
)

// seal checks the files to be sent and signs those without a signature.
func (c *Client) seal(files []Attachment, by gost.Signatory) error {
	limit, total := c.MaxAttached, int64(0)
	if limit == 0 {
		limit = 5 << 20
	}
	seen := map[string]bool{}
	for i := range files {
		a := &files[i]
		switch {
		case !ncName.MatchString(a.ID) || seen[a.ID] || a.ID == byConsumer || a.ID == byProvider:
			return fmt.Errorf("smev: %q cannot be the id of a file, or is twice", a.ID)
		case !mimeType.MatchString(a.MimeType):
			return fmt.Errorf("smev: SMEV takes no file of type %q", a.MimeType)
		}
		seen[a.ID] = true
		if total += int64(len(a.Content)); total > limit {
			return fmt.Errorf("smev: the files are over %d bytes together: send them by reference", limit)
		}
		if a.SignaturePKCS7 != nil {
			continue
		}
		var err error
		if a.SignaturePKCS7, err = gost.SignCMS(rand.Reader, a.Content, by.Certificate, by.Key, gost.SignOptions{Detached: true}); err != nil {
			return err
		}
	}
	return nil
}

// clone keeps the caller's attachments as they are.
func clone(files []Attachment) []Attachment { return append([]Attachment(nil), files...) }

// judge verifies a detached signature of a file.
func judge(content, signature []byte) (*gost.Certificate, error) {
	if len(signature) == 0 {
		return nil, ErrUnsigned
	}
	m, err := gost.ParseCMS(signature)
	if err != nil {
		return nil, err
	}
	all, err := m.Verify(content)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, ErrUnsigned
	}
	for _, r := range all {
		if r.Err != nil {
			return nil, r.Err
		}
	}
	return all[0].Certificate, nil
}

// headers are the lists of files under the system's signature.
type headers struct {
	Files []struct {
		ID        string `xml:"contentId"`
		MimeType  string `xml:"MimeType"`
		Signature string `xml:"SignaturePKCS7"`
	} `xml:"AttachmentHeaderList>AttachmentHeader"`
	Refs []struct {
		UUID      string `xml:"uuid"`
		Name      string `xml:"FileName"`
		Namespace string `xml:"NamespaceUri"`
		Hash      string `xml:"Hash"`
		MimeType  string `xml:"MimeType"`
		Signature string `xml:"SignaturePKCS7"`
	} `xml:"RefAttachmentHeaderList>RefAttachmentHeader"`
}

func (h headers) attachments() (list []Attachment) {
	for _, f := range h.Files {
		list = append(list, Attachment{ID: strings.TrimSpace(f.ID), MimeType: strings.TrimSpace(f.MimeType), SignaturePKCS7: unbase64(f.Signature)})
	}
	return list
}

// attach gives the signed headers their contents, which travel unsigned, and
// verifies the signatures over them. kind is Response or Request.
func attach(doc *xmldsig.Document, ns namespaces, kind string, files []Attachment) error {
	if len(files) == 0 {
		return nil
	}
	list, err := doc.Element(soap("Envelope"), soap("Body"), ns.typed("Get"+kind+"Response"),
		ns.typed(kind+"Message"), ns.basics("AttachmentContentList"))
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
	byID := map[string]string{}
	for _, c := range x.Contents {
		id := strings.TrimSpace(c.ID)
		if _, twice := byID[id]; twice {
			return errors.New("two attachments of one id")
		}
		byID[id] = c.Content
	}
	for i := range files {
		text, there := byID[files[i].ID]
		if files[i].Content = unbase64(text); !there || files[i].Content == nil {
			return errors.New("an attachment's content is missing or is not base64")
		}
		files[i].Signer, files[i].Err = judge(files[i].Content, files[i].SignaturePKCS7)
	}
	return nil
}

// writeFiles writes AttachmentContentList, whose contents are base64 or refer
// to the MIME part beside.
func (c *Client) writeFiles(b *bytes.Buffer, files []Attachment) {
	if len(files) == 0 {
		return
	}
	b.WriteString(`<b:AttachmentContentList>`)
	for _, a := range files {
		b.WriteString(`<b:AttachmentContent><b:Id>` + a.ID + `</b:Id><b:Content>`)
		if c.Inline {
			b.WriteString(base64.StdEncoding.EncodeToString(a.Content))
		} else {
			b.WriteString(`<xop:Include xmlns:xop="` + xopNS + `" href="cid:` + a.ID + `"/>`)
		}
		b.WriteString(`</b:Content></b:AttachmentContent>`)
	}
	b.WriteString(`</b:AttachmentContentList>`)
}

// unbase64 decodes base64 with any white space, nil when it is not base64.
func unbase64(s string) []byte {
	text := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	return b
}
