package bench

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"signdesk/internal/db/dbtest"
	"signdesk/internal/registry"
)

var dumpDay = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// dump writes a synthetic dump of the register.
func dump(b *testing.B, orgs int) (path string) {
	b.Helper()
	path = filepath.Join(b.TempDir(), "dump.zip")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if err := registry.Generate(f, registry.GenerateOptions{Orgs: orgs, Seed: 1, Date: dumpDay}); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkImport takes a dump into an empty register, indexes and all, beside
// xmllint that only reads the same XML and forgets it; then the address register.
func BenchmarkImport(b *testing.B) {
	xmllint := program(b, "xmllint")
	path := dump(b, 20000)
	b.Run("megabytes", func(b *testing.B) {
		var ours, theirs []float64
		for range 3 {
			d := dbtest.New(b)
			report, err := registry.Import(b.Context(), d, []string{path}, nil)
			if err != nil || report.Rejected > 0 {
				b.Fatalf("%+v, %v", report, err)
			}
			ours = append(ours, float64(report.Bytes)/1e6/report.Elapsed.Seconds())
			theirs = append(theirs, lint(b, xmllint, path))
		}
		figure(b, median(ours), median(theirs), "MB/s")
	})
	addresses(b, xmllint)
}

// lint is how many MB/s of the dump's XML xmllint streams through.
func lint(b *testing.B, xmllint, path string) float64 {
	b.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		b.Fatal(err)
	}
	defer z.Close()
	bytesRead, took := 0, time.Duration(0)
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			b.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			b.Fatal(err)
		}
		cmd := exec.CommandContext(b.Context(), xmllint, "--stream", "--noout", "-")
		cmd.Stdin = bytes.NewReader(text)
		_, t := run(b, cmd)
		bytesRead, took = bytesRead+len(text), took+t
	}
	return float64(bytesRead) / 1e6 / took.Seconds()
}
