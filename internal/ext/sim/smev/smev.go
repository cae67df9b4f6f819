// Package smev plays SMEV 3, the bus between Russian state bodies, and the
// bodies behind it: SOAP 1.1 at one address, SendRequest, GetResponse and Ack.
//
// It believes nobody. A message's signature is resolved, digested and checked
// with the certificate's chain; the order of elements is the schema's; ids are
// UUIDs of version 1 not more than thirty minutes away from now. What the real
// bus answers with a fault it answers with the same fault. Requests are only
// queued: the body's answer lies in the caller's queue, is delivered again and
// again until the caller acknowledges it, and outlives a restart.
//
// The envelope is the official schema 1.1; 1.2 and 1.3 are answered in the
// caller's own namespaces. Payloads: RegisterCertificate after the official
// schema; passport, SNILS and INN after public samples (see each provider).
package smev

import (
	"mime"
	"net/http"
	"strings"
	"time"

	"signdesk/internal/ext/sim/pki"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
)

const (
	typesNS  = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types/"
	basicNS  = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types/basic/"
	faultsNS = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types/faults/"
)

// window is how far an id's or a selector's time may lie from now.
const window = 30 * time.Minute

// Certificates answers what the certification authority issued; ESIA asks it.
type Certificates interface {
	// Issued finds a certificate by its serial number in upper-case hex.
	Issued(tx *state.Tx, serial string) (cert *gost.Certificate, revoked, ok bool)
}

// Service is the bus with its queue and its providers.
type Service struct {
	*state.System
	Authority  *gost.Certificate // whose certificates callers must show
	Core       *pki.Identity     // SMEV's own signature
	Providers  map[string]*pki.Identity
	People     *People
	Issued     Certificates
	Records    Records       // of the tax service; nil = none
	Visibility time.Duration // an unacknowledged answer comes back after this
}

// Defaults are the knobs of a fresh world.
func Defaults() state.Knobs { return state.Knobs{WaitSeconds: 1} }

// ServeHTTP answers one SOAP call.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "text/xml" {
		http.Error(w, "SOAP 1.1 travels as text/xml", http.StatusUnsupportedMediaType)
		return
	}
	call, f := readCall(r.Body)
	if call != nil {
		state.Title(w, call.title())
	}
	if f == nil {
		f = checkAction(r.Header.Get("SOAPAction"), call)
	}
	if f == nil && s.Knobs().Fault != "" && call.operation == "SendRequestRequest" {
		f = knobFault(s.Knobs().Fault)
	}
	var answer []byte
	if f == nil {
		answer, f = s.answer(w, call)
	}
	if f != nil {
		s.refuse(w, call, f)
		return
	}
	if s.Knobs().Multipart {
		writeMultipart(w, answer)
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=UTF-8")
	_, _ = w.Write(answer)
}

func (s *Service) answer(w http.ResponseWriter, c *call) ([]byte, *fault) {
	switch c.operation {
	case "SendRequestRequest":
		return s.sendRequest(c)
	case "GetResponseRequest":
		answer, found, f := s.getResponse(c)
		if f == nil && !found {
			state.Quiet(w)
		}
		return answer, f
	case "AckRequest":
		return s.ack(c)
	}
	return nil, clientFault("неизвестная операция " + c.operation)
}

// title names the call for the log: the operation and the information type.
func (c *call) title() string {
	operation := strings.TrimSuffix(c.operation, "Request")
	if data := c.body.child("SenderProvidedRequestData"); data != nil {
		if content := data.child("MessagePrimaryContent"); content != nil && len(content.Nodes) == 1 {
			if p := findProvider(content.Nodes[0].XMLName); p != nil {
				return operation + " · " + p.title
			}
		}
	}
	return operation
}

// checkAction holds the SOAPAction header, when there is one, to the body.
func checkAction(header string, c *call) *fault {
	action := strings.Trim(header, `"`)
	if action == "" || action == "urn:"+strings.TrimSuffix(c.operation, "Request") {
		return nil
	}
	return clientFault("SOAPAction " + action + " не соответствует телу " + c.operation)
}
