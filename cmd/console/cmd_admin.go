package main

import (
	"fmt"

	"signdesk/internal/config"
	"signdesk/internal/db"
)

type migrateCmd struct{}

// Run brings the schema up to date as the role that DATABASE_URL names.
func (c *migrateCmd) Run(e *env) error {
	cfg, err := config.Load(e.getenv)
	if err != nil {
		return usageError{err}
	}
	dsn, stop, err := database(e, cfg)
	if err != nil {
		return err
	}
	defer stop()
	if err := db.Migrate(e.ctx, dsn); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "console: the schema is up to date")
	return nil
}

type configCmd struct{}

// Run prints the settings in force.
func (c *configCmd) Run(e *env) error {
	cfg, err := config.Load(e.getenv)
	if err != nil {
		return usageError{err}
	}
	for _, line := range cfg.Lines() {
		fmt.Fprintln(e.stdout, line)
	}
	return nil
}
