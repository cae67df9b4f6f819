// Package cluster keeps the private PostgreSQL of a console that was given no
// DATABASE_URL.
//
// The server belongs to a folder (CONSOLE_VAR), not to a process. The first
// process that needs it starts it in a session of its own, later ones attach,
// the last one out stops it. A process that is killed leaves the server
// running; the next start takes it over, or recovers the data when the server
// was killed too. The server listens on a unix socket only, in a folder that
// nobody but its owner and root can enter. PostgreSQL refuses to run as root,
// so root's cluster runs as an unprivileged user.
//
// In the folder: pg (the data, or a link to them), pg.log, and two lock files:
// pg.lock is held for the moment of starting or stopping, pg.users is held
// shared by every process that uses the server.
package cluster

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Cluster is this process's hold on the running server.
type Cluster struct {
	dir    string // absolute, without links
	data   string
	socket string // folder
	owner  owner
	log    io.Writer
	noSync bool

	users *lock // nil after Stop
}

// Option changes how a cluster is started. It matters only to the process
// that starts the server, not to those that attach.
type Option func(*Cluster)

// NoSync is for tests: the server trades the data's safety for speed, allows
// more connections, never vacuums by itself, and is stopped some seconds after
// its last user has exited without Stop, as test binaries do.
func NoSync(c *Cluster) { c.noSync = true }

// Start brings the cluster of the folder dir up, or attaches to it when it
// runs already. The folder and the data are made when missing. Lines for the
// person who waits go to log.
func Start(ctx context.Context, dir string, log io.Writer, opts ...Option) (*Cluster, error) {
	c := &Cluster{log: log}
	for _, opt := range opts {
		opt(c)
	}
	if err := c.locate(dir); err != nil {
		return nil, fmt.Errorf("locate cluster of %s: %w", dir, err)
	}
	turn, err := acquire(ctx, filepath.Join(c.dir, "pg.lock"), exclusive)
	if err != nil {
		return nil, err
	}
	defer turn.release()
	if c.users, err = acquire(ctx, filepath.Join(c.dir, "pg.users"), shared); err != nil {
		return nil, err
	}
	if err := c.up(ctx); err != nil {
		return nil, errors.Join(err, c.leave())
	}
	return c, nil
}

// Stop lets go of the server and, when no other process uses it, stops it and
// waits until it has ended. A second Stop does nothing.
func (c *Cluster) Stop() error {
	if c.users == nil {
		return nil
	}
	turn, err := acquire(context.Background(), filepath.Join(c.dir, "pg.lock"), exclusive)
	if err != nil {
		return err
	}
	defer turn.release()
	return c.leave()
}

// leave is Stop for a caller that holds pg.lock.
func (c *Cluster) leave() error {
	defer func() {
		c.users.release()
		c.users = nil
	}()
	if !c.users.upgrade() {
		return nil // somebody else still needs the server
	}
	return c.down()
}

// locate finds the folder's real path, the data and the user they belong to,
// and the socket folder. Links are resolved so that every way to name the
// folder leads to the same server.
func (c *Cluster) locate(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if c.dir, err = filepath.EvalSymlinks(dir); err != nil {
		return err
	}
	sum := fmt.Sprintf("%.6x", sha256.Sum256([]byte(c.dir)))
	c.socket = "/tmp/console-pg-" + sum // a socket's path may have 107 bytes, dir has any number
	if c.data, c.owner, err = dataFolder(c.dir, "/var/lib/console-pg-"+sum); err != nil {
		return err
	}
	return nil
}
