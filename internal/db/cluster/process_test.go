package cluster_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"signdesk/internal/db/cluster"
)

// TestMain lets the test binary be the other process of a test: with
// CLUSTER_DIR set it attaches, prints the DSN and leaves when its stdin ends.
func TestMain(m *testing.M) {
	dir := os.Getenv("CLUSTER_DIR")
	if dir == "" {
		os.Exit(m.Run())
	}
	c, err := cluster.Start(context.Background(), dir, io.Discard)
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	fmt.Println(c.DSN("postgres"))
	io.Copy(io.Discard, os.Stdin)
	if err := c.Stop(); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

// folder is a CONSOLE_VAR that PostgreSQL's user can enter.
func folder(t *testing.T) string {
	t.Helper()
	if err := cluster.Installed(t.TempDir()); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir, err := os.MkdirTemp("", "cluster-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if data, err := os.ReadFile(filepath.Join(dir, "pg/postmaster.pid")); err == nil {
			t.Errorf("left running: %s", data)
		}
		os.RemoveAll(dir)
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func start(t *testing.T, dir string) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(t.Context(), dir, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func stop(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
}

// process is the test binary as another console.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	dsn   string
}

func spawn(t *testing.T, dir string, as *syscall.Credential) *process {
	self, err := os.Executable()
	if err != nil {
		t.Error(err)
		return nil
	}
	if as != nil { // the go command's build folder is closed to others
		text, err := os.ReadFile(self)
		self = filepath.Join(dir, "other.test")
		if err := errors.Join(err, os.WriteFile(self, text, 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(self)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CLUSTER_DIR="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as, Setpgid: true}
	stdin, err1 := cmd.StdinPipe()
	stdout, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Error(err)
		return nil
	}
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "postgres:") {
		t.Errorf("the other process: %q", line)
	}
	return &process{cmd, stdin, line}
}

func (p *process) leave(t *testing.T) {
	t.Helper()
	p.stdin.Close()
	if err := p.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// kill ends the process and its group the hard way.
func (p *process) kill(t *testing.T) {
	t.Helper()
	kill(t, -p.cmd.Process.Pid)
	p.cmd.Wait()
}

func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

func postmaster(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "pg/postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// running does not count zombies: their working folder is gone.
func running(pid int) bool {
	_, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	return err == nil
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func exec1(t *testing.T, dsn, sql string) {
	t.Helper()
	conn := connect(t, dsn)
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func query(t *testing.T, dsn, sql string) (text string) {
	t.Helper()
	conn := connect(t, dsn)
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), sql, pgx.QueryExecModeSimpleProtocol).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}
