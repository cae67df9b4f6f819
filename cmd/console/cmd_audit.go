package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"signdesk/internal/audit"
	"signdesk/internal/db"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Verify that no record of the journal was changed, taken out or added."`
	Export auditExportCmd `cmd:"" help:"Print the journal, a JSON record per line, for verifying it elsewhere."`
}

type auditVerifyCmd struct {
	File string `arg:"" optional:"" help:"An exported journal, - for standard input; the database's own without it."`
}

// Run verifies an exported journal offline, or every partner's in the database.
func (c *auditVerifyCmd) Run(e *env) error {
	if c.File != "" {
		return verifyFile(e, c.File)
	}
	return eachPartner(e, func(ctx context.Context, tx db.Conn, partner int64, name string) error {
		n, err := audit.Verify(ctx, tx, partner)
		return verdict(e, fmt.Sprintf("%s: %d records", name, n), err)
	})
}

func verifyFile(e *env, name string) error {
	in := e.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return usageError{err}
		}
		defer f.Close()
		in = f
	}
	chains := map[int64]*audit.Verifier{}
	lines := json.NewDecoder(bufio.NewReader(in))
	for n := 0; ; n++ {
		var r audit.Record
		err := lines.Decode(&r)
		if errors.Is(err, io.EOF) {
			if n == 0 {
				return usageError{fmt.Errorf("%s holds no records", name)}
			}
			return verdict(e, fmt.Sprintf("%d records", n), nil)
		}
		if err != nil {
			return verdict(e, fmt.Sprintf("%d records", n), fmt.Errorf("record %d of the file is not JSON: %w", n+1, err))
		}
		v := chains[r.Partner]
		if v == nil {
			v = &audit.Verifier{}
			chains[r.Partner] = v
		}
		if err := v.Next(r); err != nil {
			return verdict(e, fmt.Sprintf("%d records", n), err)
		}
	}
}

// verdict prints what holds and what does not.
func verdict(e *env, held string, err error) error {
	if err != nil {
		fmt.Fprintf(e.stdout, "%s hold, then: %v\n", held, err)
		return errNo
	}
	fmt.Fprintln(e.stdout, held+" hold")
	return nil
}

type auditExportCmd struct{}

// Run prints every partner's journal in order.
func (c *auditExportCmd) Run(e *env) error {
	out := bufio.NewWriter(e.stdout)
	err := eachPartner(e, func(ctx context.Context, tx db.Conn, partner int64, _ string) error {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		return audit.Walk(ctx, tx, partner, func(r audit.Record) error { return enc.Encode(r) })
	})
	return errors.Join(err, out.Flush())
}

// eachPartner runs do for every partner; one "no" does not keep the others from being looked at.
func eachPartner(e *env, do func(ctx context.Context, tx db.Conn, partner int64, name string) error) error {
	d, _, done, err := openDB(e)
	if err != nil {
		return err
	}
	defer done()
	var partners []struct {
		ID   int64
		Name string
	}
	if err := d.Plain().NewRaw(`SELECT id, name FROM partner ORDER BY id`).Scan(e.ctx, &partners); err != nil {
		return err
	}
	var no error
	for _, p := range partners {
		err := d.Read(e.ctx, p.ID, func(ctx context.Context, tx db.Conn) error { return do(ctx, tx, p.ID, p.Name) })
		if errors.Is(err, errNo) {
			no = errNo
		} else if err != nil {
			return err
		}
	}
	return no
}
