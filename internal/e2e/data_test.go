package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// testDataCommands runs the commands that need a database on the folder of a
// demo: beside it while it runs, and alone when it has ended.
func testDataCommands(t *testing.T) {
	d := newDemo(t)
	d.orgs = 3000 // the demo's own figure, for the times below
	d.start()
	t.Logf("console demo, empty folder: ready in %s", d.took.Round(10*time.Millisecond))
	firm := d.firm(0)

	var found struct {
		Query   string
		Results []struct{ INN, OGRN, Name string }
	}
	out := says(t, d.dir, 0, "search", "--json", firm.OGRN)
	if err := json.Unmarshal([]byte(out), &found); err != nil || len(found.Results) != 1 || found.Results[0].INN != firm.INN || found.Query != firm.OGRN {
		t.Errorf("search: %v\n%s", err, out)
	}
	if out := says(t, d.dir, 0, "search", firm.INN); !strings.Contains(out, firm.OGRN) {
		t.Errorf("search by INN: %s", out)
	}
	says(t, d.dir, 1, "search", "ъыщ ыъщэ")

	d.stop()
	d.start()
	t.Logf("console demo, warm: ready in %s", d.took.Round(10*time.Millisecond))
	d.stop()

	names := 0
	for line := range strings.Lines(says(t, d.dir, 0, "report", "list", "--as", "kuznetsov")) {
		names++
		name := strings.Fields(line)[0]
		for _, format := range []string{"csv", "xlsx", "pdf", "json"} {
			file := filepath.Join(t.TempDir(), name+"."+format)
			says(t, d.dir, 0, "report", "run", name, "--as", "kuznetsov", "--format", format, "-o", file)
			begins := map[string]string{"csv": "\xef\xbb\xbf", "xlsx": "PK", "pdf": "%PDF-", "json": ""}[format]
			if b, err := os.ReadFile(file); err != nil || len(b) == 0 || !strings.HasPrefix(string(b), begins) {
				t.Errorf("%s.%s: %v, %d bytes %.8q", name, format, err, len(b), b)
			}
		}
	}
	if names < 3 {
		t.Errorf("the supervisor may run %d reports", names)
	}
	says(t, d.dir, 2, "report", "run", "no-such-report", "--as", "kuznetsov")
	says(t, d.dir, 2, "report", "run", "issued", "--as", "nobody")
	if out := says(t, d.dir, 0, "config"); !strings.Contains(out, "CONSOLE_VAR="+d.dir) || strings.Contains(out, "demo-") {
		t.Errorf("config: %s", out)
	}
	if left := d.processes(); len(left) > 0 {
		t.Errorf("the commands left %q behind", left)
	}
}
