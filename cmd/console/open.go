package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"signdesk/internal/config"
	"signdesk/internal/db"
	"signdesk/internal/db/cluster"
	"signdesk/internal/staff"
	"signdesk/internal/vault"
)

// database returns the address of the database in force: DATABASE_URL, or the
// private cluster under CONSOLE_VAR, started or joined. stop lets go of it.
func database(e *env, cfg config.Config) (dsn string, stop func(), err error) {
	if cfg.DatabaseURL != "" {
		return cfg.DatabaseURL, func() {}, nil
	}
	if err := os.MkdirAll(cfg.Var, 0o755); err != nil {
		return "", nil, err
	}
	c, err := cluster.Start(e.ctx, cfg.Var, e.stderr)
	if err != nil {
		return "", nil, err
	}
	stop = func() {
		if err := c.Stop(); err != nil {
			fmt.Fprintln(e.stderr, "console: stop private PostgreSQL:", err)
		}
	}
	if dsn, err = c.Database(e.ctx, "console"); err != nil {
		stop()
		return "", nil, err
	}
	if err := db.Migrate(e.ctx, dsn); err != nil { // the private cluster is nobody else's to migrate
		stop()
		return "", nil, err
	}
	return dsn, stop, nil
}

// keys are those that seal personal data in the database; the first start makes one.
func keys(cfg config.Config) (*vault.Ring, error) {
	key, err := staff.SealKey(cfg.SealKey, filepath.Join(cfg.Var, "seal.key"))
	if err != nil {
		return nil, err
	}
	return vault.New(key, cfg.SealKeyOld...)
}

// open opens the database with the keys of its personal data.
func open(ctx context.Context, cfg config.Config, dsn string, o db.Options) (d *db.DB, err error) {
	if o.Keys, err = keys(cfg); err != nil {
		return nil, err
	}
	return db.Open(ctx, dsn, o)
}

// openDB reads the settings and opens the database for one command that needs
// no personal data of the exchange; call the returned function when done.
func openDB(e *env) (*db.DB, config.Config, func(), error) {
	return openBy(e, func(cfg config.Config, dsn string) (*db.DB, error) { return db.Open(e.ctx, dsn, db.Options{}) })
}

// openSealed is openDB with the keys of personal data.
func openSealed(e *env) (*db.DB, config.Config, func(), error) {
	return openBy(e, func(cfg config.Config, dsn string) (*db.DB, error) { return open(e.ctx, cfg, dsn, db.Options{}) })
}

func openBy(e *env, open func(cfg config.Config, dsn string) (*db.DB, error)) (*db.DB, config.Config, func(), error) {
	cfg, err := config.Load(e.getenv)
	if err != nil {
		return nil, cfg, nil, usageError{err}
	}
	dsn, stop, err := database(e, cfg)
	if err != nil {
		return nil, cfg, nil, err
	}
	d, err := open(cfg, dsn)
	if err != nil {
		stop()
		return nil, cfg, nil, err
	}
	return d, cfg, func() { d.Close(); stop() }, nil
}

// employeeID finds who a command acts as, by login.
func employeeID(ctx context.Context, d *db.DB, login string) (int64, error) {
	var id int64
	err := d.Plain().QueryRowContext(ctx, `SELECT id FROM employee WHERE login = lower(?) AND active`, login).Scan(&id)
	if err != nil {
		return 0, usageError{fmt.Errorf("no active employee %q", login)}
	}
	return id, nil
}
