package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// engine makes OpenSSL load its GOST engine.
const engine = `openssl_conf = conf
[conf]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
`

// opensslRun is a folder where openssl knows GOST.
type opensslRun struct {
	*testing.B
	path, dir string
}

func newOpenSSL(b *testing.B) opensslRun {
	b.Helper()
	o := opensslRun{b, program(b, "openssl"), b.TempDir()}
	o.write("openssl.cnf", engine)
	o.write("small", "выписка")
	o.write("big", strings.Repeat("выписка ", 4<<20))
	return o
}

func (o opensslRun) write(name, text string) {
	o.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), []byte(text), 0o600); err != nil {
		o.Fatal(err)
	}
}

func (o opensslRun) run(args ...string) time.Duration {
	o.Helper()
	cmd := exec.CommandContext(o.Context(), o.path, args...)
	cmd.Dir = o.dir
	cmd.Env = o.env()
	_, took := run(o.B, cmd)
	return took
}

func (o opensslRun) env() []string { return append(os.Environ(), "OPENSSL_CONF=openssl.cnf") }

// BenchmarkGost compares the GOST primitives with OpenSSL's engine, one thread
// each.
func BenchmarkGost(b *testing.B) {
	openssl := newOpenSSL(b)
	hashFigures(b, openssl)
	signatureFigures(b, openssl)
}
