package registry

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

// An import of five times as much takes no more memory: what is held is a few
// batches, whatever the size of the dump.
func TestImportTakesConstantMemory(t *testing.T) {
	if dsn := os.Getenv("MEASURED_IMPORT_DSN"); dsn != "" { // this is the process that is measured
		d, err := db.Open(t.Context(), dsn, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		takeIn(t, d, os.Getenv("MEASURED_IMPORT_FILE"))
		status, err := os.ReadFile("/proc/self/status") // what wait(2) tells counts the parent in
		if err != nil {
			t.Fatal(err)
		}
		_, peak, _ := strings.Cut(string(status), "VmHWM:")
		fmt.Println("peak", strings.Fields(peak)[0])
		return
	}
	peak := func(orgs int) (mb int) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestImportTakesConstantMemory$")
		cmd.Env = append(os.Environ(), "MEASURED_IMPORT_DSN="+dbtest.DSN(t), "MEASURED_IMPORT_FILE="+file(t, "dump.zip", generate(t, orgs, 5)))
		out, err := cmd.CombinedOutput()
		if _, scanErr := fmt.Sscanf(string(out), "peak %d", &mb); err != nil || scanErr != nil {
			t.Fatalf("%v, %v\n%s", err, scanErr, out)
		}
		return mb >> 10
	}
	small, large := peak(6_000), peak(30_000)
	t.Logf("22 MB of XML: %d MB, 108 MB: %d MB", small, large)
	if large > small*5/4+16 || large > 200 {
		t.Errorf("%d MB for 22 MB of XML, %d MB for 108", small, large)
	}
}
