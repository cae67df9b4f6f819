package smev

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"
)

// maxParts bounds a multipart answer.
const maxParts = 64

// document returns the SOAP document of an answer: the body itself, or the root
// of a multipart/related package (RFC 2387) with the parts that its xop:Include
// elements name put back as base64, as they were when signed (XOP, 3.2).
func document(contentType string, body []byte) ([]byte, error) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, fmt.Errorf("content type of the answer: %w", err)
	}
	if !strings.HasPrefix(media, "multipart/") {
		return body, nil
	}
	var root []byte
	parts := map[string][]byte{}
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for n := 0; ; n++ {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("multipart answer: %w", err)
		}
		if n == maxParts {
			return nil, errors.New("multipart answer: too many parts")
		}
		var from io.Reader = p
		if strings.EqualFold(p.Header.Get("Content-Transfer-Encoding"), "base64") {
			from = base64.NewDecoder(base64.StdEncoding, p)
		}
		content, err := io.ReadAll(from)
		if err != nil {
			return nil, fmt.Errorf("multipart answer: %w", err)
		}
		id := p.Header.Get("Content-Id")
		if start := params["start"]; root == nil && (start == "" || start == id) {
			root = content
			continue
		}
		parts[strings.Trim(id, "<>")] = content
	}
	if root == nil {
		return nil, errors.New("multipart answer: no root part")
	}
	return include(root, parts)
}

// include replaces each xop:Include with the part it refers to.
func include(root []byte, parts map[string][]byte) ([]byte, error) {
	if !bytes.Contains(root, []byte(xopNS)) {
		return root, nil
	}
	var out bytes.Buffer
	done := int64(0)
	d := xml.NewDecoder(bytes.NewReader(root))
	for {
		from := d.InputOffset()
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("xop: %w", err)
		}
		e, ok := token.(xml.StartElement)
		if !ok || e.Name != (xml.Name{Space: xopNS, Local: "Include"}) {
			continue
		}
		href := ""
		for _, a := range e.Attr {
			if a.Name.Local == "href" {
				href = a.Value
			}
		}
		id, err := url.PathUnescape(strings.TrimPrefix(href, "cid:")) // RFC 2392
		if err != nil {
			return nil, fmt.Errorf("xop: %w", err)
		}
		content, ok := parts[id]
		if !ok {
			return nil, errors.New("xop: no part for an Include")
		}
		delete(parts, id) // a part included twice would let a small answer grow
		if err := d.Skip(); err != nil {
			return nil, fmt.Errorf("xop: %w", err)
		}
		out.Write(root[done:from])
		out.WriteString(base64.StdEncoding.EncodeToString(content))
		done = d.InputOffset()
	}
	out.Write(root[done:])
	return out.Bytes(), nil
}

// multipartOf packs an envelope with the files its xop:Include elements name
// (XOP 1.0, 4.1; RFC 2387) and returns the package with its type.
func multipartOf(envelope []byte, files []Attachment) (contentType string, body []byte, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part := func(id, kind string, content []byte) {
		if err != nil {
			return
		}
		var p io.Writer
		p, err = w.CreatePart(textproto.MIMEHeader{
			"Content-Type": {kind}, "Content-Transfer-Encoding": {"binary"}, "Content-ID": {"<" + id + ">"},
		})
		if err == nil {
			_, err = p.Write(content)
		}
	}
	part(rootPart, `application/xop+xml; charset=UTF-8; type="text/xml"`, envelope)
	for _, a := range files {
		part(a.ID, a.MimeType, a.Content)
	}
	if err == nil {
		err = w.Close()
	}
	return `multipart/related; type="application/xop+xml"; boundary="` + w.Boundary() + `"; start="<` + rootPart + `>"; start-info="text/xml"`, b.Bytes(), err
}

const rootPart = "root.message@envelope"
