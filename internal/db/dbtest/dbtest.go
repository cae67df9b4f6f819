// Package dbtest gives every test a database of its own: real PostgreSQL,
// migrated, empty, gone after the test.
//
// All test binaries of a run share one private cluster that trades safety for
// speed and stops by itself when the last of them has ended. The migrations
// run once, into a template named by a hash of what makes the schema; a test's
// database is a copy of it. TEST_DATABASE_URL names another server to do the
// same on, by a role that may create databases.
package dbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"signdesk/internal/db"
	"signdesk/internal/db/cluster"
	"signdesk/internal/vault"
)

// Keys seal personal data in tests.
var Keys = func() *vault.Ring {
	r, err := vault.New(strings.Repeat("5a", 32))
	if err != nil {
		panic(err)
	}
	return r
}()

// New opens a fresh database as the program does. It is closed and dropped
// when the test ends.
func New(t testing.TB) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), DSN(t), db.Options{Keys: Keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// DSN makes a fresh database and returns its address, which signs in as the
// owner. It is dropped when the test ends, whoever is still connected. Without
// PostgreSQL the test is skipped, or fails where CI=true.
func DSN(t testing.TB) string {
	t.Helper()
	s, err := shared()
	if errors.Is(err, cluster.ErrNotInstalled) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("t_%d_%s", os.Getpid(), strings.ToLower(rand.Text()[:10]))
	if _, err := s.admin.Exec(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+s.template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := s.admin.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return s.dsn(name)
}

// server is the test server as this process uses it. It is never let go of:
// the end of the process does that.
type server struct {
	admin    *pgxpool.Pool
	dsn      func(database string) string
	template string
}

var shared = sync.OnceValues(func() (*server, error) {
	ctx := context.Background()
	s := &server{}
	private := os.Getenv("TEST_DATABASE_URL") == ""
	if private {
		dir, err := folder()
		if err != nil {
			return nil, err
		}
		c, err := cluster.Start(ctx, dir, io.Discard, cluster.NoSync)
		if err != nil {
			return nil, err
		}
		s.dsn = c.DSN
	} else {
		u, err := url.Parse(os.Getenv("TEST_DATABASE_URL"))
		if err != nil {
			return nil, fmt.Errorf("TEST_DATABASE_URL: %w", err)
		}
		s.dsn = func(database string) string {
			other := *u
			other.Path = "/" + database
			return other.String()
		}
	}
	var err error
	if s.admin, err = pgxpool.New(ctx, s.dsn("postgres")); err != nil {
		return nil, err
	}
	if err := s.makeTemplate(ctx); err != nil {
		return nil, fmt.Errorf("make the template database: %w", err)
	}
	if private {
		return s, s.sweep(ctx)
	}
	return s, nil
})

// folder is where the test cluster of this user lives: in memory when there is
// room, a copy of the template's several hundred files takes 10 ms there and
// 80 ms on a disk. Its name can be guessed, so it must be the user's own.
func folder() (string, error) {
	const room = 2 << 30
	parent := "/dev/shm"
	var fs syscall.Statfs_t
	if err := syscall.Statfs(parent, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < room {
		parent = os.TempDir()
	}
	dir := filepath.Join(parent, fmt.Sprintf("console-test-%d", os.Geteuid()))
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if !info.IsDir() || int(info.Sys().(*syscall.Stat_t).Uid) != os.Geteuid() {
		return "", fmt.Errorf("%s belongs to somebody else", dir)
	}
	return dir, nil
}

// makeTemplate migrates the template, once for all processes.
func (s *server) makeTemplate(ctx context.Context) error {
	hash, err := schemaHash()
	if err != nil {
		return err
	}
	s.template = "tpl_" + hash
	conn, err := pgx.Connect(ctx, s.dsn("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)   // and with it the lock
	const lock = 7304110522 // arbitrary, the same in every test binary
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, lock); err != nil {
		return err
	}
	var exists bool
	const query = `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`
	if err := conn.QueryRow(ctx, query, s.template).Scan(&exists); err != nil || exists {
		return err
	}
	half := s.template + "_half" // left behind by a killed test
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + half + " WITH (FORCE)", "CREATE DATABASE " + half} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := db.Migrate(ctx, s.dsn(half)); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "ALTER DATABASE "+half+" RENAME TO "+s.template); err != nil {
		return err
	}
	return nil
}

// sweep drops what killed test binaries and older schemas left in the private
// cluster.
func (s *server) sweep(ctx context.Context) error {
	const query = `
		SELECT datname FROM pg_database
		WHERE datname LIKE 't\_%' AND split_part(datname, '_', 2) NOT IN (SELECT pg_ls_dir('/proc'))
		   OR datname LIKE 'tpl\_%' AND datname <> $1
		      AND (pg_stat_file('base/' || oid || '/PG_VERSION', true)).modification < now() - interval '1 day'`
	rows, err := s.admin.Query(ctx, query, s.template)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := s.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	return nil
}
