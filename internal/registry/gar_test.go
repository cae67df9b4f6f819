package registry

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

var garDay = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

func generatedGAR(t testing.TB, o GARGenerateOptions) []byte {
	t.Helper()
	o.Date = garDay
	var b bytes.Buffer
	if err := GenerateGAR(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// newGAR is a database with a small register.
func newGAR(t testing.TB) *db.DB {
	t.Helper()
	d := dbtest.New(t)
	small := generatedGAR(t, GARGenerateOptions{Seed: 1, Regions: []string{"77", "38", "55", "69"}, Streets: 130, Houses: 12})
	report, err := ImportGAR(t.Context(), d, []string{file(t, "gar_xml.zip", small)}, GAROptions{Houses: []string{"38", "55"}}, nil)
	if err != nil || report.Rejected != 0 || report.Rows == 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	return d
}

// The schemas are the tax service's own.
func TestGeneratedGARIsValid(t *testing.T) {
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "conformance")
	}
	schemas, _ := filepath.Glob(filepath.Join(dir, "gar", "*.xsd"))
	if len(schemas) == 0 {
		t.Skip("the schemas of the address register are not here")
	}
	if _, err := exec.LookPath("xmllint"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no xmllint")
	}
	o := GARGenerateOptions{Seed: 5, Regions: []string{"02", "38", "77", "86"}, Streets: 12, Houses: 8}
	data := generatedGAR(t, o)
	if !bytes.Equal(data, generatedGAR(t, o)) {
		t.Error("the same seed gives other bytes")
	}
	o.Date, o.Since = garDay.AddDate(0, 0, 1), garDay
	var b bytes.Buffer
	if err := GenerateGAR(&b, o); err != nil {
		t.Fatal(err)
	}
	changes := b.Bytes()
	if len(changes) == 0 || len(changes) > len(data)/2 {
		t.Errorf("%d bytes of changes to %d", len(changes), len(data))
	}
	checked := map[string]bool{}
	lint := func(m *zip.File) {
		name := filepath.Base(m.Name)
		kind := name[:strings.LastIndex(name[:strings.LastIndex(name, "_")], "_")]
		kind = strings.NewReplacer("ADDHOUSE", "HOUSE", "ADDR_OBJ_PARAMS", "PARAM", "HOUSES_PARAMS", "PARAM").Replace(kind)
		schema := ""
		for _, s := range schemas {
			if strings.HasPrefix(filepath.Base(s), kind+"_2") {
				schema = s
			}
		}
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		_, _ = b.ReadFrom(r)
		path := filepath.Join(t.TempDir(), "file.xml")
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("xmllint", "--noout", "--schema", schema, path).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%.1000s", m.Name, err, out)
		}
		checked[kind] = true
	}
	for _, data := range [][]byte{data, changes} {
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range z.File {
			lint(m)
		}
	}
	if len(checked) != len(schemas) {
		t.Errorf("%d kinds of %d schemas", len(checked), len(schemas))
	}
}
