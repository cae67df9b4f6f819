package registry

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/fault"
)

// file writes a dump for Import.
func file(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func count(t testing.TB, d *db.DB, what string) (n int) {
	t.Helper()
	if err := d.Plain().QueryRowContext(t.Context(), "SELECT count(*) FROM "+what).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// takeIn is an import that leaves the search tables behind.
func takeIn(t testing.TB, d *db.DB, files ...string) {
	t.Helper()
	if err := (&importer{}).records(t.Context(), d.DSN(), files); err != nil {
		t.Fatal(err)
	}
}

func TestSamplesAreImportedWhole(t *testing.T) {
	d := dbtest.New(t)
	var files []string
	want := map[string]*Record{}
	for _, name := range []string{"egrul_407_anonymised_cp1251.xml", "egrip_anonymised_cp1251.xml",
		"egrul_fias_address_synthetic_cp1251.xml", "egrul_fias_address_update_synthetic_cp1251.xml"} {
		f := conformance(t, name)
		files = append(files, f.Name())
		records, _, _ := readAll(t, f)
		for _, r := range records {
			want[r.OGRN] = r // the later file updates the earlier one
		}
	}
	report, err := Import(t.Context(), d, files, nil)
	if err != nil || report.Rows != 15 || report.Rejected != 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	if n := count(t, d, "registry_org"); n != 9 || len(want) != 9 {
		t.Errorf("%d organisations, read %d", n, len(want))
	}
	for ogrn, r := range want {
		got, err := Get(t.Context(), d.Plain(), ogrn)
		if diff := cmp.Diff(r, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", ogrn, err, diff)
		}
	}
	if _, err := Get(t.Context(), d.Plain(), "1027700132195"); !fault.Is(err, fault.NotFound) {
		t.Errorf("unknown number: %v", err)
	}
}

func TestImportAgainAndNewer(t *testing.T) {
	d := dbtest.New(t)
	at := func(day, name string) []byte {
		return []byte(fileOf(strings.NewReplacer("2026-11-01", day, "ЁЛКА", name).Replace(sampleOrg)))
	}
	take := func(data []byte) Report {
		t.Helper()
		report, err := Import(t.Context(), d, []string{file(t, "dump.xml", data)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	name := func() string {
		r, err := Get(t.Context(), d.Plain(), "1027700132195")
		if err != nil {
			t.Fatal(err)
		}
		return r.ShortName
	}
	if r := take(at("2026-11-01", "ЁЛКА")); r.Rows != 1 || r.Written != 1 {
		t.Errorf("first: %+v", r)
	}
	if r := take(at("2026-11-01", "ЁЛКА")); r.Rows != 0 || r.Known != 1 {
		t.Errorf("the same file: %+v", r)
	}
	if r := take(at("2026-10-01", "ОСИНА")); r.Rows != 1 || r.Written != 0 || name() != `ПАО "ЁЛКА"` {
		t.Errorf("an older record: %+v, %s", r, name())
	}
	if r := take(at("2026-11-02", "БЕРЁЗА")); r.Written != 1 || name() != `ПАО "БЕРЁЗА"` {
		t.Errorf("a newer record: %+v, %s", r, name())
	}
	if n := count(t, d, "registry_org"); n != 1 {
		t.Errorf("%d rows", n)
	}
}

func TestRejectedRecordsAreNoted(t *testing.T) {
	d := dbtest.New(t)
	bad := strings.Replace(sampleOrg, "1027700132195", "1027700132194", 1)
	path := file(t, "dump.xml", []byte(fileOf(bad, sampleOrg)))
	report, err := Import(t.Context(), d, []string{path}, nil)
	if err != nil || report.Rows != 2 || report.Rejected != 1 || report.Written != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	want := Rejection{"dump.xml", 0, "1027700132194", "Контрольное число ОГРН не сходится: в конце должно быть 5, а стоит 4. Проверьте, нет ли опечатки"}
	if report.Why[0] != want {
		t.Errorf("%+v", report.Why[0])
	}
	if n := count(t, d, "registry_reject WHERE ogrn = '1027700132194' AND record = 0"); n != 1 {
		t.Errorf("%d noted", n)
	}
}

func TestBadFileDoesNotStopTheOthers(t *testing.T) {
	d := dbtest.New(t)
	good := file(t, "good.xml", []byte(fileOf(sampleOrg)))
	cut := file(t, "cut.xml", []byte(strings.TrimSuffix(fileOf(strings.ReplaceAll(sampleOrg, "1027700132195", "1027739609391")), "</Файл>")))
	page := file(t, "page.xml", []byte("<html></html>"))
	empty := file(t, "empty.zip", []byte("PK\x03\x04 and so on"))
	report, err := Import(t.Context(), d, []string{page, empty, cut, "absent.xml", good}, nil)
	if !errors.Is(err, ErrNotDump) || !errors.Is(err, ErrCutOff) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	// What stands before the cut is taken in.
	if report.Rows != 2 || count(t, d, "registry_org") != 2 {
		t.Errorf("%+v", report)
	}
}

// An import stopped anywhere goes on where it stopped and doubles nothing.
func TestStoppedImportGoesOn(t *testing.T) {
	d := dbtest.New(t)
	const orgs = 9000
	path := file(t, "dump.zip", generate(t, orgs, 5))
	runs, rows := 0, int64(0)
	for ; runs < 50; runs++ {
		ctx, stop := context.WithCancel(t.Context())
		report, err := Import(ctx, d, []string{path}, func(Progress) { stop() })
		stop()
		rows += report.Rows
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if int(report.Known)+int(report.Rows) != count(t, d, "registry_org") {
			t.Fatalf("run %d: %+v, but %d in the register", runs, report, count(t, d, "registry_org"))
		}
	}
	if runs < 2 || rows != orgs || count(t, d, "registry_org") != orgs {
		t.Errorf("%d stops, %d records read, %d in the register", runs, rows, count(t, d, "registry_org"))
	}
	var taken int
	if err := d.Plain().QueryRowContext(t.Context(), "SELECT sum(records) FROM registry_import").Scan(&taken); err != nil || taken != orgs {
		t.Errorf("%d taken, %v", taken, err)
	}
}

func TestOneImportAtATime(t *testing.T) {
	dsn := dbtest.DSN(t)
	w, err := newWriter(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	if _, err := newWriter(t.Context(), dsn); !errors.Is(err, ErrBusy) {
		t.Errorf("second import: %v", err)
	}
}

// BenchmarkImport takes 20,000 synthetic records into an empty register; MB of
// XML. The rival on the same bytes is xmllint --stream --noout.
func BenchmarkImport(b *testing.B) {
	dump := generate(b, 20000, 1)
	path := file(b, "dump.zip", dump)
	var report Report
	for b.Loop() {
		b.StopTimer()
		d := dbtest.New(b)
		b.StartTimer()
		var err error
		if report, err = Import(b.Context(), d, []string{path}, nil); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(report.Bytes)
	}
	b.ReportMetric(float64(report.Rows)/report.Elapsed.Seconds(), "records/s")
}
