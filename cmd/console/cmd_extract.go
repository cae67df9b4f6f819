package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"signdesk/internal/gost"
	"signdesk/internal/org"
	"signdesk/internal/registry"
	"signdesk/internal/registry/printed"
)

// extractCmd reads one extract of the register and verifies its signatures.
type extractCmd struct {
	File      string `arg:"" type:"existingfile" help:"Extract as the tax service gives it: PDF, or XML of form 4.07 (ЕГРЮЛ) or 4.06 (ЕГРИП)."`
	Signature string `help:"Detached signature; FILE.p7s by default. A PDF brings its own."`
	CA        string `name:"ca" type:"existingfile" help:"PEM roots that may sign for the tax service; FNS_CA_FILE by default."`
	CRL       string `name:"crl" type:"existingfile" help:"List of revoked certificates; FNS_CRL_FILE by default."`
	JSON      bool   `name:"json" help:"Print one object."`
}

// extractReport is the object that --json prints.
type extractReport struct {
	Kind       printed.Kind        `json:"kind"`           // extract, or what else a PDF is: service, copy, scan, other_fns, encrypted, paper
	What       string              `json:"what,omitempty"` // in words, when it is none
	Number     string              `json:"number,omitempty"`
	Record     *registry.Record    `json:"record,omitempty"`
	Signature  string              `json:"signature,omitempty"`      // good, past (right, but its certificate has ended since), bad, untrusted or missing
	Text       string              `json:"signature_text,omitempty"` // in words
	Signer     string              `json:"signer,omitempty"`
	SignedAt   *time.Time          `json:"signed_at,omitempty"`
	Source     string              `json:"signed_at_source,omitempty"` // claimed (by the signer) or extract (its date)
	Whole      string              `json:"covers,omitempty"`           // how much of the file is signed, in words
	Cert       *extractCertificate `json:"certificate,omitempty"`
	Signatures []org.Signature     `json:"signatures,omitempty"` // all of them
	source     string
}

// extractCertificate is what is known of the signer's certificate.
type extractCertificate struct {
	From     time.Time            `json:"from"`
	Until    time.Time            `json:"until"`
	Then     org.CertificateState `json:"then"` // when it was signed: good, early, expired, issuer, revoked or untrusted
	ThenText string               `json:"then_text"`
	Now      org.CertificateState `json:"now"`
	NowText  string               `json:"now_text"`
	Revoked  string               `json:"revocation"` // in words
}

// Run prints fields and verdict; a signature that is not good, and a file that
// is no extract, end with exit code 1.
func (c *extractCmd) Run(e *env) error {
	content, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	r, err := c.report(e, content)
	if err != nil {
		return err
	}
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

func (c *extractCmd) report(e *env, content []byte) (*extractReport, error) {
	rules, err := c.rules(e)
	if err != nil {
		return nil, err
	}
	message, broken, err := c.message()
	if err != nil {
		return nil, err
	}
	r := &extractReport{Kind: printed.Extract}
	pdf := bytes.HasPrefix(content, []byte("%PDF-"))
	if pdf {
		read, err := printed.ReadApart(e.ctx, content)
		var trouble *printed.TroubleError
		if errors.As(err, &trouble) {
			return nil, errors.New(trouble.Text)
		}
		if err != nil {
			return nil, fmt.Errorf("read extract: %w", err)
		}
		if r.Kind, r.Number, r.Record = read.Kind, read.Number, read.Record; r.Kind != printed.Extract {
			r.What = read.Text()
			return r, nil
		}
	} else if r.Record, _, err = registry.ParseExtract(bytes.NewReader(content)); err != nil {
		return nil, fmt.Errorf("read extract: %w", err)
	}
	list := org.JudgeSignature(e.now(), rules, content, r.Record.Extracted, message)
	if broken {
		list = []org.Signature{{Verdict: "bad"}}
	}
	if pdf {
		inside, err := org.JudgePDF(e.now(), rules, content, r.Record.Extracted)
		if err != nil {
			return nil, fmt.Errorf("read signatures: %w", err)
		}
		if inside[0].Verdict != "missing" || message == nil && !broken {
			list = inside
		}
	}
	r.judged(list, e.now())
	return r, nil
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

func (c *extractCmd) rules(e *env) (rules org.Rules, err error) {
	roots, list := c.CA, c.CRL
	if roots == "" {
		roots = e.getenv("FNS_CA_FILE")
	}
	if list == "" {
		list = e.getenv("FNS_CRL_FILE")
	}
	rules.Lists = revocationLists(list, slog.New(slog.NewTextHandler(e.stderr, nil)))
	rules.Roots, err = certificates(roots)
	return rules, err
}

func (r *extractReport) judged(list []org.Signature, now time.Time) {
	v := org.Decisive(list)
	r.Signature, r.Text, r.Signer, r.Source, r.source = v.Verdict, v.Text(), v.Signer, v.Source, v.SourceRU()
	if v.Verdict != "missing" {
		r.Signatures = list
	}
	if v.Right() {
		at := v.At.UTC()
		r.SignedAt, r.Whole = &at, v.WholeRU()
		r.Cert = &extractCertificate{From: v.From.UTC(), Until: v.Until.UTC(), Then: v.Then, ThenText: v.ThenRU(), Now: v.Now, NowText: v.NowRU(now), Revoked: v.RevokedRU()}
	}
}

func (r *extractReport) lines() string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-10s %s\n", name, value)
		}
	}
	x := r.Record
	if x == nil {
		line("файл", r.What)
		return b.String()
	}
	line("выписка", r.Number)
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
		line("охват", r.Whole)
		line("", r.Cert.ThenText)
		line("сегодня", r.Cert.NowText)
		line("отзыв", r.Cert.Revoked)
	}
	return b.String()
}
