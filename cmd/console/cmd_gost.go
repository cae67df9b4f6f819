package main

import (
	"bytes"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"time"

	"signdesk/internal/gost"
)

// gostCmd makes the project's own cryptography checkable from outside: hashes
// and verdicts, each of which another program can repeat.
type gostCmd struct {
	Hash       gostHashCmd       `cmd:"" help:"Print the Streebog (GOST R 34.11-2012) digest of a file in hex."`
	VerifyCMS  gostVerifyCMSCmd  `cmd:"" name:"verify-cms" help:"Verify every signature of a CMS message and its signers' certificates."`
	VerifyPDF  gostVerifyPDFCmd  `cmd:"" name:"verify-pdf" help:"Verify every signature inside a PDF, and what came after it was signed."`
	VerifyCSR  gostVerifyCSRCmd  `cmd:"" name:"verify-csr" help:"Verify that a PKCS#10 request is signed by its own key."`
	VerifyCert gostVerifyCertCmd `cmd:"" name:"verify-cert" help:"Verify a certificate up to a trusted root."`
}

type gostHashCmd struct {
	Bits int    `required:"" enum:"256,512" help:"Length of the digest: 256 or 512."`
	File string `arg:"" type:"existingfile" help:"The file, of any size; - is the standard input."`
}

func (c *gostHashCmd) Run(e *env) error {
	in := e.stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	h := map[int]func() hash.Hash{256: gost.New256, 512: gost.New512}[c.Bits]()
	if _, err := io.Copy(h, in); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%x\n", h.Sum(nil))
	return nil
}

// trustFlags say whom to believe and when.
type trustFlags struct {
	CA   []string `name:"ca" required:"" type:"existingfile" sep:"none" help:"Certificates of authorities, PEM or DER: self-signed ones are trusted, others may be links of the chain. May be repeated."`
	CRL  []string `name:"crl" type:"existingfile" sep:"none" help:"Revocation list, PEM or DER; with any list or answer, one must speak for the certificate. May be repeated."`
	OCSP []string `name:"ocsp" type:"existingfile" sep:"none" help:"Saved OCSP answer, DER. May be repeated."`
	At   string   `help:"The moment of the question: 2006-01-02 (UTC midnight) or 2006-01-02T15:04:05Z. Now, when it is not given."`
}

func (t *trustFlags) options(e *env) (o gost.VerifyOptions, err error) {
	o.At, o.Now = e.now(), e.now()
	if t.At != "" {
		if o.At, err = time.Parse(time.RFC3339, t.At); err != nil {
			if o.At, err = time.Parse(time.DateOnly, t.At); err != nil {
				return o, usageError{fmt.Errorf("--at %q is neither a date nor a time", t.At)}
			}
		}
	}
	var old error // of a root of the previous standard
	for _, name := range t.CA {
		b, err := os.ReadFile(name)
		if err != nil {
			return o, err
		}
		all, err := gost.ParseCertificates(b)
		if err != nil {
			return o, usageError{fmt.Errorf("--ca %s: %w", name, err)}
		}
		for _, c := range all {
			switch {
			case c.SelfSigned():
				o.Roots = append(o.Roots, c)
			case old == nil && c.LegacyKey() != nil && bytes.Equal(c.RawIssuer, c.RawSubject):
				old = fmt.Errorf("--ca %s: %s is a root of GOST R 34.10-2001, which is out of use and trusted for nothing here; only `console extract` looks into such signatures", name, oneLine(c.Subject.String()))
			default:
				o.Intermediates = append(o.Intermediates, c)
			}
		}
	}
	if o.Now.Before(o.At) { // a question about the future
		o.Now = o.At
	}
	if len(o.Roots) == 0 && old != nil {
		return o, usageError{old}
	}
	if len(o.Roots) == 0 {
		return o, usageError{errors.New("--ca: no self-signed certificate to trust")}
	}
	for _, name := range t.CRL {
		b, err := os.ReadFile(name)
		if err != nil {
			return o, err
		}
		list, err := gost.ParseCRL(b)
		if err != nil {
			return o, usageError{fmt.Errorf("--crl %s: %w", name, err)}
		}
		o.CRLs = append(o.CRLs, list)
	}
	for _, name := range t.OCSP {
		b, err := os.ReadFile(name)
		if err != nil {
			return o, err
		}
		answer, err := gost.ParseOCSPResponse(b)
		if err != nil {
			return o, usageError{fmt.Errorf("--ocsp %s: %w", name, err)}
		}
		o.OCSP = append(o.OCSP, answer)
	}
	return o, nil
}

// keySet names the parameter set of a key.
func keySet(k *gost.PublicKey) string {
	if k == nil {
		return "?"
	}
	return k.Curve.Name
}

type gostVerifyCSRCmd struct {
	File string `arg:"" type:"existingfile" help:"The request: DER, PEM or base64."`
}

func (c *gostVerifyCSRCmd) Run(e *env) error {
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	r, err := gost.ParseRequest(b)
	if err != nil {
		return no(e, err)
	}
	err = r.CheckSignature()
	fmt.Fprintf(e.stdout, "signature=%s key=%s subject=%s\n", okBad(err == nil), r.PublicKey.Curve.Name, oneLine(r.Subject.String()))
	if err != nil {
		return no(e, err)
	}
	return nil
}

type gostVerifyCertCmd struct {
	trustFlags
	File string `arg:"" type:"existingfile" help:"The certificate: DER, PEM or base64; further ones in a PEM file may be links of the chain."`
}

// Run prints a line per certificate of the chain, the asked one first.
func (c *gostVerifyCertCmd) Run(e *env) error {
	o, err := c.options(e)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	certificates, err := gost.ParseCertificates(b)
	if err != nil {
		return no(e, err)
	}
	o.Intermediates = append(o.Intermediates, certificates[1:]...)
	chain, err := certificates[0].Verify(o)
	if err != nil {
		printCertificate(e, false, certificates[0])
		return no(e, err)
	}
	for _, link := range chain {
		printCertificate(e, true, link)
	}
	return nil
}

func printCertificate(e *env, ok bool, c *gost.Certificate) {
	fmt.Fprintf(e.stdout, "certificate=%s serial=%s key=%s until=%s subject=%s\n",
		okBad(ok), c.SerialHex(), keySet(c.PublicKey), c.NotAfter.UTC().Format(time.RFC3339), oneLine(c.Subject.String()))
}

// no says why the answer is no.
func no(e *env, err error) error {
	fmt.Fprintln(e.stderr, "console:", err)
	return errNo
}
