package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// cut is what stands between the words, without them.
func cut(doc, open, shut string) (string, bool) {
	_, rest, ok := strings.Cut(doc, open)
	if !ok {
		return "", false
	}
	inside, _, ok := strings.Cut(rest, shut)
	return inside, ok
}

var (
	operationTag = regexp.MustCompile(`<n:(\w+)Request( xmlns:n="[^"]+" xmlns:b="[^"]+")>`)
	signedTag    = regexp.MustCompile(`(<[nb]:\w+ Id=")([^"]+)"`)
)

// sent are the messages to SMEV, some of each operation, and how many there
// were of each.
func (d *demo) sent(t *testing.T) (list []simMessage, seen map[string]int) {
	t.Helper()
	const enough = 6 // of one operation: polling never ends
	seen = map[string]int{}
	for _, m := range d.messages("smev", 300) {
		found := operationTag.FindSubmatch(m.Request)
		if found == nil {
			t.Errorf("message %d is no operation of SMEV", m.No)
			continue
		}
		if seen[string(found[1])]++; seen[string(found[1])] <= enough {
			list = append(list, m)
		}
	}
	return list, seen
}

// checkEnvelope validates the body by the schema of SMEV 3 types.
func checkEnvelope(t *testing.T, doc string) {
	t.Helper()
	body, ok := cut(doc, "<S:Body>", "</S:Body>")
	if !ok {
		t.Fatalf("no body in %.200s", doc)
	}
	xmllint(t, conformance(t, "smev", "xsd", "smev3-1.1", "smev-message-exchange-types-1.1.xsd"), []byte(body))
}

// checkVerdict asks `console smev verify` about what went over the wire.
func checkVerdict(t *testing.T, doc []byte) {
	t.Helper()
	if !bytes.Contains(doc, []byte("SignatureValue")) || bytes.HasPrefix(doc, []byte("--")) { // nothing signed, or in MIME
		return
	}
	out, errs, code := console(t, "", nil, "smev", "verify", write(t, "envelope.xml", doc))
	if code != 0 || !strings.Contains(out, "digest=ok signature=ok target=ok") {
		t.Errorf("console smev verify: %d\n%s%s%s", code, out, errs, doc)
	}
}

// checkSignature verifies the caller's signature: OpenSSL over what xmllint
// made canonical; the digest over the transform that the published pairs prove.
func checkSignature(t *testing.T, doc string) {
	t.Helper()
	namespaces := operationTag.FindStringSubmatch(doc)[2]
	const dsig = ` xmlns:ds="http://www.w3.org/2000/09/xmldsig#"`
	info, _ := cut(doc, "<ds:SignedInfo>", "</ds:SignedInfo>")
	value, _ := cut(doc, "<ds:SignatureValue>", "</ds:SignatureValue>")
	certificate, _ := cut(doc, "<ds:X509Certificate>", "</ds:X509Certificate>")
	want, _ := cut(info, "<ds:DigestValue>", "</ds:DigestValue>")

	cert := write(t, "cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: base64Bytes(t, certificate)}))
	pub := write(t, "pub.pem", []byte(openssl(t, "x509", "-engine", "gost", "-in", cert, "-noout", "-pubkey")))
	octets := c14n(t, []byte("<ds:SignedInfo"+dsig+">"+info+"</ds:SignedInfo>"))
	out, err := tryOpenSSL(t, "dgst", "-engine", "gost", "-md_gost12_256", "-verify", pub,
		"-signature", write(t, "value", base64Bytes(t, value)), write(t, "octets", octets))
	if err != nil || !strings.Contains(out, "Verified OK") {
		t.Errorf("OpenSSL on the signature: %v %s", err, out)
	}

	tag := signedTag.FindStringSubmatch(doc)
	if tag == nil || !strings.Contains(info, `URI="#`+tag[2]+`"`) {
		t.Fatalf("nothing is signed in %.300s", doc)
	}
	name := strings.TrimPrefix(strings.Fields(tag[1])[0], "<")
	_, rest, _ := strings.Cut(doc, tag[0])
	inside, _, ok := strings.Cut(rest, "</"+name+">")
	element := "<" + name + namespaces + ` Id="` + tag[2] + `"` + inside + "</" + name + ">"
	transformed, _, code := console(t, "", strings.NewReader(element), "smev", "transform")
	if !ok || code != 0 {
		t.Fatalf("transform of %.300s", element)
	}
	digest := filepath.Join(t.TempDir(), "digest")
	openssl(t, "dgst", "-engine", "gost", "-md_gost12_256", "-binary", "-out", digest, write(t, "signed", []byte(transformed)))
	if got := base64.StdEncoding.EncodeToString(readFile(t, digest)); got != want {
		t.Errorf("OpenSSL's digest %s, in the message %s", got, want)
	}
}

func base64Bytes(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil || len(b) == 0 {
		t.Fatalf("base64 %q: %v", text, err)
	}
	return b
}
