package xmldsig

import (
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestAttacksOnPersonalSignature: what MessagePrimaryContent holds is signed,
// all of it and nothing else.
func TestAttacksOnPersonalSignature(t *testing.T) {
	cert, key := signer(t, "XA")
	doc := fmt.Sprintf(soapRequest, "")
	made := func(id string) string {
		s, err := Sign(rand.Reader, []byte(doc), id, cert, key)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Replace(doc, "</b:MessagePrimaryContent>", "</b:MessagePrimaryContent><r:PersonalSignature>"+string(s)+"</r:PersonalSignature>", 1)
	}
	good := made("INNER")
	const content = "<b:MessagePrimaryContent>"
	from, to := strings.Index(good, content), strings.Index(good, "</b:MessagePrimaryContent>")
	payload := good[from+len(content) : to]
	forged := strings.Replace(strings.Replace(payload, "Щукин", "Окунев", 1), ` Id="INNER"`, "", 1)
	place := xml.Name{Space: typesNS, Local: "PersonalSignature"}
	if s, err := VerifyElement([]byte(good), place, xml.Name{Space: "urn:q", Local: "q"}); err != nil || string(s.Signed) != `<ns1:q xmlns:ns1="urn:q" Id="INNER">Щукин &amp; Ко</ns1:q>` {
		t.Fatal(s, err)
	}
	attacks := map[string][2]string{
		"a forged payload before the signed one": {strings.Replace(good, payload, forged+payload, 1), "has company"},
		"a forged payload after the signed one":  {strings.Replace(good, payload, payload+forged, 1), "has company"},
		"the signed payload inside a forged one": {strings.Replace(good, payload, `<q xmlns="urn:q">Окунев`+payload+"</q>", 1), "is not its element"},
		"a second content":                       {strings.Replace(good, content, content+forged+"</b:MessagePrimaryContent>"+content, 1), "a second MessagePrimaryContent"},
		"the content of another version":         {strings.ReplaceAll(good, basicNS, exchange+"basic/1.2"), "is not its element"},
		"the signed payload in the header":       {strings.Replace(strings.Replace(good, payload, forged, 1), "<S:Header>", "<S:Header>"+payload, 1), "is not its element"},
		"the data signed in its stead":           {made("SIGNED"), "inside each other"},
		"the place moved beside the data":        {moveAfter(good, "<r:PersonalSignature>", "</r:PersonalSignature>", "</r:SenderProvidedRequestData>"), "has no signature in"},
		"the message in a wrapper":               {strings.Replace(strings.Replace(good, "<S:Body>", "<S:Body><w>", 1), "</S:Body>", "</w></S:Body>", 1), "is moved"},
	}
	for _, name := range slices.Sorted(maps.Keys(attacks)) {
		a := attacks[name]
		if _, err := VerifyElement([]byte(a[0]), place, xml.Name{Space: "urn:q", Local: "q"}); err == nil || !strings.Contains(err.Error(), a[1]) {
			t.Errorf("%s: refused because %v, want %q", name, err, a[1])
		}
	}
}

// moveAfter moves the piece between the marks behind another.
func moveAfter(doc, from, to, behind string) string {
	i, j := strings.Index(doc, from), strings.Index(doc, to)+len(to)
	piece := doc[i:j]
	return strings.Replace(doc[:i]+doc[j:], behind, behind+piece, 1)
}

// TestAttacksOnRecordedResponse: a real answer with two signatures, that of
// SMEV over the Response and that of its sender over the data inside.
func TestAttacksOnRecordedResponse(t *testing.T) {
	doc := string(readFile(t, conformance(t, "smev", "vectors", "signed", "smevclient-03-getresponse-response.xml")))
	types := exchange + "1.2"
	piece := func(local string) string {
		return regexp.MustCompile(`(?s)<ns2:` + local + `[ >].*</ns2:` + local + `>`).FindString(doc)
	}
	with := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(doc) }
	response, data := piece("Response"), piece("SenderProvidedResponseData")
	smev, sender := piece("SMEVSignature"), piece("SenderInformationSystemSignature")
	inner := func(place string) string {
		return place[strings.Index(place, ">")+1 : strings.LastIndex(place, "</ns2:")]
	}
	forged := strings.NewReplacer("Акционерное общество", "Другое общество", ` Id="SENDER_OV_SIGNATURE"`, "", ` Id="SIGNED_BY_SMEV"`, "")
	for _, c := range []struct{ name, doc, smev, sender string }{
		{"as recorded", doc, "", ""},
		{"the data changed", with("Акционерное общество", "Другое общество"), "was changed", "was changed"},
		{"the sender's signature dropped", with(sender, ""), "was changed", "not signed"},
		{"SMEV's signature dropped", with(smev, ""), "not signed", ""},
		{"the signatures exchanged", with(inner(smev), inner(sender), inner(sender), inner(smev)), "signs {" + types + "}SenderProvidedResponseData", "inside each other"},
		{"a forged response before", with(response, forged.Replace(response)+response), "a second Response", "want one signature in one"},
		{"forged data before", with(data, forged.Replace(data)+data), "was changed", "a second SenderProvidedResponseData"},
		{"the response twice", with(response, response+response), "2 elements answer", "want one signature in one"},
		{"a second ResponseMessage", with("</ns2:ResponseMessage>", "</ns2:ResponseMessage><ns2:ResponseMessage>"+forged.Replace(data)+"</ns2:ResponseMessage>"), "is moved", "is moved"},
		{"the message in a RequestMessage", with("ns2:ResponseMessage", "ns2:RequestMessage"), "is not its element", "is moved"},
		{"the answer to another operation", with("ns2:GetResponseResponse", "ns2:GetRequestResponse"), "is moved", "is moved"},
		{"in another version", with("message-exchange/types/1.2", "message-exchange/types/1.3"), "not signed", "not signed"},
	} {
		for place, want := range map[string]string{"SMEVSignature": c.smev, "SenderInformationSystemSignature": c.sender} {
			target := map[string]string{"SMEVSignature": "Response", "SenderInformationSystemSignature": "SenderProvidedResponseData"}[place]
			_, err := VerifyElement([]byte(c.doc), xml.Name{Space: types, Local: place}, xml.Name{Space: types, Local: target})
			if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s: %s: %v, want %q", c.name, place, err, want)
			}
		}
	}
}
