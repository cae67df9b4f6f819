package xmldsig

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestRefuses: what is not namespace-well-formed XML of the accepted kind is
// refused, with the reason.
func TestRefuses(t *testing.T) {
	const malformed, outside, dtd = "malformed name", "outside the root element", "document type"
	for _, c := range []struct{ name, in, why string }{
		{"nothing", "", "no root"}, {"blank", " \n", "no root"}, {"only a declaration", `<?xml version="1.0"?>`, "no root"},
		{"only a comment", "<!---->", "no root"}, {"text only", "a", outside}, {"text before", "x<a/>", outside}, {"text after", "<a/>x", outside},
		{"a reference after", "<a/>&#32;", outside}, {"a section after", "<a/><![CDATA[]]>", outside},
		{"two roots", "<a/><b/>", "more than one root"}, {"unclosed", "<a><b></b>", "a is not closed"}, {"crossed", "<a><b></a></b>", "end tag of b is due"},
		{"end only", "</a>", "without a start tag"}, {"end twice", "<a></a></a>", "without a start tag"}, {"end of a longer name", "<a></ab>", "end tag of a is due"},
		{"end of the other prefix", `<p:a xmlns:p="urn:1" xmlns:q="urn:1"></q:a>`, "end tag of p:a is due"}, {"end with an attribute", `<a></a b="">`, "end tag of a is due"},
		{"doctype", "<!DOCTYPE a><a/>", dtd}, {"doctype after a comment", "<!-- --><!DOCTYPE a><a/>", dtd}, {"entity bomb", `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`, dtd},
		{"external doctype", `<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`, dtd}, {"doctype inside", "<a><!DOCTYPE a></a>", dtd},
		{"declaration inside", "<a><!ELEMENT b ANY></a>", "unknown markup"}, {"a small doctype", "<!doctype a><a/>", "unknown markup"}, {"an exclamation", "<a><!></a>", "unknown markup"},
		{"unknown entity", "<a>&nbsp;</a>", "unknown entity"}, {"unknown entity in an attribute", "<a b='&nbsp;'/>", "unknown entity"}, {"entity in capitals", "<a>&AMP;</a>", "unknown entity"},
		{"bare ampersand", "<a>&</a>", "& without ;"}, {"ampersand and blank", "<a>a & b; c</a>", "unknown entity"}, {"empty reference", "<a>&;</a>", "unknown entity"},
		{"reference over an element", "<a>&am<b/>p;</a>", "& without ;"}, {"NUL by reference", "<a>&#0;</a>", "unknown entity"}, {"bell by reference", "<a>&#7;</a>", "unknown entity"},
		{"signed reference", "<a>&#+65;</a>", "unknown entity"}, {"negative reference", "<a>&#-65;</a>", "unknown entity"}, {"reference of nothing", "<a>&#;</a>", "unknown entity"},
		{"hex of nothing", "<a>&#x;</a>", "unknown entity"}, {"hex with a capital X", "<a>&#X41;</a>", "unknown entity"}, {"underscores", "<a>&#1_0;</a>", "unknown entity"},
		{"reference too big", "<a>&#x110000;</a>", "unknown entity"}, {"reference far too big", "<a>&#x100000000000041;</a>", "unknown entity"},
		{"surrogate", "<a>&#xD800;</a>", "unknown entity"}, {"surrogate pair", "<a>&#xD83D;&#xDE00;</a>", "unknown entity"}, {"noncharacter by reference", "<a>&#xFFFE;</a>", "unknown entity"},
		{"control character", "<a>\x01</a>", "U+0001 not allowed"}, {"NUL", "<a>\x00</a>", "U+0000 not allowed"}, {"NUL at the end", "<a/>\x00", "U+0000 not allowed"}, {"form feed in a comment", "<a><!--\f--></a>", "U+000C not allowed"},
		{"not UTF-8", "<a>\xff</a>", "not UTF-8"}, {"overlong", "<a>\xC0\xBC</a>", "not UTF-8"}, {"surrogate in UTF-8", "<a>\xED\xA0\x80</a>", "not UTF-8"}, {"cut short", "<a>\xD0</a>", "not UTF-8"},
		{"above Unicode", "<a>\xF4\x90\x80\x80</a>", "not UTF-8"}, {"noncharacter FFFE", "<a>\uFFFE</a>", "U+FFFE"}, {"noncharacter FFFF", "<a b='\uFFFF'/>", "U+FFFF"},
		{"two marks of order", "\xEF\xBB\xBF\xEF\xBB\xBF<a/>", outside},
		{"KOI-8", `<?xml version="1.0" encoding="koi8-r"?><a/>`, `"koi8-r" refused`}, {"ISO 8859", `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`, `"ISO-8859-1" refused`},
		{"ASCII", `<?xml version="1.0" encoding="US-ASCII"?><a/>`, `"US-ASCII" refused`}, {"UTF-7", `<?xml version="1.0" encoding="UTF-7"?><a/>`, `"UTF-7" refused`},
		{"UTF-16 by name only", `<?xml version="1.0" encoding="UTF-16"?><a/>`, `"UTF-16" refused`}, {"an unmarked UTF-16", "<\x00a\x00/\x00>\x00", "encoding UTF-16 refused"},
		{"UTF-16 LE", "\xFF\xFE<\x00a\x00/\x00>\x00", "encoding UTF-16 refused"}, {"UTF-16 BE", "\xFE\xFF\x00<\x00a\x00/\x00>", "encoding UTF-16 refused"},
		{"UTF-32 LE", "\xFF\xFE\x00\x00<\x00\x00\x00", "encoding UTF-32 refused"}, {"UTF-32 BE", "\x00\x00\xFE\xFF\x00\x00\x00<", "encoding UTF-32 refused"}, {"EBCDIC", "\x4C\x6F\xA7\x94\x93", "encoding EBCDIC refused"},
		{"windows-1251 under the mark of UTF-8", "\xEF\xBB\xBF<?xml version='1.0' encoding='windows-1251'?><a/>", "not in windows-1251"},
		{"a hole of windows-1251", "<?xml version='1.0' encoding='windows-1251'?><a>\x98</a>", "not in windows-1251"}, {"UTF-8 that is 1251", "<?xml version='1.0' encoding='utf-8'?><a>\xCF\xF0\xE8</a>", "not UTF-8"},
		{"version 1.1", `<?xml version="1.1"?><a/>`, "not of XML 1.0"}, {"no version", `<?xml encoding="utf-8"?><a/>`, "malformed XML declaration"}, {"declaration in disorder", `<?xml version="1.0" standalone="yes" encoding="utf-8"?><a/>`, "malformed XML declaration"},
		{"standalone maybe", `<?xml version="1.0" standalone="maybe"?><a/>`, "malformed XML declaration"}, {"declaration not closed", `<?xml version="1.0"`, "malformed XML declaration"},
		{"late declaration", "<a/><?xml version='1.0'?>", "bad target"}, {"declaration after a blank", " <?xml version='1.0'?><a/>", "bad target"}, {"capital XML", "<a><?XML ?></a>", "bad target"},
		{"section end in text", "<a>]]></a>", "]]> in character data"}, {"open comment", "<a><!-- </a>", "comment not closed"}, {"double hyphen", "<a><!-- -- --></a>", "with -- inside"}, {"comment ends in hyphens", "<a><!-- ---></a>", "with -- inside"},
		{"half a comment", "<a><!--->", "comment not closed"}, {"open section", "<a><![CDATA[</a>", "CDATA section not closed"}, {"section before the root", "<![CDATA[]]><a/>", "outside the root"}, {"small section", "<a><![cdata[]]></a>", "unknown markup"},
		{"open instruction", "<a><?p</a>", "instruction not closed"}, {"instruction of nothing", "<?>", "instruction not closed"}, {"instruction without target", "<a><? p?></a>", "bad target"}, {"instruction with a colon", "<a><?p:q?></a>", "bad target"},
		{"angle in attribute", `<a b="<"/>`, "< in an attribute"}, {"no quotes", `<a b=c/>`, "without quotes"}, {"no value", `<a b/>`, "without a value"}, {"no end of a value", `<a b="`, "value is not closed"}, {"other quote", `<a b="'/>`, "value is not closed"},
		{"no space", `<a b="1"c="2"/>`, "malformed tag a"}, {"a tag without end", `<a `, malformed}, {"a bracket", "<a", "malformed tag a"}, {"slash alone", "<a / >", malformed}, {"angle alone", "<", malformed}, {"angle and blank", "< a/>", malformed},
		{"attribute twice", `<a b="1" b="2"/>`, "b given twice"}, {"attribute twice by namespace", `<a xmlns:p="urn:1" xmlns:q="urn:1" p:b="1" q:b="2"/>`, "b given twice"},
		{"attribute twice by an outer namespace", `<a xmlns:p="urn:1"><b xmlns:q="urn:1" p:b="1" q:b="2"/></a>`, "b given twice"}, {"xml:lang twice", `<a xml:lang="1" xml:lang="1"/>`, "lang given twice"},
		{"declared twice", `<a xmlns:p="urn:1" xmlns:p="urn:1"/>`, `"p" declared twice`}, {"default declared twice", `<a xmlns="urn:1" xmlns="urn:2"/>`, `"" declared twice`},
		{"prefix unknown", `<p:a/>`, `"p" is not declared`}, {"attribute prefix unknown", `<a p:b=""/>`, `"p" is not declared`}, {"prefix of a closed element", `<a><b xmlns:p="urn:1"/><p:c/></a>`, `"p" is not declared here`},
		{"two colons", `<a:b:c xmlns:a="urn:1"/>`, malformed}, {"empty local", `<a: xmlns:a="urn:1"/>`, malformed}, {"empty prefix", `<:a/>`, malformed}, {"digit name", `<1a/>`, malformed}, {"digit after the colon", `<p:1 xmlns:p="urn:1"/>`, malformed},
		{"hyphen first", "<-a/>", malformed}, {"combining mark first", "<\u0301a/>", malformed}, {"multiplication sign", "<×/>", malformed}, {"attribute without a name", `<a ="1"/>`, malformed},
		{"prefix undeclared", `<a xmlns:p="urn:1"><b xmlns:p=""/></a>`, `"p" not allowed`}, {"xmlns declared", `<a xmlns:xmlns="http://www.w3.org/2000/xmlns/"/>`, `"xmlns" not allowed`}, {"its namespace under another prefix", `<a xmlns:p="http://www.w3.org/2000/xmlns/"/>`, `"p" not allowed`},
		{"its namespace as the default", `<a xmlns="http://www.w3.org/2000/xmlns/"/>`, `"" not allowed`}, {"xml rebound", `<a xmlns:xml="urn:1"/>`, `"xml" not allowed`}, {"xml under another prefix", `<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>`, `"p" not allowed`},
		{"xml as the default", `<a xmlns="http://www.w3.org/XML/1998/namespace"/>`, `"" not allowed`}, {"xmlns element", `<xmlns:a/>`, `"xmlns" is not declared`}, {"relative namespace", `<a xmlns="b"/>`, "relative namespace"}, {"relative path", `<a xmlns:p="../b"/>`, "relative namespace"},
	} {
		for what, f := range map[string]func([]byte) ([]byte, error){"Canonicalize": Canonicalize, "Transform": Transform} {
			if got, err := f([]byte(c.in)); err == nil || !strings.Contains(err.Error(), c.why) {
				t.Errorf("%s, %s: %q because %v, want %q", c.name, what, got, err, c.why)
			}
		}
	}
	if _, err := Canonicalize([]byte("<!DOCTYPE a><a/>")); !errors.Is(err, ErrDTD) {
		t.Errorf("doctype: %v, want ErrDTD", err)
	}
}

func TestRefusesTooLarge(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	attributes := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " a%d=''", i)
		}
		return "<a" + b.String() + "/>"
	}
	for name, in := range map[string]string{
		"octets":       "<a>" + strings.Repeat("b", maxDocument) + "</a>",
		"depth":        nested(maxDepth + 1),
		"elements":     "<a>" + strings.Repeat("<b/>", maxNodes) + "</a>",
		"comments":     "<a>" + strings.Repeat("<!---->", maxNodes) + "</a>",
		"instructions": strings.Repeat("<?p?>", maxNodes+1) + "<a/>",
		"attributes":   attributes(maxAttributes + 1),
		"declarations": "<a xmlns:a='urn:a'" + attributes(maxAttributes)[2:],
		"namespace repeated by every child": `<a xmlns:p="urn:` + strings.Repeat("x", 1<<16) + `">` +
			strings.Repeat("<p:b/>", 1<<16) + `</a>`,
		"text that grows": `<a>` + strings.Repeat(">", maxForm/4+1<<20) + `</a>`,
	} {
		for what, f := range map[string]func([]byte) ([]byte, error){"Canonicalize": Canonicalize, "Transform": Transform} {
			if _, err := f([]byte(in)); !errors.Is(err, ErrTooLarge) {
				t.Errorf("%s, %s: %v, want ErrTooLarge", name, what, err)
			}
		}
	}
	if _, err := Canonicalize([]byte(nested(maxDepth))); err != nil {
		t.Errorf("the last depth allowed: %v", err)
	}
}
