package e2e

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// demo is one `console demo` with its simulators and its agent.
type demo struct {
	t    *testing.T
	dir  string // CONSOLE_VAR
	addr string // CONSOLE_ADDR
	orgs int    // organisations of its register

	url, sim, agent string        // addresses it has printed
	took            time.Duration // from the start to "ready"
	cmd             *exec.Cmd
	stderr          *output
	ended           chan struct{}
}

// smallRegister is enough for every client of the demo, and quick to make.
const smallRegister = 400

// newDemo prepares a demo that has never run.
func newDemo(t *testing.T) *demo {
	t.Helper()
	dir, err := os.MkdirTemp(builds, "var-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	d := &demo{t: t, dir: dir, addr: freeAddress(t), orgs: smallRegister, stderr: new(output)}
	t.Cleanup(d.stop)
	return d
}

// startDemo is a running demo, stopped when the test ends.
func startDemo(t *testing.T) *demo {
	t.Helper()
	d := newDemo(t)
	d.start()
	return d
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start runs `console demo` and waits until people can come.
func (d *demo) start() {
	d.t.Helper()
	began := time.Now()
	d.cmd = exec.Command(program(d.t, "console"), "demo", "--orgs", strconv.Itoa(d.orgs))
	d.cmd.Env = environment("CONSOLE_VAR="+d.dir, "CONSOLE_ADDR="+d.addr)
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT, Setpgid: true}
	d.cmd.Stderr = d.stderr
	stdout, err := d.cmd.StdoutPipe()
	if err == nil {
		err = startProcess(d.cmd)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	cmd, ended, ready := d.cmd, make(chan struct{}), make(chan map[string]string, 1)
	d.ended = ended
	go func() {
		defer close(ended)
		readReady(stdout, ready)
		_ = cmd.Wait() // its exit status is read from ProcessState
	}()
	select {
	case said := <-ready:
		d.url, d.sim, d.agent = said["ready at"], said["simulators:"], said["agent:"]
	case <-ended:
		d.t.Fatalf("console demo ended: %v\n%s", cmd.ProcessState, d.stderr)
	case <-time.After(90 * time.Second):
		d.t.Fatalf("console demo was not ready in 90 s\n%s", d.stderr)
	}
	d.took = time.Since(began)
}

// readReady collects the addresses that the demo prints, until its last line.
func readReady(stdout io.Reader, ready chan<- map[string]string) {
	said := map[string]string{}
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		for _, words := range []string{"ready at", "simulators:", "agent:"} {
			if _, rest, ok := strings.Cut(lines.Text(), words); ok && strings.HasPrefix(strings.TrimSpace(rest), "http") {
				said[words] = strings.Fields(rest)[0]
			}
		}
		if strings.HasPrefix(lines.Text(), "Ctrl-C") {
			ready <- said
		}
	}
}

func (d *demo) running() bool {
	if d.ended == nil {
		return false
	}
	select {
	case <-d.ended:
		return false
	default:
		return true
	}
}

// stop is Ctrl-C: the program ends well and leaves nobody behind.
func (d *demo) stop() {
	d.t.Helper()
	if !d.running() {
		d.letGo()
		return
	}
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
		d.t.Error(err)
	}
	select {
	case <-d.ended:
	case <-time.After(30 * time.Second):
		d.t.Error("Ctrl-C did not stop the demo in 30 s")
		d.kill()
		return
	}
	if code := d.cmd.ProcessState.ExitCode(); code != 0 {
		d.t.Errorf("after Ctrl-C: %v\n%s", d.cmd.ProcessState, d.stderr)
	}
	if left := d.processes(); len(left) > 0 {
		d.t.Errorf("left behind after Ctrl-C: %q", left)
	}
}

// letGo stops the database server of a demo that was killed and not started
// again: a command attaches to it and goes, as its last user.
func (d *demo) letGo() {
	d.t.Helper()
	if len(d.processes()) > 0 {
		cmd := exec.Command(program(d.t, "console"), "migrate")
		cmd.Env = environment("CONSOLE_VAR=" + d.dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			d.t.Errorf("console migrate: %v\n%s", err, out)
		}
	}
}

// kill is kill -9 of the console alone, as when it runs out of memory.
func (d *demo) kill() {
	d.t.Helper()
	if err := d.cmd.Process.Kill(); err != nil {
		d.t.Error(err)
	}
	<-d.ended
}

// processes are the command lines of living programs that name the data folder.
func (d *demo) processes() []string {
	d.t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		d.t.Fatal(err)
	}
	var list []string
	for _, path := range paths {
		line, err := os.ReadFile(path)
		if err == nil && bytes.Contains(line, []byte(d.dir+"/")) {
			list = append(list, strings.ReplaceAll(strings.TrimRight(string(line), "\x00"), "\x00", " "))
		}
	}
	slices.Sort(list)
	return list
}
