package registry

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"signdesk/internal/db"
)

// The indexes of registry_doc that no import needs: a first one goes without them
// and builds them at its end, which takes a fraction of the time. They are those
// of the migrations; a test compares.
var lateIndexes = []struct{ name, create string }{
	{"registry_doc_ogrn", `CREATE UNIQUE INDEX registry_doc_ogrn ON registry_doc (ogrn)`},
	{"registry_doc_inn", `CREATE INDEX registry_doc_inn ON registry_doc (inn) WHERE inn <> ''`},
	{"registry_doc_kpp", `CREATE INDEX registry_doc_kpp ON registry_doc (kpp) WHERE kpp <> ''`},
	{"registry_doc_norm", `CREATE INDEX registry_doc_norm ON registry_doc (norm, ord)`},
}

// ready looks at what there is. An empty register loses its late indexes and has
// its search tables built anew.
func (w *writer) ready(ctx context.Context) error {
	var known bool
	if err := w.conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM registry_org), EXISTS (SELECT FROM registry_pending WHERE ord = -1)`).Scan(&known, &w.all); err != nil {
		return fmt.Errorf("look at the register: %w", err)
	}
	w.strangers = true
	if known {
		return nil
	}
	w.all = true
	if _, err := w.conn.Exec(ctx, `DELETE FROM registry_pending; INSERT INTO registry_pending (ord, gone) VALUES (-1, false)`); err != nil {
		return fmt.Errorf("look at the register: %w", err)
	}
	err := w.asOwner(ctx, func() error {
		for _, index := range lateIndexes {
			if _, err := w.conn.Exec(ctx, `SET lock_timeout = '2s'; DROP INDEX IF EXISTS `+index.name); err != nil {
				return err
			}
		}
		return nil
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return nil // somebody reads just now, or the server does not let us: slower, no worse
	}
	return err
}

// settle builds the late indexes that are missing.
func (w *writer) settle(ctx context.Context) error {
	for _, index := range lateIndexes {
		var there bool
		if err := w.conn.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, index.name).Scan(&there); err != nil {
			return err
		}
		if there {
			continue
		}
		err := w.asOwner(ctx, func() error {
			_, err := w.conn.Exec(ctx, `SET maintenance_work_mem = '256MB'; `+index.create)
			return err
		})
		if err != nil {
			return fmt.Errorf("build %s: %w", index.name, err)
		}
	}
	return nil
}

// asOwner runs fn with the rights of the sign-in role.
func (w *writer) asOwner(ctx context.Context, fn func() error) error {
	if _, err := w.conn.Exec(ctx, `SET ROLE NONE`); err != nil {
		return err
	}
	err := fn()
	_, back := w.conn.Exec(ctx, `RESET lock_timeout; SET ROLE `+db.Role)
	return errors.Join(err, back)
}
