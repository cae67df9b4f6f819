package xmldsig

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTransformVectors(t *testing.T) {
	inputs, err := filepath.Glob(filepath.Join(conformance(t, "smev", "vectors", "transform"), "*.in.xml"))
	if err != nil || len(inputs) != 4 {
		t.Fatalf("%d inputs, %v; want 4", len(inputs), err)
	}
	for _, in := range inputs {
		got, err := Transform(readFile(t, in))
		want := readFile(t, strings.TrimSuffix(in, ".in.xml")+".out.xml")
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v\n got %s\nwant %s", filepath.Base(in), err, got, want)
		}
	}
}

// TestTransformedVectors compares the signed elements of real messages.
func TestTransformedVectors(t *testing.T) {
	for _, v := range signedVectors(t) {
		root, err := parse(v.doc)
		if err != nil {
			t.Fatalf("%s: %v", v.File, err)
		}
		target, err := root.resolve(strings.TrimPrefix(v.Ref, "#"))
		if err != nil {
			t.Fatalf("%s %s: %v", v.File, v.Ref, err)
		}
		got, err := transformed(target)
		want := readFile(t, conformance(t, "smev", "vectors", "signed", v.Transformed))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s %s: %v\n got %s\nwant %s", v.File, v.Ref, err, got, want)
		}
	}
}

// TestTransform is for what no recorded message has.
func TestTransform(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"declaration, comments and instructions go", "<?xml version='1.0'?><!-- --><?p?><a><!-- --><?p?></a><!-- -->", `<a></a>`},
		{"always an end tag", `<a><b/></a>`, `<a><b></b></a>`},
		{"numbers are not reused", `<a xmlns="urn:1"><b xmlns="urn:2"/><b xmlns="urn:2"/></a>`,
			`<ns1:a xmlns:ns1="urn:1"><ns2:b xmlns:ns2="urn:2"></ns2:b><ns3:b xmlns:ns3="urn:2"></ns3:b></ns1:a>`},
		{"an outer prefix serves, whatever was shadowed", `<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><q:c xmlns:q="urn:1"/></p:b></p:a>`,
			`<ns1:a xmlns:ns1="urn:1"><ns2:b xmlns:ns2="urn:2"><ns1:c></ns1:c></ns2:b></ns1:a>`},
		{"a declaration unused is none", `<a xmlns="urn:1" xmlns:x="urn:x" xmlns:i="urn:i" i:type="x:T"/>`, `<ns1:a xmlns:ns1="urn:1" xmlns:ns2="urn:i" ns2:type="x:T"></ns1:a>`},
		{"two prefixes of one namespace become one", `<p:a xmlns:p="urn:1" xmlns:q="urn:1" q:c="1" p:b="2"/>`, `<ns1:a xmlns:ns1="urn:1" ns1:b="2" ns1:c="1"></ns1:a>`},
		{"the element's namespace is numbered first", `<p:a xmlns:p="urn:9" xmlns:q="urn:1" q:b=""/>`, `<ns1:a xmlns:ns1="urn:9" xmlns:ns2="urn:1" ns2:b=""></ns1:a>`},
		{"attributes' namespaces by URI", `<a xmlns:p="urn:2" xmlns:q="urn:1" p:a="" q:b=""/>`, `<a xmlns:ns1="urn:1" xmlns:ns2="urn:2" ns1:b="" ns2:a=""></a>`},
		{"qualified attributes first", `<a z="1" a="2" xmlns:p="urn:p" p:z="3" p:a="4"/>`, `<a xmlns:ns1="urn:p" ns1:a="4" ns1:z="3" a="2" z="1"></a>`},
		{"one name in three namespaces", `<a n="0" xmlns:p="urn:2" xmlns:q="urn:1" p:n="2" q:n="1"/>`, `<a xmlns:ns1="urn:1" xmlns:ns2="urn:2" ns1:n="1" ns2:n="2" n="0"></a>`},
		{"attributes by code point, not by letter", `<a б="" а="" Я="" b="" B=""/>`, `<a B="" b="" Я="" а="" б=""></a>`},
		{"declarations in the order of numbers, not of prefixes", `<a xmlns="urn:1"><b xmlns="urn:2" xmlns:a="urn:3" a:c=""/></a>`,
			`<ns1:a xmlns:ns1="urn:1"><ns2:b xmlns:ns2="urn:2" xmlns:ns3="urn:3" ns3:c=""></ns2:b></ns1:a>`},
		{"ten namespaces: ns10 is written after ns9", "<a xmlns:x='urn:9' " + manyAttributes(11) + "/>", "<a" + manyRenamed(11) + "></a>"},
		{"prefixes of the document's own are free to be ns1", `<ns2:a xmlns:ns2="urn:1"><ns1:b xmlns:ns1="urn:2"/></ns2:a>`, `<ns1:a xmlns:ns1="urn:1"><ns2:b xmlns:ns2="urn:2"></ns2:b></ns1:a>`},
		{"no namespace, no prefix", `<a b="1"><c xmlns="urn:1"><d xmlns=""/></c></a>`, `<a b="1"><ns1:c xmlns:ns1="urn:1"><d></d></ns1:c></a>`},
		{"xml is a namespace like others", `<a xml:lang="ru"><b xml:lang="en"/></a>`, `<a xmlns:ns1="http://www.w3.org/XML/1998/namespace" ns1:lang="ru"><b ns1:lang="en"></b></a>`},
		{"blank text goes", "<a> <b>\t</b>\r\n<c>&#13;&#10;&#32;</c><![CDATA[ ]]></a>", `<a><b></b><c></c></a>`},
		{"no-break space is not blank", "<a>\u00A0</a>", "<a>\u00A0</a>"},
		{"other text keeps its blanks", "<a> x <b/> y\n</a>", "<a> x <b></b> y\n</a>"},
		{"blanks around a comment are one text", `<a xmlns="urn:1"> <!-- --> </a>`, `<ns1:a xmlns:ns1="urn:1"></ns1:a>`},
		{"a comment does not divide text", `<a>x<!-- --> <!-- --></a>`, `<a>x </a>`},
		{"a comment does not divide text from its blanks", "<a> <!-- -->\n<!-- -->x<b/> <!-- --> </a>", "<a> \nx<b></b></a>"},
		{"instruction parts texts", `<a xmlns="urn:1"> <?p?>x<?p?> </a>`, `<ns1:a xmlns:ns1="urn:1">x</ns1:a>`},
		{"text of the parent after a child", `<a><b><!-- --></b>x</a>`, `<a><b></b>x</a>`},
		{"characters as C14N writes them", `<a b="&lt;&quot;&gt;&amp;'&#9;&#10;&#13;">&lt;&gt;"'&amp;&#13;&#9;&#10;</a>`, "<a b=\"&lt;&quot;>&amp;'&#x9;&#xA;&#xD;\">&lt;&gt;\"'&amp;&#xD;\t\n</a>"},
		{"already transformed", `<ns1:a xmlns:ns1="urn:1" ns1:c="" b="1">x</ns1:a>`, `<ns1:a xmlns:ns1="urn:1" ns1:c="" b="1">x</ns1:a>`},
	} {
		got, err := Transform([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s, %v; want %s", c.name, got, err, c.want)
		}
	}
}

// manyAttributes declares n namespaces and uses each; manyRenamed is what
// becomes of that.
func manyAttributes(n int) (s string) {
	for i := range n {
		s += fmt.Sprintf(" xmlns:p%c='urn:%c' p%c:x=''", 'z'-i, 'a'+i, 'z'-i)
	}
	return s
}

func manyRenamed(n int) string {
	declared, used := "", ""
	for i := range n {
		declared += fmt.Sprintf(` xmlns:ns%d="urn:%c"`, i+1, 'a'+i)
		used += fmt.Sprintf(` ns%d:x=""`, i+1)
	}
	return declared + used
}

// TestTransformByTheText compares with the rules written down once more, as
// they are told, over the events of another reader of XML.
func TestTransformByTheText(t *testing.T) {
	t.Logf("XMLDSIG_SEED=%d", seed)
	for i := range 2000 {
		doc := []byte(strings.ReplaceAll(newGenerator(i).document(), "𐀀", "ж")) // encoding/xml knows the names of the fourth edition
		canonical, err := Canonicalize(doc)
		if err != nil {
			t.Fatal(err)
		}
		want, err := transformByTheText(canonical)
		if err != nil {
			t.Fatalf("XMLDSIG_SEED=%d: %v\n%s", seed, err, canonical)
		}
		if got, err := Transform(doc); err != nil || string(got) != want {
			t.Fatalf("XMLDSIG_SEED=%d: document %q\n got %q, %v\nwant %q", seed, doc, got, err, want)
		}
	}
}

func transformByTheText(canonical []byte) (string, error) {
	type binding struct{ prefix, uri string }
	var (
		out    strings.Builder
		scopes [][]binding // outermost first
		names  []string
		last   int
	)
	escape := func(s string, pairs ...string) string {
		return strings.NewReplacer(append(pairs, "&", "&amp;", "<", "&lt;", "\r", "&#xD;")...).Replace(s)
	}
	value := func(s string) string { return escape(s, `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;") }
	d := xml.NewDecoder(bytes.NewReader(canonical))
	for {
		event, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return "", err
		}
		switch e := event.(type) {
		case xml.StartElement:
			var here []binding
			qualified := func(n xml.Name) string {
				if n.Space == "" {
					return n.Local
				}
				for _, scope := range append(slices.Clone(scopes), here) {
					for _, b := range scope {
						if b.uri == n.Space {
							return b.prefix + ":" + n.Local
						}
					}
				}
				last++
				here = append(here, binding{fmt.Sprintf("ns%d", last), n.Space})
				return here[len(here)-1].prefix + ":" + n.Local
			}
			var first, then []xml.Attr
			for _, a := range e.Attr {
				switch {
				case a.Name.Space == "xmlns" || a.Name == xml.Name{Local: "xmlns"}:
				case a.Name.Space == "xml":
					a.Name.Space = nsXML
					first = append(first, a)
				case a.Name.Space != "":
					first = append(first, a)
				default:
					then = append(then, a)
				}
			}
			slices.SortFunc(first, func(a, b xml.Attr) int {
				return strings.Compare(a.Name.Space+"\x00"+a.Name.Local, b.Name.Space+"\x00"+b.Name.Local)
			})
			slices.SortFunc(then, func(a, b xml.Attr) int { return strings.Compare(a.Name.Local, b.Name.Local) })
			name, attributes := qualified(e.Name), ""
			for _, a := range append(first, then...) {
				attributes += " " + qualified(a.Name) + `="` + value(a.Value) + `"`
			}
			out.WriteString("<" + name)
			for _, b := range here {
				out.WriteString(" xmlns:" + b.prefix + `="` + value(b.uri) + `"`)
			}
			out.WriteString(attributes + ">")
			scopes, names = append(scopes, here), append(names, name)
		case xml.EndElement:
			out.WriteString("</" + names[len(names)-1] + ">")
			scopes, names = scopes[:len(scopes)-1], names[:len(names)-1]
		case xml.CharData:
			if len(names) > 0 && strings.Trim(string(e), " \t\r\n") != "" {
				out.WriteString(escape(string(e), ">", "&gt;"))
			}
		}
	}
}
