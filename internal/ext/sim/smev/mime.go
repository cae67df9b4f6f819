package smev

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// enclosed is a file that travels with a message, outside of its signatures.
type enclosed struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Content []byte `json:"content"`
}

// unpack takes a MIME package apart (RFC 2387): the envelope and the parts
// beside it by their Content-ID.
func unpack(body []byte, params map[string]string) (root []byte, parts map[string][]byte, err error) {
	parts = map[string][]byte{}
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for range 100 {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			if root == nil {
				return nil, nil, errors.New("нет корневой части")
			}
			return root, parts, nil
		}
		if err != nil {
			return nil, nil, err
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return nil, nil, err
		}
		id := p.Header.Get("Content-Id")
		if start := params["start"]; root == nil && (start == "" || start == id) {
			root = content
		} else {
			parts[strings.Trim(id, "<>")] = content
		}
	}
	return nil, nil, errors.New("слишком много частей")
}

// enclosures reads AttachmentContentList and holds it to the headers that the
// sender signed: the same ids in both, not too large together.
func (c *call) enclosures(data *node) ([]enclosed, *fault) {
	headers := map[string]string{}
	if list := data.child("AttachmentHeaderList"); list != nil {
		for _, h := range list.Nodes {
			headers[h.value("contentId")] = h.value("MimeType")
		}
	}
	var out []enclosed
	total := 0
	if c.part("AttachmentContentList") != nil {
		text, err := c.doc.Element(xml.Name{Space: soapNS, Local: "Envelope"}, xml.Name{Space: soapNS, Local: "Body"},
			c.typed(c.operation), xml.Name{Space: c.basic(), Local: "AttachmentContentList"})
		var list node
		if err == nil {
			err = xml.Unmarshal(text, &list)
		}
		if err != nil {
			return nil, invalidContent(err)
		}
		for _, n := range list.Nodes {
			content, err := c.bytesOf(n.child("Content"))
			if err != nil {
				return nil, invalidContent(err)
			}
			out = append(out, enclosed{n.value("Id"), headers[n.value("Id")], content})
			total += len(content)
		}
	}
	for _, e := range out {
		if _, ok := headers[e.ID]; !ok {
			return nil, voidFault("AttachmentContentMiscoordination", "Вложение "+e.ID+" без заголовка")
		}
	}
	if len(out) != len(headers) {
		return nil, voidFault("AttachmentContentMiscoordination", "Заголовков и вложений не поровну")
	}
	if total > maxFiles {
		return nil, &fault{name: "AttachmentSizeLimitExceeded", code: "TR:SYNC:A:1", text: "Вложения больше 5 МБ",
			detail: fmt.Sprintf("<ns3:PermittedTotalAttachmentSize>%d</ns3:PermittedTotalAttachmentSize><ns3:RealTotalAttachmentSize>%d</ns3:RealTotalAttachmentSize>", maxFiles, total)}
	}
	return out, nil
}

// bytesOf is base64 text or the MIME part that xop:Include names.
func (c *call) bytesOf(n *node) ([]byte, error) {
	if n == nil {
		return nil, errors.New("вложение без содержимого")
	}
	if include := n.child("Include"); include != nil {
		id, err := url.PathUnescape(strings.TrimPrefix(include.attr("href"), "cid:"))
		content, ok := c.files[id]
		if err != nil || !ok {
			return nil, errors.New("нет части MIME для вложения")
		}
		return content, nil
	}
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.Text), ""))
}

const boundary = "uuid:f438a15e-9b5b-491f-9b47-aba4d00b8837"

// contentList writes AttachmentContentList as the default namespace has it.
func contentList(files []enclosed, multipart bool) string {
	if len(files) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<AttachmentContentList>")
	for _, f := range files {
		content := base64.StdEncoding.EncodeToString(f.Content)
		if multipart {
			content = `<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:` + f.ID + `%40smev"/>`
		}
		b.WriteString("<AttachmentContent><Id>" + f.ID + "</Id><Content>" + content + "</Content></AttachmentContent>")
	}
	return b.String() + "</AttachmentContentList>"
}

// writeMultipart answers as CXF does with MTOM on: an XOP root part and the files.
func writeMultipart(w http.ResponseWriter, doc []byte, files []enclosed) {
	w.Header().Set("Content-Type", `multipart/related; type="application/xop+xml"; boundary="`+boundary+
		`"; start="<root.message@cxf.apache.org>"; start-info="text/xml"`)
	_, _ = fmt.Fprintf(w, "--%s\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"text/xml\"\r\n"+
		"Content-Transfer-Encoding: binary\r\nContent-ID: <root.message@cxf.apache.org>\r\n\r\n%s\r\n", boundary, doc)
	for _, f := range files {
		_, _ = fmt.Fprintf(w, "--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <%s@smev>\r\n\r\n%s\r\n", boundary, f.Type, f.ID, f.Content)
	}
	_, _ = fmt.Fprintf(w, "--%s--", boundary)
}
