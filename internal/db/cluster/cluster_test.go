package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"signdesk/internal/db/cluster"
)

func TestStartAndStop(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := start(t, dir)
	dsn, err := c.Database(t.Context(), "console")
	if err != nil {
		t.Fatal(err)
	}
	exec1(t, dsn, `CREATE TABLE firm (name text)`)
	exec1(t, dsn, `INSERT INTO firm VALUES ('ООО «Ромашка»')`)
	pid := postmaster(t, dir)
	stop(t, c)
	stop(t, c) // twice is once
	if running(pid) {
		t.Error("the last one out must stop the server")
	}

	c = start(t, dir)
	defer stop(t, c)
	if got := query(t, c.DSN("console"), `SELECT lower(name) FROM firm`); got != "ооо «ромашка»" {
		t.Errorf("after a restart: %q", got)
	}
	for setting, want := range map[string]string{
		"listen_addresses": "", "fsync": "on", "jit": "off", "TimeZone": "UTC", "shared_buffers": "128MB",
		"max_connections": "100", "server_encoding": "UTF8", "lc_ctype": "C.UTF-8", "log_error_verbosity": "terse",
	} {
		if got := query(t, c.DSN("console"), `SELECT current_setting('`+setting+`')`); got != want {
			t.Errorf("%s = %q, want %q", setting, got, want)
		}
	}
}

// A later process attaches; the server ends with the last of them.
func TestLastOneOut(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := start(t, dir)
	pid := postmaster(t, dir)
	other := spawn(t, dir, nil)
	if got, want := other.dsn, c.DSN("postgres"); got != want {
		t.Errorf("attached to %s, want %s", got, want)
	}
	stop(t, c)
	query(t, other.dsn, `SELECT 1`)
	other.leave(t)
	if running(pid) {
		t.Error("the server outlived its last user")
	}
}

// Many processes starting at once agree on one server.
func TestStartTogether(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	const n = 4
	users := make(chan *process, n)
	for range n {
		go func() { users <- spawn(t, dir, nil) }()
	}
	pids := map[string]bool{}
	for range n {
		p := <-users
		if t.Failed() {
			t.FailNow()
		}
		pids[query(t, p.dsn, `SELECT pg_postmaster_start_time()::text`)] = true
		defer p.leave(t)
	}
	if len(pids) != 1 {
		t.Errorf("%d servers, want 1", len(pids))
	}
}

// kill -9 of the console alone leaves the server to the next start.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	victim := spawn(t, dir, nil)
	exec1(t, victim.dsn, `CREATE TABLE kept AS SELECT 1 AS n`)
	pid := postmaster(t, dir)
	victim.kill(t)
	if !running(pid) {
		t.Fatal("the server died with the console")
	}
	c := start(t, dir)
	if got := postmaster(t, dir); got != pid {
		t.Errorf("process %d, want %d taken over", got, pid)
	}
	query(t, c.DSN("postgres"), `SELECT n::text FROM kept`)
	stop(t, c)
	if running(pid) {
		t.Error("a server that was taken over must stop with its last user")
	}
}

// kill -9 of everything leaves a postmaster.pid, a socket and, for a moment,
// orphaned backends; the data must be there again after the next start.
func TestKilledEverything(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	victim := spawn(t, dir, nil)
	exec1(t, victim.dsn, `CREATE TABLE kept AS SELECT 'цело' AS word`)
	busy := connect(t, victim.dsn)
	go busy.Exec(context.Background(), `SELECT pg_sleep(60)`)
	victim.kill(t)
	kill(t, postmaster(t, dir))
	c := start(t, dir)
	defer stop(t, c)
	if got := query(t, c.DSN("postgres"), `SELECT word FROM kept`); got != "цело" {
		t.Errorf("recovered %q", got)
	}
}

// After a reboot the number in postmaster.pid may belong to another program of
// the same user; PostgreSQL alone would refuse to start.
func TestStalePid(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	stop(t, start(t, dir))
	stranger := exec.Command("/bin/sleep", "60")
	if info, err := os.Stat(filepath.Join(dir, "pg")); err == nil && os.Geteuid() == 0 {
		s := info.Sys().(*syscall.Stat_t)
		stranger.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: s.Uid, Gid: s.Gid}}
	}
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { stranger.Process.Kill(); stranger.Wait() }()
	stale := fmt.Sprintf("%d\n%s/pg\n1\n5432\n/tmp\n\n  1 1\nready   \n", stranger.Process.Pid, dir)
	if err := os.WriteFile(filepath.Join(dir, "pg/postmaster.pid"), []byte(stale), 0o644); err != nil {
		t.Fatal(err)
	}
	c := start(t, dir)
	defer stop(t, c)
	query(t, c.DSN("postgres"), `SELECT 1`)
}

// A killed initdb leaves its side folder, never half a cluster.
func TestKilledInitdb(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	half := filepath.Join(dir, "pg.new-1")
	if err := os.MkdirAll(filepath.Join(half, "base"), 0o755); err != nil {
		t.Fatal(err)
	}
	stop(t, start(t, dir))
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", half, err)
	}
}

func TestGivenUpStart(t *testing.T) {
	t.Parallel()
	interrupted := 0
	for _, patience := range []time.Duration{150 * time.Millisecond, 50 * time.Millisecond, 10 * time.Millisecond} {
		dir := folder(t)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		c, err := cluster.Start(ctx, dir, io.Discard)
		cancel()
		if err != nil {
			interrupted++
			c = start(t, dir)
		}
		stop(t, c)
	}
	if interrupted == 0 {
		t.Error("no start was interrupted")
	}
}

// An ordinary user's cluster is his own process and his own data.
func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("the other tests have shown it: they run as an ordinary user")
	}
	const nobody = 65534
	dir := folder(t)
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	p := spawn(t, dir, &syscall.Credential{Uid: nobody, Gid: nobody})
	query(t, p.dsn, `SELECT 1`) // root reaches every socket
	info, err := os.Stat(filepath.Join(dir, "pg"))
	if err != nil {
		t.Fatal(err)
	}
	if uid := info.Sys().(*syscall.Stat_t).Uid; uid != nobody {
		t.Errorf("the data belong to %d", uid)
	}
	c := start(t, dir) // root attaches to the user's server
	p.leave(t)
	pid := postmaster(t, dir)
	stop(t, c)
	if running(pid) {
		t.Error("root was the last one out and the server still runs")
	}
}

// Root's clone in a closed folder: PostgreSQL's user cannot enter it.
func TestClosedFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root runs the server as somebody else")
	}
	dir := folder(t)
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	c := start(t, dir)
	query(t, c.DSN("postgres"), `SELECT 1`)
	stop(t, c)
	target, err := os.Readlink(filepath.Join(dir, "pg"))
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(target)
	if filepath.Dir(target) != "/var/lib" {
		t.Errorf("data in %s", target)
	}
	stop(t, start(t, dir))
}

// Somebody else's folder under the socket's name is refused, not used.
func TestSquattedSocket(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := start(t, dir)
	socket := query(t, c.DSN("postgres"), `SHOW unix_socket_directories`)
	stop(t, c)
	if err := errors.Join(os.Mkdir(socket, 0o777), os.Chmod(socket, 0o777)); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(socket)
	if c, err := cluster.Start(t.Context(), dir, io.Discard); err == nil {
		stop(t, c)
		t.Error("started on a socket folder open to everybody")
	}
}

// A test binary ends without Stop: the watcher stops the server soon after.
func TestNoSyncStopsByItself(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits some seconds")
	}
	dir := folder(t)
	c, err := cluster.Start(t.Context(), dir, io.Discard, cluster.NoSync)
	if err != nil {
		t.Fatal(err)
	}
	pid := postmaster(t, dir)
	other := spawn(t, dir, nil)
	c.Forget()
	time.Sleep(4 * time.Second)
	if !running(pid) {
		t.Error("stopped under a user")
	}
	other.kill(t)
	for end := time.Now().Add(15 * time.Second); running(pid); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the server still runs")
		}
	}
}
