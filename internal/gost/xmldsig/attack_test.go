package xmldsig

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"signdesk/internal/gost"
)

// attack is a document made from a signed message to have one thing verified
// and another read, or to have a worse proof taken for a good one.
type attack struct {
	name, doc string
	want      string // in the reason of the refusal
}

const soapRequest = `<S:Envelope xmlns:S="` + nsSOAP + `"><S:Header></S:Header><S:Body>` + request + `</S:Body></S:Envelope>`

// victim is a signed message and its pieces.
type victim struct {
	t         *testing.T
	cert      *gost.Certificate
	key       *gost.PrivateKey
	whole     string
	message   string // SendRequestRequest
	data      string // SenderProvidedRequestData, signed
	place     string // CallerInformationSystemSignature
	signature string
	forged    string // other data under no Id
}

func newVictim(t *testing.T) *victim {
	v := &victim{t: t}
	v.cert, v.key = signer(t, "XA")
	s, err := Sign(rand.Reader, fmt.Appendf(nil, soapRequest, ""), "SIGNED", v.cert, v.key)
	if err != nil {
		t.Fatal(err)
	}
	v.whole = fmt.Sprintf(soapRequest, s)
	v.signature = string(s)
	v.message = v.piece("<r:SendRequestRequest", "</r:SendRequestRequest>")
	v.data = v.piece("<r:SenderProvidedRequestData", "</r:SenderProvidedRequestData>")
	v.place = v.piece("<r:CallerInformationSystemSignature", "</r:CallerInformationSystemSignature>")
	v.forged = strings.Replace(strings.Replace(v.data, "Щукин", "Окунев", 1), ` Id="SIGNED"`, "", 1)
	return v
}

func (v *victim) piece(from, to string) string {
	i, j := strings.Index(v.whole, from), strings.Index(v.whole, to)
	return v.whole[i : j+len(to)]
}

// with replaces pairs of old and new, each once.
func (v *victim) with(pairs ...string) string {
	v.t.Helper()
	doc := v.whole
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(doc, pairs[i]) {
			v.t.Fatalf("nothing to replace: %s", pairs[i])
		}
		doc = strings.Replace(doc, pairs[i], pairs[i+1], 1)
	}
	return doc
}

// resigned changes the signature before its value is made, so that the change
// itself is the only thing wrong.
func (v *victim) resigned(pairs ...string) string {
	v.t.Helper()
	signature := v.signature
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(signature, pairs[i]) {
			v.t.Fatalf("nothing to replace: %s", pairs[i])
		}
		signature = strings.Replace(signature, pairs[i], pairs[i+1], 1)
	}
	t, err := parse([]byte(signature))
	if err != nil {
		v.t.Fatal(err)
	}
	info := t.root().elements()[0]
	method, err := canonicalization(info.elements()[0], "CanonicalizationMethod")
	if err != nil {
		method = C14N{}
	}
	octets, err := method.form(info)
	if err != nil {
		v.t.Fatal(err)
	}
	value, err := v.key.Sign(rand.Reader, sum(256, octets), nil)
	if err != nil {
		v.t.Fatal(err)
	}
	from, to := strings.Index(signature, "<ds:SignatureValue>"), strings.Index(signature, "</ds:SignatureValue>")
	signature = signature[:from] + "<ds:SignatureValue>" + base64Text(value) + signature[to:]
	return v.with(v.signature, signature)
}

// TestAttacks: every attack is refused, and for what it is.
func TestAttacks(t *testing.T) {
	v := newVictim(t)
	if _, err := VerifyElement([]byte(v.whole), placeName, targetName); err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, list := range [][]attack{v.wrapping(), v.ids(), v.references(), v.forms(), v.keys(), v.values()} {
		for _, a := range list {
			if named[a.name] {
				t.Errorf("%s: stands twice in the table", a.name)
			}
			named[a.name] = true
			s, err := VerifyElement([]byte(a.doc), placeName, targetName)
			if err == nil {
				t.Errorf("%s: accepted %s", a.name, s.Signed)
			} else if !strings.Contains(err.Error(), a.want) {
				t.Errorf("%s: refused because %q, want %q", a.name, err, a.want)
			}
			verdicts, _ := VerifyAll([]byte(a.doc))
			for _, s := range verdicts {
				if (s.Err == nil) != (s.DigestOK && s.SignatureOK && s.TargetOK) {
					t.Errorf("%s: %v under digest %t, signature %t, target %t", a.name, s.Err, s.DigestOK, s.SignatureOK, s.TargetOK)
				}
				if s.Err == nil && a.want != "want one signature in one" {
					t.Errorf("%s: a good verdict on #%s", a.name, s.ID)
				}
			}
		}
	}
	t.Logf("%d attacks", len(named))
}

// wrapping keeps the signed element where the Reference finds it and puts
// another where a careless reader looks: XSW1–XSW8 of the SAML literature as
// far as a SMEV envelope has them, and what SOAP adds.
func (v *victim) wrapping() []attack {
	object := func(inside string) string {
		return strings.Replace(v.place, "</ds:Signature>", "<ds:Object>"+inside+"</ds:Object></ds:Signature>", 1)
	}
	twin := strings.Replace(v.forged, "<r:SenderProvidedRequestData", `<r:SenderProvidedRequestData Id="SIGNED"`, 1)
	bare := strings.Replace(v.message, v.place, "", 1)
	forgery := strings.Replace(bare, v.data, v.forged, 1)
	wrap := `<w:Wrapper xmlns:w="urn:w">%s</w:Wrapper>`
	declared := `<S:Envelope xmlns:r="` + typesNS + `" xmlns:b="` + basicNS + `"`
	moved := "is moved"
	return []attack{
		{"XSW1: the signed element in an Object of the signature, a forged one in its stead", v.with(v.data+v.place, v.forged+object(v.data)), "KeyInfo, Object"},
		{"XSW2: a forged element before the signed one", v.with(v.data, v.forged+v.data), "a second SenderProvidedRequestData"},
		{"a forged element after the signature", v.with(v.place, v.place+v.forged), "a second SenderProvidedRequestData"},
		{"XSW3: a forged message before the signed one", v.with(v.message, forgery+v.message), "Body holds more"},
		{"a forged message after the signed one", v.with(v.message, v.message+forgery), "Body holds more"},
		{"XSW4: the signed message inside a forged one", v.with(v.message, strings.Replace(forgery, "</r:SendRequestRequest>", v.message+"</r:SendRequestRequest>", 1)), moved},
		{"XSW5: the forged element takes the Id, the signed one moves into the header", v.with("<S:Header>", "<S:Header>"+fmt.Sprintf(wrap, bare), v.message, strings.Replace(v.message, v.data, twin, 1)), "2 elements answer"},
		{"XSW6: the forged element takes the Id, the signed one lies in an Object", v.with(v.data+v.place, twin+object(v.data)), "KeyInfo, Object"},
		{"XSW7: the signed message in an extension of the header", v.with("<S:Header>", "<S:Header>"+fmt.Sprintf(wrap, v.message), "<S:Body>"+v.message, "<S:Body>"+forgery), moved},
		{"XSW8: the forged message in an Object, the signed one in its place", v.with(v.place, object(forgery)), "KeyInfo, Object"},
		{"the signed message in the header itself", v.with("<S:Header>", "<S:Header>"+v.message, "<S:Body>"+v.message, "<S:Body>"+forgery), moved},
		{"only the signed element moved into a wrapper", v.with(v.data, v.forged+fmt.Sprintf(wrap, v.data)), "does not stand beside"},
		{"the signed element below the forged one", v.with(v.data, strings.Replace(v.forged, "</b:MessagePrimaryContent>", v.data+"</b:MessagePrimaryContent>", 1)), "does not stand beside"},
		{"the signed element moved into the header", v.with("<S:Envelope", declared, "<S:Header>", "<S:Header>"+v.data, "<S:Body>"+v.message, "<S:Body>"+strings.Replace(v.message, v.data, v.forged, 1)), "does not stand beside"},
		{"the signed element moved above the message", v.with("<S:Envelope", declared, v.message, v.data+strings.Replace(v.message, v.data, v.forged, 1)), "does not stand beside"},
		{"a second Body", v.with("</S:Body>", "</S:Body><S:Body>"+forgery+"</S:Body>"), "beside the Body"},
		{"a second Body before the first", v.with("<S:Body>", "<S:Body>"+forgery+"</S:Body><S:Body>"), "beside the Body"},
		{"a Body of SOAP 1.2 beside", v.with("</S:Body>", `</S:Body><b:Body xmlns:b="http://www.w3.org/2003/05/soap-envelope">`+forgery+"</b:Body>"), "beside the Body"},
		{"Body in Body", v.with("<S:Body>", "<S:Body><S:Body>", "</S:Body>", "</S:Body>"+forgery+"</S:Body>"), moved},
		{"Envelope in Envelope", `<S:Envelope xmlns:S="` + nsSOAP + `"><S:Body>` + v.whole + "</S:Body></S:Envelope>", moved},
		{"Envelope in another root", fmt.Sprintf(wrap, v.whole), moved},
		{"Body without Envelope", v.with("<S:Envelope", "<S:Other", "</S:Envelope", "</S:Other"), moved},
		{"Body of another namespace", v.with("<S:Body>", `<S:Body xmlns:S="urn:s">`), moved},
		{"the message renamed to another operation", v.with("<r:SendRequestRequest", "<r:SendResponseRequest", "</r:SendRequestRequest", "</r:SendResponseRequest"), "is not its element"},
		{"the message renamed to no operation", v.with("<r:SendRequestRequest", "<r:Message", "</r:SendRequestRequest", "</r:Message"), "has no signature in"},
		{"the message of another version", v.with(`<r:SendRequestRequest`, `<q:SendRequestRequest xmlns:q="`+exchange+`1.2"`, `</r:SendRequestRequest`, `</q:SendRequestRequest`,
			` xmlns:r="`+typesNS+`" xmlns:b`, ` xmlns:b`, "<S:Envelope", declared), "has no signature in"},
		{"two places for the signature", v.with(v.place, v.place+`<r:CallerInformationSystemSignature/>`), "want one signature in one"},
		{"a decoy place in the header", v.with("<S:Header>", "<S:Header>"+v.place, "<S:Envelope", declared), "want one signature in one"},
		{"two signatures in the place", v.with(v.signature, v.signature+v.signature), "want one signature in one"},
		{"something beside the signature", v.with(v.signature, v.signature+"<x/>"), "want one signature in one"},
		{"a signature of another namespace", v.with(`xmlns:ds="`+nsDSig, `xmlns:ds="urn:dsig`), "want one signature in one"},
		{"the signature one level too deep", v.with(v.signature, fmt.Sprintf(wrap, v.signature)), "want one signature in one"},
		{"the place inside the signed element", v.with("</r:SenderProvidedRequestData>"+v.place, v.place+"</r:SenderProvidedRequestData>"), "inside each other"},
		{"the signature of another, good message", v.with(v.data, strings.Replace(v.data, ">1<", ">2<", 1)), "was changed"},
		{"a signature of the payload, not of the data", v.signedOver("INNER"), "signs {urn:q}q"},
		{"no signature in the place", v.with(v.signature, ""), "not signed"},
		{"no place", v.with(v.place, ""), "not signed"},
	}
}

// signedOver signs another element of the message.
func (v *victim) signedOver(id string) string {
	s, err := Sign(rand.Reader, fmt.Appendf(nil, soapRequest, ""), id, v.cert, v.key)
	if err != nil {
		v.t.Fatal(err)
	}
	return fmt.Sprintf(soapRequest, s)
}

// ids has readers differ about which element bears the Id.
func (v *victim) ids() []attack {
	const wsu = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
	list := []attack{
		{"the Id on two elements", v.with(`Id="INNER"`, `Id="SIGNED"`), "2 elements answer"},
		{"the Id on the signature too", v.with("<ds:Signature ", `<ds:Signature Id="SIGNED" `), "2 elements answer"},
		{"the Id on the KeyInfo too", v.with("<ds:KeyInfo>", `<ds:KeyInfo Id="SIGNED">`), "2 elements answer"},
		{"the Id on the envelope too", v.with("<S:Envelope ", `<S:Envelope Id="SIGNED" `), "2 elements answer"},
		{"no element with the Id", v.with(`Id="SIGNED"`, `Id="GONE"`), "no element with Id"},
		{"the Id in other letters", v.with(`Id="SIGNED"`, `Id="Signed"`), "no element with Id"},
		{"blanks around the Id", v.with(`Id="SIGNED"`, `Id=" SIGNED "`), "not given by the attribute Id"},
		{"a twin with blanks around the Id", v.with(`Id="INNER"`, `Id="&#9;SIGNED"`), "2 elements answer"},
	}
	for other, declared := range map[string]string{"ID": "", "id": "", "iD": "", "xml:id": "", "wsu:Id": ` xmlns:wsu="` + wsu + `"`, "r:Id": ""} {
		list = append(list,
			attack{"the signed element's Id given as " + other, v.with(`Id="SIGNED"`, other+`="SIGNED"`+declared), "not given by the attribute Id"},
			attack{"a twin whose Id is given as " + other, v.with(`Id="INNER"`, other+`="SIGNED"`+declared), "2 elements answer"})
	}
	return list
}

// references has the Reference lead elsewhere, or to more than one thing.
func (v *victim) references() []attack {
	const uri = `URI="#SIGNED"`
	from, to := strings.Index(v.signature, "<ds:Reference"), strings.Index(v.signature, "</ds:SignedInfo>")
	reference := v.signature[from:to]
	list := []attack{
		{"no Reference", v.resigned(reference, ""), "want two methods and one Reference"},
		{"two References", v.resigned(reference, reference+strings.Replace(reference, "SIGNED", "INNER", 1)), "want two methods and one Reference"},
		{"the same Reference twice", v.resigned(reference, reference+reference), "want two methods and one Reference"},
		{"a Reference without URI", v.resigned(uri, ""), "names nothing"},
		{"a Reference of type Manifest", v.resigned(uri, uri+` Type="`+nsDSig+`Manifest"`), "of type"},
		{"a Reference of type Object", v.resigned(uri, uri+` Type="`+nsDSig+`Object"`), "of type"},
	}
	for to, want := range map[string]string{
		"": "to the whole document", "#": "not an Id", "#xpointer(/)": "not an Id", "#xpointer(id('SIGNED'))": "not an Id",
		"#SIGN%45D": "not an Id", "#SIGNED#SIGNED": "not an Id", "#x:SIGNED": "not an Id", "SIGNED": "out of the document",
		"http://127.0.0.1/#SIGNED": "out of the document", "file:///etc/passwd": "out of the document", "cid:part1": "out of the document",
		"#INNER": "was changed", "#NONE": "no element with Id",
	} {
		list = append(list, attack{"a Reference to " + to, v.resigned(uri, `URI="`+to+`"`), want})
	}
	return list
}
