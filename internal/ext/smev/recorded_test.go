package smev

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// TestRecordedReplay has a node give the recorded messages of real contours to
// the client, byte for byte, and holds what the client makes of them to the
// verdicts in index.json: the re-indented ones are refused.
func TestRecordedReplay(t *testing.T) {
	read := func(name string) []byte { return readFile(t, conformance(t, "smev", "vectors", "signed", name)) }
	var index []struct {
		File, Ref string
		Signature string `json:"signature_ok"`
	}
	if err := json.Unmarshal(read("index.json"), &index); err != nil {
		t.Fatal(err)
	}
	good := map[string]bool{}
	for _, x := range index {
		was, seen := good[x.File]
		good[x.File] = (was || !seen) && x.Signature == "Verified OK"
	}
	const receipts, answers = "SendRequestResponse", "GetResponseResponse"
	refused, taken := 0, 0
	for file, want := range good {
		doc := read(file)
		n, c := newNode(t)
		c.Version = "1.2"
		if strings.Contains(string(doc), "message-exchange/types/1.1") {
			c.Version = "1.1"
		}
		var id string // of the message that the receipt is for
		if i := strings.Index(string(doc), "MessageId>"); i > 0 {
			id = string(doc[i+len("MessageId>"):][:36])
		}
		all, err := xmldsig.VerifyAll(doc)
		if err != nil {
			t.Fatal(err)
		}
		// Whoever signed for SMEV then is trusted, at that time.
		last := all[len(all)-1].Certificate
		c.Trusted, c.Now = []*gost.Certificate{last}, func() time.Time { return last.NotBefore.Add(24 * time.Hour) }
		n.answer = func(w http.ResponseWriter, _ []byte) {
			w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
			_, _ = w.Write(doc)
		}
		switch {
		case strings.Contains(string(doc), receipts):
			var r *Receipt
			r, err = c.SendRequest(t.Context(), Request{MessageID: id, Content: passport(t)})
			if err == nil && (r.MessageID != id || r.Status == "" || r.SentAt.IsZero()) {
				t.Errorf("%s: %+v", file, r)
			}
		case strings.Contains(string(doc), answers):
			var r *Response
			r, err = c.GetResponse(t.Context(), Selector{})
			if err == nil && (r.Signed.SMEV == nil || r.Signed.Sender == nil || r.Content == nil) {
				t.Errorf("%s: %+v", file, r.Signed)
			}
		default: // what a client sent, given back to us as an answer
			_, err = c.GetResponse(t.Context(), Selector{})
			if verdict(err) != "untrusted" {
				t.Errorf("%s: a request taken for an answer: %v", file, err)
			}
			for _, s := range all {
				if (s.Err == nil) != want {
					t.Errorf("%s: %+v", file, s)
				}
			}
			continue
		}
		if got := verdict(err); want && got != "success" || !want && got != "untrusted" {
			t.Errorf("%s: %s (%v), recorded as good: %t", file, got, err, want)
		}
		if want {
			taken++
		} else {
			refused++
		}
		// The same under another version, or when somebody else is trusted.
		if c.Version = "1.3"; want {
			if _, err := c.GetResponse(t.Context(), Selector{}); verdict(err) != "untrusted" {
				t.Errorf("%s as version 1.3: %v", file, err)
			}
		}
	}
	if taken != 3 || refused != 2 {
		t.Errorf("%d taken, %d refused", taken, refused)
	}
}

// TestBadAnswers changes a good answer as somebody between SMEV and us would.
func TestBadAnswers(t *testing.T) {
	n, c := newNode(t)
	sender := newParty(t, "Ведомство", nil)
	data := `<t:SenderProvidedResponseData Id="SENDER"><t:MessageID>` + responseID + `</t:MessageID><t:To>x</t:To><b:MessagePrimaryContent><a xmlns="urn:a" Id="CONTENT">да</a></b:MessagePrimaryContent><t:PersonalSignature>%p</t:PersonalSignature></t:SenderProvidedResponseData>`
	make := func(by party) string {
		doc := envelope11(`<t:GetResponseResponse><t:ResponseMessage><t:Response Id="SIGNED_BY_SMEV"><t:OriginalMessageId>` + requestID + `</t:OriginalMessageId>` + data +
			`<t:MessageMetadata><t:MessageType>RESPONSE</t:MessageType><t:Sender><t:Mnemonic>MVD</t:Mnemonic></t:Sender><t:SendingTimestamp>2026-11-21T12:30:15.000+03:00</t:SendingTimestamp></t:MessageMetadata>` +
			`<t:SenderInformationSystemSignature>%o</t:SenderInformationSystemSignature></t:Response><t:SMEVSignature>%s</t:SMEVSignature></t:ResponseMessage></t:GetResponseResponse>`)
		for _, s := range []struct {
			mark, id string
			by       party
		}{{"%p", "CONTENT", sender}, {"%o", "SENDER", by}, {"%s", "SIGNED_BY_SMEV", n.party}} {
			plain := strings.NewReplacer("%p", "", "%o", "", "%s", "").Replace(doc)
			sig, err := xmldsig.Sign(zero{}, []byte(plain), s.id, s.by.cert, s.by.key)
			if err != nil {
				t.Fatal(err)
			}
			doc = strings.Replace(doc, s.mark, string(sig), 1)
		}
		return doc
	}
	good := make(sender)
	give := func(doc string) error {
		n.answer = func(w http.ResponseWriter, _ []byte) {
			w.Header().Set("Content-Type", "text/xml")
			io.WriteString(w, doc)
		}
		r, err := c.GetResponse(t.Context(), Selector{})
		if err == nil && (r.Signed.SMEV == nil || r.Signed.Sender == nil || r.Signed.Person == nil) {
			t.Errorf("%+v", r.Signed)
		}
		return err
	}
	cut := func(from, to string) string {
		a, b := strings.Index(good, from), strings.Index(good, to)+len(to)
		return good[a:b]
	}
	response := cut("<t:Response ", "</t:Response>")
	signature := cut("<t:SMEVSignature>", "</t:SMEVSignature>")
	forged := strings.Replace(strings.Replace(response, "SIGNED_BY_SMEV", "X", 1), ">да<", ">нет<", 1)
	declared := strings.Replace(response, "<t:Response ", `<t:Response xmlns:t="urn://x-artefacts-smev-gov-ru/services/message-exchange/types/1.1" xmlns:b="urn://x-artefacts-smev-gov-ru/services/message-exchange/types/basic/1.1" `, 1)
	for _, row := range []struct{ name, want, doc string }{
		{"good", "success", good},
		{"content changed", "untrusted", strings.Replace(good, ">да<", ">нет<", 1)},
		{"wrapped into the header", "untrusted", strings.Replace(strings.Replace(good, response, forged, 1), "<soap:Body ", "<soap:Header>"+declared+"</soap:Header><soap:Body ", 1)},
		{"wrapped beside", "untrusted", strings.Replace(good, response, forged+response, 1)},
		{"two of one Id", "untrusted", strings.Replace(good, response, strings.Replace(response, ">да<", ">нет<", 1)+response, 1)},
		{"Id of the sender's data", "untrusted", strings.Replace(good, "#SIGNED_BY_SMEV", "#SENDER", 1)},
		{"another Id", "untrusted", strings.Replace(good, `Id="SIGNED_BY_SMEV"`, `Id="OTHER"`, 1)},
		{"signature doubled", "untrusted", strings.Replace(good, signature, signature+signature, 1)},
		{"signature left out", "untrusted", strings.Replace(good, signature, "", 1)},
		{"namespaces of 1.2", "untrusted", strings.NewReplacer("types/1.1", "types/1.2", "basic/1.1", "basic/1.2").Replace(good)},
		{"sender's signature by another over the same", "success", make(newParty(t, "Другое ведомство", nil))},
	} {
		if got := verdict(give(row.doc)); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
	c.Senders = []*gost.Certificate{sender.cert}
	if err := give(good); err != nil {
		t.Errorf("sender on the list: %v", err)
	}
	if err := give(make(newParty(t, "Другое ведомство", nil))); verdict(err) != "untrusted" {
		t.Errorf("sender not on the list: %v", err)
	}
	c.Trusted = nil
	if err := give(good); verdict(err) != "untrusted" {
		t.Errorf("nobody trusted: %v", err)
	}
}

// zero is no randomness: signatures of the test repeat.
type zero struct{}

func (zero) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(i + 1)
	}
	return len(b), nil
}
