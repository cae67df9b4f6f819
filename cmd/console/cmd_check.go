package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"signdesk/internal/ident"
)

// checkCmd tells whether numbers can exist. One number is given on the command
// line; with "-" the lines kind,value,aux come from the standard input and go
// out as kind,value,aux,valid|invalid,reason. Aux holds bik=… for accounts;
// further columns and a header line are skipped. The exit code is 1 when any
// number is refused.
type checkCmd struct {
	Kind  string `arg:"" help:"inn, kpp, ogrn, ogrnip, snils, okpo, bik, account, corr_account; - reads kind,value,aux lines."`
	Value string `arg:"" optional:"" help:"The number."`
	BIK   string `name:"bik" help:"The bank of an account."`
}

func (c *checkCmd) Run(e *env) error {
	if c.Kind == "-" {
		if c.Value != "" || c.BIK != "" {
			return usageError{errors.New("check - takes its values from the standard input")}
		}
		return checkLines(e.stdin, e.stdout)
	}
	if c.Value == "" {
		return usageError{fmt.Errorf("check %s: the value is missing", c.Kind)}
	}
	if c.BIK == "" && strings.HasSuffix(c.Kind, "account") {
		return usageError{fmt.Errorf("check %s: --bik is missing: the key of an account depends on the bank", c.Kind)}
	}
	err := ident.Check(c.Kind, c.Value, c.BIK)
	if errors.Is(err, ident.ErrKind) {
		return usageError{fmt.Errorf("%w, known are %s", err, strings.Join(ident.Kinds(), ", "))}
	}
	if err != nil {
		fmt.Fprintln(e.stdout, "invalid:", err)
		return errNo
	}
	fmt.Fprintln(e.stdout, "valid")
	return nil
}

func checkLines(in io.Reader, out io.Writer) error {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	w := csv.NewWriter(out)
	refused := false
	for first := true; ; first = false {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			w.Flush()
			return usageError{fmt.Errorf("read the lines to check: %w", err)}
		}
		if first && strings.TrimPrefix(row[0], "\ufeff") == "kind" {
			continue
		}
		line, _ := r.FieldPos(0)
		if len(row) < 2 {
			w.Flush()
			return usageError{fmt.Errorf("line %d: want kind,value,aux", line)}
		}
		aux := ""
		if len(row) > 2 {
			aux = row[2]
		}
		err = ident.Check(row[0], row[1], auxBIK(aux))
		if errors.Is(err, ident.ErrKind) {
			w.Flush()
			return usageError{fmt.Errorf("line %d: %w", line, err)}
		}
		verdict, reason := "valid", ""
		if err != nil {
			verdict, reason, refused = "invalid", err.Error(), true
		}
		if err := w.Write([]string{row[0], row[1], aux, verdict, reason}); err != nil {
			return fmt.Errorf("write verdicts: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write verdicts: %w", err)
	}
	if refused {
		return errNo
	}
	return nil
}

// auxBIK finds bik=… among the notes of a line, which a semicolon separates.
func auxBIK(aux string) string {
	for note := range strings.SplitSeq(aux, ";") {
		if bik, ok := strings.CutPrefix(strings.TrimSpace(note), "bik="); ok {
			return bik
		}
	}
	return ""
}
