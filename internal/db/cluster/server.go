package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// cannotConnectNow is SQLSTATE 57P03, cannot_connect_now.
const cannotConnectNow = "57P03"

const (
	startWait = 2 * time.Minute // recovery after a crash reads up to max_wal_size
	stopWait  = 30 * time.Second
)

// up makes the server run and accept connections. The caller holds pg.lock.
func (c *Cluster) up(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	for {
		p := c.postmaster()
		switch {
		case p.alive && p.ready && c.answers(ctx, p):
			return nil
		case p.alive: // starting, recovering, stopping or dying
			if err := pause(ctx, 10*time.Millisecond); err != nil {
				return fmt.Errorf("PostgreSQL is not ready: %w\n%s", err, c.logTail())
			}
		default:
			if err := c.launch(ctx, p); err != nil {
				return err
			}
		}
	}
}

// answers asks the server for a session, since its file can still be there
// while it dies. A refusal, such as too many connections, is an answer too,
// unless the refusal is that it starts up or shuts down.
func (c *Cluster) answers(ctx context.Context, p postmaster) bool {
	c.socket = p.socket
	conn, err := pgx.Connect(ctx, c.DSN("postgres"))
	if err == nil {
		conn.Close(ctx)
		return true
	}
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code != cannotConnectNow
}

// launch starts a server and returns when it is ready or has ended in a way
// that may be tried again.
func (c *Cluster) launch(ctx context.Context, old postmaster) error {
	major, err := c.dataVersion()
	if err != nil {
		return err
	}
	b, err := findBinaries(c.dir, major)
	if err != nil {
		return err
	}
	if major == 0 {
		if err := c.initialize(ctx, b); err != nil {
			return err
		}
	}
	if err := errors.Join(c.configure(), c.socketFolder()); err != nil {
		return err
	}
	// PostgreSQL takes a number in these files for a running server when any
	// process of the same user has it by now. It is none: postmaster has
	// looked. Orphans of a killed server still keep the new one out, by the
	// shared memory segment.
	if old.pid != 0 {
		os.Remove(filepath.Join(c.data, "postmaster.pid"))
		os.Remove(filepath.Join(c.socket, ".s.PGSQL.5432.lock"))
	}
	cmd := b.command(c.owner, "postgres", "-D", c.data)
	cmd.SysProcAttr.Setsid = true // the terminal's Ctrl-C and hang-up are not for the server
	logFile, err := c.openLog()
	if err != nil {
		return err
	}
	defer logFile.Close()
	cmd.Stdout, cmd.Stderr = logFile, logFile
	if err := cmd.Start(); err != nil {
		return err
	}
	var end error
	ended := make(chan struct{})
	go func() { // also reaps it when another process stops it
		end = cmd.Wait()
		close(ended)
	}()
	for {
		select {
		case <-ended:
			tail := c.logTail()
			if strings.Contains(tail, "pre-existing shared memory block") {
				return pause(ctx, 100*time.Millisecond) // orphans of a killed server are still leaving
			}
			return fmt.Errorf("PostgreSQL has ended while starting: %w\n%s", end, tail)
		case <-ctx.Done():
			cmd.Process.Signal(syscall.SIGQUIT)
			<-ended
			return fmt.Errorf("PostgreSQL is not ready: %w\n%s", ctx.Err(), c.logTail())
		case <-time.After(10 * time.Millisecond):
			if p := c.postmaster(); p.pid == cmd.Process.Pid && p.ready {
				if c.noSync {
					return c.watch()
				}
				return nil
			}
		}
	}
}

// down stops the server in the fast way: sessions are cut, the data are
// flushed. One that does not end by then is killed; the next start recovers.
func (c *Cluster) down() error {
	p := c.postmaster()
	if !p.alive {
		return nil
	}
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		if err := syscall.Kill(p.pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop PostgreSQL: %w", err)
		}
		for end := time.Now().Add(stopWait); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			if !livesIn(p.pid, c.data) {
				os.Remove(c.socket) // the server has emptied it
				return nil
			}
		}
	}
	return fmt.Errorf("PostgreSQL (process %d) does not end", p.pid)
}

// watch leaves a shell behind that stops the server once the last user's lock
// is gone, looking every few seconds. A test binary ends without a last word,
// so nobody else could do it.
func (c *Cluster) watch() error {
	const script = `pid=$2; while sleep 3; do
	[ "$(head -n 1 "$3" 2>/dev/null)" = "$pid" ] || exit
	exec 9>>"$1"; if flock -n -x 9; then
		kill -INT "$pid"; for i in $(seq 100); do [ -e "$3" ] || break; sleep 0.1; done; rmdir "$4"; exit
	fi; exec 9>&-; done`
	p := c.postmaster()
	cmd := exec.Command("/bin/sh", "-c", script, "sh",
		filepath.Join(c.dir, "pg.users"), fmt.Sprint(p.pid), filepath.Join(c.data, "postmaster.pid"), p.socket)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // reaps it
	return nil
}
