// Package db opens the one PostgreSQL the program lives on and runs its
// transactions.
//
// Every connection serves under the role console_app, which has no BYPASSRLS:
// row-level security is the second wall behind the partner's id in each query.
// A transaction names its partner once, in the same round trip that begins it;
// tables of clients show and take only that partner's rows. Partner 0 means
// "no partner": staff, sessions, the register, jobs and exchange, which carry no policy.
package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/driver/pgdriver"

	"signdesk/internal/vault"
)

// Role is what serve, work and tests run as; migrations run as the owner.
const Role = "console_app"

// DB is a pool of connections under Role. Safe for use by many goroutines.
type DB struct {
	bun  *bun.DB
	dsn  string
	keys *vault.Ring
}

// Options of Open; the zero value is good.
type Options struct {
	MaxConns int  // 0 = 16
	AsOwner  bool // keep the sign-in role: migrations and maintenance only

	// Keys seal personal data at rest; every transaction's context has them.
	// Without keys such data can be neither written nor read.
	Keys *vault.Ring
}

// Open connects to the server that dsn names and checks that it answers.
func Open(ctx context.Context, dsn string, o Options) (*DB, error) {
	if o.MaxConns == 0 {
		o.MaxConns = 16
	}
	opts, err := driverOptions(dsn)
	if err != nil {
		return nil, err
	}
	params := map[string]any{"timezone": "UTC", "application_name": "console"}
	if !o.AsOwner {
		params["role"] = Role
	}
	opts = append(opts, pgdriver.WithConnParams(params), pgdriver.WithTimeout(30*time.Second))
	pool := sql.OpenDB(pgdriver.NewConnector(opts...))
	pool.SetMaxOpenConns(o.MaxConns)
	pool.SetMaxIdleConns(o.MaxConns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d := &DB{bun: bun.NewDB(pool, pgdialect.New()), dsn: dsn, keys: o.Keys}
	if err := d.Ping(ctx); err != nil {
		d.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return d, nil
}

// driverOptions turns a PostgreSQL URL into pgdriver's options. The form
// postgres://user@/name?host=/socket/folder, which pgx and libpq read, is
// spelt differently there.
func driverOptions(dsn string) ([]pgdriver.Option, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	q := u.Query()
	host := q.Get("host")
	if !strings.HasPrefix(host, "/") {
		return []pgdriver.Option{pgdriver.WithDSN(dsn)}, nil
	}
	port := q.Get("port")
	if port == "" {
		port = "5432"
	}
	password, _ := u.User.Password()
	return []pgdriver.Option{
		pgdriver.WithNetwork("unix"),
		pgdriver.WithAddr(host + "/.s.PGSQL." + port),
		pgdriver.WithInsecure(true),
		pgdriver.WithUser(u.User.Username()),
		pgdriver.WithPassword(password),
		pgdriver.WithDatabase(strings.TrimPrefix(u.Path, "/")),
	}, nil
}

// DSN is the address the pool was opened with, for the queue's own pool.
func (d *DB) DSN() string { return d.dsn }

// Keys seal personal data at rest; nil without.
func (d *DB) Keys() *vault.Ring { return d.keys }

// Ping reports whether the server answers.
func (d *DB) Ping(ctx context.Context) error { return d.bun.PingContext(ctx) }

// Close ends all connections.
func (d *DB) Close() error { return d.bun.Close() }

// Stats of the pool, for metrics.
func (d *DB) Stats() sql.DBStats { return d.bun.DB.Stats() }

// Plain runs single statements outside a transaction and without a partner:
// sessions, staff, the register. Tables with a policy show nothing here.
func (d *DB) Plain() bun.IDB { return d.bun }
