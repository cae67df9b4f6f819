package gost

import (
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// IssuerSignTool names the means by which the authority made the key and the
// certificate, and the papers that certify these means (RFC 9215, section 5;
// FSB order 795).
type IssuerSignTool struct {
	SignTool     string // the authority's means of signature
	CATool       string // the means of the authority itself
	SignToolCert string // its certificate of conformity
	CAToolCert   string
}

func readSubjectSignTool(c *Certificate, s *cryptobyte.String) (ok bool) {
	c.SubjectSignTool, ok = readText(s)
	return ok
}

func readIssuerSignTool(c *Certificate, s *cryptobyte.String) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return false
	}
	t := new(IssuerSignTool)
	for _, field := range []*string{&t.SignTool, &t.CATool, &t.SignToolCert, &t.CAToolCert} {
		var ok bool
		if *field, ok = readText(&seq); !ok {
			return false
		}
	}
	c.IssuerSignTool = t
	return seq.Empty()
}

// readText reads a string of any type.
func readText(s *cryptobyte.String) (string, bool) {
	var value cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadAnyASN1(&value, &tag) {
		return "", false
	}
	t, err := text(value, tag)
	return t, err == nil
}

func readIdentificationKind(c *Certificate, s *cryptobyte.String) bool {
	return s.ReadASN1Integer(&c.IdentificationKind) && c.IdentificationKind >= 0
}

func addText(b *cryptobyte.Builder, s string) {
	b.AddASN1(cbasn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(s)) })
}

func (t *IssuerSignTool) add(b *cryptobyte.Builder) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, s := range []string{t.SignTool, t.CATool, t.SignToolCert, t.CAToolCert} {
			addText(b, s)
		}
	})
}

// readTagged reads [n] IMPLICIT GeneralizedTime OPTIONAL.
func readTagged(s *cryptobyte.String, n uint8, t *time.Time) bool {
	var value cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&value, &present, cbasn1.Tag(n).ContextSpecific()) {
		return false
	}
	if !present {
		return true
	}
	var err error
	*t, err = time.Parse("20060102150405Z", string(value))
	return err == nil
}

// addTagged writes [n] IMPLICIT GeneralizedTime unless t is zero.
func addTagged(b *cryptobyte.Builder, n uint8, t time.Time) {
	if t.IsZero() {
		return
	}
	b.AddASN1(cbasn1.Tag(n).ContextSpecific(), func(b *cryptobyte.Builder) {
		b.AddBytes([]byte(t.UTC().Format("20060102150405Z")))
	})
}
