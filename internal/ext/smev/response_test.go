package smev

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost/xmldsig"
)

// TestRecorded reads real messages of version 1.2 and 1.1.
func TestRecorded(t *testing.T) {
	read := func(name string) []byte { return readFile(t, conformance(t, "smev", "vectors", "signed", name)) }
	v12, err := namespacesOf("1.2")
	if err != nil {
		t.Fatal(err)
	}
	s, err := xmldsig.VerifyElement(read("smevclient-03-getresponse-response.xml"), v12.typed("SMEVSignature"), v12.typed("Response"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := decodeResponse(s.Signed, v12)
	if err != nil {
		t.Fatal(err)
	}
	if r.MessageID != responseID || r.OriginalID != requestID || r.Sender != "GGER03_3T" || !r.Final() ||
		r.ContentName.Local != "PublicPrintOutResponse" || !bytes.Contains(r.Content, []byte("Положительное заключение")) ||
		!r.SentAt.Equal(time.Date(2020, 5, 20, 4, 52, 48, 0, time.UTC)) {
		t.Errorf("%+v", r)
	}
	// Stored re-indented, so its signatures do not verify: only the reading is tried.
	r, err = decodeResponse(read("smev3sharp-GetResponseResponce_InvalidContent-SIGNED_BY_SMEV.transformed.xml"), v12)
	if err != nil {
		t.Fatal(err)
	}
	if a := r.Async; a == nil || a.Category != "requestIsRejectedBySmev" || a.Fault != "InvalidContent" || len(a.Errors) != 1 ||
		!strings.HasPrefix(a.FaultCode, "tsmev3:P") || a.OriginalID != r.OriginalID || !r.Final() || r.Sender != "smev" {
		t.Errorf("%+v %+v", r, r.Async)
	}
	for name, version := range map[string]string{"smevclient-02-sendrequest-response.xml": "1.2", "smevclient-07-sendrequest-response-v1.1.xml": "1.1"} {
		ns, err := namespacesOf(version)
		if err != nil {
			t.Fatal(err)
		}
		s, err := xmldsig.VerifyElement(read(name), ns.typed("SMEVSignature"), ns.typed("MessageMetadata"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := decodeMetadata(s.Signed)
		if err != nil || m.ID == "" || m.Sender != "500502_3T" || m.Status != "requestIsQueued" || m.SentAt.IsZero() {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

func TestRecordedEnvelopes(t *testing.T) {
	n, c := newNode(t)
	c.Version = "1.2"
	plain := readFile(t, conformance(t, "smev", "vectors", "envelopes", "smev3sharp-GetResponseResponce_EmptyQueue.xml"))
	multi := readFile(t, conformance(t, "smev", "vectors", "envelopes", "smev3sharp-GetResponseResponce_MultipartEmptyQueue.xml"))
	fault := readFile(t, conformance(t, "smev", "vectors", "envelopes", "smev3sharp-SoapFaultResponse_SignatureVerificationFault.xml"))
	for _, row := range []struct {
		name, contentType string
		status            int
		body              []byte
		check             func(error) bool
	}{
		{"plain", "text/xml;charset=UTF-8", 200, plain, func(err error) bool { return errors.Is(err, ErrEmpty) }},
		{"multipart", `multipart/related; type="application/xop+xml"; boundary*=UTF-8''f438a15e-9b5b-491f-9b47-aba4d00b8837; start="<root.message@cxf.apache.org>"; start-info="text/xml"`,
			200, multi, func(err error) bool { return errors.Is(err, ErrEmpty) }},
		{"fault", "text/xml", 500, fault, func(err error) bool {
			var e *Error
			return errors.As(err, &e) && e.Refused() && e.Fault == "SignatureVerificationFault" && strings.HasPrefix(e.Description, "SMEV-100:Срок") && e.Code != ""
		}},
	} {
		n.answer = func(w http.ResponseWriter, _ []byte) {
			w.Header().Set("Content-Type", row.contentType)
			w.WriteHeader(row.status)
			w.Write(row.body)
		}
		if _, err := c.GetResponse(t.Context(), Selector{}); !row.check(err) {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

func TestGetResponse(t *testing.T) {
	n, c := newNode(t)
	get := func(content string) *Response {
		t.Helper()
		n.says(t, n.party, response(content, ""))
		r, err := c.GetResponse(t.Context(), Selector{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := get(`<b:MessagePrimaryContent><ns:response xmlns:ns="urn://ru/mvd/sovm/p001/1.0.0"><ns:responseInfo><ns:docStatus>300</ns:docStatus></ns:responseInfo></ns:response></b:MessagePrimaryContent>`)
	if typ, ok := TypeOf(r.ContentName); !ok || typ.Key != "passport" || r.MessageID != responseID || r.OriginalID != requestID {
		t.Errorf("%+v of type %+v", r, typ)
	}
	if a, err := DecodePassport(r.Content); err != nil || a.Verdict != Valid {
		t.Errorf("%+v, %v", a, err)
	}
	r = get(`<t:RequestRejected><t:RejectionReasonCode>NO_DATA</t:RejectionReasonCode><t:RejectionReasonDescription>нет</t:RejectionReasonDescription></t:RequestRejected>` +
		`<t:RequestRejected><t:RejectionReasonCode>NEW_CODE</t:RejectionReasonCode></t:RequestRejected>`)
	if len(r.Rejections) != 2 || !r.NoData() || !r.Final() || r.Rejections[0].Description != "нет" {
		t.Errorf("%+v", r)
	}
	r = get(`<t:RequestStatus><t:StatusCode>7</t:StatusCode><t:StatusParameter><t:Key>k</t:Key><t:Value>v</t:Value></t:StatusParameter><t:StatusDescription>идёт</t:StatusDescription></t:RequestStatus>`)
	if p := r.Progress; p == nil || p.Code != 7 || p.Parameters["k"] != "v" || p.Description != "идёт" || r.Final() || r.NoData() {
		t.Errorf("%+v", r)
	}
	r = get(`<t:AsyncProcessingStatus><t:OriginalMessageId>x</t:OriginalMessageId><t:StatusCategory>categoryOfTheFuture</t:StatusCategory></t:AsyncProcessingStatus>`)
	if r.Async == nil || r.Final() {
		t.Errorf("%+v", r)
	}
}

// TestAttachment takes an answer of three MIME parts, the signature of one file
// and the file itself being parts of their own.
func TestAttachment(t *testing.T) {
	n, c := newNode(t)
	const inline = `<xop:Include xmlns:xop="` + xopNS + `" href="cid:`
	mac := base64.StdEncoding.EncodeToString([]byte("подпись"))
	content := `<b:MessagePrimaryContent><a xmlns="urn:a"/></b:MessagePrimaryContent><b:AttachmentHeaderList><b:AttachmentHeader><b:contentId>file-1</b:contentId>` +
		`<b:MimeType>application/pdf</b:MimeType><b:SignaturePKCS7>` + mac + `</b:SignaturePKCS7></b:AttachmentHeader></b:AttachmentHeaderList>`
	files := `<b:AttachmentContentList><b:AttachmentContent><b:Id>file-1</b:Id><b:Content>` + inline + `f%%401"/></b:Content></b:AttachmentContent></b:AttachmentContentList>`
	doc := strings.Replace(signed(t, n.party, response(content, files)), mac, inline+`mac"></xop:Include>`, 1)
	part := func(head, body string) string { return "--B\r\n" + head + "\r\n\r\n" + body + "\r\n" }
	whole := part("Content-ID: <f@1>\r\nContent-Transfer-Encoding: base64", base64.StdEncoding.EncodeToString([]byte("%PDF"))) +
		part("Content-Type: application/xop+xml; charset=UTF-8\r\nContent-ID: <root>", doc) +
		part("Content-ID: <mac>\r\nContent-Transfer-Encoding: binary", "подпись") + "--B--"
	n.answer = func(w http.ResponseWriter, _ []byte) {
		w.Header().Set("Content-Type", `multipart/related; boundary=B; start="<root>"; type="application/xop+xml"`)
		io.WriteString(w, whole)
	}
	r, err := c.GetResponse(t.Context(), Selector{})
	if err != nil {
		t.Fatal(err)
	}
	if a := r.Attachments; len(a) != 1 || string(a[0].Content) != "%PDF" || string(a[0].SignaturePKCS7) != "подпись" || a[0].MimeType != "application/pdf" {
		t.Errorf("%+v", a)
	}
	whole = strings.Replace(whole, "<mac>", "<lost>", 1)
	if _, err := c.GetResponse(t.Context(), Selector{}); verdict(err) != "temporary" {
		t.Errorf("part missing: %v", err)
	}
}

func TestNewMessageID(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := NewMessageID(now)
		if len(id) != 36 || id[14] != '1' || !strings.Contains("89ab", id[19:20]) || seen[id] {
			t.Fatalf("bad or repeated: %s", id)
		}
		seen[id] = true
	}
	// RFC 9562, A.1: 2022-02-22T19:22:22Z in a version 1 UUID.
	at := time.Date(2022, 2, 22, 19, 22, 22, 0, time.UTC)
	if id := NewMessageID(at); !strings.HasPrefix(id, "c232ab00-9414-11ec-") {
		t.Errorf("time of the UUID: %s", id)
	}
}

func FuzzDocument(f *testing.F) {
	f.Add("text/xml", []byte("<a/>"))
	f.Add("multipart/related; boundary=B", []byte("--B\r\nContent-ID: <r>\r\n\r\n<a><xop:Include xmlns:xop='"+xopNS+"' href='cid:x'/></a>\r\n--B\r\nContent-ID: <x>\r\n\r\n1\r\n--B--"))
	f.Add("text/xml", []byte(envelope11(soapFaultBody("InvalidContent", "<f:ValidationError>x</f:ValidationError>"))))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		doc, err := document(contentType, body)
		if err != nil {
			return
		}
		if e, err := soapFault(doc, 500); e != nil && (err != nil || e.Error() == "" || e.Text() == "") {
			t.Errorf("%v, %v", e, err)
		}
	})
}

func FuzzDecodeResponse(f *testing.F) {
	ns, err := namespacesOf("")
	if err != nil {
		f.Fatal(err)
	}
	for _, content := range []string{
		`<b:MessagePrimaryContent><a xmlns="urn:a"/></b:MessagePrimaryContent>`,
		`<t:AsyncProcessingStatus><t:SmevFault xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="f:InvalidContent"/></t:AsyncProcessingStatus>`,
	} {
		doc := envelope11(response(content, ""))
		from, to := strings.Index(doc, "<t:Response "), strings.Index(doc, "</t:Response>")
		f.Add([]byte(strings.Replace(doc[from:to]+"</t:Response>", "<t:Response ", `<t:Response xmlns:t="`+ns.types+`" xmlns:b="`+ns.basic+`" `, 1)))
	}
	f.Fuzz(func(t *testing.T, signed []byte) {
		r, err := decodeResponse(signed, ns)
		if err != nil {
			return
		}
		r.Final()
		DecodePassport(r.Content)
		DecodeSNILS(r.Content)
		DecodeINN(r.Content)
		DecodeCertificate(r.Content)
	})
}

func FuzzDecodeIncoming(f *testing.F) {
	ns, err := namespacesOf("")
	if err != nil {
		f.Fatal(err)
	}
	head := `<t:Request xmlns:t="` + ns.types + `" xmlns:b="` + ns.basic + `"><t:SenderProvidedRequestData><t:MessageID>` + requestID + `</t:MessageID>`
	f.Add([]byte(head + `<b:MessagePrimaryContent><a xmlns="urn:a"/></b:MessagePrimaryContent><b:AttachmentHeaderList><b:AttachmentHeader><b:contentId>i</b:contentId>` +
		`<b:MimeType>text/plain</b:MimeType><b:SignaturePKCS7>AA==</b:SignaturePKCS7></b:AttachmentHeader></b:AttachmentHeaderList></t:SenderProvidedRequestData><t:ReplyTo>x</t:ReplyTo></t:Request>`))
	f.Add([]byte(head + `<t:EOL>2026-11-22T00:00:00Z</t:EOL><b:MessagePrimaryContent><a xmlns="urn:a"/></b:MessagePrimaryContent><b:RefAttachmentHeaderList><b:RefAttachmentHeader>` +
		`<b:uuid>u</b:uuid><b:Hash>AA==</b:Hash><b:MimeType>text/plain</b:MimeType></b:RefAttachmentHeader></b:RefAttachmentHeaderList></t:SenderProvidedRequestData>` +
		`<b:FSAttachmentsList><b:FSAttachment><b:uuid>u</b:uuid><b:FileName>/u</b:FileName></b:FSAttachment></b:FSAttachmentsList><t:ReplyTo>x</t:ReplyTo></t:Request>`))
	f.Fuzz(func(t *testing.T, signed []byte) {
		r, err := decodeIncoming(signed, ns)
		if err != nil {
			return
		}
		if r.MessageID == "" || r.Content == nil {
			t.Errorf("%+v", r)
		}
		for _, a := range r.Attachments {
			if _, err := judge(a.Content, a.SignaturePKCS7); err == nil {
				t.Error("a signature out of nothing")
			}
		}
		for _, ref := range r.References {
			if _, err := ref.Verify(strings.NewReader("")); err == nil && len(ref.Hash) < 32 {
				t.Errorf("the hash of nothing: %q", ref.Hash)
			}
		}
	})
}
