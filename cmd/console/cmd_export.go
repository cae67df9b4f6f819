package main

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"signdesk/internal/fault"
	"signdesk/internal/report"
)

// exportCmd takes accounting's papers away for a period: the reports of the
// screen «Акты и счета» under names that scripts can keep.
type exportCmd struct {
	What   string `arg:"" enum:"acts,invoices,services" help:"acts, invoices or services."`
	From   string `required:"" placeholder:"DAY" help:"First day, 2026-11-01: of the document, of a service its invoice."`
	To     string `required:"" placeholder:"DAY" help:"Last day."`
	Format string `enum:"xlsx,csv,pdf" default:"xlsx" help:"xlsx, csv or pdf."`
	Output string `short:"o" placeholder:"FILE" help:"Write here instead of the standard output."`
	As     string `required:"" placeholder:"LOGIN" help:"The employee who asks."`
}

// exports name the report behind each word and what it is asked.
var exports = map[string]struct {
	report string
	ask    map[string]string
}{
	"acts":     {"acts_invoices", map[string]string{"kind": "act"}},
	"invoices": {"acts_invoices", map[string]string{"kind": "invoice"}},
	"services": {"services", map[string]string{}},
}

func (c *exportCmd) Run(e *env) error {
	asked := map[string]string{"from": c.From, "to": c.To}
	for name, value := range exports[c.What].ask {
		asked[name] = value
	}
	for flag, day := range map[string]string{"--from": c.From, "--to": c.To} {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return usageError{fmt.Errorf("%s %q: want a day as 2026-11-01", flag, day)}
		}
	}
	if c.To < c.From {
		return usageError{errors.New("--to lies before --from")}
	}
	d, _, done, err := openDB(e)
	if err != nil {
		return err
	}
	defer done()
	by, err := actAs(e, d, c.As)
	if err != nil {
		return err
	}
	r, err := report.Find(by, exports[c.What].report)
	if err != nil {
		return c.refused(e, err)
	}
	var file bytes.Buffer
	if err := r.Export(e.ctx, d, by, e.now(), asked, c.Format, &file); err != nil {
		return c.refused(e, err)
	}
	return (&reportRunCmd{Output: c.Output}).write(e, file.Bytes())
}

// refused prints what a person would read on the page: exit code 1.
func (c *exportCmd) refused(e *env, err error) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	fmt.Fprintln(e.stderr, "console:", f.Text)
	return errNo
}
