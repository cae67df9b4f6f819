package smev_test

import (
	"bytes"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
)

// providerOf is a client that speaks for a body of the simulated world.
func providerOf(t *testing.T, dir, mnemonic string, asking *smev.Client) *smev.Client {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, "keys", "provider-"+mnemonic+name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	key, _, err := gost.ReadPrivateKey(read(".key.pem"), nil)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(read(".cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return &smev.Client{BaseURL: asking.BaseURL, Version: asking.Version, Signer: key, Certificate: cert, Trusted: asking.Trusted, SignerName: asking.SignerName, Senders: asking.Trusted}
}

// TestTwoQueues has a body outside of the simulator answer: the request with its
// files and signatures comes out of one real queue, the answer out of another.
func TestTwoQueues(t *testing.T) {
	for _, version := range []string{"1.1", "1.2", "1.3"} {
		dir := t.TempDir()
		w, asking := simulatorIn(t, dir, version)
		turn(t, w, state.Knobs{External: "MVDR01", Multipart: version != "1.1"})
		asking.Senders, asking.Inline = asking.Trusted, version == "1.3"
		body, stranger := providerOf(t, dir, "MVDR01", asking), providerOf(t, dir, "PFRF01", asking)
		if version == "1.1" {
			check := simulatorsAnswers(t)
			asking.Keep, body.Keep, stranger.Keep = check, check, check
		}
		who := &gost.Signatory{Certificate: asking.Certificate, Key: asking.Signer}
		big := bytes.Repeat([]byte("скан"), 50_000)
		ref, err := smev.NewReference("0b0d1c9e-0000-11f1-8000-000000000001", "application/zip", bytes.NewReader(big), *who, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		ref.Name = "scans.zip"
		store := storeOf(t, w)
		if err := store.Put(t.Context(), ref, bytes.NewReader(big)); err != nil {
			t.Fatal(err)
		}
		content, err := smev.PassportRequest{Series: "4504", Number: "123456"}.XML()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := body.GetRequest(t.Context(), smev.Selector{}); !errors.Is(err, smev.ErrEmpty) {
			t.Fatalf("%s: nobody asked: %v", version, err)
		}
		asked := smev.Request{MessageID: smev.NewMessageID(time.Now()), Content: content, Person: who, TransactionCode: "код", EndOfLife: time.Now().Add(time.Hour).Truncate(time.Millisecond),
			Attachments: []smev.Attachment{{ID: "scan", MimeType: "application/pdf", Content: []byte("%PDF\r\n\x00")}}, References: []smev.Reference{ref}, Test: true}
		asked.Reference = asked.MessageID
		if _, err := asking.SendRequest(t.Context(), asked); err != nil {
			t.Fatal(err)
		}
		if _, err := stranger.GetRequest(t.Context(), smev.Selector{}); !errors.Is(err, smev.ErrEmpty) {
			t.Errorf("%s: another body takes it: %v", version, err)
		}
		in, err := body.GetRequest(t.Context(), smev.Selector{Namespace: smev.PassportValidity.Namespace, Root: smev.PassportValidity.Request})
		if err != nil {
			t.Fatal(err)
		}
		if in.MessageID != asked.MessageID || in.ReplyTo == "" || in.Sender != "SGND01" || !in.Test || in.TransactionCode != "код" || in.Reference != asked.MessageID ||
			!in.EndOfLife.Equal(asked.EndOfLife) || in.Signed.SMEV == nil || in.Signed.Sender == nil || in.Signed.Person == nil || in.ContentName.Local != "request" {
			t.Errorf("%s: %+v", version, in)
		}
		if a := in.Attachments; len(a) != 1 || string(a[0].Content) != "%PDF\r\n\x00" || a[0].Err != nil || !bytes.Equal(a[0].Signer.Raw, who.Certificate.Raw) {
			t.Errorf("%s: files %+v", version, a)
		}
		if r := in.References; len(r) != 1 || r[0].FileName == "" || r[0].UserName == "" {
			t.Errorf("%s: references %+v", version, r)
		} else {
			var got bytes.Buffer
			if err := store.Fetch(t.Context(), r[0], &got); err != nil || !bytes.Equal(got.Bytes(), big) {
				t.Errorf("%s: large file of %d octets: %v", version, got.Len(), err)
			}
			if signer, err := r[0].Verify(bytes.NewReader(big)); err != nil || signer == nil {
				t.Errorf("%s: large file: %v", version, err)
			}
			if _, err := r[0].Verify(strings.NewReader("другой")); !errors.Is(err, smev.ErrHash) {
				t.Errorf("%s: another large file is taken: %v", version, err)
			}
			if version == "1.3" && (r[0].Name != "scans.zip") {
				t.Errorf("1.3 tells no name: %+v", r[0])
			}
		}
		again, err := body.GetRequest(t.Context(), smev.Selector{})
		if err != nil || again.MessageID != in.MessageID {
			t.Errorf("%s: before Ack: %+v, %v", version, again, err)
		}
		if err := body.Ack(t.Context(), in.MessageID, true); err != nil {
			t.Error(err)
		}

		give := func(a smev.Answer, by *smev.Client) error {
			a.MessageID = smev.NewMessageID(time.Now())
			r, err := by.SendResponse(t.Context(), a)
			if err == nil && (r.MessageID != a.MessageID || r.Recipient != "SGND01") {
				t.Errorf("%s: %+v", version, r)
			}
			return err
		}
		answer := []byte(`<response xmlns="urn://ru/mvd/sovm/p001/1.0.0"><responseInfo><docStatus>300</docStatus></responseInfo></response>`)
		official := &gost.Signatory{Certificate: body.Certificate, Key: body.Signer}
		back, err := smev.NewReference("0b0d1c9e-0000-11f1-8000-000000000002", "application/zip", bytes.NewReader(big), *official, time.Now())
		if err == nil {
			err = store.Put(t.Context(), back, bytes.NewReader(big))
		}
		if err != nil {
			t.Fatal(err)
		}
		for name, bad := range map[string]error{
			"RecipientIsNotFound":          give(smev.Answer{To: in.ReplyTo, Content: answer}, stranger),
			"IncorrectResponseContentType": give(smev.Answer{To: in.ReplyTo, Content: []byte(`<a xmlns="urn:a"/>`)}, body),
		} {
			var e *smev.Error
			if !errors.As(bad, &e) || e.Fault != name || !e.Refused() {
				t.Errorf("%s: %s: %v", version, name, bad)
			}
		}
		if err := errors.Join(
			give(smev.Answer{To: in.ReplyTo, Progress: &smev.Progress{Code: 2, Description: "ищем", Parameters: map[string]string{"k": "v"}}}, body),
			give(smev.Answer{To: in.ReplyTo, Content: answer, Person: official, Attachments: []smev.Attachment{{ID: "extract", MimeType: "application/pdf", Content: []byte("ответ")}}, References: []smev.Reference{back}}, body),
			give(smev.Answer{To: in.ReplyTo, Rejections: []smev.Rejection{{Code: "NO_DATA", Description: "нет"}, {Code: "FAILURE", Description: "сбой"}}}, body),
		); err != nil {
			t.Fatal(err)
		}
		var got []*smev.Response
		for {
			r, err := asking.GetResponse(t.Context(), smev.Selector{})
			if errors.Is(err, smev.ErrEmpty) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if got = append(got, r); r.OriginalID != asked.MessageID || r.Sender != "MVDR01" || r.Transaction != "код" || r.Signed.Sender == nil {
				t.Errorf("%s: %+v", version, r)
			}
			for _, f := range r.References {
				var file bytes.Buffer
				if err := store.Fetch(t.Context(), f, &file); err != nil || !bytes.Equal(file.Bytes(), big) {
					t.Errorf("%s: the answer's large file: %v", version, err)
				}
			}
			if err := asking.Ack(t.Context(), r.MessageID, true); err != nil {
				t.Fatal(err)
			}
		}
		if len(got) != 3 || got[0].Progress == nil || got[0].Progress.Parameters["k"] != "v" || got[1].ContentName != (xml.Name{Space: "urn://ru/mvd/sovm/p001/1.0.0", Local: "response"}) ||
			got[1].Signed.Person == nil || len(got[1].Attachments) != 1 || len(got[1].References) != 1 || string(got[1].Attachments[0].Content) != "ответ" || got[1].Attachments[0].Err != nil || !got[2].NoData() || len(got[2].Rejections) != 2 {
			t.Errorf("%s: %d answers: %+v", version, len(got), got)
		}
	}
}

// TestFilesRefused holds what is sent to the limits and what comes to its
// signatures.
func TestFilesRefused(t *testing.T) {
	dir := t.TempDir()
	w, c := simulatorIn(t, dir, "")
	turn(t, w, state.Knobs{External: "*"})
	content := []byte(`<request xmlns="urn://ru/mvd/sovm/p001/1.0.0"/>`)
	file := func(id, mime string, n int) smev.Attachment {
		return smev.Attachment{ID: id, MimeType: mime, Content: make([]byte, n)}
	}
	send := func(files ...smev.Attachment) error {
		_, err := c.SendRequest(t.Context(), smev.Request{MessageID: smev.NewMessageID(time.Now()), Content: content, Attachments: files})
		return err
	}
	for name, files := range map[string][]smev.Attachment{
		"no id": {file("", "text/plain", 1)}, "id of blanks": {file("a b", "text/plain", 1)}, "twice": {file("a", "text/plain", 1), file("a", "text/plain", 1)},
		"type": {file("a", "x-world/x-3dmf", 1)}, "too large": {file("a", "text/plain", 3<<20), file("b", "text/plain", 3<<20)},
	} {
		var e *smev.Error
		if err := send(files...); !errors.As(err, &e) || !e.Refused() || e.Fault != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	c.MaxAttached = 20 << 20
	var e *smev.Error
	if err := send(file("a", "text/plain", 6<<20)); !errors.As(err, &e) || e.Fault != "AttachmentSizeLimitExceeded" || !e.Refused() {
		t.Errorf("SMEV's own limit: %v", err)
	}
	body := providerOf(t, dir, "MVDR01", c)
	other, err := gost.SignCMS(rand.Reader, []byte("другое"), c.Certificate, c.Signer, gost.SignOptions{Detached: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		signature []byte
		want      func(error) bool
	}{
		"of another file": {other, func(err error) bool { return errors.Is(err, gost.ErrSignature) }},
		"no message":      {[]byte("не CMS"), func(err error) bool { return err != nil }},
	} {
		if err := send(smev.Attachment{ID: "a", MimeType: "text/plain", Content: []byte("файл"), SignaturePKCS7: row.signature}); err != nil {
			t.Fatal(err)
		}
		in, err := body.GetRequest(t.Context(), smev.Selector{})
		if err != nil || len(in.Attachments) != 1 || !row.want(in.Attachments[0].Err) || in.Attachments[0].Signer != nil {
			t.Errorf("%s: %+v, %v", name, in, err)
		}
		if err := body.Ack(t.Context(), in.MessageID, true); err != nil {
			t.Fatal(err)
		}
	}
}
