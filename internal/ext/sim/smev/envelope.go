package smev

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"

	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost/xmldsig"
)

const (
	soapNS   = "http://schemas.xmlsoap.org/soap/envelope/"
	maxBody  = 11 << 20 // bytes of an envelope with what travels beside it
	maxFiles = 5 << 20  // bytes of all attachments of a message
)

// node is an element with its namespace resolved.
type node struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Nodes   []node     `xml:",any"`
}

// child is nil when there is none, as is that of nil.
func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	for i := range n.Nodes {
		if n.Nodes[i].XMLName.Local == name {
			return &n.Nodes[i]
		}
	}
	return nil
}

func (n *node) value(name string) string {
	if c := n.child(name); c != nil {
		return strings.TrimSpace(c.Text)
	}
	return ""
}

func (n *node) attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.Attrs {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// call is one operation out of a SOAP body.
type call struct {
	doc       *xmldsig.Document // the whole envelope: what signatures refer into
	files     map[string][]byte // MIME parts beside it, by Content-ID
	version   string            // 1.1, 1.2 or 1.3
	operation string            // local name of the body's child
	body      []byte            // that child, canonical
	parts     []part            // its children
	steps     []Step            // what the temper does to this call
	title     string            // for the log, "" = the operation
}

func (c *call) types() string  { return typesNS + c.version }
func (c *call) basic() string  { return basicNS + c.version }
func (c *call) faults() string { return faultsNS + c.version }

func (c *call) typed(local string) xml.Name { return xml.Name{Space: c.types(), Local: local} }

// name is the operation without the suffix of its request.
func (c *call) name() string { return strings.TrimSuffix(c.operation, "Request") }

// part returns the child with the name, nil for none.
func (c *call) part(local string) []byte {
	for _, p := range c.parts {
		if p.local == local {
			return p.text
		}
	}
	return nil
}

// readCall reads an envelope, alone or as the root of a MIME package. DTDs are
// refused, depth and size are bounded by the reader of the signatures.
func readCall(r *http.Request, media string, params map[string]string) (*call, *fault) {
	raw, err := state.ReadAll(io.LimitReader(r.Body, maxBody+1), r.ContentLength)
	if err != nil {
		return nil, clientFault("тело не прочитано")
	}
	if len(raw) > maxBody {
		return nil, clientFault("конверт больше 11 МБ")
	}
	c := &call{}
	if media == "multipart/related" {
		if raw, c.files, err = unpack(raw, params); err != nil {
			return nil, clientFault("пакет MIME не разобран: " + err.Error())
		}
	}
	if c.doc, err = xmldsig.Parse(raw); err == nil {
		c.body, err = c.doc.Element(xml.Name{Space: soapNS, Local: "Envelope"}, xml.Name{Space: soapNS, Local: "Body"}, xml.Name{})
	}
	if err != nil {
		return nil, clientFault("это не конверт SOAP 1.1 с одним элементом в теле: " + err.Error())
	}
	token, err := xml.NewDecoder(bytes.NewReader(c.body)).Token()
	root, ok := token.(xml.StartElement)
	if err != nil || !ok {
		return nil, clientFault("тело не разобрано")
	}
	c.operation, c.parts = root.Name.Local, children(c.body)
	for _, v := range []string{"1.1", "1.2", "1.3"} {
		if root.Name.Space == typesNS+v {
			c.version = v
			return c, nil
		}
	}
	return nil, clientFault("неизвестное пространство имён " + root.Name.Space)
}

// part is a child of the operation's element.
type part struct {
	local string
	text  []byte
}

// children cuts the children out of a canonical element: no comments, no
// sections, no empty tags, quoted attributes.
func children(canonical []byte) (list []part) {
	depth, from := 0, 0
	for i := 0; i < len(canonical); i++ {
		if canonical[i] != '<' {
			continue
		}
		start, quoted := i, false
		for ; i < len(canonical) && (quoted || canonical[i] != '>'); i++ {
			quoted = quoted != (canonical[i] == '"')
		}
		if canonical[start+1] != '/' {
			if depth++; depth == 2 {
				from = start
			}
			continue
		}
		if depth--; depth == 1 {
			name := string(canonical[start+2 : i])
			list = append(list, part{name[strings.IndexByte(name, ':')+1:], canonical[from : i+1]})
		}
	}
	return list
}

// sequence holds the children of the operation to the schema; names ending in
// a question mark may be left out.
func (c *call) sequence(names ...string) error {
	i := 0
	for _, name := range names {
		want, optional := strings.CutSuffix(name, "?")
		if i < len(c.parts) && c.parts[i].local == want {
			i++
		} else if !optional {
			return fmt.Errorf("cvc-complex-type.2.4: в элементе %s ожидался %s", c.operation, want)
		}
	}
	if i < len(c.parts) {
		return fmt.Errorf("cvc-complex-type.2.4: в элементе %s лишний или переставленный %s", c.operation, c.parts[i].local)
	}
	return nil
}

var (
	referenceURI = regexp.MustCompile(`URI="#([^"]*)"`)
	idOf         = regexp.MustCompile(`^[^>]* Id="([^"]*)"`)
)

// slot is one place of an xs:sequence.
type slot struct {
	space, local string // an empty local takes any element of another namespace
	optional     bool
}

// inOrder holds the children of n to the sequence of the schema.
func inOrder(n *node, slots ...slot) error {
	i := 0
	for _, s := range slots {
		if i < len(n.Nodes) && (s.local == "" || n.Nodes[i].XMLName == (xml.Name{Space: s.space, Local: s.local})) {
			i++
			continue
		}
		if !s.optional {
			return fmt.Errorf("cvc-complex-type.2.4: в элементе %s ожидался {%s}%s", n.XMLName.Local, s.space, s.local)
		}
	}
	if i < len(n.Nodes) {
		return fmt.Errorf("cvc-complex-type.2.4: в элементе %s лишний или переставленный {%s}%s",
			n.XMLName.Local, n.Nodes[i].XMLName.Space, n.Nodes[i].XMLName.Local)
	}
	return nil
}
