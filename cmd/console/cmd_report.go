package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/report"
	"signdesk/internal/staff"
)

// reportCmd runs the reports of the page from the command line: as an employee,
// with his rights and his partner's rows.
type reportCmd struct {
	List reportListCmd `cmd:"" help:"List the reports: name, title, parameters."`
	Run  reportRunCmd  `cmd:"" help:"Run a report into a file or the standard output."`
}

type reportListCmd struct {
	As string `placeholder:"LOGIN" help:"Only what this employee may run."`
}

func (c *reportListCmd) Run(e *env) error {
	list := report.All()
	if c.As != "" {
		d, _, done, err := openDB(e)
		if err != nil {
			return err
		}
		defer done()
		by, err := actAs(e, d, c.As)
		if err != nil {
			return err
		}
		list = report.For(by)
	}
	out := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	for _, r := range list {
		fmt.Fprintf(out, "%s\t%s\t", r.Name, r.Title)
		for i, p := range r.Params {
			if i > 0 {
				fmt.Fprint(out, " ")
			}
			fmt.Fprintf(out, "%s:%s", p.Name, p.Type)
		}
		fmt.Fprintln(out)
	}
	return out.Flush()
}

type reportRunCmd struct {
	Name   string            `arg:"" help:"Name from console report list."`
	As     string            `required:"" placeholder:"LOGIN" help:"The employee who asks."`
	Param  map[string]string `placeholder:"NAME=VALUE" mapsep:"none" help:"A parameter; may be repeated. Dates as 2026-11-01."`
	Format string            `enum:"xlsx,csv,pdf,json" default:"csv" help:"xlsx, csv, pdf or json."`
	Output string            `short:"o" placeholder:"FILE" help:"Write here instead of the standard output."`
}

func (c *reportRunCmd) Run(e *env) error {
	d, _, done, err := openDB(e)
	if err != nil {
		return err
	}
	defer done()
	by, err := actAs(e, d, c.As)
	if err != nil {
		return err
	}
	r, err := report.Find(by, c.Name)
	if err == nil {
		var file bytes.Buffer
		if err = r.Export(e.ctx, d, by, e.now(), c.Param, c.Format, &file); err == nil {
			return c.write(e, file.Bytes())
		}
	}
	return reportRefused(e, err)
}

// write puts the file in place whole, or not at all.
func (c *reportRunCmd) write(e *env, file []byte) error {
	if c.Output == "" {
		_, err := e.stdout.Write(file)
		return err
	}
	part := c.Output + ".part"
	if err := os.WriteFile(part, file, 0o600); err != nil {
		return err
	}
	if err := os.Rename(part, c.Output); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return nil
}

// reportRefused turns what a person would read on the page into exit codes: 2 for a
// wrong name or parameter, 1 for a missing right or a report that takes too long.
func reportRefused(e *env, err error) error {
	f := fault.As(err)
	switch {
	case f == nil:
		return err
	case f.Kind == fault.NotFound:
		return usageError{errors.New(f.Text)}
	case f.Kind == fault.Invalid:
		var wrong []error
		for _, name := range f.FieldNames() {
			wrong = append(wrong, fmt.Errorf("--param %s: %s", name, f.Fields[name]))
		}
		return usageError{errors.Join(wrong...)}
	}
	fmt.Fprintln(e.stderr, "console:", f.Text)
	return errNo
}

// actAs loads the employee a command acts as.
func actAs(e *env, d *db.DB, login string) (*staff.Employee, error) {
	id, err := employeeID(e.ctx, d, login)
	if err != nil {
		return nil, err
	}
	return staff.Load(e.ctx, d, id)
}
