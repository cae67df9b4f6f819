package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// hashFigures are Streebog of both sizes over 60 MB beside "openssl dgst", whose
// start is taken off. The two take turns and are measured by the time of the
// processor, so that neighbours on the machine spoil nothing.
func hashFigures(b *testing.B, openssl opensslRun) {
	big, err := os.ReadFile(filepath.Join(openssl.dir, "big"))
	if err != nil {
		b.Fatal(err)
	}
	mb := float64(len(big)) / 1e6
	for _, h := range []struct {
		name, theirs string
		ours         func([]byte)
	}{
		{"hash256", "-md_gost12_256", func(b []byte) { gost.Sum256(b) }},
		{"hash512", "-md_gost12_512", func(b []byte) { gost.Sum512(b) }},
	} {
		b.Run(h.name, func(b *testing.B) {
			rival := func(file string) time.Duration {
				cmd := exec.CommandContext(b.Context(), openssl.path, "dgst", h.theirs, file)
				cmd.Dir, cmd.Env = openssl.dir, append(os.Environ(), "OPENSSL_CONF=openssl.cnf")
				run(b, cmd)
				return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			}
			var ours, theirs []float64
			for range 7 {
				start := rival("small")
				theirs = append(theirs, mb/(rival("big")-start).Seconds())
				begun := processorTime(b)
				h.ours(big)
				ours = append(ours, mb/(processorTime(b)-begun).Seconds())
			}
			figure(b, median(ours), median(theirs), "MB/s")
		})
	}
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
