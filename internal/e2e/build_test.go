package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// root is the folder of go.mod.
var root = sync.OnceValue(func() string {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	panic("no go.mod above the test")
})

// builds is removed when all tests have ended.
var builds string

func TestMain(m *testing.M) {
	var err error
	// not in a folder that only its owner may enter: the private PostgreSQL of
	// root runs as somebody else
	if builds, err = os.MkdirTemp("", "console-e2e-"); err == nil {
		err = os.Chmod(builds, 0o755)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(builds)
	os.Exit(code)
}

// build makes the three programs once, as `make build` does.
var build = sync.OnceValues(func() (string, error) {
	bin := filepath.Join(builds, "bin")
	cmd := exec.Command("go", "build", "-o", bin+"/", "./cmd/console", "./cmd/sim", "./cmd/agent")
	cmd.Dir = root()
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return bin, nil
})

// program is the path of one of ours.
func program(t testing.TB, name string) string {
	t.Helper()
	bin, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(bin, name)
}

// foreign is the path of a program that is not ours. Without it the test is
// skipped, or fails where CI=true.
func foreign(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, err)
	}
	return path
}

func missing(t testing.TB, why any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// conformance is the path of a file of the conformance data, which lie beside
// the repository; without them the test is skipped.
func conformance(t testing.TB, elem ...string) string {
	t.Helper()
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		dir = filepath.Join(root(), "..", "shared", "conformance")
	}
	path := filepath.Join(append([]string{dir}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no conformance data: %v", err)
	}
	return path
}

// environment is the caller's without the settings of a console, so that a
// test never meets another one's database.
func environment(more ...string) []string {
	var env []string
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		switch {
		case strings.HasPrefix(name, "CONSOLE_"), strings.HasPrefix(name, "SMEV_"), strings.HasPrefix(name, "CA_"), strings.HasPrefix(name, "ONEC_"),
			strings.HasPrefix(name, "SMTP_"), strings.HasPrefix(name, "SMS_"), strings.HasPrefix(name, "OIDC_"), strings.HasPrefix(name, "SIM_"),
			strings.HasPrefix(name, "AGENT_"), name == "DATABASE_URL", name == "FNS_CA_FILE", name == "ESIA_ENVIRONMENT":
		default:
			env = append(env, pair)
		}
	}
	return append(env, more...)
}

// starts is the thread from which programs are started: the kernel ends them
// with the thread that started them, so that they do not outlive a test that
// was killed.
var starts = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for fn := range work {
			fn()
		}
	}()
	return work
})

func startProcess(cmd *exec.Cmd) (err error) {
	done := make(chan struct{})
	starts() <- func() { err = cmd.Start(); close(done) }
	<-done
	return err
}
