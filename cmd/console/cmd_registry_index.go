package main

import (
	"fmt"

	"signdesk/internal/registry"
)

// registryIndexCmd makes what the search reads.
type registryIndexCmd struct {
	Rebuild bool `help:"Build the tables anew even when a few changes would do."`
}

// Run prints what was read and how long it took.
func (c *registryIndexCmd) Run(e *env) error {
	d, _, done, err := openDB(e)
	if err != nil {
		return err
	}
	defer done()
	index := registry.Reindex
	if c.Rebuild {
		index = registry.Rebuild
	}
	var tell func(registry.IndexProgress)
	if draw := drawing(e.stderr); draw != nil {
		tell = func(p registry.IndexProgress) { draw(p.Share, p.Phase) }
	}
	report, err := index(e.ctx, d, tell)
	if tell != nil {
		fmt.Fprint(e.stderr, "\r\x1b[K")
	}
	if err != nil {
		return err
	}
	how := "amended"
	switch {
	case report.Anew:
		how = "built anew"
	case report.Docs == 0:
		how = "up to date"
	}
	fmt.Fprintf(e.stdout, "search tables %s: %d lines, %d words, %.1f s\n", how, report.Docs, report.Words, report.Elapsed.Seconds())
	return nil
}
