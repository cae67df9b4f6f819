package smev

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// Records are the register that extracts are made from: a document of a dump
// with one record, found by OGRN or INN.
type Records interface {
	Record(number string) (doc []byte, found bool, err error)
}

// Numbers after which the register answers with a code of processing.
const (
	notGiven = "53" // a number that ends so is not told of electronically
	tooLarge = "54" // by the step «archive»
	noRecord = "01"
)

// extractUL answers FNSVipULRequest@ИдДок{ЗапросЮЛ{ОГРН|ИННЮЛ}} after the
// official schema with the register's record, or with a code: 01 for a number
// it does not know, 53 for one that it does not tell of electronically.
func extractUL(in *request) ([]content, error) {
	return extract(in, "ЗапросЮЛ", "ОГРН", "ИННЮЛ", "СвЮЛ", "FNSVipULResponse", firm)
}

// extractIP answers FNSVipIPRequest@ИдДок{ЗапросИП{ОГРНИП|ИНН}} likewise.
func extractIP(in *request) ([]content, error) {
	return extract(in, "ЗапросИП", "ОГРНИП", "ИНН", "СвИП", "FNSVipIPResponse", trader)
}

func extract(in *request, ask, ogrn, inn, tag, root string, record func(*node) string) ([]content, error) {
	ns := in.payload.XMLName.Space
	if err := inOrder(in.payload, slot{ns, ask, false}); err != nil {
		return invalid("%v", err), nil
	}
	q := in.payload.child(ask)
	number := q.value(ogrn) + q.value(inn)
	if len(q.Nodes) != 1 || number == "" || in.payload.attr("ИдДок") == "" || digits(number) != number {
		return invalid("cvc-complex-type.2.4: в элементе %s ожидался %s или %s, у запроса — атрибут ИдДок", ask, ogrn, inn), nil
	}
	inside := el("ns1:КодОбр", nil, noRecord)
	one, err := in.record(number, tag)
	found := err == nil && one != nil
	switch {
	case err != nil:
		return nil, err
	case strings.HasSuffix(number, notGiven):
		inside = el("ns1:КодОбр", nil, notGiven)
	case found:
		inside = record(one)
	}
	cut := strings.LastIndex(ns, "/")
	commons := "urn://x-artefacts-fns/vipul-types" + ns[cut:]
	if tag == "СвИП" {
		commons = "urn://x-artefacts-fns/vipip-types" + ns[cut:]
	}
	answer := func(inside ...string) string {
		return el("ns1:"+root, []string{"xmlns:ns1", ns, "xmlns:fnst", commons, "ИдДок", in.payload.attr("ИдДок")}, inside...)
	}
	if in.archive != "" && found && strings.HasSuffix(ns, "/4.0.6") {
		c, err := in.s.archived(answer(inside), in.archive, "FNSR01", answer)
		return []content{c}, err
	}
	return []content{{Payload: answer(inside)}}, nil
}

// record finds the element of the number in the register; nil for none.
func (in *request) record(number, tag string) (*node, error) {
	if in.s.Records == nil {
		return nil, nil
	}
	doc, found, err := in.s.Records.Record(number)
	if err != nil || !found {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return charmap.Windows1251.NewDecoder().Reader(r), nil }
	var root node
	if err := d.Decode(&root); err != nil {
		return nil, fmt.Errorf("register's record: %w", err)
	}
	if c := root.child("Документ"); c != nil {
		return c.child(tag), nil
	}
	return nil, nil
}

// el writes an element; attributes are pairs, those without a value are left out.
func el(name string, attrs []string, children ...string) string {
	var b strings.Builder
	b.WriteString("<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] != "" {
			b.WriteString(" " + attrs[i] + `="` + escape(attrs[i+1]) + `"`)
		}
	}
	b.WriteString(">")
	for _, c := range children {
		b.WriteString(c)
	}
	b.WriteString("</" + name + ">")
	return b.String()
}

// copied repeats attributes of the record under their own names.
func copied(n *node, names ...string) []string {
	var list []string
	if n != nil {
		for _, name := range names {
			list = append(list, name, n.attr(name))
		}
	}
	return list
}

// all lists the children of that name.
func (n *node) all(name string) []*node {
	var list []*node
	if n != nil {
		for i := range n.Nodes {
			if n.Nodes[i].XMLName.Local == name {
				list = append(list, &n.Nodes[i])
			}
		}
	}
	return list
}
