package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"signdesk/internal/gost"
	"signdesk/internal/gost/pdfsig"
)

type gostVerifyPDFCmd struct {
	trustFlags
	File string `arg:"" type:"existingfile" help:"The PDF, of at most 64 MB."`
}

// pdfLimit is more than any extract or act; the whole file is read into memory.
const pdfLimit = 64 << 20

// Run prints a line per signature and, below it, a line per change that came
// after it; the reason of each bad one goes to stderr. A document without
// signatures is a no.
func (c *gostVerifyPDFCmd) Run(e *env) error {
	o, err := c.options(e)
	if err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	if info.Size() > pdfLimit {
		return no(e, fmt.Errorf("%s is over %d MB", c.File, pdfLimit>>20))
	}
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	doc, err := pdfsig.Verify(b, pdfsig.Options{})
	if err != nil {
		return no(e, err)
	}
	if doc.Rebuilt {
		err = no(e, errors.New("the cross-references are broken: another program may find other objects"))
	}
	if doc.Stray {
		err = no(e, errors.New("there is a signature that no field leads to"))
	}
	if len(doc.Signatures) == 0 {
		return no(e, errors.New("nobody has signed the document"))
	}
	for i, s := range doc.Signatures {
		if bad := printPDFSignature(e, i+1, doc, &s, o); bad != nil {
			err = bad
		}
	}
	return err
}

// printPDFSignature prints what is known of the n-th signature; an error says
// that it, or its signer's certificate, is not good.
func printPDFSignature(e *env, n int, doc *pdfsig.Document, s *pdfsig.Signature, o gost.VerifyOptions) error {
	fmt.Fprintf(e.stdout, "%d field=%s signature=%s revision=%d/%d whole=%s\n", n, oneLine(s.Field), s.Verdict, s.Revision, doc.Revisions, yesNo(s.Whole))
	for _, x := range s.Later {
		fmt.Fprintf(e.stdout, "%d later=%s allowed=%s visible=%s where=%s\n", n, x.Kind, yesNo(x.Allowed), yesNo(x.Visible), oneLine(x.Where))
	}
	var bad error
	if s.Verdict != pdfsig.Valid {
		why := []string{string(s.Verdict)}
		for _, p := range s.Problems {
			why = append(why, string(p))
		}
		bad = no(e, fmt.Errorf("signature %d: %s", n, strings.Join(why, ", ")))
	}
	if s.Message != nil {
		o.Intermediates = append(o.Intermediates[:len(o.Intermediates):len(o.Intermediates)], s.Message.Certificates...)
	}
	signers := s.Signers
	if s.Stamp != nil { // a document time-stamp: its authority has signed
		authority := s.Stamp.Authority
		authority.SigningTime, authority.Err = s.Stamp.At, s.Stamp.Err
		signers = []gost.SignerResult{authority}
	}
	if len(signers) == 0 {
		return no(e, fmt.Errorf("signature %d: no signer in it", n))
	}
	for _, r := range signers {
		if err := printSignature(e, n, r, o); err != nil {
			bad = err
		}
	}
	return bad
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
