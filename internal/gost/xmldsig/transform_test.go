package xmldsig

import (
	"bytes"
	"path/filepath"
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

func TestTransform(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"numbers are not reused", `<a xmlns="urn:1"><b xmlns="urn:2"/><b xmlns="urn:2"/></a>`,
			`<ns1:a xmlns:ns1="urn:1"><ns2:b xmlns:ns2="urn:2"></ns2:b><ns3:b xmlns:ns3="urn:2"></ns3:b></ns1:a>`},
		{"blanks around a comment are one text", `<a xmlns="urn:1"> <!-- --> </a>`, `<ns1:a xmlns:ns1="urn:1"></ns1:a>`},
		{"instruction parts texts", `<a xmlns="urn:1"> <?p?>x</a>`, `<ns1:a xmlns:ns1="urn:1">x</ns1:a>`},
		{"no namespace, no prefix", `<a b="1"><c xmlns="urn:1"/></a>`, `<a b="1"><ns1:c xmlns:ns1="urn:1"></ns1:c></a>`},
		{"already transformed", `<ns1:a xmlns:ns1="urn:1" ns1:c="" b="1">x</ns1:a>`, `<ns1:a xmlns:ns1="urn:1" ns1:c="" b="1">x</ns1:a>`},
	} {
		got, err := Transform([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s, %v; want %s", c.name, got, err, c.want)
		}
	}
}
