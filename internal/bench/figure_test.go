package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// figure reports one line of the table; rival 0 is "there is none".
func figure(b *testing.B, ours, rival float64, unit string) {
	b.Helper()
	b.ReportMetric(0, "ns/op") // says nothing here
	b.ReportMetric(ours, "ours:"+unit)
	if rival > 0 {
		b.ReportMetric(rival, "rival:"+unit)
	}
}

// median of several rounds: a neighbour on the machine spoils one of them, not all.
func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// program finds a rival; without it the figure is skipped, in CI it is missing.
func program(b *testing.B, name string) string {
	b.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); len(found) > 0 {
			return found[len(found)-1]
		}
		if os.Getenv("CI") == "true" {
			b.Fatal(err)
		}
		b.Skip(err)
	}
	return path
}

// run runs a rival to its end and returns what it printed and how long it took.
func run(b *testing.B, cmd *exec.Cmd) (out string, took time.Duration) {
	b.Helper()
	begun := time.Now()
	text, err := cmd.CombinedOutput()
	took = time.Since(begun)
	if err != nil {
		b.Fatalf("%s: %v\n%s", cmd.Path, err, text)
	}
	return string(text), took
}

// timed is how long fn takes.
func timed(fn func()) time.Duration {
	begun := time.Now()
	fn()
	return time.Since(begun)
}

// perSecond is how often fn runs in a second.
func perSecond(fn func()) float64 {
	const span = 500 * time.Millisecond
	n := 0
	begun := time.Now()
	for time.Since(begun) < span {
		fn()
		n++
	}
	return float64(n) / time.Since(begun).Seconds()
}
