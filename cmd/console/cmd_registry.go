package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"signdesk/internal/registry"
)

// registryCmd fills the country's register.
type registryCmd struct {
	Import   registryImportCmd   `cmd:"" help:"Take in dumps of EGRUL and EGRIP, or files of the address register GAR (.xml or .zip); continues after an interruption."`
	Index    registryIndexCmd    `cmd:"" help:"Bring the search tables up to date with the register; an import does it at its end."`
	Rejects  registryRejectsCmd  `cmd:"" help:"Print the records that imports did not take in, and why: file, file in the zip, record, OGRN, reason."`
	Generate registryGenerateCmd `cmd:"" help:"Write a synthetic dump, for benchmarks."`
}

type registryImportCmd struct {
	Files  []string `arg:"" name:"file" help:"VO_RUGFO_*.xml, VO_RIGFO_*.xml, AS_*.XML or zips of them; what a file is shows its content."`
	Houses []string `help:"Regions whose houses are taken from GAR: two-digit codes, none, or all." default:"all" placeholder:"CODE"`
}

// Run prints how many rows were read, how fast, and what was rejected and why.
func (c *registryImportCmd) Run(e *env) error {
	d, _, done, err := openDB(e)
	if err != nil {
		return err
	}
	defer done()
	bar := progressBar(e.stderr)
	var report registry.Report
	var gar, dumps []string
	for _, f := range c.Files {
		if registry.IsGAR(f) {
			gar = append(gar, f)
		} else {
			dumps = append(dumps, f)
		}
	}
	if len(gar) > 0 {
		report, err = registry.ImportGAR(e.ctx, d, gar, registry.GAROptions{Houses: c.houses()}, bar)
	}
	if len(dumps) > 0 && e.ctx.Err() == nil {
		more, failed := registry.Import(e.ctx, d, dumps, bar)
		report, err = report.Plus(more), errors.Join(err, failed)
	}
	if bar != nil {
		fmt.Fprint(e.stderr, "\r\x1b[K")
	}
	fmt.Fprintf(e.stdout, "rows %d, new or newer %d, rejected %d, known from earlier runs %d, %.1f MB in %.1f s, %.1f MB/s\n",
		report.Rows, report.Written, report.Rejected, report.Known,
		float64(report.Bytes)/1e6, report.Elapsed.Seconds(), report.MBPerSecond())
	if report.Indexed > 0 {
		fmt.Fprintf(e.stdout, "of it %.1f s for the search tables\n", report.Indexed.Seconds())
	}
	for _, r := range report.Why {
		fmt.Fprintf(e.stdout, "rejected\t%s\t%d\t%s\t%s\n", r.File, r.Record, r.OGRN, r.Reason)
	}
	if more := report.Rejected - int64(len(report.Why)); more > 0 {
		fmt.Fprintf(e.stdout, "and %d more; console registry rejects prints all\n", more)
	}
	return err
}

// houses are the codes of the flag; nil is all.
func (c *registryImportCmd) houses() []string {
	if slices.Equal(c.Houses, []string{"all"}) {
		return nil
	}
	return append([]string{}, c.Houses...)
}

// progressBar draws on a terminal and is nil for anything else.
func progressBar(w io.Writer) func(registry.Progress) {
	draw := drawing(w)
	if draw == nil {
		return nil
	}
	return func(p registry.Progress) {
		text := fmt.Sprintf("%d rows, %d rejected", p.Rows, p.Rejected)
		if p.MBPerSecond > 0 {
			text += fmt.Sprintf(", %.1f MB/s", p.MBPerSecond)
		}
		if p.Left > 0 {
			text += fmt.Sprintf(", %v left", p.Left.Round(time.Second))
		}
		draw(float64(p.Done)/float64(max(p.Total, 1)), fmt.Sprintf("%s  %s%.40s", text, p.Phase, p.File))
	}
}

// drawing draws a share as a bar with text behind it.
func drawing(w io.Writer) func(share float64, text string) {
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	const width = 30
	return func(share float64, text string) {
		share = min(share, 1)
		full := int(width * share)
		fmt.Fprintf(f, "\r\x1b[K[%s%s] %3d%%  %s", strings.Repeat("#", full), strings.Repeat(".", width-full), int(100*share), text)
	}
}

type registryRejectsCmd struct{}

// Run prints a line per record, the latest import first.
func (c *registryRejectsCmd) Run(e *env) error {
	d, _, done, err := openDB(e)
	if err != nil {
		return err
	}
	defer done()
	return registry.Rejections(e.ctx, d.Plain(), func(dump string, r registry.Rejection) error {
		_, err := fmt.Fprintf(e.stdout, "%s\t%s\t%d\t%s\t%s\n", dump, r.File, r.Record, r.OGRN, r.Reason)
		return err
	})
}

type registryGenerateCmd struct {
	Orgs int    `help:"How many organisations and entrepreneurs in all."`
	Seed uint64 `default:"1" help:"The same seed and date give the same bytes."`
	Date string `help:"The day of the dump, 2006-01-02; today if left out."`
	Out  string `required:"" help:"The zip to write."`

	Compact bool `help:"Records of about 1.5 KB, named as unevenly as the country's: for figures at national scale."`

	garFlags
}

func (c *registryGenerateCmd) Run(e *env) error {
	o := registry.GenerateOptions{Orgs: c.Orgs, Seed: c.Seed, Date: e.now(), Compact: c.Compact}
	if c.Date != "" {
		day, err := time.Parse(time.DateOnly, c.Date)
		if err != nil {
			return usageError{fmt.Errorf("--date: %w", err)}
		}
		o.Date = day
	}
	if c.GAR {
		return c.address(e, o.Date)
	}
	if c.Orgs < 1 {
		return usageError{errors.New("--orgs: at least 1")}
	}
	if err := writeWhole(c.Out, func(w io.Writer) error { return registry.Generate(w, o) }); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%d records in %s\n", c.Orgs, c.Out)
	return nil
}
