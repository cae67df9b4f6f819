package envelope

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"signdesk/cmd/agent/internal/refusal"
	"signdesk/internal/fault"
)

const (
	maxAttributes = 32
	maxExtensions = 32
	maxValue      = 256 // characters of a line shown to the operator or a subject attribute

	maxExtension   = 8 << 10
	maxCertificate = 64 << 10
	minNonce       = 22 // characters: 16 bytes in unpadded base64
	maxNonce       = 128
)

func (p *Payload) check() error {
	if id, err := uuid.Parse(p.ID); err != nil || id.String() != p.ID {
		return malformed(errors.New("id is not a canonical UUID"))
	}
	if len(p.Nonce) < minNonce || len(p.Nonce) > maxNonce || strings.TrimFunc(p.Nonce, graphASCII) != "" {
		return malformed(fmt.Errorf("nonce is not %d to %d printable ASCII characters", minNonce, maxNonce))
	}
	if err := errors.Join(line("console", p.Console, true), line("operator", p.Operator, true), line("token_serial", p.TokenSerial, false)); err != nil {
		return malformed(err)
	}
	parts := 0
	for _, present := range []bool{p.Request != nil, p.Install != nil, p.Sign != nil} {
		if present {
			parts++
		}
	}
	var err error
	switch {
	case p.Kind != KindRequest && p.Kind != KindInstall && p.Kind != KindSign:
		return refusal.New(refusal.Kind, fault.Invalid, "Агент не умеет выполнять такую операцию. Обновите агент.", nil)
	case parts != 1:
		err = errors.New("exactly one of request, install, sign must be present")
	case p.Kind == KindRequest && p.Request != nil:
		err = p.Request.check()
	case p.Kind == KindInstall && p.Install != nil:
		err = p.Install.check()
	case p.Kind == KindSign && p.Sign != nil:
		return p.Sign.check()
	default:
		err = fmt.Errorf("kind %s without its part", p.Kind)
	}
	if err != nil {
		return malformed(err)
	}
	return nil
}

func (r *Request) check() error {
	if len(r.Subject) == 0 || len(r.Subject) > maxAttributes {
		return fmt.Errorf("subject has %d attributes, 1 to %d expected", len(r.Subject), maxAttributes)
	}
	for _, a := range r.Subject {
		if _, err := ParseOID(a.OID); err != nil {
			return fmt.Errorf("subject: %w", err)
		}
		if err := line("subject attribute "+a.OID, a.Value, true); err != nil {
			return err
		}
	}
	if len(r.Extensions) > maxExtensions {
		return fmt.Errorf("%d extensions", len(r.Extensions))
	}
	seen := map[string]bool{}
	for _, e := range r.Extensions {
		if _, err := ParseOID(e.OID); err != nil {
			return fmt.Errorf("extension: %w", err)
		}
		if seen[e.OID] {
			return fmt.Errorf("extension %s twice", e.OID)
		}
		seen[e.OID] = true
		var v asn1.RawValue
		if rest, err := asn1.Unmarshal(e.Value, &v); err != nil || len(rest) > 0 || len(e.Value) > maxExtension {
			return fmt.Errorf("extension %s is not one DER value of at most %d bytes", e.OID, maxExtension)
		}
	}
	if r.Curve != "XA" {
		return errors.New("curve is not XA")
	}
	return line("carrier_kind", r.CarrierKind, false)
}

func (i *Install) check() error {
	if len(i.Certificate) == 0 || len(i.Certificate) > maxCertificate {
		return fmt.Errorf("certificate of %d bytes", len(i.Certificate))
	}
	if len(i.PublicKey) == 0 || len(i.PublicKey) > maxExtension {
		return fmt.Errorf("public key of %d bytes", len(i.PublicKey))
	}
	return nil
}

func (s *Sign) check() error {
	if len(s.Document) > MaxDocument {
		return refusal.New(refusal.TooLarge, fault.Invalid, "Документ слишком велик для агента: не более 8 МБ.", nil)
	}
	if len(s.Document) == 0 {
		return malformed(errors.New("empty document"))
	}
	if err := errors.Join(line("title", s.Title, true), line("mime", s.MIME, true)); err != nil {
		return malformed(err)
	}
	return nil
}

// line refuses text that would not be shown as it is: control characters,
// bidirectional marks and other invisible signs, over-long values.
func line(name, s string, required bool) error {
	switch {
	case s == "" && !required:
		return nil
	case strings.TrimSpace(s) == "":
		return fmt.Errorf("%s is empty", name)
	case !utf8.ValidString(s), strings.ContainsRune(s, utf8.RuneError):
		return fmt.Errorf("%s is not UTF-8", name)
	case utf8.RuneCountInString(s) > maxValue:
		return fmt.Errorf("%s is too long", name)
	}
	for _, r := range s {
		if !unicode.IsPrint(r) && r != '\u00a0' {
			return fmt.Errorf("%s contains the unprintable sign %U", name, r)
		}
	}
	return nil
}

func graphASCII(r rune) bool { return r > ' ' && r < 0x7f }

// ParseOID reads the dotted form.
func ParseOID(s string) (asn1.ObjectIdentifier, error) {
	parts := strings.Split(s, ".")
	if len(parts) < 2 || len(parts) > 20 {
		return nil, fmt.Errorf("%.64q is not an object identifier", s)
	}
	oid := make(asn1.ObjectIdentifier, len(parts))
	for i, part := range parts {
		n, err := strconv.ParseInt(part, 10, 31)
		if err != nil || n < 0 || strconv.FormatInt(n, 10) != part {
			return nil, fmt.Errorf("%.64q is not an object identifier", s)
		}
		oid[i] = int(n)
	}
	if oid[0] > 2 || oid[0] < 2 && oid[1] > 39 {
		return nil, fmt.Errorf("%.64q is not an object identifier", s)
	}
	return oid, nil
}
