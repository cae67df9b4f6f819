package smev

import (
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// Error is why a call did not do what it should. Exactly one of Temporary,
// Stale and Refused is true.
type Error struct {
	Operation   string
	Fault       string // SMEV's fault, e.g. InvalidContent; "" when SMEV did not speak
	Code        string // SMEV's code of the place that refused
	Description string // SMEV's words; may quote personal data: for people, not for logs
	Status      int    // HTTP status, 0 without an answer
	Err         error

	kind kind
}

type kind int

const (
	retry     kind = iota // the same message again, with back-off, without limit
	untrusted             // an answer not to be believed: again, and tell people
	unsigned              // the signing key is out of reach: again, and tell people
	stale                 // a new MessageID, a new signature
	refused               // people must look
)

// Temporary reports whether the same call may be repeated until it succeeds.
// Repeating SendRequest with the same MessageID never doubles the request.
func (e *Error) Temporary() bool {
	return e.kind == retry || e.kind == untrusted || e.kind == unsigned
}

// Untrusted reports whether an answer came whose signature, signer or form is
// wrong. It is temporary, but people should know.
func (e *Error) Untrusted() bool { return e.kind == untrusted }

// Stale reports whether the request must be sent anew under a new MessageID.
func (e *Error) Stale() bool { return e.kind == stale }

// Refused reports whether repeating is of no use.
func (e *Error) Refused() bool { return e.kind == refused }

func (e *Error) Unwrap() error { return e.Err }

// Error is for the log and leaves Description out.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("smev: " + e.Operation)
	if e.Fault != "" {
		b.WriteString(": fault " + e.Fault)
	}
	if e.Code != "" {
		b.WriteString(" (" + e.Code + ")")
	}
	if e.Status != 0 && e.Status != http.StatusOK {
		fmt.Fprintf(&b, ": HTTP status %d", e.Status)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Text says to the person what happened and whose move it is.
func (e *Error) Text() string {
	switch e.kind {
	case retry:
		return "СМЭВ сейчас не отвечает. Обращение повторится само."
	case unsigned:
		return "Ключ подписи организации сейчас недоступен. Обращение повторится само, сообщите администратору."
	case untrusted:
		return "Пришёл ответ, подпись СМЭВ под которым не подтвердилась; он не принят. Обращение повторится само, сообщите администратору."
	case stale:
		return "Запрос ждал отправки слишком долго и уйдёт в СМЭВ заново под новым номером."
	}
	if e.Fault == "" && e.Description == "" {
		return "Обратиться в СМЭВ не удалось из-за настройки или данных запроса. Сообщите администратору."
	}
	return "СМЭВ не принял запрос. Сообщите администратору. Ответ СМЭВ: «" + e.Description + "»."
}

// faultKinds is what each fault asks of the sender, by the operations' WSDL
// documentation. Faults not here are refusals.
var faultKinds = map[string]kind{
	"SMEVFailure":         retry,
	"DestinationOverflow": retry,
	"StaleMessageId":      stale,
	"EndOfLifeReached":    stale, // the same id keeps its end of life
}

// Faults that mean that the call has had its effect before.
const (
	alreadySent = "MessageIsAlreadySent"
	ackedBefore = "TargetMessageIsNotFound"
)

// kindOfSigning tells the trouble of a key behind an agent, which passes or is
// put right by people, from a message that cannot be signed.
func kindOfSigning(err error) kind {
	var t interface{ Temporary() bool }
	if errors.Is(err, gost.ErrSignature) || errors.As(err, &t) && t.Temporary() {
		return unsigned
	}
	return refused
}

func kindOfStatus(status int) kind {
	if status >= 500 || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests {
		return retry
	}
	return refused
}

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
// renames prefixes but not those inside xsi:type.
func (f faultDetail) name() string {
	if f.Type == "" {
		return f.XMLName.Local
	}
	return f.Type[strings.IndexByte(f.Type, ':')+1:]
}

// soapFault returns the fault when the document holds one; an error when it is
// no SOAP document at all.
func soapFault(doc []byte) (*Error, error) {
	body, err := xmldsig.Element(doc, soap("Envelope"), soap("Body"), xml.Name{})
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
	}
	if err := xml.Unmarshal(body, &f); err != nil {
		return nil, err
	}
	if f.XMLName != soap("Fault") {
		return nil, nil
	}
	e := &Error{Description: strings.TrimSpace(f.String), kind: refused}
	if len(f.Detail.Any) == 0 { // SOAP 1.1, 4.4.1: Client is our fault, Server is not
		e.Err = errors.New("SOAP fault " + f.Code)
		if strings.HasSuffix(f.Code, "Server") {
			e.kind = retry
		}
		return e, nil
	}
	d := f.Detail.Any[0]
	e.Fault, e.Code = d.name(), strings.TrimSpace(d.Code)
	if s := strings.TrimSpace(d.Description); s != "" {
		e.Description = s
	}
	if k, ok := faultKinds[e.Fault]; ok {
		e.kind = k
	}
	return e, nil
}
