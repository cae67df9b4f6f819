package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// superuser is the role that initdb makes; the socket folder's mode is its
// password.
const superuser = "postgres"

// dataVersion is the major version the data were made by, 0 when there are
// none yet.
func (c *Cluster) dataVersion() (int, error) {
	text, err := os.ReadFile(filepath.Join(c.data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

// initialize makes the data in a folder beside and moves them into place, so
// that a killed initdb leaves nothing that looks like data.
func (c *Cluster) initialize(ctx context.Context, b binaries) error {
	fmt.Fprintf(c.log, "PostgreSQL %d: new cluster in %s\n", b.major, c.data)
	for _, dir := range glob(c.data + ".new-*") {
		os.RemoveAll(dir) // an orphaned initdb may still write there; it will fail by itself
	}
	side, err := os.MkdirTemp(filepath.Dir(c.data), filepath.Base(c.data)+".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(side)
	if err := c.owner.take(side); err != nil {
		return err
	}
	// LC_CTYPE must be UTF-8: with C, trigrams and lower() pass Cyrillic by.
	args := []string{"-D", side, "-U", superuser, "--auth-local=trust", "--auth-host=reject",
		"--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8"}
	if c.noSync {
		args = append(args, "--no-sync")
	}
	cmd := b.command(c.owner, "initdb", args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { cmd.Process.Kill() })()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out.String())
	}
	if err := os.Remove(c.data); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // an empty folder may be in the way, a full one stays
	}
	return os.Rename(side, c.data)
}

// configure writes the server's settings anew, so that they are those of this
// program's version and not of the one that made the data.
func (c *Cluster) configure() error {
	set := []string{
		"listen_addresses = ''",
		"unix_socket_directories = '" + c.socket + "'",
		"unix_socket_permissions = 0700",
		"shared_buffers = 128MB",
		"jit = off", // compiling costs more than the console's short queries
		"timezone = 'UTC'",
		"log_timezone = 'UTC'",
		// The log must not repeat personal data: no statements, no parameters,
		// no DETAIL such as Key (snils)=(…) already exists.
		"log_error_verbosity = terse",
		"log_min_error_statement = panic",
		"log_checkpoints = off",
		"logging_collector = off",
	}
	if c.noSync {
		set = append(set, "max_connections = 300", "autovacuum = off",
			"fsync = off", "synchronous_commit = off", "full_page_writes = off",
			"wal_level = minimal", "max_wal_senders = 0", "min_wal_size = 32MB", "max_wal_size = 128MB")
	} else {
		set = append(set, "max_connections = 100")
	}
	text := "# Written by the console at every start of the server.\n" + strings.Join(set, "\n") + "\n"
	path := filepath.Join(c.data, "postgresql.conf")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	return c.owner.take(path)
}

// socketFolder makes the folder of the socket. Its name in /tmp can be
// guessed, so one that somebody else has put there is refused.
func (c *Cluster) socketFolder() error {
	err := os.Mkdir(c.socket, 0o700)
	if err == nil {
		return c.owner.take(c.socket)
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if !c.owner.owns(c.socket) {
		return fmt.Errorf("%s is not a folder that only user %d can enter: remove it", c.socket, c.owner.uid)
	}
	return nil
}
