package orgtest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/registry"
)

// GAR takes a small address register in; the house of Romashka's legal address
// gets the number that the register of organisations gives it.
func GAR(t testing.TB, d *db.DB) {
	t.Helper()
	var b bytes.Buffer
	o := registry.GARGenerateOptions{Seed: 1, Date: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), Regions: []string{"77"}, Streets: 200, Houses: 8}
	if err := registry.GenerateGAR(&b, o); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "gar_xml.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := registry.ImportGAR(t.Context(), d, []string{path}, registry.GAROptions{}, nil); err != nil || r.Rejected > 0 {
		t.Fatal(r, err)
	}
	if _, err := d.Plain().ExecContext(t.Context(), `UPDATE gar_house SET guid = '14830646-27d7-4d40-839c-cc355ecbc9b5' WHERE num = '3' AND num1 = '' AND parent IN (
		SELECT objectid FROM gar_object WHERE name = 'Лесная' AND region = '77')`); err != nil {
		t.Fatal(err)
	}
}
