package xmldsig

import "strings"

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
}

// prescribed reports whether the schema has a signature of target where this
// signature stands.
func prescribed(signature, target *node) bool {
	place := signature.parent
	if place.kind != element || place.parent.kind != element || !beside(place, target) {
		return false
	}
	version, ok := strings.CutPrefix(place.uri, exchange)
	if !ok || strings.Contains(version, "/") || place.parent.uri != place.uri {
		return false
	}
	if personal(place) {
		return target.parent.uri == exchange+"basic/"+version
	}
	for _, want := range places[place.parent.local+"/"+place.local] {
		uri := place.uri
		if local, basic := strings.CutPrefix(want, "basic/"); basic {
			uri, want = exchange+"basic/"+version, local
		}
		if target.is(uri, want) {
			return true
		}
	}
	return false
}

// beside reports whether target is the only element of its name next to the
// signature's place; for a personal signature, the one element of the
// MessagePrimaryContent next to it.
func beside(place, target *node) bool {
	if personal(place) {
		content := target.parent
		return content.local == "MessagePrimaryContent" && len(content.elements()) == 1 &&
			content.parent == place.parent && place.parent.only(content.uri, content.local) == content
	}
	return target.parent == place.parent && place.parent.only(target.uri, target.local) == target
}

func personal(place *node) bool { return place.local == "PersonalSignature" }
