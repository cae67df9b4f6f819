package smev

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// TestSent sends every operation in every shape and has what went out checked
// by programs not written here: the schema of 1.1 by xmllint, digests,
// signature values and the signatures of files by OpenSSL.
func TestSent(t *testing.T) {
	schema := conformance(t, "smev", "xsd", "smev3-1.1", "smev-message-exchange-types-1.1.xsd")
	official := newParty(t, "Должностное лицо", nil)
	person := &gost.Signatory{Certificate: official.cert, Key: official.key}
	files := []Attachment{{ID: "scan-1", MimeType: "application/pdf", Content: []byte("%PDF-1.7\r\n\x00\xff")}, {ID: "scan-2", MimeType: "image/png", Content: []byte("png")}}
	ref, err := NewReference("0b0d1c9e-0000-11f1-8000-000000000001", "application/zip", strings.NewReader("большой файл"), *person, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	send := func(change func(*Request)) func(*Client) error {
		return func(c *Client) error {
			r := Request{MessageID: requestID, Content: passport(t)}
			change(&r)
			_, err := c.SendRequest(t.Context(), r)
			return err
		}
	}
	answer := func(a Answer) func(*Client) error {
		a.MessageID, a.To = responseID, "eyJzaWQiOjF9"
		return func(c *Client) error { _, err := c.SendResponse(t.Context(), a); return err }
	}
	empty := func(operation string) string { return `<t:` + operation + `Response/>` }
	for _, row := range []struct {
		name, action, says string
		signatures         int
		do                 func(*Client) error
	}{
		{"request", "SendRequest", receipt(requestID), 1, send(func(*Request) {})},
		{"request with all there is", "SendRequest", receipt(requestID), 2, send(func(r *Request) {
			r.Reference, r.TransactionCode, r.EndOfLife, r.Test = requestID, "код & знаки", now.Add(time.Hour), true
			r.Business, r.Person, r.Attachments, r.References = []byte(`<p xmlns="urn:process" a="1">шаг</p>`), person, files, []Reference{ref}
		})},
		{"request for tests", "SendRequest", receipt(requestID), 1, send(func(r *Request) { r.Test = true })},
		{"request with an end of life", "SendRequest", receipt(requestID), 1, send(func(r *Request) { r.EndOfLife = now.Add(time.Minute) })},
		{"request signed by an official", "SendRequest", receipt(requestID), 2, send(func(r *Request) { r.Person = person })},
		{"request whose root has an Id", "SendRequest", receipt(requestID), 2, send(func(r *Request) {
			r.Person, r.Content = person, []byte(`<a xmlns="urn:a" z="1" Id="own"><b/></a>`)
		})},
		{"request with files", "SendRequest", receipt(requestID), 1, send(func(r *Request) { r.Attachments = files })},
		{"request with files inline", "SendRequest", receipt(requestID), 1, func(c *Client) error {
			c.Inline = true
			return send(func(r *Request) { r.Attachments = files })(c)
		}},
		{"request with a reference", "SendRequest", receipt(requestID), 1, send(func(r *Request) { r.References = []Reference{ref} })},
		{"request of a node", "SendRequest", receipt(requestID), 1, func(c *Client) error {
			c.NodeID = "node-1"
			return send(func(*Request) {})(c)
		}},
		{"any answer", "GetResponse", empty("GetResponse"), 1, func(c *Client) error { return drained(c.GetResponse(t.Context(), Selector{})) }},
		{"answer of a type for a node", "GetResponse", empty("GetResponse"), 1, func(c *Client) error {
			c.NodeID = "node-1"
			return drained(c.GetResponse(t.Context(), Selector{PassportValidity.Namespace, PassportValidity.Request}))
		}},
		{"acknowledged", "Ack", `<t:AckResponse/>`, 1, func(c *Client) error { return c.Ack(t.Context(), responseID, true) }},
		{"ignored", "Ack", `<t:AckResponse/>`, 1, func(c *Client) error { return c.Ack(t.Context(), responseID, false) }},
		{"news", "GetStatus", empty("GetStatus"), 1, func(c *Client) error { return drained(c.GetStatus(t.Context())) }},
		{"any request", "GetRequest", empty("GetRequest"), 1, func(c *Client) error { return drained(c.GetRequest(t.Context(), Selector{})) }},
		{"request of a type", "GetRequest", empty("GetRequest"), 1, func(c *Client) error {
			return drained(c.GetRequest(t.Context(), Selector{"urn:a", "a"}))
		}},
		{"answer given", "SendResponse", answered(responseID), 1, answer(Answer{Content: passport(t)})},
		{"answer given with all there is", "SendResponse", answered(responseID), 2, answer(Answer{Content: passport(t), Person: person, Attachments: files, References: []Reference{ref}})},
		{"refusal given", "SendResponse", answered(responseID), 1, answer(Answer{Rejections: []Rejection{{"NO_DATA", "нет"}, {"FAILURE", "сбой"}}})},
		{"progress given", "SendResponse", answered(responseID), 1, answer(Answer{Progress: &Progress{Code: 7, Description: "идёт", Parameters: map[string]string{"b": "2", "a": "1"}}})},
	} {
		t.Run(row.name, func(t *testing.T) {
			n, c := newNode(t)
			n.says(t, n.party, row.says)
			var sent Wire
			c.Keep = func(_ context.Context, w Wire) error {
				if w.Sent {
					sent = w
				} else if w.Operation != row.action || w.Took < 0 || w.Err != nil && !errors.Is(w.Err, ErrEmpty) {
					t.Errorf("kept %+v", w)
				}
				return nil
			}
			if err := row.do(c); err != nil {
				t.Fatal(err)
			}
			if n.calls[0] != `"urn:`+row.action+`"` || sent.Operation != row.action {
				t.Errorf("action %s of %s", n.calls[0], sent.Operation)
			}
			if multi := strings.HasPrefix(sent.ContentType, "multipart/related;"); multi != (bytes.Contains(sent.Body, []byte("xop:Include"))) {
				t.Errorf("sent as %s", sent.ContentType)
			}
			doc, err := document(sent.ContentType, sent.Body)
			if err != nil {
				t.Fatal(err)
			}
			body, err := xmldsig.Element(doc, soap("Envelope"), soap("Body"), xml.Name{})
			if err != nil {
				t.Fatal(err)
			}
			validate(t, schema, body)
			all, err := xmldsig.VerifyAll(doc)
			if err != nil || len(all) != row.signatures {
				t.Fatalf("%d signatures, %v", len(all), err)
			}
			for i, s := range all {
				if s.Err != nil || !s.TargetOK {
					t.Errorf("own verdict: %+v", s)
				}
				opensslVerify(t, doc, body, i, s)
			}
			if n := opensslFiles(t, body); (n == 2) != strings.Contains(row.name, "files") && !strings.Contains(row.name, "all there is") {
				t.Errorf("%d files verified", n)
			}
		})
	}
}

func drained(_ any, err error) error {
	if errors.Is(err, ErrEmpty) {
		return nil
	}
	return errors.Join(err, errors.New("not empty"))
}

func answered(id string) string {
	return strings.NewReplacer("SendRequestResponse", "SendResponseResponse", "REQUEST", "RESPONSE", "requestIsQueued", "responseIsAcceptedBySmev").Replace(receipt(id))
}

// signatureNode is a ds:Signature as the tests take it apart.
type signatureNode struct {
	Digest string `xml:"SignedInfo>Reference>DigestValue"`
	Value  string `xml:"SignatureValue"`
}

// opensslVerify has OpenSSL's gost engine digest what signature number i is
// over, and verify its value over the canonical SignedInfo.
func opensslVerify(t *testing.T, doc, body []byte, i int, s xmldsig.Signature) {
	t.Helper()
	name := func(full string) xml.Name {
		space, local, _ := strings.Cut(strings.TrimPrefix(full, "{"), "}")
		return xml.Name{Space: space, Local: local}
	}
	var root struct{ XMLName xml.Name }
	if err := xml.Unmarshal(body, &root); err != nil {
		t.Fatal(err)
	}
	types := root.XMLName.Space
	dsig := func(local string) xml.Name {
		return xml.Name{Space: "http://www.w3.org/2000/09/xmldsig#", Local: local}
	}
	holder := xml.Name{Space: types, Local: "CallerInformationSystemSignature"}
	path := []xml.Name{root.XMLName, holder, dsig("Signature")}
	if i == 0 && bytes.Contains(body, []byte("PersonalSignature>")) { // stands before
		data := "SenderProvidedRequestData"
		if root.XMLName.Local == "SendResponseRequest" {
			data = "SenderProvidedResponseData"
		}
		holder = xml.Name{Space: types, Local: "PersonalSignature"}
		path = []xml.Name{root.XMLName, {Space: types, Local: data}, holder, dsig("Signature")}
	}
	verified, err := xmldsig.VerifyElement(doc, holder, name(s.Target))
	if err != nil {
		t.Fatal(err)
	}
	info, err := xmldsig.Element(body, append(path, dsig("SignedInfo"))...)
	if err != nil {
		t.Fatal(err)
	}
	element, err := xmldsig.Element(body, path...)
	if err != nil {
		t.Fatal(err)
	}
	var x signatureNode
	if err := xml.Unmarshal(element, &x); err != nil {
		t.Fatal(err)
	}
	spki, err := gost.MarshalPublicKey(s.Certificate.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := written(t, map[string][]byte{"octets": verified.Signed, "info": info, "value": unbase64(x.Value),
		"pub.pem": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})})
	if out := openssl(t, dir, "dgst", "-engine", "gost", "-md_gost12_256", "-binary", "octets"); base64.StdEncoding.EncodeToString(out) != x.Digest {
		t.Errorf("OpenSSL's digest of %s differs", s.Target)
	}
	if out := openssl(t, dir, "dgst", "-engine", "gost", "-md_gost12_256", "-verify", "pub.pem", "-signature", "value", "info"); !bytes.Contains(out, []byte("Verified OK")) {
		t.Errorf("OpenSSL on %s: %s", s.Target, out)
	}
}

// opensslFiles has OpenSSL verify the detached signatures of the files.
func opensslFiles(t *testing.T, body []byte) (n int) {
	t.Helper()
	var x struct {
		Data []struct{ headers } `xml:",any"`
		List []struct {
			ID      string `xml:"Id"`
			Content string `xml:"Content"`
		} `xml:"AttachmentContentList>AttachmentContent"`
	}
	if err := xml.Unmarshal(body, &x); err != nil {
		t.Fatal(err)
	}
	for _, d := range x.Data {
		for i, f := range d.Files {
			if x.List[i].ID != f.ID {
				t.Errorf("content %s under header %s", x.List[i].ID, f.ID)
			}
			dir := written(t, map[string][]byte{"file": unbase64(x.List[i].Content), "sig.der": unbase64(f.Signature)})
			openssl(t, dir, "cms", "-engine", "gost", "-verify", "-binary", "-inform", "DER", "-in", "sig.der", "-content", "file", "-noverify", "-out", "out")
			n++
		}
	}
	return n
}

func written(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func openssl(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(program(t, "openssl"), args...)
	cmd.Dir = dir
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("openssl %s: %v %s %s", args[0], err, out, errs.Bytes())
	}
	return out
}
