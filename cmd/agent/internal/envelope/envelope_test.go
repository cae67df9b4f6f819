package envelope_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/cmd/agent/internal/pairing"
	"signdesk/cmd/agent/internal/refusal"
)

const origin = "http://127.0.0.1:8080"

var (
	now    = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	secret = &pairing.Secret{1, 2, 3}
)

func good() *envelope.Payload {
	return &envelope.Payload{
		ID: "5c2f0f2e-3c0b-4a52-9c6e-0d6f3f6f7a11", Kind: envelope.KindRequest, Nonce: "MDEyMzQ1Njc4OWFiY2RlZg",
		IssuedAt: now.Add(-time.Second), ExpiresAt: now.Add(4 * time.Minute),
		Origin: origin, Console: "Учебный центр", Operator: "Иванова А. П.",
		Request: &envelope.Request{
			Subject: []envelope.Attribute{{OID: "2.5.4.3", Value: "Петров Иван Иванович"}, {OID: "1.2.643.100.3", Value: "11223344595"}},
			Extensions: []envelope.Extension{
				{OID: "2.5.29.15", Critical: true, Value: []byte{3, 2, 6, 0xC0}},
			},
			Curve: "XA", CarrierKind: "Рутокен",
		},
	}
}

func seal(t testing.TB, p any) []byte {
	t.Helper()
	payload, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(envelope.Sealed{Payload: payload, MAC: secret.MAC(payload)})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestOpen(t *testing.T) {
	p, err := envelope.Open(seal(t, good()), secret, origin, now)
	if err != nil {
		t.Fatal(err)
	}
	if p.Request.Subject[0].Value != "Петров Иван Иванович" || !p.Request.Extensions[0].Critical {
		t.Errorf("opened %+v", p.Request)
	}
}

// Every row breaks one thing of a good envelope.
func TestOpenRefuses(t *testing.T) {
	rows := []struct {
		name string
		edit func(*envelope.Payload)
		want refusal.Code
	}{
		{"made for another origin", func(p *envelope.Payload) { p.Origin = "http://127.0.0.1:8081" }, refusal.Origin},
		{"no origin", func(p *envelope.Payload) { p.Origin = "" }, refusal.Origin},
		{"time is over", func(p *envelope.Payload) { p.IssuedAt, p.ExpiresAt = now.Add(-4*time.Minute), now }, refusal.Expired},
		{"lives longer than 5 minutes", func(p *envelope.Payload) { p.ExpiresAt = p.IssuedAt.Add(5*time.Minute + time.Second) }, refusal.Clock},
		{"ends before it begins", func(p *envelope.Payload) { p.ExpiresAt = p.IssuedAt }, refusal.Clock},
		{"issued in the future", func(p *envelope.Payload) { p.IssuedAt, p.ExpiresAt = now.Add(2*time.Minute), now.Add(3*time.Minute) }, refusal.Clock},
		{"a raw digest", func(p *envelope.Payload) { p.Kind = "digest" }, refusal.Kind},
		{"no kind", func(p *envelope.Payload) { p.Kind = "" }, refusal.Kind},
		{"kind without its part", func(p *envelope.Payload) { p.Kind = envelope.KindSign }, refusal.Malformed},
		{"two parts", func(p *envelope.Payload) {
			p.Sign = &envelope.Sign{Title: "т", Document: []byte("д"), MIME: "text/plain"}
		}, refusal.Malformed},
		{"id is a path", func(p *envelope.Payload) { p.ID = "../../../../etc/passwd" }, refusal.Malformed},
		{"id in braces", func(p *envelope.Payload) { p.ID = "{" + p.ID + "}" }, refusal.Malformed},
		{"short nonce", func(p *envelope.Payload) { p.Nonce = "0123456789" }, refusal.Malformed},
		{"nonce with a line end", func(p *envelope.Payload) { p.Nonce += "\n" }, refusal.Malformed},
		{"no console", func(p *envelope.Payload) { p.Console = " " }, refusal.Malformed},
		{"operator written backwards", func(p *envelope.Payload) { p.Operator = "Иванова\u202eавонаби" }, refusal.Malformed},
		{"empty subject", func(p *envelope.Payload) { p.Request.Subject = nil }, refusal.Malformed},
		{"subject with an invisible sign", func(p *envelope.Payload) { p.Request.Subject[0].Value = "Пет\u200bров" }, refusal.Malformed},
		{"subject with a line break", func(p *envelope.Payload) { p.Request.Subject[0].Value = "Петров\nИван" }, refusal.Malformed},
		{"subject value too long", func(p *envelope.Payload) { p.Request.Subject[0].Value = strings.Repeat("я", 257) }, refusal.Malformed},
		{"subject type is no OID", func(p *envelope.Payload) { p.Request.Subject[0].OID = "2.5.4.03" }, refusal.Malformed},
		{"OID of impossible arcs", func(p *envelope.Payload) { p.Request.Subject[0].OID = "1.40.1" }, refusal.Malformed},
		{"extension twice", func(p *envelope.Payload) {
			p.Request.Extensions = append(p.Request.Extensions, p.Request.Extensions[0])
		}, refusal.Malformed},
		{"extension is not DER", func(p *envelope.Payload) { p.Request.Extensions[0].Value = []byte{3, 9, 1} }, refusal.Malformed},
		{"another curve", func(p *envelope.Payload) { p.Request.Curve = "B" }, refusal.Malformed},
		{"empty certificate", func(p *envelope.Payload) {
			p.Kind, p.Request, p.Install = envelope.KindInstall, nil, &envelope.Install{PublicKey: []byte{1}}
		}, refusal.Malformed},
		{"empty document", func(p *envelope.Payload) {
			p.Kind, p.Request, p.Sign = envelope.KindSign, nil, &envelope.Sign{Title: "Договор", MIME: "text/plain"}
		}, refusal.Malformed},
		{"document over its limit", func(p *envelope.Payload) {
			p.Kind, p.Request, p.Sign = envelope.KindSign, nil, &envelope.Sign{Title: "Договор", MIME: "text/plain", Document: make([]byte, envelope.MaxDocument+1)}
		}, refusal.TooLarge},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			p := good()
			row.edit(p)
			_, err := envelope.Open(seal(t, p), secret, origin, now)
			wantCode(t, err, row.want)
		})
	}
}

func TestOpenRefusesBytes(t *testing.T) {
	raw := seal(t, good())
	other := &pairing.Secret{9}
	_, err := envelope.Open(raw, other, origin, now)
	wantCode(t, err, refusal.MAC)

	var changed envelope.Sealed
	if err := json.Unmarshal(raw, &changed); err != nil {
		t.Fatal(err)
	}
	changed.Payload[len(changed.Payload)/2] ^= 1
	raw2, _ := json.Marshal(changed)
	_, err = envelope.Open(raw2, secret, origin, now)
	wantCode(t, err, refusal.MAC)

	for _, bad := range []string{"", "[]", "{", `{"payload":"!"}`, string(raw) + "{}", `{"payload":"","mac":"","digest":""}`} {
		_, err := envelope.Open([]byte(bad), secret, origin, now)
		wantCode(t, err, refusal.Malformed)
	}
	unknown := map[string]any{"id": good().ID, "kind": "request", "digest": "AAAA"}
	_, err = envelope.Open(seal(t, unknown), secret, origin, now)
	wantCode(t, err, refusal.Malformed)

	_, err = envelope.Open(make([]byte, envelope.MaxBody+1), secret, origin, now)
	wantCode(t, err, refusal.TooLarge)
}

func wantCode(t *testing.T, err error, want refusal.Code) {
	t.Helper()
	if err == nil {
		t.Fatalf("taken, want %s", want)
	}
	ref := refusal.As(err)
	if ref.Code != want || ref.Fault.Text == "" {
		t.Errorf("refused with %v, want %s", err, want)
	}
}

// The payload is fuzzed behind a good MAC: the parser must hold even against
// a console gone wrong. What is taken must be showable.
func FuzzOpen(f *testing.F) {
	payload, _ := json.Marshal(good())
	f.Add(payload)
	f.Add([]byte(`{"kind":"sign","sign":{"title":"т","document":"AA==","mime":"text/plain"}}`))
	f.Add([]byte(`{"kind":"install","install":{"certificate":"AA==","public_key":"AA=="}}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		raw, err := json.Marshal(envelope.Sealed{Payload: payload, MAC: secret.MAC(payload)})
		if err != nil {
			t.Skip()
		}
		p, err := envelope.Open(raw, secret, origin, now)
		if err != nil {
			if refusal.As(err).Code == refusal.Internal {
				t.Fatalf("refused without a code: %v", err)
			}
			return
		}
		if p.Origin != origin || !now.Before(p.ExpiresAt) || strings.ContainsAny(p.Console+p.Operator, "\n\r\x00\u202e") {
			t.Fatalf("taken: %+v", p)
		}
		_, _ = envelope.Open(payload, secret, origin, now)
	})
}
