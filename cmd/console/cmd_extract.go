package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"signdesk/internal/gost"
	"signdesk/internal/org"
	"signdesk/internal/registry"
)

// extractCmd reads one extract of the register and verifies its signature.
type extractCmd struct {
	File      string `arg:"" type:"existingfile" help:"Extract in XML, form 4.07 (ЕГРЮЛ) or 4.06 (ЕГРИП)."`
	Signature string `help:"Detached signature; FILE.p7s by default."`
	CA        string `name:"ca" type:"existingfile" help:"PEM roots that may sign for the tax service; FNS_CA_FILE by default."`
	JSON      bool   `name:"json" help:"Print one object."`
}

// extractReport is the object that --json prints.
type extractReport struct {
	Record    *registry.Record    `json:"record"`
	Signature string              `json:"signature"`      // good, past (right, but its certificate has ended since), bad, untrusted or missing
	Text      string              `json:"signature_text"` // in words
	Signer    string              `json:"signer,omitempty"`
	SignedAt  *time.Time          `json:"signed_at,omitempty"`
	Source    string              `json:"signed_at_source,omitempty"` // claimed (by the signer) or extract (its date)
	Cert      *extractCertificate `json:"certificate,omitempty"`
	source    string
}

// extractCertificate is what is known of the signer's certificate.
type extractCertificate struct {
	From     time.Time            `json:"from"`
	Until    time.Time            `json:"until"`
	Then     org.CertificateState `json:"then"` // when it was signed: good, early, expired, issuer or untrusted
	ThenText string               `json:"then_text"`
	Now      org.CertificateState `json:"now"`
	NowText  string               `json:"now_text"`
}

// Run prints fields and verdict; a signature that is not good ends with exit code 1.
func (c *extractCmd) Run(e *env) error {
	content, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	record, _, err := registry.ParseExtract(bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("read extract: %w", err)
	}
	message, broken, err := c.message()
	if err != nil {
		return err
	}
	roots, err := c.roots(e)
	if err != nil {
		return err
	}
	v := org.JudgeSignature(e.now(), roots, content, record.Extracted, message)
	if broken {
		v = org.Signature{Verdict: "bad"}
	}
	r := newExtractReport(record, &v, e.now())
	if c.JSON {
		out := json.NewEncoder(e.stdout)
		out.SetEscapeHTML(false)
		err = out.Encode(r)
	} else {
		_, err = fmt.Fprint(e.stdout, r.lines())
	}
	if err == nil && r.Signature != "good" {
		return errNo
	}
	return err
}

// message reads the signature; nil means that there is none, broken that the file is none.
func (c *extractCmd) message() (message *gost.SignedData, broken bool, err error) {
	path := c.Signature
	if path == "" {
		path = c.File + ".p7s"
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && c.Signature == "" {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if message, err = gost.ParseCMS(b); err != nil {
		return nil, true, nil
	}
	return message, false, nil
}

func (c *extractCmd) roots(e *env) ([]*gost.Certificate, error) {
	if c.CA != "" {
		return certificates(c.CA)
	}
	return certificates(e.getenv("FNS_CA_FILE"))
}

func newExtractReport(record *registry.Record, v *org.Signature, now time.Time) *extractReport {
	r := &extractReport{Record: record, Signature: v.Verdict, Text: v.Text(), Signer: v.Signer, Source: v.Source, source: v.SourceRU()}
	if v.Right() {
		at := v.At.UTC()
		r.SignedAt = &at
		r.Cert = &extractCertificate{From: v.From.UTC(), Until: v.Until.UTC(), Then: v.Then, ThenText: v.ThenRU(), Now: v.Now, NowText: v.NowRU(now)}
	}
	return r
}

func (r *extractReport) lines() string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-10s %s\n", name, value)
		}
	}
	x := r.Record
	line("ОГРН", x.OGRN)
	line("ИНН", x.INN)
	line("КПП", x.KPP)
	line("имя", x.FullName)
	line("кратко", x.ShortName)
	line("статус", x.Status.State.RU())
	if x.Address != nil {
		line("адрес", x.Address.Line)
	}
	for _, h := range x.Heads {
		if h.Person != nil {
			line("глава", h.Person.FullName()+", "+h.Title)
		}
	}
	line("дата", x.Extracted.RU())
	line("подпись", r.Signature)
	line("", r.Text)
	line("подписал", r.Signer)
	if r.Cert != nil {
		line("когда", r.SignedAt.Format("02.01.2006 15:04 UTC")+", "+r.source)
		line("", r.Cert.ThenText)
		line("сегодня", r.Cert.NowText)
	}
	return b.String()
}
