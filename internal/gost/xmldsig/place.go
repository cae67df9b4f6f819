package xmldsig

import (
	"fmt"
	"slices"
	"strings"
)

// exchange is the common beginning of SMEV's namespaces: …types/1.N and
// …types/basic/1.N. One model, a pair of namespaces per version.
const exchange = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types/"

// places is the message-exchange schema's rule of what is signed where: parent
// of the signature's place, place -> what must be signed beside the place.
// "basic/" marks the namespace of the basic types.
var places = map[string][]string{
	"SendRequestRequest/CallerInformationSystemSignature":                {"SenderProvidedRequestData"},
	"SendResponseRequest/CallerInformationSystemSignature":               {"SenderProvidedResponseData"},
	"GetRequestRequest/CallerInformationSystemSignature":                 {"basic/MessageTypeSelector"},
	"GetResponseRequest/CallerInformationSystemSignature":                {"basic/MessageTypeSelector"},
	"GetStatusRequest/CallerInformationSystemSignature":                  {"basic/Timestamp"},
	"GetIncomingQueueStatisticsRequest/CallerInformationSystemSignature": {"basic/Timestamp"},
	"AckRequest/CallerInformationSystemSignature":                        {"basic/AckTargetMessage"},
	"SendRequestResponse/SMEVSignature":                                  {"MessageMetadata"},
	"SendResponseResponse/SMEVSignature":                                 {"MessageMetadata"},
	"SmevAsyncProcessingMessage/SMEVSignature":                           {"AsyncProcessingStatusData"},
	"RequestMessage/SMEVSignature":                                       {"Request", "Cancel"},
	"ResponseMessage/SMEVSignature":                                      {"Response"},
	"Request/SenderInformationSystemSignature":                           {"SenderProvidedRequestData"},
	"Response/SenderInformationSystemSignature":                          {"SenderProvidedResponseData"},
	"Cancel/SenderInformationSystemSignature":                            {"basic/MessageReference"},
	"SenderProvidedRequestData/PersonalSignature":                        nil, // what MessagePrimaryContent holds
	"SenderProvidedResponseData/PersonalSignature":                       nil,
}

// within is what the schema puts the parent of a place into. Those not named
// are operations, which stand in the Body of the SOAP envelope.
var within = map[string][]string{
	"SenderProvidedRequestData":  {"SendRequestRequest", "Request"},
	"SenderProvidedResponseData": {"SendResponseRequest", "Response"},
	"Request":                    {"RequestMessage"},
	"Cancel":                     {"RequestMessage"},
	"Response":                   {"ResponseMessage"},
	"RequestMessage":             {"GetRequestResponse"},
	"ResponseMessage":            {"GetResponseResponse"},
	"SmevAsyncProcessingMessage": {"GetStatusResponse"},
}

// prescribed returns nil when the schema has a signature of just this target
// where this signature stands, and says what is wrong otherwise.
func prescribed(signature, target elem) error {
	place := signature.parent()
	above := place.parent()
	if place.isDocument() || above.isDocument() {
		return fmt.Errorf("xmldsig: a signature outside of a message")
	}
	version, ok := strings.CutPrefix(place.space(), exchange)
	allowed, known := places[above.local()+"/"+place.local()]
	if !ok || !known || strings.Contains(version, "/") || above.space() != place.space() {
		return fmt.Errorf("xmldsig: the schema has no signature in %s of %s", place.local(), above.local())
	}
	if len(place.elements()) != 1 {
		return fmt.Errorf("xmldsig: %s holds more than one signature", place.local())
	}
	if above.only(place.space(), place.local()) != place {
		return fmt.Errorf("xmldsig: %s has more than one %s", above.local(), place.local())
	}
	signed := target
	if allowed == nil {
		signed = target.parent()
		allowed = []string{"basic/MessagePrimaryContent"}
		if len(signed.elements()) != 1 {
			return fmt.Errorf("xmldsig: the signed element has company in %s", signed.local())
		}
	}
	if !slices.ContainsFunc(allowed, func(want string) bool {
		local, basic := strings.CutPrefix(want, "basic/")
		if basic {
			return signed.is(exchange+"basic/"+version, local)
		}
		return signed.is(place.space(), want)
	}) {
		return fmt.Errorf("xmldsig: the signature in %s signs %s, which is not its element", place.local(), target.local())
	}
	if signed.parent() != above {
		return fmt.Errorf("xmldsig: the signed %s does not stand beside its signature", signed.local())
	}
	if above.only(signed.space(), signed.local()) != signed {
		return fmt.Errorf("xmldsig: a second %s beside the signed one", signed.local())
	}
	return anchored(above)
}

// anchored follows an element up to the Body of the envelope, or to the root of
// a document that is cut out of a message.
func anchored(e elem) error {
	for !e.parent().isDocument() {
		up := e.parent()
		if up.is(nsSOAP, "Body") && within[e.local()] == nil {
			return bodied(up)
		}
		if up.space() != e.space() || !slices.Contains(within[e.local()], up.local()) || up.only(e.space(), e.local()) != e {
			return fmt.Errorf("xmldsig: the signed message is moved: %s in %s", e.local(), up.local())
		}
		e = up
	}
	return nil
}

// bodied holds the envelope to one Body with one operation.
func bodied(body elem) error {
	envelope := body.parent()
	if !envelope.is(nsSOAP, "Envelope") || !envelope.parent().isDocument() {
		return fmt.Errorf("xmldsig: the signed message is moved: Body in %s", envelope.local())
	}
	if len(body.elements()) != 1 {
		return fmt.Errorf("xmldsig: Body holds more than the signed message")
	}
	for _, e := range envelope.elements() {
		if e != body && !e.is(nsSOAP, "Header") {
			return fmt.Errorf("xmldsig: %s beside the Body of the signed message", e.local())
		}
	}
	return nil
}
