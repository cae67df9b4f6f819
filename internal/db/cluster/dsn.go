package cluster

import (
	"context"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// DSN is the address of a database as libpq, psql, pg_dump, pgbench and pgx
// read it. bun's driver reads another dialect; db.Open translates.
func (c *Cluster) DSN(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + database,
		RawQuery: url.Values{"host": {c.socket}, "sslmode": {"disable"}}.Encode()}
	return u.String()
}

// Database makes sure that the database exists and returns its DSN.
func (c *Cluster) Database(ctx context.Context, name string) (string, error) {
	conn, err := pgx.Connect(ctx, c.DSN("postgres"))
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	var exists bool
	const query = `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`
	for range 2 { // twice: another process may be first
		if err = conn.QueryRow(ctx, query, name).Scan(&exists); err != nil || exists {
			break
		}
		if _, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err == nil {
			break
		}
	}
	if err != nil {
		return "", fmt.Errorf("make database %s: %w", name, err)
	}
	return c.DSN(name), nil
}
