package xmldsig

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestCanonicalize(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty element", `<a/>`, `<a></a>`},
		{"declaration, comments, doctype-free prolog", "\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?>\n<!--x--><?p  q ?><a/><!--y--><?z?>\n", "<?p q ?>\n<a></a>\n<?z?>"},
		{"line ends", "<a>1\r\n2\r3&#13;4</a>", "<a>1\n2\n3&#xD;4</a>"},
		{"attribute blanks", "<a b='1\t2\n3&#9;4&#10;5&#13;6'/>", `<a b="1 2 3&#x9;4&#xA;5&#xD;6"></a>`},
		{"quotes and angles", `<a b='"&lt;>&amp;'>"&lt;&gt;&amp;'</a>`, `<a b="&quot;&lt;>&amp;">"&lt;&gt;&amp;'</a>`},
		{"cdata is text", `<a>x<![CDATA[<y>&amp;]]>z</a>`, `<a>x&lt;y&gt;&amp;amp;z</a>`},
		{"comment joins text", `<a>x<!-- - -->y</a>`, `<a>xy</a>`},
		{"unused namespaces vanish", `<a xmlns:u="urn:u"><b/></a>`, `<a><b></b></a>`},
		{"namespaces come down to use", `<a xmlns:u="urn:u"><u:b/><u:c u:d=""/></a>`, `<a><u:b xmlns:u="urn:u"></u:b><u:c xmlns:u="urn:u" u:d=""></u:c></a>`},
		{"default undeclared", `<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a"/></b></a>`, `<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a"></c></b></a>`},
		{"attributes by namespace then name", `<a z="1" b="2" xmlns:x="urn:2" xmlns:y="urn:1" x:a="3" y:a="4"/>`, `<a xmlns:x="urn:2" xmlns:y="urn:1" b="2" z="1" y:a="4" x:a="3"></a>`},
		{"xml prefix is never declared", `<a xml:lang="ru"/>`, `<a xml:lang="ru"></a>`},
		{"prefix rebound", `<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"/><p:c/></p:a>`, `<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"></p:b><p:c></p:c></p:a>`},
		{"Cyrillic names", `<СведЮЛ ОГРН="1"/>`, `<СведЮЛ ОГРН="1"></СведЮЛ>`},
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

func TestCanonicalizeRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"nothing": "", "blank": " ", "text only": "a", "text before": "x<a/>", "text after": "<a/>x",
		"two roots": "<a/><b/>", "unclosed": "<a><b></b>", "crossed": "<a><b></a></b>", "end only": "</a>",
		"doctype": "<!DOCTYPE a><a/>", "entity bomb": `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`,
		"declaration inside": "<a><!ELEMENT b ANY></a>",
		"unknown entity":     "<a>&nbsp;</a>", "bare ampersand": "<a>&</a>", "bad reference": "<a>&#0;</a>",
		"signed reference": "<a>&#+65;</a>", "reference too big": "<a>&#x110000;</a>", "surrogate": "<a>&#xD800;</a>",
		"control character": "<a>\x01</a>", "not UTF-8": "<a>\xff</a>", "noncharacter": "<a>\uFFFE</a>",
		"encoding": `<?xml version="1.0" encoding="koi8-r"?><a/>`, "version": `<?xml version="1.1"?><a/>`,
		"late declaration": "<a/><?xml version='1.0'?>", "cdata end in text": "<a>]]></a>",
		"open comment": "<a><!-- </a>", "double hyphen": "<a><!-- -- --></a>", "open cdata": "<a><![CDATA[</a>",
		"open instruction": "<a><?p</a>", "instruction of nothing": "<?>", "angle in attribute": `<a b="<"/>`, "no quotes": `<a b=c/>`,
		"no space": `<a b="1"c="2"/>`, "attribute twice": `<a b="1" b="2"/>`,
		"attribute twice by namespace": `<a xmlns:p="urn:1" xmlns:q="urn:1" p:b="1" q:b="2"/>`,
		"declared twice":               `<a xmlns:p="urn:1" xmlns:p="urn:1"/>`,
		"prefix unknown":               `<p:a/>`, "attribute prefix unknown": `<a p:b=""/>`, "two colons": `<a:b:c xmlns:a="urn:1"/>`,
		"empty local": `<a: xmlns:a="urn:1"/>`, "empty prefix": `<:a/>`, "digit name": `<1a/>`,
		"prefix undeclared": `<a xmlns:p=""/>`, "xmlns declared": `<a xmlns:xmlns="urn:1"/>`, "xml rebound": `<a xmlns:xml="urn:1"/>`,
		"relative namespace": `<a xmlns="b"/>`, "xmlns element": `<xmlns:a/>`,
	} {
		if got, err := Canonicalize([]byte(in)); err == nil {
			t.Errorf("%s: accepted as %q", name, got)
		}
	}
	for name, in := range map[string]string{
		"depth":      strings.Repeat("<a>", maxDepth+1) + strings.Repeat("</a>", maxDepth+1),
		"nodes":      "<a>" + strings.Repeat("<b/>", maxNodes) + "</a>",
		"attributes": "<a " + strings.Repeat("b='' ", maxAttributes+1) + "/>",
		"namespace repeated by every child": `<a xmlns:p="urn:` + strings.Repeat("x", 1<<16) + `">` +
			strings.Repeat("<p:b/>", 1<<16) + `</a>`,
	} {
		if _, err := Canonicalize([]byte(in)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v, want ErrTooLarge", name, err)
		}
	}
	if _, err := Canonicalize([]byte("<!DOCTYPE a><a/>")); !errors.Is(err, ErrDTD) {
		t.Errorf("doctype: %v, want ErrDTD", err)
	}
}

// TestCanonicalizeAgainstLibxml2 compares generated documents with xmllint,
// which keeps comments and writes "&" of a namespace unescaped, against the
// specification: the documents have neither.
func TestCanonicalizeAgainstLibxml2(t *testing.T) {
	xmllint := program(t, "xmllint")
	g := generator{rand.New(rand.NewPCG(3, 14))}
	dir := t.TempDir()
	for i := range 300 {
		doc := g.document()
		path := filepath.Join(dir, fmt.Sprintf("%d.xml", i))
		if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
		want, err := exec.Command(xmllint, "--exc-c14n", path).Output()
		if err != nil {
			t.Fatalf("xmllint refuses %s: %v", doc, err)
		}
		got, err := Canonicalize([]byte(doc))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("document %s\nours    %s (%v)\nlibxml2 %s", doc, got, err, want)
		}
	}
}

// generator writes well-formed documents with everything canonical form is
// about, as unevenly as people and programs do.
type generator struct{ *rand.Rand }

func (g generator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g generator) document() string {
	head := g.pick("", "\xEF\xBB\xBF", `<?xml version="1.0"?>`, "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\r\n")
	return head + g.pick("", "<?go  on?>", "\n<?a?>\n<?b c?>") + g.element(0, map[string]string{}) + g.pick("", "\n", "<?end?>")
}

func (g generator) element(depth int, scope map[string]string) string {
	inner := map[string]string{}
	for p, u := range scope {
		inner[p] = u
	}
	var attrs []string
	for _, p := range []string{"", "p", "q", "ь"} {
		if g.IntN(3) > 0 {
			continue
		}
		uri := g.pick("urn:a", "urn:b", "http://x/?a=1", "urn://c/")
		if p == "" && g.IntN(3) == 0 {
			uri = ""
		}
		inner[p] = uri
		if p != "" {
			p = ":" + p
		}
		attrs = append(attrs, "xmlns"+p+g.pick("=", " = ")+`"`+uri+`"`)
	}
	seen := map[string]bool{}
	for range g.IntN(4) {
		local := g.pick("a", "B", "id", "Имя", "z-1")
		name := local
		if p := g.pick("", "", "p", "q", "ь"); p != "" && inner[p] != "" {
			name, local = p+":"+local, inner[p]+" "+local
		}
		if seen[local] {
			continue
		}
		seen[local] = true
		attrs = append(attrs, name+`='`+g.chars(`"`)+`'`)
	}
	if g.IntN(8) == 0 {
		attrs = append(attrs, `xml:lang="ru"`)
	}
	g.Shuffle(len(attrs), func(i, j int) { attrs[i], attrs[j] = attrs[j], attrs[i] })
	name := g.pick("el", "Элемент", "x.y", "_")
	if p := g.pick("", "p", "q", "ь"); p != "" && inner[p] != "" {
		name = p + ":" + name
	}
	open := "<" + name
	for _, a := range attrs {
		open += g.pick(" ", "\n", "\t ") + a
	}
	if g.IntN(5) == 0 {
		return open + "/>"
	}
	body := ""
	for range g.IntN(5) {
		switch {
		case depth < 6 && g.IntN(2) == 0:
			body += g.element(depth+1, inner)
		case g.IntN(6) == 0:
			body += g.pick("<?pi?>", "<?pi  a b ?>")
		case g.IntN(4) == 0:
			body += g.pick("<![CDATA[]]>", "<![CDATA[<a>&amp;\r\n]]>")
		default:
			body += g.chars(`"`) + g.chars(`'`)
		}
	}
	return open + ">" + body + "</" + name + g.pick(">", " >")
}

func (g generator) chars(quote string) string {
	s := ""
	for range g.IntN(5) {
		s += g.pick("a", "Я", " ", "\n", "\r\n", "\r", "\t", quote, "&lt;", "&gt;", ">", "&amp;", "&quot;", "&apos;",
			"&#13;", "&#xA;", "&#9;", "&#x1F600;", "𝄞", "  ")
	}
	return s
}

func FuzzCanonicalize(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0"?><a xmlns="urn:1" b='&#13;'>x<!--y--><![CDATA[<z>]]><?p q?></a>`))
	f.Add([]byte("<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2' p:c='1'/>\r\n</p:a>"))
	f.Add([]byte("<!DOCTYPE a><a/>"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		once, err := Canonicalize(doc)
		if err != nil {
			return
		}
		twice, err := Canonicalize(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("not a fixed point: %q -> %q, %v", once, twice, err)
		}
		if _, err := Transform(doc); err != nil && !errors.Is(err, ErrTooLarge) {
			t.Fatal(err)
		}
	})
}
