package e2e

import (
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestE2EKill(t *testing.T) {
	t.Run("beside", testBeside)
	t.Run("left", testLeft)
	t.Run("case", testCase)
	t.Run("middle", testMiddle)
}

// Two demos run beside each other, and the end of one is not felt by the other.
func testBeside(t *testing.T) {
	t.Parallel()
	one, other := newDemo(t), newDemo(t)
	one.start()
	other.start()
	if one.url == other.url || one.sim == other.sim || one.agent == other.agent {
		t.Fatalf("the same addresses: %s %s", one.url, other.url)
	}
	one.turn("smev", knobs{"down": "503"})
	if down := other.report().Systems["smev"].Knobs["down"]; down != "" {
		t.Errorf("the other one's SMEV is down too: %v", down)
	}
	one.stop()
	if res, err := http.Get(other.url + "/healthz"); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("after the end of one: %v %v", res, err)
	}
}

// Whatever is killed, the next start takes over, at once.
func testLeft(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	server := d.postgres()
	for range 3 {
		d.kill()
		d.start()
		if now := d.postgres(); now != server {
			t.Errorf("the database server is %d, want %d taken over", now, server)
		}
	}
	d.kill()
	eventually(t, "simulators and agent end with the console", 5*time.Second, func() bool { return len(d.processes()) == 1 })
	if left := d.processes(); !strings.Contains(left[0], "postgres") {
		t.Errorf("left: %q", left)
	}
	d.start()
	d.kill()
	if err := syscall.Kill(server, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	d.start()
	if now := d.postgres(); now == server {
		t.Error("the database server survived kill -9")
	}
}

// postgres is the process of the private server.
func (d *demo) postgres() int {
	d.t.Helper()
	first, _, _ := strings.Cut(string(readFile(d.t, filepath.Join(d.dir, "pg", "postmaster.pid"))), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		d.t.Fatal(err)
	}
	return pid
}
