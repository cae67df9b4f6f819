package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"signdesk/internal/gost"
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
	Record    *registry.Record `json:"record"`
	Signature string           `json:"signature"` // good, bad, untrusted or missing
	Signer    string           `json:"signer,omitempty"`
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
	r := extractReport{Record: record}
	if r.Signature, r.Signer, err = c.verify(e, content); err != nil {
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

func (c *extractCmd) verify(e *env, content []byte) (verdict, signer string, err error) {
	path := c.Signature
	if path == "" {
		path = c.File + ".p7s"
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && c.Signature == "" {
		return "missing", "", nil
	}
	if err != nil {
		return "", "", err
	}
	message, err := gost.ParseCMS(b)
	if err != nil {
		return "bad", "", nil
	}
	message.Legacy = true // extracts made before 2020
	results, err := message.Verify(content)
	if err != nil || len(results) == 0 || results[0].Err != nil {
		return "bad", "", nil
	}
	cert := results[0].Certificate
	ca := c.CA
	if ca == "" {
		ca = e.getenv("FNS_CA_FILE")
	}
	roots, err := certificates(ca)
	if err != nil {
		return "", "", err
	}
	if _, err := cert.Verify(gost.VerifyOptions{Roots: roots, Intermediates: message.Certificates, At: e.now(), Legacy: true}); err != nil {
		return "untrusted", cert.Subject.Get(gost.OIDCommonName), nil
	}
	return "good", cert.Subject.Get(gost.OIDCommonName), nil
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
	line("подписал", r.Signer)
	return b.String()
}
