package smev

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	soapNS    = "http://schemas.xmlsoap.org/soap/envelope/"
	dsigNS    = "http://www.w3.org/2000/09/xmldsig#"
	maxBody   = 5 << 20 // bytes of an envelope
	maxDepth  = 40
	maxTokens = 200_000
)

// node is an element with its namespace resolved.
type node struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Nodes   []node     `xml:",any"`
}

func (n *node) child(name string) *node {
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
	for _, a := range n.Attrs {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// call is one operation out of a SOAP body.
type call struct {
	raw       []byte // the whole document: what signatures refer into
	version   string // 1.1, 1.2 or 1.3
	operation string // local name of the body's child
	body      node
}

func (c *call) types() string  { return typesNS + c.version }
func (c *call) basic() string  { return basicNS + c.version }
func (c *call) faults() string { return faultsNS + c.version }

// readCall reads an envelope. DTDs are refused, depth and size are bounded
// before anything is built in memory.
func readCall(r io.Reader) (*call, *fault) {
	raw, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if err != nil {
		return nil, clientFault("тело не прочитано")
	}
	if len(raw) > maxBody {
		return nil, clientFault("конверт больше 5 МБ")
	}
	if err := measure(raw); err != nil {
		return nil, clientFault("конверт не разобран: " + err.Error())
	}
	var env node
	if err := xml.Unmarshal(raw, &env); err != nil {
		return nil, clientFault("конверт не разобран: " + err.Error())
	}
	if env.XMLName != (xml.Name{Space: soapNS, Local: "Envelope"}) {
		return nil, clientFault("это не конверт SOAP 1.1")
	}
	body := env.child("Body")
	if body == nil || body.XMLName.Space != soapNS || len(body.Nodes) != 1 {
		return nil, clientFault("в теле SOAP должен быть ровно один элемент")
	}
	c := &call{raw: raw, body: body.Nodes[0], operation: body.Nodes[0].XMLName.Local}
	for _, v := range []string{"1.1", "1.2", "1.3"} {
		if c.body.XMLName.Space == typesNS+v {
			c.version = v
			return c, nil
		}
	}
	return nil, clientFault("неизвестное пространство имён " + c.body.XMLName.Space)
}

func measure(raw []byte) error {
	d := xml.NewDecoder(bytes.NewReader(raw))
	depth, tokens := 0, 0
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.Directive:
			return errors.New("DTD запрещён")
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if tokens++; depth > maxDepth || tokens > maxTokens {
			return errors.New("слишком глубоко или слишком много элементов")
		}
	}
}

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
