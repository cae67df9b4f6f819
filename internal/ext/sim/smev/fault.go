package smev

import (
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// fault is a SOAP fault; detail is the inside of the element in faults/1.x.
type fault struct {
	name   string // element in the faults namespace, "" = a plain Client fault
	text   string
	code   string // SMEV's own code
	detail string
}

func clientFault(text string) *fault { return &fault{text: text} }

// signatureFault carries one of the schema's six reasons.
func signatureFault(reason, text string) *fault {
	return &fault{name: "SignatureVerificationFault", text: text, code: "TR:SYNC:SPS:4",
		detail: "<ns3:SignatureVerificationFault>" + reason + "</ns3:SignatureVerificationFault>"}
}

func invalidContent(err error) *fault {
	return &fault{name: "InvalidContent", code: "TR:SYNC:BSV:3",
		text:   "SMEV-403:Сообщение не соответствует схеме",
		detail: `<ns3:ValidationError errorPosition="-1">` + escape(err.Error()) + "</ns3:ValidationError>"}
}

// voidFault is a fault whose schema type has no content (basic:Void).
func voidFault(name, text string) *fault { return &fault{name: name, text: text} }

// faultCodes are the faults of the schema faults-1.1 with the code that the bus
// gives beside those that have one.
var faultCodes = map[string]string{
	"BusinessDataTypeIsNotSupported": "TR:SYNC:BDT:1", "InvalidContent": "TR:SYNC:BSV:3", "UnknownMessageType": "-", "TransactionCodeInvalid": "TR:SYNC:T:1",
	"MessageIsAlreadySent": "-", "InvalidMessageIdFormat": "-", "StaleMessageId": "-", "AttachmentContentMiscoordination": "-",
	"AttachmentSizeLimitExceeded": "TR:SYNC:A:1", "QuoteLimitExceeded": "TR:SYNC:A:2", "AccessDenied": "-", "SignatureVerificationFault": "TR:SYNC:SPS:4",
	"SMEVFailure": "-", "IncorrectResponseContentType": "-", "RecipientIsNotFound": "-", "SenderIsNotRegistered": "-", "RequestIsNotFound": "-",
	"TargetMessageIsNotFound": "-", "DestinationOverflow": "TR:SYNC:Q:1", "EndOfLifeReached": "-",
}

// Faults are the names of the schema's faults in order.
func Faults() []string { return slices.Sorted(maps.Keys(faultCodes)) }

// namedFault is a fault of the schema for no reason of the caller's.
func namedFault(name string) *fault {
	const sizes = "<ns3:%sSize>0</ns3:%[1]sSize><ns3:RealTotalAttachmentSize>1</ns3:RealTotalAttachmentSize>"
	f := &fault{name: name, text: "Отказ по сценарию: " + name, code: faultCodes[name]}
	switch name {
	case "SMEVFailure":
		f.text = "Сбой в инфраструктуре СМЭВ"
	case "DestinationOverflow":
		f.text = "Очередь получателя переполнена"
		f.detail = "<ns3:MessageBrokerAddress>broker</ns3:MessageBrokerAddress><ns3:DestinationName>queue</ns3:DestinationName>"
	case "InvalidContent":
		return invalidContent(errors.New("отказ по сценарию"))
	case "SignatureVerificationFault":
		return signatureFault("SignatureIsInvalid", "SMEV-100:Подпись ЭП-ОВ недействительна")
	case "BusinessDataTypeIsNotSupported":
		return unsupported(xml.Name{Space: "urn:unknown", Local: "request"})
	case "AttachmentSizeLimitExceeded":
		f.detail = fmt.Sprintf(sizes, "PermittedTotalAttachment")
	case "QuoteLimitExceeded":
		f.detail = fmt.Sprintf(sizes, "RemainedTotalQuote")
	}
	if f.code == "-" { // basic:Void: no content
		f.code = ""
	}
	return f
}

// refuse writes the fault in the caller's version, 1.1 when it is not known.
func (s *Service) refuse(w http.ResponseWriter, c *call, f *fault) {
	version := "1.1"
	if c != nil {
		version = c.version
	}
	side, detail := "soap:Client", ""
	if f.name != "" {
		side = "soap:Server"
		inner := f.detail
		if f.code != "" {
			inner = fmt.Sprintf("<Code>sim:%s</Code><Description>%s</Description>", f.code, escape(f.text)) + inner
		}
		detail = fmt.Sprintf(`<detail><ns3:%[1]s xmlns:ns3="%[2]s%[3]s" xmlns="%[4]s%[3]s">%[5]s</ns3:%[1]s></detail>`,
			f.name, faultsNS, version, basicNS, inner)
	}
	if err := s.Store.Update(func(tx *tx) error { return s.Count(tx, "faults") }); err != nil {
		s.Log.Error("count fault", "err", err)
	}
	w.Header().Set("Content-Type", "text/xml; charset=UTF-8")
	w.WriteHeader(http.StatusInternalServerError) // SOAP 1.1, 6.2: a fault travels with 500
	_, _ = fmt.Fprintf(w, `<soap:Envelope xmlns:soap="%s"><soap:Body><soap:Fault><faultcode>%s</faultcode>`+
		`<faultstring>%s</faultstring>%s</soap:Fault></soap:Body></soap:Envelope>`, soapNS, side, escape(f.text), detail)
}
