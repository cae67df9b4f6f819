package xmldsig

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPeerXMLSec has xmlsec1 verify signatures over forms that xmllint cannot
// be asked for: of elements inside a document, with lists of prefixes, with and
// without comments. GOST it does not know: digests are SHA-256 and the value is
// an HMAC, which proves the octets as well.
func TestPeerXMLSec(t *testing.T) {
	path, err := exec.LookPath("xmlsec1")
	if err != nil {
		if os.Getenv("PEERS") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Logf("XMLDSIG_SEED=%d", seed)
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	key := write("key", "secret")
	forms := 0
	for i := 0; forms < 400; i++ {
		g := newGenerator(2<<20 + i)
		g.id = "xml:id"
		text := `<w xmlns="urn:w" xmlns:p="urn:a" xmlns:q="urn:b">` + g.element(0, map[string]string{"": "urn:w", "p": "urn:a", "q": "urn:b"}) + "<SIGNATURE/></w>"
		tree, err := parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		info := `<SignedInfo xmlns="` + nsDSig + `">` + methodElement(randomMethod(g), "CanonicalizationMethod") +
			`<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"></SignatureMethod>`
		for n := range min(g.next, 10) {
			id := fmt.Sprintf("e%d", n)
			target, err := tree.byXMLID(id)
			if err != nil {
				t.Fatal(err)
			}
			m := randomMethod(g)
			uri := "#xpointer(id('" + id + "'))" // a bare #e0 leaves comments out before C14N sees them
			if !m.Comments && g.IntN(2) == 0 {
				uri = "#" + id
			}
			octets, err := m.form(target)
			if err != nil {
				t.Fatal(err)
			}
			digest := sha256.Sum256(octets)
			info += `<Reference URI="` + uri + `"><Transforms>` + methodElement(m, "Transform") + `</Transforms>` +
				`<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod><DigestValue>` + base64Text(digest[:]) + `</DigestValue></Reference>`
			forms++
		}
		info += "</SignedInfo>"
		signature := `<Signature xmlns="` + nsDSig + `">` + info + `<SignatureValue>%s</SignatureValue></Signature>`
		unsigned, err := parse([]byte(strings.Replace(text, "<SIGNATURE/>", fmt.Sprintf(signature, ""), 1)))
		if err != nil {
			t.Fatal(err)
		}
		signedInfo := unsigned.all(nsDSig, "SignedInfo")[0]
		method, err := canonicalization(signedInfo.elements()[0], "CanonicalizationMethod")
		if err != nil {
			t.Fatal(err)
		}
		octets, err := method.form(signedInfo)
		if err != nil {
			t.Fatal(err)
		}
		mac := hmac.New(sha256.New, []byte("secret"))
		mac.Write(octets)
		doc := strings.Replace(text, "<SIGNATURE/>", fmt.Sprintf(signature, base64Text(mac.Sum(nil))), 1)
		if forms < 20 { // does it look at all?
			bad := strings.Replace(doc, "<DigestValue>", "<DigestValue>AA", 1)
			if err := exec.Command(path, "--verify", "--hmackey", key, write("bad.xml", bad)).Run(); err == nil {
				t.Fatal("xmlsec1 verifies anything")
			}
		}
		out, err := exec.Command(path, "--verify", "--hmackey", key, write("doc.xml", doc)).CombinedOutput()
		if err != nil {
			t.Fatalf("XMLDSIG_SEED=%d: %v\n%s\n%s", seed, err, doc, out)
		}
	}
	t.Logf("%d forms", forms)
}

func (t *tree) byXMLID(id string) (elem, error) {
	for i := range t.nodes {
		for _, a := range t.attributes(&t.nodes[i]) {
			if a.prefix == prefixXML && string(t.bytes(a.value)) == id {
				return elem{t, int32(i)}, nil
			}
		}
	}
	return elem{}, fmt.Errorf("no element %s", id)
}

func randomMethod(g *generator) (m C14N) {
	m.Comments = g.IntN(2) == 0
	for _, p := range []string{"#default", "p", "q", "ь", "nobody"} {
		if g.IntN(3) == 0 {
			m.Inclusive = append(m.Inclusive, p)
		}
	}
	g.Shuffle(len(m.Inclusive), func(i, j int) {
		m.Inclusive[i], m.Inclusive[j] = m.Inclusive[j], m.Inclusive[i]
	})
	return m
}

func methodElement(m C14N, local string) string {
	uri := algC14N
	if m.Comments {
		uri = algC14NComments
	}
	list := ""
	if len(m.Inclusive) > 0 {
		list = `<e:InclusiveNamespaces xmlns:e="` + algC14N + `" PrefixList="` + strings.Join(m.Inclusive, " ") + `"></e:InclusiveNamespaces>`
	}
	return "<" + local + ` Algorithm="` + uri + `">` + list + "</" + local + ">"
}
