package smev

import (
	"bytes"
	"encoding/xml"
	"errors"
	"net/http"
	"strings"

	"signdesk/internal/gost/xmldsig"
)

// faultDetail is a SMEV fault: in a SOAP fault, or in an asynchronous status,
// where xsi:type names it.
type faultDetail struct {
	XMLName     xml.Name
	Type        string   `xml:"http://www.w3.org/2001/XMLSchema-instance type,attr"`
	Code        string   `xml:"Code"`
	Description string   `xml:"Description"`
	Errors      []string `xml:"ValidationError"`
	Signature   string   `xml:"SignatureVerificationFault"`
}

// name is the fault's type. Only the local part counts: SMEV's transform
// renames prefixes but not those inside xsi:type, and the version stands in
// the namespace.
func (f faultDetail) name() string {
	if f.Type == "" {
		return f.XMLName.Local
	}
	return f.Type[strings.IndexByte(f.Type, ':')+1:]
}

// soap12 is the other envelope: gateways before SMEV answer with it, SMEV's
// own WSDL of every version binds SOAP 1.1.
const soap12 = "http://www.w3.org/2003/05/soap-envelope"

// bodyOf returns the only child of the SOAP body.
func bodyOf(doc []byte) ([]byte, error) {
	body, err := xmldsig.Element(doc, soap("Envelope"), soap("Body"), xml.Name{})
	if err != nil && bytes.Contains(doc, []byte(soap12)) {
		return xmldsig.Element(doc, xml.Name{Space: soap12, Local: "Envelope"}, xml.Name{Space: soap12, Local: "Body"}, xml.Name{})
	}
	return body, err
}

// soapFault returns the fault when the document holds one; an error when it is
// no SOAP document at all. An answer with the status of success that nowhere
// says Fault is not looked at: verifying it will.
func soapFault(doc []byte, status int) (*Error, error) {
	if status == http.StatusOK && !bytes.Contains(doc, []byte("Fault")) && bytes.Contains(doc, []byte("Envelope")) {
		return nil, nil
	}
	body, err := bodyOf(doc)
	if err != nil {
		return nil, err
	}
	var f struct {
		XMLName xml.Name
		Code    string `xml:"faultcode"`
		String  string `xml:"faultstring"`
		Detail  struct {
			Any []faultDetail `xml:",any"`
		} `xml:"detail"`
		Code12   string `xml:"Code>Value"` // SOAP 1.2, 5.4
		Reason12 string `xml:"Reason>Text"`
		Detail12 struct {
			Any []faultDetail `xml:",any"`
		} `xml:"Detail"`
	}
	if err := xml.Unmarshal(body, &f); err != nil {
		return nil, err
	}
	if f.XMLName != soap("Fault") && f.XMLName != (xml.Name{Space: soap12, Local: "Fault"}) {
		return nil, nil
	}
	code := strings.TrimSpace(f.Code + f.Code12)
	e := &Error{Description: strings.TrimSpace(f.String + f.Reason12), kind: refused}
	details := append(f.Detail.Any, f.Detail12.Any...)
	if len(details) == 0 { // SOAP 1.1, 4.4.1: Client is our fault, Server is not; 1.2 calls them Sender and Receiver
		e.Err = errors.New("SOAP fault " + code)
		if strings.HasSuffix(code, "Server") || strings.HasSuffix(code, "Receiver") {
			e.kind = retry
		}
		return e, nil
	}
	d := details[0]
	e.Fault, e.Code, e.Reason = d.name(), strings.TrimSpace(d.Code), strings.TrimSpace(d.Signature)
	e.Errors = d.Errors
	if s := strings.TrimSpace(d.Description); s != "" {
		e.Description = s
	}
	if f, ok := faults[e.Fault]; ok {
		e.kind = f.kind
	}
	return e, nil
}
