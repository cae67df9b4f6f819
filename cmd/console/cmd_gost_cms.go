package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"signdesk/internal/gost"
)

type gostVerifyCMSCmd struct {
	Content   string `type:"existingfile" help:"The signed content, of any size; - is the standard input. Leave it out when the message carries it."`
	Signature string `required:"" type:"existingfile" help:"The message: DER, BER, PEM or base64."`
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
	signed, err := gost.ParseCMS(message)
	if err != nil {
		return no(e, err)
	}
	results, err := c.verify(e, signed)
	if err != nil {
		return err
	}
	o.Intermediates = append(o.Intermediates, signed.Certificates...)
	var bad error
	for i, r := range results {
		if err := printSignature(e, i+1, r, o); err != nil {
			bad = err
		}
	}
	return bad
}

// printSignature prints a line about the n-th signature; an error says that it,
// or its signer's certificate, is not good, and stderr why.
func printSignature(e *env, n int, r gost.SignerResult, o gost.VerifyOptions) (bad error) {
	chain, key, signer := errors.New("no certificate"), "?", "?"
	if r.Certificate != nil {
		_, chain = r.Certificate.Verify(o)
		key, signer = keySet(r.Certificate.PublicKey), oneLine(r.Certificate.Subject.Get(gost.OIDCommonName))
	}
	at := "-"
	if !r.SigningTime.IsZero() {
		at = r.SigningTime.UTC().Format(time.RFC3339)
	}
	fmt.Fprintf(e.stdout, "%d signature=%s certificate=%s key=%s time=%s signer=%s\n",
		n, okBad(r.Err == nil), okBad(chain == nil), key, at, signer)
	for _, err := range []error{r.Err, chain} {
		if err != nil {
			bad = no(e, fmt.Errorf("signature %d: %w", n, err))
		}
	}
	return bad
}

// verify takes the content from where it is; a detached one is read in a stream.
func (c *gostVerifyCMSCmd) verify(e *env, signed *gost.SignedData) ([]gost.SignerResult, error) {
	in := readerOf{e.stdin, nil}
	if c.Content != "" && c.Content != "-" {
		f, err := os.Open(c.Content)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in.from = f
	}
	var results []gost.SignerResult
	var err error
	switch {
	case c.Content == "":
		results, err = signed.Verify(nil)
	case signed.Content == nil:
		results, err = signed.VerifyReader(&in)
	default: // both are there: they must be the same
		var content []byte
		if content, err = io.ReadAll(&in); err == nil {
			results, err = signed.Verify(content)
		}
	}
	if err != nil && in.err == nil {
		return nil, no(e, err)
	}
	return results, err
}

// readerOf remembers that reading failed, which is no verdict.
type readerOf struct {
	from io.Reader
	err  error
}

func (r *readerOf) Read(b []byte) (int, error) {
	n, err := r.from.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}
