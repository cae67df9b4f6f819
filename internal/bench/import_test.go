package bench

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"signdesk/internal/db"
	"signdesk/internal/db/cluster"
	"signdesk/internal/registry"
)

var dumpDay = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// dump writes a synthetic dump of the register.
func dump(b *testing.B, orgs int) (path string) { return dumpOf(b, orgs, false) }

func dumpOf(b *testing.B, orgs int, compact bool) (path string) {
	b.Helper()
	path = filepath.Join(b.TempDir(), "dump.zip")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if err := registry.Generate(f, registry.GenerateOptions{Orgs: orgs, Seed: 1, Date: dumpDay, Compact: compact}); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkImport takes a dump into an empty register, to search tables and all,
// on a server as production configures it, beside xmllint that only reads the
// same XML and forgets it; then the address register. Full records are of 3.6 KB,
// compact ones of 1.3 KB.
func BenchmarkImport(b *testing.B) {
	xmllint := program(b, "xmllint")
	server, err := cluster.Start(b.Context(), b.TempDir(), io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := server.Stop(); err != nil {
			b.Error(err)
		}
	})
	imports(b, server, xmllint, "", dumpOf(b, 40_000, false))
	imports(b, server, xmllint, "_compact", dumpOf(b, 150_000, true))
	addresses(b, xmllint)
}

// imports prints the speed over all, that of the records alone, and the time of
// processors that a MB takes, ours and the server's.
func imports(b *testing.B, server *cluster.Cluster, xmllint, kind, path string) {
	var all, records, theirs, own, servers []float64
	for i := range 3 {
		name := fmt.Sprintf("import%s_%d", kind, i)
		d, drop := fresh(b, server, name)
		ownBefore, before := ownTime(b), cpuTime(b, d)
		report, err := registry.Import(b.Context(), d, []string{path}, nil)
		if err != nil || report.Rejected > 0 {
			b.Fatalf("%+v, %v", report, err)
		}
		spent, ownSpent := cpuTime(b, d)-before, ownTime(b)-ownBefore
		mb := float64(report.Bytes) / 1e6
		all = append(all, report.MBPerSecond())
		records = append(records, mb/(report.Elapsed-report.Indexed).Seconds())
		own = append(own, 1000*ownSpent.Seconds()/mb)
		servers = append(servers, 1000*(spent-ownSpent).Seconds()/mb)
		theirs = append(theirs, lint(b, xmllint, path))
		drop()
	}
	rival := median(theirs)
	b.Run("megabytes"+kind, func(b *testing.B) { figure(b, median(all), rival, "MB/s") })
	b.Run("megabytes"+kind+"_records_only", func(b *testing.B) { figure(b, median(records), rival, "MB/s") })
	b.Run("processor"+kind+"_console", func(b *testing.B) { figure(b, median(own), 0, "ms/MB") })
	b.Run("processor"+kind+"_database", func(b *testing.B) { figure(b, median(servers), 0, "ms/MB") })
}

// fresh makes an empty database on a server.
func fresh(b *testing.B, server *cluster.Cluster, name string) (d *db.DB, drop func()) {
	b.Helper()
	admin, err := pgx.Connect(b.Context(), server.DSN("postgres"))
	if err != nil {
		b.Fatal(err)
	}
	defer admin.Close(b.Context())
	if _, err := admin.Exec(b.Context(), "CREATE DATABASE "+name); err != nil {
		b.Fatal(err)
	}
	if err := db.Migrate(b.Context(), server.DSN(name)); err != nil {
		b.Fatal(err)
	}
	if d, err = db.Open(b.Context(), server.DSN(name), db.Options{}); err != nil {
		b.Fatal(err)
	}
	return d, func() {
		b.Helper()
		d.Close()
		admin, err := pgx.Connect(b.Context(), server.DSN("postgres"))
		if err != nil {
			b.Fatal(err)
		}
		defer admin.Close(b.Context())
		if _, err := admin.Exec(b.Context(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			b.Fatal(err)
		}
	}
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
