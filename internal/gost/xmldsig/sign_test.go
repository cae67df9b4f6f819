package xmldsig

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

const (
	typesNS = exchange + "1.1"
	basicNS = exchange + "basic/1.1"
)

// signer makes a key on the curve and a self-signed certificate for it.
func signer(t testing.TB, curve string) (*gost.Certificate, *gost.PrivateKey) {
	t.Helper()
	c, err := gost.CurveByName(curve)
	if err != nil {
		t.Fatal(err)
	}
	key, err := gost.GenerateKey(rand.Reader, c)
	if err != nil {
		t.Fatal(err)
	}
	der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{
		Serial: big.NewInt(7), Subject: gost.Name{{Type: gost.OIDCommonName, Value: "Тестовая ИС"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IdentificationKind: -1,
	}, nil, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

const request = `<r:SendRequestRequest xmlns:r="` + typesNS + `" xmlns:b="` + basicNS + `">` +
	`<r:SenderProvidedRequestData Id="SIGNED"><r:MessageID>1</r:MessageID>` +
	`<b:MessagePrimaryContent><q xmlns="urn:q" Id="INNER">Щукин &amp; Ко</q></b:MessagePrimaryContent></r:SenderProvidedRequestData>` +
	`<r:CallerInformationSystemSignature>%s</r:CallerInformationSystemSignature></r:SendRequestRequest>`

// sign returns the request signed over the element with the id.
func sign(t testing.TB, curve, id string) string {
	t.Helper()
	cert, key := signer(t, curve)
	s, err := Sign(rand.Reader, fmt.Appendf(nil, request, ""), id, cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(request, s)
}

var (
	placeName  = xml.Name{Space: typesNS, Local: "CallerInformationSystemSignature"}
	targetName = xml.Name{Space: typesNS, Local: "SenderProvidedRequestData"}
)

func TestSignAndVerify(t *testing.T) {
	for _, curve := range []string{"XA", "tc26-256-A", "tc26-512-A"} {
		doc := sign(t, curve, "SIGNED")
		all, err := VerifyAll([]byte(doc))
		if err != nil || len(all) != 1 {
			t.Fatalf("%s: %v, %v", curve, all, err)
		}
		if s := all[0]; s.Err != nil || !s.DigestOK || !s.SignatureOK || !s.TargetOK || s.ID != "SIGNED" || s.Target != "{"+typesNS+"}SenderProvidedRequestData" {
			t.Errorf("%s: %+v", curve, s)
		}
		s, err := VerifyElement([]byte(doc), placeName, targetName)
		if err != nil {
			t.Fatalf("%s: %v", curve, err)
		}
		if cn := s.Certificate.Subject.Get(gost.OIDCommonName); cn != "Тестовая ИС" || !bytes.Contains(s.Signed, []byte("Щукин &amp; Ко")) {
			t.Errorf("%s: signer %q signed %s", curve, cn, s.Signed)
		}
	}
}

func TestNotSigned(t *testing.T) {
	for name, doc := range map[string]string{"an empty place": fmt.Sprintf(request, ""), "no place": "<a/>"} {
		if _, err := VerifyElement([]byte(doc), placeName, targetName); !errors.Is(err, ErrNoSignature) {
			t.Errorf("%s: %v, want ErrNoSignature", name, err)
		}
	}
	inner := sign(t, "XA", "INNER")
	if all, err := VerifyAll([]byte(inner)); err != nil || len(all) != 1 || all[0].TargetOK || !all[0].SignatureOK || !all[0].DigestOK {
		t.Errorf("a good signature of the wrong element: %+v, %v", all, err)
	}
	many := "<a>" + strings.Repeat(`<Signature xmlns="`+nsDSig+`"/>`, maxSignatures+1) + "</a>"
	if _, err := VerifyAll([]byte(many)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too many signatures: %v, want ErrTooLarge", err)
	}
}

// TestPersonalSignature signs the element inside MessagePrimaryContent.
func TestPersonalSignature(t *testing.T) {
	cert, key := signer(t, "XA")
	doc := fmt.Sprintf(request, "")
	s, err := Sign(rand.Reader, []byte(doc), "INNER", cert, key)
	if err != nil {
		t.Fatal(err)
	}
	doc = strings.Replace(doc, "</b:MessagePrimaryContent>", "</b:MessagePrimaryContent><r:PersonalSignature>"+string(s)+"</r:PersonalSignature>", 1)
	all, err := VerifyAll([]byte(doc))
	if err != nil || len(all) != 1 || all[0].Err != nil {
		t.Errorf("%+v, %v", all, err)
	}
}

// TestPersonalThenSystem: the person signs the content, then the system signs
// the data with that signature inside, as the exchange prescribes.
func TestPersonalThenSystem(t *testing.T) {
	for _, curves := range [][2]string{{"XA", "XA"}, {"tc26-256-A", "tc26-512-A"}, {"tc26-512-B", "XA"}} {
		person, personKey := signer(t, curves[0])
		system, systemKey := signer(t, curves[1])
		doc := fmt.Sprintf(soapRequest, "")
		put := func(id string, cert *gost.Certificate, key *gost.PrivateKey, before, place string) {
			s, err := Sign(rand.Reader, []byte(doc), id, cert, key)
			if err != nil {
				t.Fatal(err)
			}
			doc = strings.Replace(doc, before, strings.Replace(place, "%s", string(s), 1), 1)
		}
		put("INNER", person, personKey, "</r:SenderProvidedRequestData>", "<r:PersonalSignature>%s</r:PersonalSignature></r:SenderProvidedRequestData>")
		put("SIGNED", system, systemKey, "</r:CallerInformationSystemSignature>", "%s</r:CallerInformationSystemSignature>")
		all, err := VerifyAll([]byte(doc))
		if err != nil || len(all) != 2 || all[0].ID != "INNER" || all[0].Err != nil || all[1].ID != "SIGNED" || all[1].Err != nil {
			t.Fatalf("%v: %+v, %v", curves, all, err)
		}
		// another person's signature in its stead breaks the system's
		other, otherKey := signer(t, curves[0])
		s, err := Sign(rand.Reader, fmt.Appendf(nil, soapRequest, ""), "INNER", other, otherKey)
		if err != nil {
			t.Fatal(err)
		}
		from, to := strings.Index(doc, "<r:PersonalSignature>")+len("<r:PersonalSignature>"), strings.Index(doc, "</r:PersonalSignature>")
		all, err = VerifyAll([]byte(doc[:from] + string(s) + doc[to:]))
		if err != nil || len(all) != 2 || all[0].Err != nil || all[1].DigestOK || !all[1].SignatureOK {
			t.Errorf("%v, another person: %+v, %v", curves, all, err)
		}
	}
}

// nonsense is a token that signs badly.
type nonsense struct{ *gost.PrivateKey }

func (nonsense) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return make([]byte, 64), nil
}

func TestSignRefuses(t *testing.T) {
	cert, key := signer(t, "XA")
	other, _ := signer(t, "XA")
	doc := fmt.Appendf(nil, request, "")
	with := func(old, new string) []byte { return bytes.Replace(doc, []byte(old), []byte(new), 1) }
	for name, f := range map[string]func() ([]byte, error){
		"another's certificate": func() ([]byte, error) { return Sign(rand.Reader, doc, "SIGNED", other, key) },
		"unknown Id":            func() ([]byte, error) { return Sign(rand.Reader, doc, "NONE", cert, key) },
		"Id with markup":        func() ([]byte, error) { return Sign(rand.Reader, doc, `"/>`, cert, key) },
		"empty Id":              func() ([]byte, error) { return Sign(rand.Reader, doc, "", cert, key) },
		"Id with a colon":       func() ([]byte, error) { return Sign(rand.Reader, doc, "a:SIGNED", cert, key) },
		"Id from a digit":       func() ([]byte, error) { return Sign(rand.Reader, doc, "1SIGNED", cert, key) },
		"Id given twice": func() ([]byte, error) {
			return Sign(rand.Reader, with(`Id="INNER"`, `Id="SIGNED"`), "SIGNED", cert, key)
		},
		"Id given as ID too": func() ([]byte, error) {
			return Sign(rand.Reader, with(`Id="INNER"`, `ID="SIGNED"`), "SIGNED", cert, key)
		},
		"only an ID":           func() ([]byte, error) { return Sign(rand.Reader, with(`Id="INNER"`, `ID="IN"`), "IN", cert, key) },
		"no XML":               func() ([]byte, error) { return Sign(rand.Reader, []byte("<a"), "SIGNED", cert, key) },
		"signature of nothing": func() ([]byte, error) { return Sign(rand.Reader, doc, "SIGNED", cert, nonsense{key}) },
	} {
		if s, err := f(); err == nil {
			t.Errorf("%s: %s", name, s)
		}
	}
	for what, text := range map[string]string{"> in text": "a>b", "&gt; in text": "a&gt;b", "CR in text": "&#13;", "> in a section": "<![CDATA[>]]>",
		"> in an attribute": `<x a=">"/>`, "tab in an attribute": `<x a="&#9;"/>`, "line end in an attribute": `<x a="&#10;"/>`, "CR in an attribute": `<x a="&#13;"/>`, "xml:lang": `<x xml:lang="ru"/>`} {
		if _, err := Sign(rand.Reader, with("Щукин", text), "SIGNED", cert, key); !errors.Is(err, ErrAmbiguous) {
			t.Errorf("%s: %v, want ErrAmbiguous", what, err)
		}
		outside := with("</r:SenderProvidedRequestData>", "</r:SenderProvidedRequestData><x>"+text+"</x>")
		if _, err := Sign(rand.Reader, outside, "SIGNED", cert, key); err != nil {
			t.Errorf("%s outside of what is signed: %v", what, err)
		}
	}
}

// TestSignSendVerify signs random content as a client does: what may be sent
// verifies, also after a proxy has written the envelope anew; what others may
// write differently is not signed at all.
func TestSignSendVerify(t *testing.T) {
	t.Logf("XMLDSIG_SEED=%d", seed)
	cert, key := signer(t, "XA")
	written := regexp.MustCompile(`&gt;|&#x[9AD];`)
	attribute := regexp.MustCompile(`="[^"]*>`)
	signed := 0
	for i := range 300 {
		g := newGenerator(3<<20 + i)
		g.tame = g.IntN(4) > 0
		content := g.element(3, map[string]string{})
		doc := strings.Replace(soapRequest, `<q xmlns="urn:q" Id="INNER">Щукин &amp; Ко</q>`, strings.ReplaceAll(content, "%", "%%"), 1)
		s, err := Sign(rand.Reader, fmt.Appendf(nil, doc, ""), "SIGNED", cert, key)
		canonical, cErr := Canonicalize([]byte(content))
		if cErr != nil {
			t.Fatal(cErr)
		}
		if errors.Is(err, ErrAmbiguous) {
			if !written.Match(canonical) && !attribute.Match(canonical) && !bytes.Contains(canonical, []byte(" xml:")) {
				t.Fatalf("XMLDSIG_SEED=%d: not signed: %s", seed, canonical)
			}
			continue
		}
		if err != nil {
			t.Fatalf("XMLDSIG_SEED=%d: %v\n%s", seed, err, doc)
		}
		if written.Match(canonical) {
			t.Fatalf("XMLDSIG_SEED=%d: signed: %s", seed, canonical)
		}
		signed++
		sent := fmt.Appendf(nil, doc, s)
		anew, err := Canonicalize(sent)
		if err != nil {
			t.Fatal(err)
		}
		for _, message := range [][]byte{sent, anew} {
			if _, err := VerifyElement(message, placeName, targetName); err != nil {
				t.Fatalf("XMLDSIG_SEED=%d: %v\n%s", seed, err, message)
			}
		}
	}
	t.Logf("%d signed of 300", signed)
	if signed < 50 {
		t.Error("too few documents could be signed")
	}
}
