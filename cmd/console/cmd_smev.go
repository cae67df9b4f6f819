package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// smevCmd holds what an integrator needs beside the running console: the
// transform to compare digests with, and verdicts on recorded messages.
type smevCmd struct {
	Transform smevTransformCmd `cmd:"" help:"Write the SMEV transform (urn://smev-gov-ru/xmldsig/transform over exclusive C14N) of the XML on standard input."`
	Verify    smevVerifyCmd    `cmd:"" help:"Verify every signature in a SMEV message."`
}

// smevLimit bounds what the commands read; the reader has the same limit.
const smevLimit = 64<<20 + 1

type smevTransformCmd struct{}

func (c *smevTransformCmd) Run(e *env) error {
	doc, err := io.ReadAll(io.LimitReader(e.stdin, smevLimit))
	if err != nil {
		return err
	}
	out, err := xmldsig.Transform(doc)
	if err != nil {
		return no(e, err)
	}
	_, err = e.stdout.Write(out)
	return err
}

type smevVerifyCmd struct {
	File string `arg:"" help:"The message, as it was sent or received; - is the standard input." type:"existingfile"`
}

// Run prints a line per signature and the reason of each bad one to stderr.
// The certificates' chains are not looked at: the file does not say whom to
// trust.
func (c *smevVerifyCmd) Run(e *env) error {
	in := e.stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	doc, err := io.ReadAll(io.LimitReader(in, smevLimit))
	if err != nil {
		return err
	}
	signatures, err := xmldsig.VerifyAll(doc)
	if err != nil {
		return no(e, err)
	}
	if len(signatures) == 0 {
		return no(e, errors.New("no signature in the file"))
	}
	var bad error
	for _, s := range signatures {
		signer := "?"
		if s.Certificate != nil {
			signer = oneLine(s.Certificate.Subject.Get(gost.OIDCommonName))
		}
		id := cmp.Or(strings.ReplaceAll(oneLine(s.ID), " ", "?"), "-") // one word, or the reference names none
		fmt.Fprintf(e.stdout, "%s digest=%s signature=%s target=%s signer=%s\n",
			id, okBad(s.DigestOK), okBad(s.SignatureOK), okBad(s.TargetOK), signer)
		if s.Err != nil {
			bad = no(e, fmt.Errorf("%s: %s", id, oneLine(s.Err.Error())))
		}
	}
	return bad
}

// oneLine keeps a foreign string from making lines of its own.
func oneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return '?'
	}, s)
}

func okBad(ok bool) string {
	if ok {
		return "ok"
	}
	return "bad"
}
