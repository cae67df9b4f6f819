package gost_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Signing runs every block of the package as often for one key, nonce and
// digest as for another: no branch and no loop depends on them. The counters
// are those of the compiler's coverage, so nothing is measured and nothing
// flickers. (That no address depends on them is for the reader of pick.)
// Verification, where all is public, does differ: so the counters do see it.
func TestSameBlocks(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("go"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no Go to build with: %v", err)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "blocks")
	run := func(name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "GOCOVERDIR="+dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	const pkg = "signdesk/internal/gost"
	run("go", "build", "-cover", "-covermode=atomic", "-coverpkg="+pkg+","+pkg+"/testdata/blocks", "-o", program, "./testdata/blocks")
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o755); err != nil {
		t.Fatal(err)
	}
	run(program, data)

	seen, runs := map[string]map[string]string{}, 0 // of each kind: counters, and the first run that had them
	for _, entry := range must(os.ReadDir(data))(t) {
		text := filepath.Join(dir, entry.Name()+".txt")
		run("go", "tool", "covdata", "textfmt", "-i="+filepath.Join(data, entry.Name()), "-o="+text)
		counters := ofPackage(must(os.ReadFile(text))(t))
		kind := entry.Name()[:strings.LastIndex(entry.Name(), "-")]
		if seen[kind] == nil {
			seen[kind] = map[string]string{}
		}
		if _, ok := seen[kind][counters]; !ok {
			seen[kind][counters] = entry.Name()
		}
		runs++
	}
	for kind, different := range seen {
		switch {
		case strings.HasPrefix(kind, "verify") && len(different) < 2:
			t.Errorf("%s: the counters see no difference", kind)
		case strings.HasPrefix(kind, "sign") && len(different) > 1:
			t.Errorf("%s: %d ways of running", kind, len(different))
			var first string
			for counters, name := range different {
				if first == "" {
					first = counters
				} else {
					t.Log(name, firstDifference(first, counters))
				}
			}
		}
	}
	t.Logf("%d runs of %d kinds", runs, len(seen))
}

// ofPackage keeps the counters of blocks that ran, without those of the program.
func ofPackage(text []byte) string {
	var b strings.Builder
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if line := lines.Text(); !strings.HasSuffix(line, " 0") && !strings.Contains(line, "/testdata/") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

func firstDifference(a, b string) string {
	other := strings.Split(b, "\n")
	for i, line := range strings.Split(a, "\n") {
		if i >= len(other) || other[i] != line {
			return line
		}
	}
	return "at the end"
}
