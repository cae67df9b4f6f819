package main

import (
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
	VerifyCSR  gostVerifyCSRCmd  `cmd:"" name:"verify-csr" help:"Verify that a PKCS#10 request is signed by its own key."`
	VerifyCert gostVerifyCertCmd `cmd:"" name:"verify-cert" help:"Verify a certificate up to a trusted root."`
}

type gostHashCmd struct {
	Bits int    `required:"" enum:"256,512" help:"Length of the digest: 256 or 512."`
	File string `arg:"" type:"existingfile" help:"The file; - is the standard input."`
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
	CA  []string `name:"ca" required:"" type:"existingfile" help:"Certificates of authorities, PEM or DER: self-signed ones are trusted, others may be links of the chain."`
	CRL []string `name:"crl" type:"existingfile" help:"Revocation lists; with any, one must speak for the certificate."`
	At  string   `help:"The moment of the question: 2006-01-02 (UTC midnight) or 2006-01-02T15:04:05Z. Now, when it is not given."`
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
			if c.SelfSigned() {
				o.Roots = append(o.Roots, c)
			} else {
				o.Intermediates = append(o.Intermediates, c)
			}
		}
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
	return o, nil
}

type gostVerifyCMSCmd struct {
	Content   string `type:"existingfile" help:"The signed content; leave it out when the message carries it."`
	Signature string `required:"" type:"existingfile" help:"The message: DER, PEM or base64."`
	trustFlags
}

// Run prints a line per signature and the reason of each bad one to stderr.
func (c *gostVerifyCMSCmd) Run(e *env) error {
	o, err := c.options(e)
	if err != nil {
		return err
	}
	message, err := os.ReadFile(c.Signature)
	if err != nil {
		return err
	}
	var content []byte
	if c.Content != "" {
		if content, err = os.ReadFile(c.Content); err != nil {
			return err
		}
	}
	signed, err := gost.ParseCMS(message)
	if err != nil {
		return no(e, err)
	}
	results, err := signed.Verify(content)
	if err != nil {
		return no(e, err)
	}
	o.Intermediates = append(o.Intermediates, signed.Certificates...)
	var bad error
	for i, r := range results {
		signature, chain, signer := r.Err, errors.New("no certificate"), "?"
		if r.Certificate != nil {
			_, chain = r.Certificate.Verify(o)
			signer = oneLine(r.Certificate.Subject.Get(gost.OIDCommonName))
		}
		at := "-"
		if !r.SigningTime.IsZero() {
			at = r.SigningTime.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(e.stdout, "%d signature=%s certificate=%s time=%s signer=%s\n",
			i+1, okBad(signature == nil), okBad(chain == nil), at, signer)
		for _, err := range []error{signature, chain} {
			if err != nil {
				bad = no(e, fmt.Errorf("signature %d: %w", i+1, err))
			}
		}
	}
	return bad
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
	fmt.Fprintf(e.stdout, "certificate=%s serial=%s until=%s subject=%s\n",
		okBad(ok), c.SerialHex(), c.NotAfter.UTC().Format(time.RFC3339), oneLine(c.Subject.String()))
}

// no says why the answer is no.
func no(e *env, err error) error {
	fmt.Fprintln(e.stderr, "console:", err)
	return errNo
}
