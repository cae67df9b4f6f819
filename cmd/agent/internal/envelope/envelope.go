// Package envelope reads the operations that a console's server asks of the
// agent.
//
// The server writes a payload, signs it with the pairing secret and puts both
// into a page; the page only carries them. An envelope is opened for one
// origin at one moment and yields a typed operation: make this request,
// install this certificate, sign this document. There is no operation that
// signs a digest, because nobody could show a person what it means.
package envelope

import (
	"bytes"
	"crypto/hmac"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"signdesk/cmd/agent/internal/pairing"
	"signdesk/cmd/agent/internal/refusal"
	"signdesk/internal/fault"
)

// Limits of what comes in.
const (
	MaxDocument = 8 << 20                   // bytes of a document to sign
	MaxBody     = MaxDocument*16/9 + 64<<10 // base64 in base64, and the rest
	MaxLife     = 5 * time.Minute           // from issue to expiry
	ClockSkew   = time.Minute               // how far the desk's clock may be behind the server's
)

// Kind of an operation.
type Kind string

// The operations there are.
const (
	KindRequest Kind = "request"
	KindInstall Kind = "install"
	KindSign    Kind = "sign"
)

// Sealed is an envelope on the wire.
type Sealed struct {
	Payload []byte `json:"payload"`
	MAC     []byte `json:"mac"` // HMAC-SHA256 of Payload under the pairing secret
}

// Payload is one operation. Exactly the part named by Kind is present.
type Payload struct {
	ID          string    `json:"id"` // UUID in its canonical lower-case form
	Kind        Kind      `json:"kind"`
	Nonce       string    `json:"nonce"` // 16 random bytes or more, in hex or base64
	IssuedAt    time.Time `json:"issued_at"`
	ExpiresAt   time.Time `json:"expires_at"`
	Origin      string    `json:"origin"`   // of the page that carries the envelope
	Console     string    `json:"console"`  // who asks, as shown to the operator
	Operator    string    `json:"operator"` // who sits at the desk, as shown
	TokenSerial string    `json:"token_serial,omitempty"`
	Request     *Request  `json:"request,omitempty"`
	Install     *Install  `json:"install,omitempty"`
	Sign        *Sign     `json:"sign,omitempty"`
}

// Request asks for a new key pair and a PKCS#10 request.
type Request struct {
	Subject     []Attribute `json:"subject"` // in the order of the certificate
	Extensions  []Extension `json:"extensions"`
	Curve       string      `json:"curve"`        // "XA"
	CarrierKind string      `json:"carrier_kind"` // as declared in the application, shown
}

// Attribute is one part of the subject.
type Attribute struct {
	OID   string `json:"oid"`
	Value string `json:"value"`
}

// Extension is one requested extension; Value is its DER.
type Extension struct {
	OID      string `json:"oid"`
	Critical bool   `json:"critical"`
	Value    []byte `json:"value"`
}

// Install asks to put a certificate beside its key.
type Install struct {
	Certificate []byte `json:"certificate"` // DER
	PublicKey   []byte `json:"public_key"`  // SubjectPublicKeyInfo of the request it answers
}

// Sign asks for a detached CMS signature of the document.
type Sign struct {
	Title    string `json:"title"`
	Document []byte `json:"document"`
	MIME     string `json:"mime"`
}

// Open reads an envelope that came from a page of the given origin at the
// given time. Errors are *refusal.Error. That the nonce is new is for the
// caller to check, last, because checking uses it up.
func Open(raw []byte, secret *pairing.Secret, origin string, now time.Time) (*Payload, error) {
	if len(raw) > MaxBody {
		return nil, refusal.New(refusal.TooLarge, fault.Invalid, "Операция слишком велика для агента: документ не должен превышать 8 МБ.", nil)
	}
	var sealed Sealed
	if err := strict(raw, &sealed); err != nil {
		return nil, malformed(fmt.Errorf("envelope: %w", err))
	}
	if !hmac.Equal(sealed.MAC, secret.MAC(sealed.Payload)) {
		return nil, refusal.New(refusal.MAC, fault.Forbidden, "Консоль не сопряжена с этим агентом. Перенесите код сопряжения из окна агента в настройки консоли.", nil)
	}
	p := new(Payload)
	if err := strict(sealed.Payload, p); err != nil {
		return nil, malformed(fmt.Errorf("payload: %w", err))
	}
	if p.Origin != origin {
		return nil, refusal.New(refusal.Origin, fault.Forbidden, "Операция подготовлена для другого адреса консоли. Откройте консоль по её обычному адресу.",
			fmt.Errorf("payload made for another origin than %s", origin))
	}
	if err := p.checkTime(now); err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	return p, nil
}

// strict decodes one JSON value and refuses unknown fields and anything after
// it: what the agent does not understand it cannot show.
func strict(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows the JSON value")
	}
	return nil
}

func malformed(err error) error {
	return refusal.New(refusal.Malformed, fault.Invalid, "Агент не понял операцию. Обновите страницу; если не помогло, обновите агент.", err)
}

func (p *Payload) checkTime(now time.Time) error {
	const clock = "Часы этого компьютера и консоли расходятся. Включите синхронизацию времени и повторите."
	switch {
	case p.IssuedAt.After(now.Add(ClockSkew)):
		return refusal.New(refusal.Clock, fault.Invalid, clock, fmt.Errorf("issued %s ahead of this clock", p.IssuedAt.Sub(now).Round(time.Second)))
	case !p.ExpiresAt.After(p.IssuedAt), p.ExpiresAt.Sub(p.IssuedAt) > MaxLife:
		return refusal.New(refusal.Clock, fault.Invalid, "Срок операции задан неверно: он не может превышать 5 минут.", nil)
	case !now.Before(p.ExpiresAt):
		return refusal.New(refusal.Expired, fault.Conflict, "Время операции истекло. Обновите страницу консоли и повторите; если это повторяется, проверьте часы компьютера.", nil)
	}
	return nil
}
