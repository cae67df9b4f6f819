package registry

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
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

// ready looks at what there is. An empty register loses its late indexes, and
// has its search tables built anew; until then no build of them may begin, for
// the import leaves no word of what it writes.
func (w *writer) ready(ctx context.Context) error {
	w.strangers = true
	alone, err := w.lock(ctx, indexLock)
	if err != nil || !alone {
		return err
	}
	var known bool
	if err := w.conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM registry_org), EXISTS (SELECT FROM registry_pending WHERE ord = -1)`).Scan(&known, &w.all); err != nil {
		return fmt.Errorf("look at the register: %w", err)
	}
	switch {
	case !known:
		w.all = true
		if _, err := w.conn.Exec(ctx, `DELETE FROM registry_pending; INSERT INTO registry_pending (ord, gone) VALUES (-1, false)`); err != nil {
			return fmt.Errorf("look at the register: %w", err)
		}
		return w.dropLate(ctx)
	case !w.all:
		_, err := w.conn.Exec(ctx, `SELECT pg_advisory_unlock($1)`, indexLock)
		return err
	}
	return nil
}

// dropLate drops the late indexes, with the rights of the sign-in role.
func (w *writer) dropLate(ctx context.Context) error {
	if _, err := w.conn.Exec(ctx, `SET ROLE NONE; SET lock_timeout = '2s'`); err != nil {
		return err
	}
	var err error
	for _, index := range lateIndexes {
		if _, err = w.conn.Exec(ctx, `DROP INDEX IF EXISTS `+index.name); err != nil {
			break
		}
	}
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		err = nil // somebody reads just now, or the server does not let us: slower, no worse
	}
	_, back := w.conn.Exec(ctx, `RESET lock_timeout; RESET ROLE`)
	return errors.Join(err, back)
}

// buildLate builds the late indexes that are missing; conn is the owner's.
func buildLate(ctx context.Context, conn *pgx.Conn, progress func(phase string, share float64)) error {
	for _, index := range lateIndexes {
		var there bool
		if err := conn.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, index.name).Scan(&there); err != nil {
			return err
		}
		if there {
			continue
		}
		progress("строятся указатели номеров", 0)
		if _, err := conn.Exec(ctx, index.create); err != nil {
			return fmt.Errorf("build %s: %w", index.name, err)
		}
	}
	return nil
}
