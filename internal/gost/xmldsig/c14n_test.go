package xmldsig

import (
	"bytes"
	"encoding/xml"
	"errors"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

func TestCanonicalize(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty element", `<a/>`, `<a></a>`},
		{"declaration, comments, doctype-free prolog", "\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?>\n<!--x--><?p  q ?><a/><!--y--><?z?>\n", "<?p q ?>\n<a></a>\n<?z?>"},
		{"instructions", "<a><?p?><?p\n\tq  r?><?p ??><?П п?></a>", "<a><?p?><?p q  r?><?p ??><?П п?></a>"},
		{"line ends", "<a>1\r\n2\r3&#13;4&#xD;&#xA;5\r\r\n6</a>", "<a>1\n2\n3&#xD;4&#xD;\n5\n\n6</a>"},
		{"line ends in a section and an instruction", "<a><![CDATA[1\r\n2\r]]><?p 1\r\n2?></a>", "<a>1\n2\n<?p 1\n2?></a>"},
		{"attribute blanks", "<a b='1\t2\n3&#9;4&#10;5&#13;6\r\n7\r8'/>", `<a b="1 2 3&#x9;4&#xA;5&#xD;6 7 8"></a>`},
		{"blanks at the ends of an attribute", "<a b='  1  2  '/>", `<a b="  1  2  "></a>`},
		{"quotes and angles", `<a b='"&lt;>&amp;'>"&lt;&gt;>&amp;'</a>`, `<a b="&quot;&lt;>&amp;">"&lt;&gt;&gt;&amp;'</a>`},
		{"apostrophes", `<a b="'&apos;&quot;">&apos;&quot;</a>`, `<a b="''&quot;">'"</a>`},
		{"references are not read twice", `<a b="&amp;lt;">&amp;#38;&#38;lt;&amp;amp;</a>`, `<a b="&amp;lt;">&amp;#38;&amp;lt;&amp;amp;</a>`},
		{"numbers of every length", `<a>&#65;&#x41;&#00065;&#x000041;&#1103;&#x20AC;&#x10FFFF;</a>`, "<a>AAAAя€\U0010FFFF</a>"},
		{"beyond the basic plane", "<a b='&#x1F600;𝄞'>&#128512;𝄞\U0010FFFD</a>", "<a b=\"😀𝄞\">😀𝄞\U0010FFFD</a>"},
		{"no normalization of letters", "<a>é é Å Å</a>", "<a>é é Å Å</a>"},
		{"cdata is text", `<a>x<![CDATA[<y>&amp;]]>z</a>`, `<a>x&lt;y&gt;&amp;amp;z</a>`},
		{"sections side by side", `<a><![CDATA[]]><![CDATA[1]]]]><![CDATA[>2]]>&lt;<![CDATA[]]></a>`, `<a>1]]&gt;2&lt;</a>`},
		{"comment joins text", `<a>x<!-- - -->y<!----></a>`, `<a>xy</a>`},
		{"a bracket is not a section's end", `<a>]] ]> ]]&gt;</a>`, `<a>]] ]&gt; ]]&gt;</a>`},
		{"blanks in tags", "<a\n b = '1'\tc='2' ></a \n>", `<a b="1" c="2"></a>`},
		{"unused namespaces vanish", `<a xmlns:u="urn:u"><b/></a>`, `<a><b></b></a>`},
		{"namespaces come down to use", `<a xmlns:u="urn:u"><u:b/><u:c u:d=""/></a>`, `<a><u:b xmlns:u="urn:u"></u:b><u:c xmlns:u="urn:u" u:d=""></u:c></a>`},
		{"a value's prefix is not a use", `<a xmlns:x="urn:x" xmlns:i="urn:i" i:type="x:T"/>`, `<a xmlns:i="urn:i" i:type="x:T"></a>`},
		{"default undeclared", `<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a"/></b></a>`, `<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a"></c></b></a>`},
		{"default undeclared before it is declared", `<a xmlns=""><b xmlns=""/></a>`, `<a><b></b></a>`},
		{"default undeclared under a prefix", `<a xmlns="urn:a"><p:b xmlns:p="urn:p" xmlns=""><c/></p:b></a>`, `<a xmlns="urn:a"><p:b xmlns:p="urn:p"><c xmlns=""></c></p:b></a>`},
		{"default redeclared alike", `<a xmlns="urn:a"><b xmlns="urn:a"/></a>`, `<a xmlns="urn:a"><b></b></a>`},
		{"default is not for attributes", `<p:a xmlns="urn:a" xmlns:p="urn:p" b="1"/>`, `<p:a xmlns:p="urn:p" b="1"></p:a>`},
		{"declarations by prefix, default first", `<a xmlns:z="urn:1" xmlns:b="urn:2" xmlns="urn:3" z:x="1" b:x="2"/>`, `<a xmlns="urn:3" xmlns:b="urn:2" xmlns:z="urn:1" z:x="1" b:x="2"></a>`},
		{"attributes by namespace then name", `<a z="1" b="2" xmlns:x="urn:2" xmlns:y="urn:1" x:a="3" y:a="4"/>`, `<a xmlns:x="urn:2" xmlns:y="urn:1" b="2" z="1" y:a="4" x:a="3"></a>`},
		{"one name in three namespaces", `<a xmlns:x="urn:x" xmlns:y="urn:y" y:n="3" n="1" x:n="2"/>`, `<a xmlns:x="urn:x" xmlns:y="urn:y" n="1" x:n="2" y:n="3"></a>`},
		{"two prefixes of one namespace", `<p:a xmlns:p="urn:1" xmlns:q="urn:1" q:b="1" p:c="2"><q:d/></p:a>`, `<p:a xmlns:p="urn:1" xmlns:q="urn:1" q:b="1" p:c="2"><q:d></q:d></p:a>`},
		{"names by code point", `<a я="1" Я="2" z="3" Z="4" _="5" é="6" 𐀀="8"/>`, `<a Z="4" _="5" z="3" é="6" Я="2" я="1" 𐀀="8"></a>`},
		{"xml attributes stay, and where they are", `<a xml:space="preserve" xml:lang="ru" b=""><c/></a>`, `<a b="" xml:lang="ru" xml:space="preserve"><c></c></a>`},
		{"xml may be declared as it is", `<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="ru"/>`, `<a xml:lang="ru"></a>`},
		{"prefix rebound", `<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"/><p:c/></p:a>`, `<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"></p:b><p:c></p:c></p:a>`},
		{"prefix shadowed and bound again", `<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c xmlns:p="urn:1"/></p:b></p:a>`, `<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c xmlns:p="urn:1"></p:c></p:b></p:a>`},
		{"shadowed without use", `<p:a xmlns:p="urn:1"><b xmlns:p="urn:2"><p:c xmlns:p="urn:1"/></b></p:a>`, `<p:a xmlns:p="urn:1"><b><p:c></p:c></b></p:a>`},
		{"signs in a namespace", `<a xmlns="urn:a&amp;&lt;&quot;'>"/>`, `<a xmlns="urn:a&amp;&lt;&quot;'>"></a>`},
		{"Cyrillic names", `<СведЮЛ ОГРН="1"/>`, `<СведЮЛ ОГРН="1"></СведЮЛ>`},
		{"a name and one that begins alike", `<a><ab></ab></a>`, `<a><ab></ab></a>`},
		{"xml in a name", `<xmlish xmlnsish="1"/>`, `<xmlish xmlnsish="1"></xmlish>`},
	} {
		got, err := Canonicalize([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
		again, err := Canonicalize(got)
		if err != nil || !bytes.Equal(again, got) {
			t.Errorf("%s: canonical form is not its own canonical form: %q, %v", c.name, again, err)
		}
	}
}

func TestCanonicalizeWithComments(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"around the root", "<!--1-->\n<!--2--><?p?><a/>\n<!--3--><!--4-->", "<!--1-->\n<!--2-->\n<?p?>\n<a></a>\n<!--3-->\n<!--4-->"},
		{"inside", "<a>x<!-- <&> \r\n-->y<!----></a>", "<a>x<!-- <&> \n-->y<!----></a>"},
	} {
		if got, err := (C14N{Comments: true}).Canonicalize([]byte(c.in)); err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}

// TestInclusiveNamespaces: the listed prefixes are written as inclusive C14N
// would; xmlsec1 is asked the same in TestPeerXMLSec.
func TestInclusiveNamespaces(t *testing.T) {
	const doc = `<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org" xmlns="urn:d"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en">` +
		`<n3:stuff xmlns:n3="ftp://example.org"/><b xmlns="" xmlns:n0="urn:other"/></n1:elem2></n0:local>`
	for _, c := range []struct {
		prefixes []string
		want     string
	}{
		{nil, `<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff><b></b></n1:elem2>`},
		{[]string{"n3"}, `<n1:elem2 xmlns:n1="http://example.net" xmlns:n3="ftp://example.org" xml:lang="en"><n3:stuff></n3:stuff><b></b></n1:elem2>`},
		{[]string{"n0", "n1", "nobody", "xml"}, `<n1:elem2 xmlns:n0="foo:bar" xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff><b xmlns:n0="urn:other"></b></n1:elem2>`},
		{[]string{"#default"}, `<n1:elem2 xmlns="urn:d" xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff><b xmlns=""></b></n1:elem2>`},
	} {
		tree, err := parse([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		got, err := C14N{Inclusive: c.prefixes}.form(tree.all("http://example.net", "elem2")[0])
		if err != nil || string(got) != c.want {
			t.Errorf("%q: %v\n got %s\nwant %s", c.prefixes, err, got, c.want)
		}
	}
}

func TestEncodings(t *testing.T) {
	const body = `<Файл имя="Ёлка «№ 5»">— Съешь ещё этих мягких французских булок</Файл>`
	cp1251, err := charmap.Windows1251.NewEncoder().String(body)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Canonicalize([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range []string{
		`<?xml version="1.0" encoding="windows-1251"?>` + cp1251,
		"<?xml version='1.0'\r\n encoding = 'Windows-1251'  standalone=\"no\" ?>\r\n" + cp1251,
		`<?xml version="1.0" encoding="CP1251"?>` + cp1251,
		`<?xml version="1.0" encoding="utf-8"?>` + body,
		"\xEF\xBB\xBF" + `<?xml version="1.0" encoding="UTF-8"?>` + body,
	} {
		if got, err := Canonicalize([]byte(doc)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%.60q: %s, %v", doc, got, err)
		}
	}
}

func TestElement(t *testing.T) {
	doc := []byte(`<r:a xmlns:r="urn:r"><r:b/><c/><r:d xmlns="urn:d"><q p="&gt;"/></r:d></r:a>`)
	name := func(local string) xml.Name { return xml.Name{Space: "urn:r", Local: local} }
	got, err := Element(doc, name("a"), name("d"), xml.Name{})
	if err != nil || string(got) != `<q xmlns="urn:d" p=">"></q>` {
		t.Errorf("%s, %v", got, err)
	}
	for what, path := range map[string][]xml.Name{
		"two children for one": {name("a"), {}}, "no child": {name("a"), name("b"), {}},
		"another name": {name("a"), name("c")}, "another root": {name("b")},
	} {
		if _, err := Element(doc, path...); !errors.Is(err, ErrNoElement) {
			t.Errorf("%s: %v, want ErrNoElement", what, err)
		}
	}
}
