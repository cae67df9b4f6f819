// Package smev plays SMEV 3, the bus between Russian state bodies, and the
// bodies behind it: SOAP 1.1 at one address, with the operations of those who
// ask (SendRequest, GetResponse, GetStatus, Ack) and of those who answer
// (GetRequest, SendResponse). Built-in bodies answer by their rules at once; by
// the knob «external» their requests wait in a second real queue for a system
// outside.
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
	"cmp"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"sync"
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
	Files      string        // folder of the file store

	mu      sync.Mutex
	script  []Step
	read    bool            // the script was read from the store
	callers map[string]bool // certificates found to be of the authority
	store   store
}

// CheckKnobs refuses knobs that only SMEV understands and that mean nothing.
func CheckKnobs(k state.Knobs) error {
	if _, err := ParseSteps(k.Do); err != nil {
		return err
	}
	if k.Fault != "" && faultCodes[k.Fault] == "" {
		return fmt.Errorf("fault is %q, which the schema does not have", k.Fault)
	}
	return nil
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
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "text/xml" && media != "multipart/related" {
		http.Error(w, "SOAP 1.1 travels as text/xml or multipart/related", http.StatusUnsupportedMediaType)
		return
	}
	w.Header().Set("Date", s.clock().UTC().Format(http.TimeFormat))
	c, f := readCall(r, media, params)
	if c == nil || f != nil {
		s.refuse(w, c, f)
		return
	}
	c.steps = s.stepsFor(c.name())
	defer func() { state.Title(w, cmp.Or(c.title, c.name())) }()
	if f = checkAction(r.Header.Get("SOAPAction"), c); f == nil {
		var done bool
		if done, f = s.before(w, r, c); done {
			return
		}
	}
	var answer []byte
	var files []enclosed
	if f == nil {
		answer, files, f = s.answer(w, c)
	}
	if f != nil {
		s.refuse(w, c, f)
		return
	}
	c.send(w, answer, files)
}

func (s *Service) answer(w http.ResponseWriter, c *call) (doc []byte, files []enclosed, f *fault) {
	found := true
	switch c.operation {
	case "SendRequestRequest":
		doc, f = s.sendRequest(c)
	case "GetResponseRequest":
		doc, files, found, f = s.getResponse(c)
	case "AckRequest":
		doc, f = s.ack(c)
	case "GetStatusRequest":
		doc, found, f = s.getStatus(c)
	case "GetRequestRequest":
		doc, files, found, f = s.getRequest(c)
	case "SendResponseRequest":
		doc, f = s.sendResponse(c)
	default:
		return nil, nil, clientFault("неизвестная операция " + c.operation)
	}
	if f == nil && !found {
		state.Quiet(w)
	}
	return doc, files, f
}

// pause waits, or until the caller goes away.
func pause(r *http.Request, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	}
}

// checkAction holds the SOAPAction header, when there is one, to the body.
func checkAction(header string, c *call) *fault {
	action := strings.Trim(header, `"`)
	if action == "" || action == "urn:"+c.name() {
		return nil
	}
	return clientFault("SOAPAction " + action + " не соответствует телу " + c.operation)
}
