package db

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/uptrace/bun/migrate"

	"signdesk/migrations"
)

// migrationLock is the advisory lock that two starting processes meet at; the
// number is arbitrary and only has to be the same in all of them.
const migrationLock = 7304110521

// Migrate brings the schema that dsn names up to date: the queue's tables
// first, then ours. Safe to run from several processes at once and again after
// a kill: bun's own lock is a row that a killed process would leave behind, so
// a session lock stands around it.
func Migrate(ctx context.Context, dsn string) error {
	owner, err := Open(ctx, dsn, Options{AsOwner: true, MaxConns: 4})
	if err != nil {
		return err
	}
	defer owner.Close()
	conn, err := owner.bun.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(?)", migrationLock); err != nil {
		return fmt.Errorf("take migration lock: %w", err)
	}
	defer func() { // closing the connection unlocks too
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(?)", migrationLock)
	}()

	if err := migrateQueue(ctx, dsn); err != nil {
		return err
	}
	found := migrate.NewMigrations()
	if err := found.Discover(migrations.FS); err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	m := migrate.NewMigrator(owner.bun, found, migrate.WithMarkAppliedOnSuccess(true))
	if err := m.Init(ctx); err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	if _, err := m.Migrate(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func migrateQueue(ctx context.Context, dsn string) error {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect for queue migrations: %w", err)
	}
	defer pool.Close()
	m, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate queue: %w", err)
	}
	return nil
}
